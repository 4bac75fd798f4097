"""The history of a post: every kept version, with word-level differences of what readers would see."""

import difflib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from cms import publishing
from cms.auth.door import editor_now
from cms.auth.tables import Editor
from cms.db import reading, writing
from cms.editor.when import in_words
from cms.editor.working import find_post
from cms.errors import BadInput, NotFound
from cms.posts import Post, Revision, current_site, zone

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
BROUGHT = re.compile(r"brought back from (\d{4}-\d\d-\d\d \d\d:\d\d) UTC")
PICTURE = re.compile(r'<img [^>]*src="([^"]*)"')
FIELDS = {
    "excerpt": "excerpt",
    "slug": "address",
    "tags": "tags",
    "cover": "cover",
    "authors": "authors",
    "reviewed_by": "reviewed by",
    "last_reviewed_at": "last reviewed",
    "next_review_due": "next review due",
    "references": "references",
    "blocks": "exercises, videos and other blocks",
    "seo": "words for search engines",
    "related": "related posts",
    "featured": "featured",
}
"""Fields beside title and text, as the pages call them."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version in the list."""

    id: int
    when: str
    by: str
    mark: str  # "Public now", "Draft", or what happened


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/posts/<post_id>/history", view_func=history)
    add("/posts/<post_id>/history/<int:revision_id>", view_func=version)
    add("/posts/<post_id>/history/<int:revision_id>", view_func=bring_back, methods=["POST"])


def history(post_id: str) -> ResponseReturnValue:
    """Every version, newest first."""
    session = reading()
    post = find_post(session, post_id)
    return render_template("editor/history.html", post=post, versions=versions_of(session, post))


def live_mark(post: Post) -> str:
    """What the live revision is to readers at this moment."""
    if publishing.is_out(post):
        return "public"
    return "scheduled" if post.state == "published" and post.deleted_at is None else "was public"


def versions_of(session: Session, post: Post) -> list[Version]:
    here = zone(current_site(session))
    names = {editor.id: editor.name or editor.email for editor in session.scalars(sa.select(Editor))}
    made = []
    for revision in publishing.history(session, post):
        mark = note_in_words(revision.note, here)
        if revision.id == post.draft_id:
            mark = "draft"
        elif revision.id == post.live_id:
            mark = live_mark(post)
        elif revision.published_at and not mark:
            mark = "was public"
        made.append(
            Version(revision.id, in_words(revision.saved_at, here), names.get(revision.editor_id or 0, ""), mark)
        )
    return made


def note_in_words(note: str, here: ZoneInfo) -> str:
    """What the desk noted of a version, with its moment by her clock."""
    brought = BROUGHT.fullmatch(note)
    if brought is None:
        return note
    at = datetime.fromisoformat(brought[1]).replace(tzinfo=UTC)
    return f"brought back: the text of {in_words(at, here)}"


def version(post_id: str, revision_id: int) -> ResponseReturnValue:
    """One version, compared with the present text, or with the version that `with` names ("before": the one before)."""
    session = reading()
    post = find_post(session, post_id)
    old = _revision(session, post, revision_id)
    other = request.args.get("with", "")
    new = _revision(session, post, int(other)) if other.isdigit() and len(other) < 12 else post.working()
    if new is None:
        raise NotFound("There is nothing to compare with.")
    earlier = version_before(session, old)
    against_earlier = other == "before" and earlier is not None
    first, second = (earlier, old) if against_earlier and earlier is not None else (old, new)
    here = zone(current_site(session))
    return render_template(
        "editor/version.html",
        post=post,
        old=old,
        when=in_words(old.saved_at, here),
        is_present=old.id == (post.working().id if post.working() else None),  # type: ignore[union-attr] # asked in the same line
        against_earlier=against_earlier,
        has_earlier=earlier is not None,
        title=diff(first.title, second.title),
        text=diff(text_of_version(session, first), text_of_version(session, second)),
        fields=changed_fields(first, second),
    )


def version_before(session: Session, revision: Revision) -> Revision | None:
    """The version of the same post that was there before this one."""
    earlier = sa.select(Revision).where(Revision.post_id == revision.post_id, Revision.id < revision.id)
    return session.scalar(earlier.order_by(Revision.id.desc()).limit(1))


def changed_fields(old: Revision, new: Revision) -> list[str]:
    """What differs beside the words: "tags", "cover" and so on, as the pages call them."""
    before, after = old.content(), new.content()
    found = [words for name, words in FIELDS.items() if getattr(before, name) != getattr(after, name)]
    shown = [PICTURE.findall(revision.clean or revision.source) for revision in (old, new)]
    return [*found, *(["pictures in the text"] if shown[0] != shown[1] else [])]


def bring_back(post_id: str, revision_id: int) -> ResponseReturnValue:
    """Make an old version the draft; the present text stays in the history."""
    session = writing()
    post = find_post(session, post_id)
    editor = editor_now()
    publishing.go_back(session, post, _revision(session, post, revision_id), editor_id=editor.id if editor else None)
    return redirect(url_for("editor.post", post_id=post_id, done="restored"), 303)


def text_of_version(session: Session, revision: Revision) -> str:
    """What a reader would read of it, its blocks too, as plain text."""
    try:
        return publishing.finish(session, revision.content(), revision.clean).text
    except BadInput:
        return revision.source[:200_000]


def diff(old: str, new: str) -> Markup:
    """Both texts in one: words taken out in `<del>`, words put in in `<ins>`. Every word is escaped."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=len(before) * len(after) > 4_000_000)
    out = Markup()
    for kind, a1, a2, b1, b2 in matcher.get_opcodes():
        if kind == "equal":
            out += escape("".join(before[a1:a2]))
            continue
        if a1 < a2:
            out += Markup("<del>{}</del>").format("".join(before[a1:a2]))
        if b1 < b2:
            out += Markup("<ins>{}</ins>").format("".join(after[b1:b2]))
    return out


def _revision(session: Session, post: Post, revision_id: int) -> Revision:
    found = session.get(Revision, revision_id)
    if found is None or found.post_id != post.id:
        raise NotFound("There is no such version.")
    return found
