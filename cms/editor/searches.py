"""What visitors search for, and what they shall see first, or never, for a search."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cms import publishing, search
from cms.db import reading, writing
from cms.editor.ask import text_of
from cms.errors import BadInput
from cms.posts import Post, is_public
from cms.search import learning
from cms.search.state import normalised
from cms.search.tables import SearchPin

DAYS = 28
MOST = 100
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Placed:
    """A post put first for a search, or kept out of it. `seen`: whether readers can see it at all."""

    id: str
    title: str
    seen: bool


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/searches", view_func=searches)
    add("/searches/about", view_func=about_search)
    add("/searches/about", view_func=place, methods=["POST"])


def searches() -> ResponseReturnValue:
    """What was searched in the last four weeks, and every search for which a post was put first or kept out."""
    flush_counts()
    session = reading()
    nothing = request.args.get("show") == "nothing"
    return render_template(
        "editor/searches.html",
        rows=learning.searched(session, DAYS, MOST, nothing_found=nothing),
        nothing=nothing,
        placed=session.execute(
            sa.select(SearchPin.query, sa.func.count()).group_by(SearchPin.query).order_by(SearchPin.query)
        ).all(),
    )


def flush_counts() -> None:
    """Write what this worker has counted, so that the page shows what is known."""
    learning.flush(writing())


def about_search() -> ResponseReturnValue:
    """One search: what visitors see, what was put first and what was kept out."""
    session = reading()
    query = normalised(request.args.get("q", "")[:200])
    if not query:
        return redirect(url_for("editor.searches"), 303)
    found = search.find(session, query, limit=SHOWN)
    titles = titles_of(session, found.ids)
    first, never = placed(session, query, "pin"), placed(session, query, "exclude")
    wanted = request.args.get("find", "").strip()[:200]
    return render_template(
        "editor/search.html",
        query=query,
        count=sum(row.count for row in learning.searched(session, DAYS, 100_000) if row.query == query),
        days=DAYS,
        results=[(one, titles[one]) for one in found.ids if one in titles],
        total=found.total,
        first=first,
        first_ids=[one.id for one in first],
        never=never,
        wanted=wanted,
        others=posts_with(session, wanted, {one.id for one in [*first, *never]}),
        done=request.args.get("done"),
        post=request.args.get("post", ""),
    )


def place() -> ResponseReturnValue:
    """Put a post first for a search, keep it out, move it up, or take that back."""
    session = writing()
    query, post_id, what = text_of("q")[:200], text_of("post"), text_of("do")
    if not normalised(query) or session.get(Post, post_id) is None:
        raise BadInput("Choose the post that answers this search.")
    if what in ("pin", "exclude"):
        learning.pin(session, query, post_id, what)
    elif what == "up":
        ids = [one.id for one in placed(session, normalised(query), "pin")]
        at = ids.index(post_id) if post_id in ids else 0
        ids.insert(max(0, at - 1), ids.pop(at) if post_id in ids else post_id)
        learning.order(session, query, ids)
    else:
        learning.unpin(session, query, post_id)
    publishing.settle(session)
    return redirect(url_for("editor.about_search", q=normalised(query), done=what, post=post_id), 303)


def placed(session: Session, query: str, kind: str) -> list[Placed]:
    """The posts put first (`pin`) or kept out (`exclude`), in order."""
    rows = session.execute(
        sa.select(Post.id, Post.title, is_public())
        .join(SearchPin, SearchPin.post_id == Post.id)
        .where(SearchPin.query == query, SearchPin.kind == kind)
        .order_by(SearchPin.position, Post.id)
    )
    return [Placed(post_id, title, bool(seen)) for post_id, title, seen in rows]


def posts_with(session: Session, wanted: str, but: set[str]) -> list[tuple[str, str]]:
    """Public posts whose title has the words, newest first."""
    query = sa.select(Post.id, Post.title).where(is_public(), Post.id.not_in(but)).order_by(Post.published_at.desc())
    for word in wanted.split():
        query = query.where(Post.title.icontains(word, autoescape=True))
    return [(row.id, row.title) for row in session.execute(query.limit(SHOWN))]


def titles_of(session: Session, ids: list[str]) -> dict[str, str]:
    """Titles of public posts by id."""
    return {row.id: row.title for row in session.execute(sa.select(Post.id, Post.title).where(Post.id.in_(ids)))}
