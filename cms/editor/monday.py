"""The Monday page: what has gathered since last week and wants a look, all on one quiet page."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, undefer

from cms import publishing
from cms.auth.door import editor_now
from cms.db import reading, record, writing
from cms.editor.ask import text_of
from cms.editor.hints import Look, leads_somewhere, own_slug
from cms.errors import BadInput
from cms.posts import Content, Post, Tag, current_site, is_public
from cms.posts.tags import PostTag
from cms.search.tables import SearchCount, SearchPin

AHEAD = timedelta(days=14)
BACK = timedelta(days=28)
MOST = 25


@dataclass(frozen=True, slots=True)
class Fruitless:
    """A search that found nothing."""

    query: str
    count: int


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/monday", view_func=monday)
    add("/monday/draft", view_func=draft_from_search, methods=["POST"])
    add("/monday/pin", view_func=pin, methods=["POST"])


def monday() -> ResponseReturnValue:
    """Reviews due, searches that found nothing, dead links, posts that nothing leads to."""
    session = reading()
    return render_template(
        "editor/monday.html",
        due=reviews_due(session),
        fruitless=fruitless_searches(session),
        dead=dead_links(session),
        orphans=orphans(session),
        public=session.scalars(sa.select(Post).where(is_public()).order_by(Post.title)).all(),
        done=request.args.get("done"),
    )


def reviews_due(session: Session, today: date | None = None) -> list[Post]:
    """Public posts whose review is due within two weeks, the most overdue first."""
    return list(
        session.scalars(
            sa.select(Post)
            .where(is_public(), Post.next_review_due <= (today or date.today()) + AHEAD)  # noqa: DTZ011 - a calendar day
            .order_by(Post.next_review_due)
        )
    )


def fruitless_searches(session: Session, today: date | None = None) -> list[Fruitless]:
    """What visitors looked for in the last four weeks and did not find, most often first."""
    since = (today or date.today()) - BACK  # noqa: DTZ011 - a calendar day
    total = sa.func.sum(SearchCount.count)
    rows = session.execute(
        sa.select(SearchCount.query, total)
        .where(SearchCount.day >= since)
        .group_by(SearchCount.query)
        .having(sa.func.max(SearchCount.found) == 0)
        .order_by(total.desc(), SearchCount.query)
        .limit(MOST)
    )
    return [Fruitless(query, int(count)) for query, count in rows]


def dead_links(session: Session) -> list[tuple[Post, str]]:
    """Links from public posts to posts of ours that are not public."""
    site = current_site(session)
    found = []
    for post in session.scalars(sa.select(Post).where(is_public()).options(undefer(Post.html))):
        look = Look()
        look.feed(post.html)
        for href in dict.fromkeys(look.links):
            slug = own_slug(href, site)
            if slug and slug != post.slug and not leads_somewhere(session, slug):
                found.append((post, href))
    return found


def orphans(session: Session) -> list[Post]:
    """Public posts without a tag: no list of related posts leads to them."""
    tagged = sa.select(PostTag.post_id).join(Tag, Tag.id == PostTag.tag_id)
    return list(session.scalars(sa.select(Post).where(is_public(), Post.id.not_in(tagged)).order_by(Post.title)))


def draft_from_search() -> ResponseReturnValue:
    """A draft titled with what visitors look for."""
    title = text_of("query")[:200]
    if not title:
        raise BadInput("Choose a search to write about.")
    editor = editor_now()
    post = publishing.start(
        writing(), Content(title=title[:1].upper() + title[1:]), editor_id=editor.id if editor else None
    )
    return redirect(url_for("editor.post", post_id=post.id), 303)


def pin() -> ResponseReturnValue:
    """Put a post first for a search."""
    session = writing()
    query, post_id = text_of("query")[:200], text_of("post")
    if not query or session.get(Post, post_id) is None:
        raise BadInput("Choose the post that answers this search.")
    if session.get(SearchPin, (query, post_id)) is None:
        session.add(SearchPin(query=query, post_id=post_id, kind="pin"))
        record(session, "pins_changed")
        session.commit()
        publishing.settle(session)
    return redirect(url_for("editor.monday", done="pinned"), 303)
