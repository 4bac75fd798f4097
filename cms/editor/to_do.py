"""The to-do page: what has gathered and wants a look, all on one quiet page."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cms import publishing, search
from cms.auth.door import editor_now
from cms.db import reading, record, utcnow, writing
from cms.editor.ask import text_of
from cms.editor.links import dead_links, orphans
from cms.editor.searches import DAYS, flush_counts
from cms.editor.when import MONTHS
from cms.errors import BadInput
from cms.posts import Author, Content, Post, Revision, Tag, current_site, is_public, zone
from cms.posts.tags import PostTag
from cms.search import learning
from cms.search.tables import Concept

AHEAD = timedelta(days=14)
AGAIN = timedelta(days=365)  # until a reviewed post is due again
MOST = 25
OFFERED = 6  # posts offered for a search that found nothing
LOOKED_AT = 1000  # newest posts among which they are chosen


@dataclass(frozen=True, slots=True)
class Due:
    """A post whose review is due: the day in words, and whether it has passed."""

    post: Post
    day: str
    late: bool
    has_draft: bool  # with changes that wait for "Update"


@dataclass(frozen=True, slots=True)
class Fruitless:
    """A search that finds nothing, with the posts that may be meant, and a draft of its title if there is one."""

    query: str
    count: int
    offered: list[tuple[str, str]]
    draft_id: str | None


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/to-do", view_func=to_do)
    add("/to-do/reviewed", view_func=review, methods=["POST"])
    add("/to-do/draft", view_func=draft_from_search, methods=["POST"])
    add("/to-do/vocabulary", view_func=concept_from_search, methods=["POST"])
    add("/to-do/pin", view_func=pin, methods=["POST"])


def to_do() -> ResponseReturnValue:
    """Reviews due, searches that found nothing, dead links, posts that nothing leads to."""
    flush_counts()
    session = reading()
    pinned = session.get(Post, request.args.get("post", "")) if request.args.get("done") == "pinned" else None
    return render_template(
        "editor/to_do.html",
        due=reviews_due(session),
        fruitless=fruitless_searches(session),
        dead=dead_links(session),
        orphans=orphans(session),
        untagged=untagged(session),
        pinned=pinned,
        query=request.args.get("q", "")[:200],
        done=request.args.get("done"),
    )


def reviews_due(session: Session, today: date | None = None) -> list[Due]:
    """Public posts whose review is due within two weeks, the most overdue first."""
    today = today or utcnow().astimezone(zone(current_site(session))).date()
    posts = session.scalars(
        sa.select(Post).where(is_public(), Post.next_review_due <= today + AHEAD).order_by(Post.next_review_due)
    )
    return [
        Due(post, day_in_words(day), day < today, post.draft_id is not None)
        for post in posts
        if (day := post.next_review_due)
    ]


def review() -> ResponseReturnValue:
    """She has read the post again and it still holds: reviewed by her today, due again in a year. Updates it."""
    session = writing()
    post = session.get(Post, text_of("post"))
    if post is None or post.live is None or post.draft_id is not None:
        raise BadInput("Open the post and finish its draft first; the days of review are under “More about this post”.")
    editor, content, before = editor_now(), post.live.content(), post.live
    today = utcnow().astimezone(zone(current_site(session))).date()
    author = session.get(Author, editor.author_id) if editor and editor.author_id else None
    content.reviewed_by = author.slug if author is not None else content.reviewed_by
    content.last_reviewed_at, content.next_review_due = today.isoformat(), (today + AGAIN).isoformat()
    saved = publishing.save(session, post, content, base=before.token, editor_id=editor.id if editor else None)
    publishing.publish(session, post)
    aside = publishing.set_aside(session, "review", post.title, {"undo": [f"{post.id}:{before.id}:{saved.token}"]})
    session.commit()
    return redirect(url_for("editor.to_do", done="reviewed", undo=aside.id), 303)


def day_in_words(day: date) -> str:
    """ "12 March 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def fruitless_searches(session: Session) -> list[Fruitless]:
    """What visitors looked for in the last four weeks and would still not find now, most often first.

    What may name a person is held back by `learning.searched`.
    """
    rows = session.execute(
        sa.select(Post.id, Post.title).where(is_public()).order_by(Post.published_at.desc()).limit(LOOKED_AT)
    )
    posts = [(row.id, row.title, letters(row.title)) for row in rows]
    found = []
    for row in learning.searched(session, DAYS, MOST, nothing_found=True):
        if search.find(session, row.query, limit=1).total == 0:
            found.append(Fruitless(row.query, row.count, nearest(row.query, posts), draft_named(session, row.query)))
    return found


