"""The desk: drafts, saves, history. What is here never shows to the public until `live.publish`."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.auth import Editor
from cms.db import utcnow
from cms.errors import BadInput, Conflict, NotFound
from cms.markup.clean import clean
from cms.posts import Content, Post, Revision, new_id

# Saves by one editor within this time are one step in the history; older ones begin a new step.
ONE_STEP = timedelta(minutes=10)


def start(
    session: Session, content: Content | None = None, *, editor_id: int | None = None, post_id: str | None = None
) -> Post:
    """Begin a draft, with its first revision if there is content. Commits.

    `post_id` is an id that the caller was given before, so that sending the same new post twice makes one.
    """
    post = Post(id=post_id or new_id())
    session.add(post)
    session.flush()
    if content is not None:
        open_draft(session, post, content, editor_id=editor_id)
    session.commit()
    return post


def save(session: Session, post: Post, content: Content, *, base: str | None, editor_id: int | None = None) -> Revision:
    """Save the draft. Commits.

    `base` is the token of the revision that the edit grew from; None only for a post never saved before.
    A draft is always savable: if its source cannot be cleaned the revision keeps it, `clean` is None and
    `removed` says why. Saving what is there already makes no revision.
    Raises Conflict, naming the newer revision, if somebody saved in between.
    """
    session.refresh(post)
    working = post.working()
    if working is not None and working.token != base:
        raise Conflict(
            "This post was changed elsewhere since you opened it. Both texts are kept.",
            current=describe(session, working),
        )
    if working is not None and same_content(working, content):
        return working
    draft = post.draft
    if draft is not None and draft.editor_id == editor_id and utcnow() - draft.made_at < ONE_STEP:
        fill(draft, content)
        draft.version += 1
        draft.saved_at = utcnow()
    else:
        draft = open_draft(session, post, content, editor_id=editor_id)
    session.commit()
    return draft


def go_back(session: Session, post: Post, revision: Revision, *, editor_id: int | None = None) -> Revision:
    """Make an old revision the open draft, as a new revision; the current text stays in the history. Commits."""
    if revision.post_id != post.id:
        raise NotFound("That version belongs to another post.")
    draft = open_draft(session, post, revision.content(), editor_id=editor_id)
    draft.note = f"brought back from {revision.saved_at:%Y-%m-%d %H:%M} UTC"
    session.commit()
    return draft


def discard_draft(session: Session, post: Post) -> Revision:
    """Drop the open draft of a live post; it stays in the history, so `go_back` undoes this. Commits."""
    draft = post.draft
    if draft is None or post.live_id is None:
        raise BadInput("There is no draft to discard: what you see is what is published.")
    draft.note = "discarded"
    post.draft_id = None
    session.commit()
    session.expire(post, ["draft"])
    return draft


def history(session: Session, post: Post) -> list[Revision]:
    """Every kept revision of a post, newest first."""
    return list(
        session.scalars(
            sa.select(Revision)
            .where(Revision.post_id == post.id)
            .order_by(Revision.saved_at.desc(), Revision.id.desc())
        )
    )


def describe(session: Session, revision: Revision) -> dict[str, object]:
    """What an editor is told of a revision that got ahead of hers."""
    editor = session.get(Editor, revision.editor_id) if revision.editor_id else None
    return {
        "token": revision.token,
        "saved_at": revision.saved_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "editor": (editor.name or editor.email) if editor else "",
    }


def open_draft(session: Session, post: Post, content: Content, *, editor_id: int | None = None) -> Revision:
    """A new revision as the post's open draft, in the running transaction."""
    draft = Revision(post_id=post.id, editor_id=editor_id)
    fill(draft, content)
    session.add(draft)
    session.flush()
    post.draft_id = draft.id
    session.flush()
    session.expire(post, ["draft"])
    return draft


def fill(revision: Revision, content: Content) -> None:
    """Put content into a revision and clean its source, or keep the reason why it cannot be cleaned."""
    revision.title = storable(content.title)
    revision.source = storable(content.source)
    revision.fields = storable_data(content.as_json())
    try:
        cleaned = clean(revision.source)
    except BadInput as problem:
        revision.clean = None
        revision.removed = [{"kind": "problem", "name": problem.detail, "count": 1}]
    else:
        revision.clean = cleaned.html
        revision.removed = [
            {"kind": removed.kind, "name": removed.name, "count": removed.count} for removed in cleaned.removed
        ]


def same_content(revision: Revision, content: Content) -> bool:
    return (
        revision.title == storable(content.title)
        and revision.source == storable(content.source)
        and revision.fields == storable_data(content.as_json())
    )


def storable(text: str) -> str:
    """Text that every database takes: NUL and lone surrogates become the replacement character."""
    return text.replace("\x00", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def storable_data(value: Any) -> Any:
    """The same for every text in plain data."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): storable_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable_data(item) for item in value]
    return value
