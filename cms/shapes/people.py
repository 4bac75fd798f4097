"""Authors as the contract shows them: only those who wrote or reviewed something public."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from cms.markup import blocks
from cms.media import picture_data
from cms.posts import Author, Post, post_author
from cms.shapes.cards import NOW, PUBLIC
from cms.shapes.links import whole_links
from cms.shapes.pictures import name_of, placed, stored_pictures
from cms.shapes.view import View

_WRITTEN = (
    sa.select(post_author.c.author_id.label("author_id"), sa.func.count().label("count"))
    .join(Post, Post.id == post_author.c.post_id)
    .where(PUBLIC)
    .group_by(post_author.c.author_id)
    .subquery()
)
_REVIEWED = sa.select(Post.reviewed_by_id).where(PUBLIC, Post.reviewed_by_id.is_not(None))
_SHOWN = (
    sa.select(
        Author.slug,
        Author.name,
        Author.credentials,
        Author.bio_html,
        Author.picture,
        Author.same_as,
        sa.func.coalesce(_WRITTEN.c.count, 0).label("count"),
    )
    .outerjoin(_WRITTEN, _WRITTEN.c.author_id == Author.id)
    .where(sa.or_(_WRITTEN.c.count > 0, Author.id.in_(_REVIEWED)))
)
_PAGE = _SHOWN.order_by(Author.position, Author.id).limit(sa.bindparam("limit")).offset(sa.bindparam("offset"))
_COUNT = sa.select(sa.func.count().label("total")).select_from(_SHOWN.subquery())
_ONE = _SHOWN.where(Author.slug == sa.bindparam("slug"))
_NAMED = sa.select(Author.slug, Author.name, Author.credentials, Author.same_as)
_BY_SLUG = _NAMED.where(Author.slug.in_(sa.bindparam("slugs", expanding=True)))
_REVIEWER = _NAMED.add_columns(Author.id).where(Author.id.in_(sa.bindparam("ids", expanding=True)))

__all__ = ["NOW", "author_ref", "list_authors", "one_author", "people_of"]


def author_ref(row: Any) -> dict[str, Any]:
    """An author as posts name one."""
    return {"slug": row.slug, "name": row.name, "credentials": [str(item) for item in row.credentials]}


def list_authors(view: View, page: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """One page of authors in the site's order, and how many there are in all."""
    rows = view.rows(_PAGE, {"now": view.now, "limit": limit, "offset": (page - 1) * limit})
    total = view.rows(_COUNT, {"now": view.now})[0].total
    return _authors(view, rows), total


def one_author(view: View, slug: str) -> dict[str, Any] | None:
    """The author, or None where the public sees none of that name."""
    shapes = _authors(view, view.rows(_ONE, {"now": view.now, "slug": slug}))
    return shapes[0] if shapes else None


def people_of(
    view: View, slugs: Sequence[str], reviewer: int | None
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """The authors of these slugs, in order, and a reviewer: references with `same_as` beside, for JSON-LD."""
    people = view.known("people", slugs, lambda slugs: _named(view, slugs)) if slugs else {}
    authors = [people[slug] for slug in slugs if slug in people]
    if reviewer is None:
        return authors, None
    return authors, view.known("reviewers", [reviewer], lambda ids: _reviewers(view, ids)).get(reviewer)


def _named(view: View, slugs: list[str]) -> dict[str, dict[str, Any]]:
    return {row.slug: _with_addresses(row) for row in view.rows(_BY_SLUG, {"slugs": slugs})}


def _reviewers(view: View, ids: list[int]) -> dict[int, dict[str, Any]]:
    return {row.id: _with_addresses(row) for row in view.rows(_REVIEWER, {"ids": ids})}


def _with_addresses(row: Any) -> dict[str, Any]:
    return author_ref(row) | {"same_as": list(row.same_as)}


def _authors(view: View, rows: Iterable[Any]) -> list[dict[str, Any]]:
    rows = list(rows)
    stored = stored_pictures(view, [name for row in rows if (name := name_of(row.picture))])
    return [
        author_ref(row)
        | {
            "bio_html": whole_links(view, view.html(blocks.render(row.bio_html, {}, picture_data(view.session)))),
            "picture": placed(stored, row.picture) if row.picture else None,
            "same_as": list(row.same_as),
            "count": row.count,
        }
        for row in rows
    ]
