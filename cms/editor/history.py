"""The history of a post: every kept version, with word-level differences of what readers would see."""

import difflib
import re
from dataclasses import dataclass

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
        mark = revision.note
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


def version(post_id: str, revision_id: int) -> ResponseReturnValue:
    """One version, compared with the present text (or with the version named by `with`)."""
    session = reading()
    post = find_post(session, post_id)
    old = _revision(session, post, revision_id)
    other = request.args.get("with", "")
    new = _revision(session, post, int(other)) if other.isdigit() and len(other) < 12 else post.working()
    if new is None:
        raise NotFound("There is nothing to compare with.")
    here = zone(current_site(session))
    return render_template(
        "editor/version.html",
        post=post,
        old=old,
        when=in_words(old.saved_at, here),
        is_present=old.id == (post.working().id if post.working() else None),  # type: ignore[union-attr] # asked in the same line
        title=diff(old.title, new.title),
        text=diff(text_of_version(session, old), text_of_version(session, new)),
    )


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
