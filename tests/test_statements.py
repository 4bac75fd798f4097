"""Statements that are built once: what the driver finds is what SQLAlchemy would find."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from cms import publishing, statements
from cms.db import snapshot, utcnow
from cms.posts import Post
from cms.shapes.posts import POST_COLUMNS

NOW = sa.bindparam("now", type_=Post.published_at.type)
SHOWN = sa.select(*POST_COLUMNS, Post.slug, sa.literal_column("'x'"), sa.func.count().over().label("total")).where(
    Post.published_at <= NOW, Post.published_at < NOW, Post.slug == sa.bindparam("slug")
)
NEWEST = sa.select(Post.slug.label("newest")).order_by(Post.published_at.desc()).limit(1)
TWICE = sa.union_all(sa.select(NEWEST.subquery()), sa.select(NEWEST.subquery()))
SOME = sa.select(Post.slug).where(Post.id.in_(sa.bindparam("ids", expanding=True))).order_by(Post.slug)


@pytest.fixture
def post(session, write_post):
    post = write_post("Toe yoga", authors=["alex-rivera"])
    content = post.working().content()
    content.featured = True
    content.last_reviewed_at = "2026-01-02"
    content.references = [{"title": "A study", "url": "https://example.com/study"}]
    publishing.save(session, post, content, base=post.working().token)
    publishing.publish(session, post)
    return post


@pytest.mark.parametrize("statement", [SHOWN, NEWEST, TWICE])
def test_every_kind_of_value_is_read_as_sqlalchemy_reads_it(post, statement):
    values = {"now": utcnow() + timedelta(seconds=1), "slug": post.slug}
    held = snapshot()
    fast, slow = statements.rows(held, statement, values), held.execute(statement, values).all()
    assert [tuple(row) for row in fast] == [tuple(row) for row in slow]
    assert [type(value) for value in fast[0]] == [type(value) for value in slow[0]]
    assert len(fast[0]) == len(statement.selected_columns)


def test_columns_are_found_by_name(post):
    row = statements.rows(snapshot(), SHOWN, {"now": datetime.now(UTC) + timedelta(seconds=1), "slug": post.slug})[0]
    assert (row.id, row.slug, row.featured, row.total) == (post.id, "toe-yoga", True, 1)
    assert row.references == post.references
    assert row.last_reviewed_at == date(2026, 1, 2)
    assert row.published_at == post.published_at


def test_a_list_of_unknown_length_may_be_a_value(post, write_post):
    other = write_post("Arch strength")
    for ids, slugs in (([post.id, other.id], ["arch-strength", "toe-yoga"]), ([other.id], ["arch-strength"]), ([], [])):
        assert [row.slug for row in statements.rows(snapshot(), SOME, {"ids": ids})] == slugs


def test_all_statements_see_one_moment(post, write_post):
    held = snapshot()
    before = statements.rows(held, NEWEST, {})
    write_post("Arch strength")
    assert statements.rows(held, NEWEST, {}) == before
    held.rollback()
    assert statements.rows(held, NEWEST, {})[0].newest == "arch-strength"


def test_a_value_that_was_forgotten_is_an_error(post):
    with pytest.raises(KeyError):
        statements.rows(snapshot(), SHOWN, {"now": utcnow()})
