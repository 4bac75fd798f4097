"""What the editor's script asks for while she writes: save, publish, undo, and the rest, as JSON.

A save is never answered with text, so nothing that comes back can overwrite what she is typing.
"""

from datetime import datetime
from typing import Any, cast

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cms import publishing
from cms.auth.door import editor_now
from cms.auth.tables import Editor
from cms.db import reading, writing
from cms.editor.ask import body
from cms.editor.when import PASSED, clock, has_passed, read_local, still_ahead
from cms.editor.working import (
    describe,
    find_post,
    moment_of_publishing,
    put_fields,
    text_of_revision,
)
from cms.editor.write import find_or_new, working_content
from cms.errors import BadInput, Conflict
from cms.markup.paste import paste
from cms.posts import Post, Revision, current_site, zone
from cms.publishing.pictures import learn_descriptions


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/api/posts/<post_id>", view_func=read_post)
    add("/api/posts/<post_id>", view_func=save_post, methods=["POST"])
    add("/api/posts/<post_id>/<any(publish,undo,withdraw,bin,restore,discard):verb>", view_func=act, methods=["POST"])
    add("/api/paste", view_func=paste_clipboard, methods=["POST"])
    add("/api/when", view_func=when)


def read_post(post_id: str) -> ResponseReturnValue:
    """The newest text, for merging; and who wrote it, if it was somebody else."""
    session = reading()
    post = find_post(session, post_id)
    text = text_of_revision(session, post.working())
    newest = post.working()
    editor = session.get(Editor, newest.editor_id) if newest and newest.editor_id else None
    by = (editor.name or editor.email) if editor and editor.id != _me().id else ""
    return jsonify(about=describe(session, post), text=text, by=by)


def save_post(post_id: str) -> ResponseReturnValue:
    """Save the draft; a post that is not there yet is made under the id that the page was given."""
    data = body()
    session = writing()
    known = find_or_new(session, post_id)
    content = put_fields(working_content(known), data)
    post = known or publishing.start(session, post_id=post_id)
    try:
        revision = publishing.save(session, post, content, base=_base(data), editor_id=_me().id)
    except Conflict as conflict:
        session.rollback()
        raise _with_clock(conflict) from None
    return jsonify(_saved(session, post, revision))


def act(post_id: str, verb: str) -> ResponseReturnValue:
    """Publish now or later, undo, withdraw, move to the bin, bring back, discard the draft."""
    data = body()
    session = writing()
    post = find_post(session, post_id)
    if verb == "publish":
        at = None
        if data.get("at"):
            at = still_ahead(read_local(str(data["at"]), zone(current_site(session)))).at
        elif data.get("now"):
            at = moment_of_publishing(post)
        try:
            publishing.publish(session, post, base=_base(data), at=at, editor_id=_me().id)
        except Conflict as conflict:
            session.rollback()
            raise _with_clock(conflict) from None
        learn_descriptions(session, post)
    else:
        VERBS[verb](session, post)
    return jsonify(_saved(session, post, post.working()))


VERBS = {
    "undo": publishing.undo_publish,
    "withdraw": publishing.withdraw,
    "bin": publishing.delete,
    "restore": publishing.restore,
    "discard": publishing.discard_draft,
}


def paste_clipboard() -> ResponseReturnValue:
    """What a clipboard held -> honest structure, with a note of what was left out."""
    data = body()
    html, text = data.get("html"), data.get("text")
    if not all(part is None or isinstance(part, str) for part in (html, text)):
        raise BadInput("html and text must be text.")
    done = paste(html, text, titled=data.get("titled") is True)
    removed = [{"kind": row.kind, "name": row.name, "count": row.count} for row in done.removed]
    return jsonify(html=done.html, title=done.title, notes=done.notes, removed=removed)


def when() -> ResponseReturnValue:
    """A moment she chose for later, in words; and what is wrong with it, if it has passed."""
    moment = read_local(request.args.get("at", ""), zone(current_site(reading())))
    problem = PASSED if has_passed(moment) else ""
    return jsonify(words=moment.words, note=moment.note, at=moment.at.isoformat(), problem=problem)


def _saved(session: Session, post: Post, revision: Revision | None) -> dict[str, Any]:
    about = describe(session, post)
    saved_at = revision.saved_at if revision else None
    answer = {
        "token": revision.token if revision else None,
        "saved_at": saved_at.isoformat() if saved_at else None,
        "about": about,
    }
    session.rollback()  # describing read the site: give the writers' lock back
    return answer


def _with_clock(conflict: Conflict) -> Conflict:
    """The conflict with the time by her clock, for "changed elsewhere at 10:32"."""
    at = datetime.fromisoformat(str(conflict.current.get("saved_at", "")).replace("Z", "+00:00"))
    conflict.current["clock"] = clock(at, zone(current_site(reading())))
    return conflict


def _base(data: dict[str, Any]) -> str | None:
    base = data.get("base")
    if base is not None and not isinstance(base, str):
        raise BadInput("base must be the token of the text that the edit grew from.")
    return base or None


def _me() -> Editor:
    return cast(Editor, editor_now())
