"""Her posts by state, with a search box."""

import html
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cms.db import reading, utcnow
from cms.editor.ask import page_of
from cms.editor.when import in_words, near
from cms.editor.working import state_of
from cms.posts import Post, Revision, current_site, zone

SHELVES = ("drafts", "scheduled", "published", "bin")
PAGE = 30
WORKING = Revision.id == sa.func.coalesce(Post.draft_id, Post.live_id)


@dataclass(frozen=True, slots=True)
class Row:
    """One post in the list."""

    id: str
    title: str
    state: str
    changed: bool  # there is a newer text that readers do not see yet
    withdrawn: bool
    when: str


def add_routes(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/", view_func=posts)


def posts() -> ResponseReturnValue:
    """The list: one shelf at a time, newest first; a search looks on all of them."""
    session = reading()
    wanted = request.args.get("q", "").strip()[:200]
    shelf = request.args.get("show", "")
    counts = count_shelves(session)
    if shelf not in SHELVES:
        shelf = "drafts" if counts["drafts"] or not counts["published"] else "published"
    found = count_found(session, wanted) if wanted else counts[shelf]
    page = page_of(found, PAGE)
    return render_template(
        "editor/posts.html",
        rows=find_rows(session, shelf, wanted, page),
        shelf=shelf,
        counts=counts,
        wanted=wanted,
        found=found,
        page=page,
        size=PAGE,
    )


def on_shelf(shelf: str) -> sa.ColumnElement[bool]:
    """Which posts stand on a shelf."""
    now = utcnow()
    kept = Post.deleted_at.is_(None)
    return {
        "drafts": sa.and_(kept, Post.state != "published"),
        "scheduled": sa.and_(kept, Post.state == "published", Post.published_at > now),
        "published": sa.and_(kept, Post.state == "published", Post.published_at <= now),
        "bin": Post.deleted_at.is_not(None),
    }[shelf]


def count_shelves(session: Session) -> dict[str, int]:
    cases = [sa.func.count(sa.case((on_shelf(shelf), 1))) for shelf in SHELVES]
    return dict(zip(SHELVES, session.execute(sa.select(*cases)).one(), strict=True))


def count_found(session: Session, wanted: str) -> int:
    """How many posts have the words looked for."""
    query = sa.select(sa.func.count(Post.id)).join(Revision, WORKING, isouter=True)
    return session.scalar(query.where(*holding(wanted))) or 0


def holding(wanted: str) -> list[sa.ColumnElement[bool]]:
    """That a revision's title or text holds every word; what stands in tags is no text."""
    words = sa.func.regexp_replace(Revision.source, "<[^>]*>", " ", "g")
    return [
        sa.or_(
            Revision.title.icontains(word, autoescape=True),
            # The first asks the database alone, and leaves few for the second.
            sa.and_(*(column.icontains(escaped, autoescape=True) for column in (Revision.source, words))),
        )
        for word in wanted.split()
        for escaped in [html.escape(word, quote=False)]
    ]


def find_rows(session: Session, shelf: str, wanted: str, page: int) -> list[Row]:
    """One page of a shelf, or of everything whose title or text holds the words looked for."""
    newest = sa.func.coalesce(Post.deleted_at, Revision.saved_at, Post.published_at, Post.created_at)
    when = Post.published_at if shelf in ("scheduled", "published") and not wanted else newest
    query = sa.select(Post, Revision).join(Revision, WORKING, isouter=True)
    query = query.where(*(holding(wanted) if wanted else [on_shelf(shelf)]))
    query = query.order_by(when.asc() if shelf == "scheduled" and not wanted else when.desc(), Post.id.desc())
    found = session.execute(query.limit(PAGE).offset((page - 1) * PAGE)).all()
    here = zone(current_site(session))
    rows = []
    for post, revision in found:
        state = state_of(post)
        at = post.deleted_at or (post.published_at if post.state == "published" else None)
        at = at or (revision.saved_at if revision else post.created_at)
        rows.append(
            Row(
                id=post.id,
                title=(revision.title if revision else "").strip(),
                state=state,
                changed=state in ("published", "scheduled") and post.draft_id is not None,
                withdrawn=post.state == "withdrawn",
                when=in_words(at, here) if state == "scheduled" else near(at, here),
            )
        )
    return rows