def nearest(query: str, posts: list[tuple[str, str, set[str]]]) -> list[tuple[str, str]]:
    """The posts whose titles are spelled most like the query; the newest where nothing is alike."""
    wanted = letters(query)
    ranked = sorted(posts, key=lambda post: -len(wanted & post[2]) / (len(wanted | post[2]) or 1))
    return [(post_id, title) for post_id, title, _ in ranked[:OFFERED]]


def letters(text: str) -> set[str]:
    """Every three letters in a row, folded: titles with many in common are spelled alike."""
    text = f" {text.casefold()} "
    return {text[at : at + 3] for at in range(len(text) - 2)}


def draft_named(session: Session, query: str) -> str | None:
    """The draft that was begun for this search, if it is there still."""
    working = Revision.id == sa.func.coalesce(Post.draft_id, Post.live_id)
    return session.scalar(
        sa.select(Post.id)
        .join(Revision, working)
        .where(Revision.title == title_of(query), Post.deleted_at.is_(None))
        .order_by(Post.id.desc())
        .limit(1)
    )


def untagged(session: Session) -> list[Post]:
    """Public posts without a tag."""
    tagged = sa.select(PostTag.post_id).join(Tag, Tag.id == PostTag.tag_id)
    return list(session.scalars(sa.select(Post).where(is_public(), Post.id.not_in(tagged)).order_by(Post.title)))


def title_of(query: str) -> str:
    return query[:1].upper() + query[1:]


def draft_from_search() -> ResponseReturnValue:
    """A draft titled with what visitors look for; the one that was begun before, if there is one."""
    query = text_of("query")[:200]
    if not query:
        raise BadInput("Choose a search to write about.")
    session = writing()
    post_id = draft_named(session, query)
    if post_id is None:
        editor = editor_now()
        post_id = publishing.start(session, Content(title=title_of(query)), editor_id=editor.id if editor else None).id
    return redirect(url_for("editor.post", post_id=post_id), 303)


def concept_from_search() -> ResponseReturnValue:
    """An entry of the vocabulary for what visitors look for; what posts call it is asked for on its page."""
    query = " ".join(text_of("query").split())[:200]
    if not query:
        raise BadInput("Choose a search for the vocabulary.")
    session = writing()
    concept = session.scalar(sa.select(Concept).where(Concept.concept == query))
    if concept is None:
        last = session.scalar(sa.select(sa.func.max(Concept.position))) or 0
        concept = Concept(concept=query, say=[query], means=[], position=last + 1)
        session.add(concept)
        record(session, "vocabulary_changed")
        session.commit()
        publishing.settle(session)
    return redirect(url_for("editor.concept", concept_id=concept.id, done="begun"), 303)


def pin() -> ResponseReturnValue:
    """Put a post first for a search."""
    session = writing()
    query, post_id = text_of("query")[:200], text_of("post")
    if not query or session.get(Post, post_id) is None:
        raise BadInput("Choose the post that answers this search.")
    learning.pin(session, query, post_id)
    publishing.settle(session)
    return redirect(url_for("editor.to_do", done="pinned", q=query, post=post_id), 303)
