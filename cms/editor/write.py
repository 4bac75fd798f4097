"""The write page, and its plain form for browsers without our script."""

import re
from typing import Any, cast

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cms import publishing
from cms.auth.door import editor_now
from cms.auth.tables import Editor
from cms.db import reading, writing
from cms.editor.ask import text_of, words_of
from cms.editor.when import next_morning, read_local, still_ahead
from cms.editor.working import (
    describe,
    find_post,
    moment_of_publishing,
    put_fields,
    text_of_revision,
)
from cms.errors import BadInput, CmsError, Conflict
from cms.markup.paste import paste
from cms.posts import Author, Content, Post, current_site, new_id, zone
from cms.publishing.pictures import learn_descriptions

ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
LOOKS_LIKE_HTML = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.I)


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/posts/new", view_func=new_post)
    add("/posts/new", view_func=begin_post, methods=["POST"])
    add("/posts/<post_id>", view_func=post, methods=["GET"])
    add("/posts/<post_id>", view_func=post_form, methods=["POST"])


def begin_post() -> ResponseReturnValue:
    """The Write button, as a form: it leads to the empty page and makes nothing."""
    return redirect(url_for("editor.new_post"), 303)


def new_post() -> ResponseReturnValue:
    """An empty page. Nothing is kept until something is typed; the id is given now, so that however often
    it is sent it makes one post."""
    session = reading()
    empty = text_of_revision(session, None) | first_fields(session) | {"title": request.args.get("title", "")[:300]}
    kept = request.args.get("id", "")  # of a text that this device kept and the server has not seen
    if ULID.fullmatch(kept):
        if session.get(Post, kept) is not None:
            return redirect(url_for("editor.post", post_id=kept), 303)
        return page(session, kept, None, empty)
    return page(session, new_id(), None, empty)


def post(post_id: str) -> ResponseReturnValue:
    """A post's working text."""
    session = reading()
    found = find_post(session, post_id)
    return page(session, post_id, found, text_of_revision(session, found.working()))


def first_fields(session: Session) -> dict[str, Any]:
    """What a new post begins with: its author."""
    editor = cast(Editor, editor_now())
    slug = session.scalar(sa.select(Author.slug).where(Author.id == editor.author_id)) if editor.author_id else None
    return {"authors": [slug] if slug else []}


def page(
    session: Session,
    post_id: str,
    found: Post | None,
    text: dict[str, Any],
    *,
    problem: CmsError | None = None,
    done: str = "",
) -> str:
    site = current_site(session)
    about = describe(session, found) if found is not None else {"id": post_id, "state": "draft"}
    editor = editor_now()
    start = {"exists": found is not None, "about": about, "text": text, "later": next_morning(zone(site))}
    return render_template(
        "editor/write.html",
        post_id=post_id,
        about=about,
        text=text,
        start=start | {"email": editor.email if editor is not None else ""},
        authors=session.execute(sa.select(Author.slug, Author.name).order_by(Author.name)).all(),
        later=next_morning(zone(site)),
        problem=problem,
        done=done or request.args.get("done", ""),
        can_undo=request.args.get("done") in {"published", "updated", "binned"},
    )


def post_form(post_id: str) -> ResponseReturnValue:
    """The plain form: every button sends the whole text, which is saved before anything else is done."""
    session = writing()
    action = text_of("do") or "save"
    editor_id = cast(Editor, editor_now()).id
    try:
        if action == "undo":
            return undo(session, find_post(session, post_id))
        known = find_or_new(session, post_id)
        content = content_of_form(working_content(known))
        found = known or publishing.start(session, post_id=post_id)
        publishing.save(session, found, content, base=text_of("base") or None, editor_id=editor_id)
        return carry_out(session, found, action)
    except Conflict as conflict:
        session.rollback()
        return keep_both(post_id, conflict), 409
    except BadInput as problem:
        session.rollback()
        return again(post_id, problem), problem.status


def find_or_new(session: Session, post_id: str) -> Post | None:
    """The post of this id; None for an id that a new page was given. Raises NotFound for anything else."""
    return session.get(Post, post_id) if ULID.fullmatch(post_id) else find_post(session, post_id)


def working_content(post: Post | None) -> Content:
    """A copy of the post's working text; empty for a post that has none."""
    revision = post.working() if post is not None else None
    return revision.content() if revision is not None else Content()


def carry_out(session: Session, found: Post, action: str) -> ResponseReturnValue:
    """What the pressed button means, after the text was saved."""
    done = "saved"
    if action in ("publish", "update"):
        was_out = found.state == "published"
        publishing.publish(session, found, at=moment_of_publishing(found) if action == "publish" else None)
        learn_descriptions(session, found)
        done = "updated" if was_out else "published"
    elif action == "later":
        moment = still_ahead(read_local(text_of("at"), zone(current_site(session))))
        publishing.publish(session, found, at=moment.at)
        done = "scheduled"
    elif action == "withdraw":
        publishing.withdraw(session, found)
        done = "withdrawn"
    elif action == "bin":
        publishing.delete(session, found)
        done = "binned"
    elif action == "restore":
        publishing.restore(session, found)
        done = "restored"
    elif action == "preview":
        return redirect(url_for("editor.preview", post_id=found.id), 303)
    return redirect(url_for("editor.post", post_id=found.id, done=done), 303)


def undo(session: Session, found: Post) -> ResponseReturnValue:
    """Take back the last publish, or bring the post back from the bin."""
    if found.deleted_at is not None:
        publishing.restore(session, found)
    else:
        publishing.undo_publish(session, found)
    return redirect(url_for("editor.post", post_id=found.id, done="undone"), 303)


def content_of_form(content: Content) -> Content:
    """The plain form's fields, put into the content."""
    fields: dict[str, Any] = {
        "title": " ".join(text_of("title").split()),
        "html": structure(request.form.get("source", ""), content.source),
        "excerpt": text_of("excerpt"),
        "slug": text_of("slug"),
        "tags": words_of("tags"),
        "authors": request.form.getlist("authors"),
        "reviewed_by": text_of("reviewed_by"),
        "last_reviewed_at": text_of("last_reviewed_at"),
        "next_review_due": text_of("next_review_due"),
        "seo": {"title": text_of("seo_title"), "description": text_of("seo_description")},
    }
    return put_fields(content, fields)


def structure(written: str, before: str) -> str:
    """What stands in the plain textarea -> HTML: HTML as it is, anything else through the paste room."""
    written = written.replace("\r\n", "\n")
    if written == before or LOOKS_LIKE_HTML.search(written):
        return written
    return paste(None, written).html


def again(post_id: str, problem: BadInput) -> str:
    """The page once more with what she sent, and what is wrong with it."""
    session = reading()
    found = session.get(Post, post_id)
    text = text_of_revision(session, found.working() if found else None)
    return page(session, post_id, found, text | sent(), problem=problem)


def keep_both(post_id: str, conflict: Conflict) -> str:
    """Somebody saved in between: her text stays in the form, theirs stands beside it."""
    session = reading()
    found = find_post(session, post_id)
    theirs = text_of_revision(session, found.working())
    return page(session, post_id, found, theirs | sent() | {"theirs": theirs}, problem=conflict)


def sent() -> dict[str, Any]:
    """The form's text as she sent it."""
    return {
        "title": text_of("title"),
        "html": request.form.get("source", ""),
        "excerpt": text_of("excerpt"),
        "slug": text_of("slug"),
        "tags": words_of("tags"),
        "authors": request.form.getlist("authors"),
    }
