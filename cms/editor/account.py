"""Her own account: address, password, browsers that are signed in."""

from typing import cast

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cms.auth import door, visits
from cms.auth.passwords import check_email, set_password
from cms.auth.tables import Editor
from cms.db import reading, writing
from cms.editor.ask import text_of
from cms.errors import BadInput, CmsError
from cms.posts import Author, current_site


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/account", view_func=account)
    add("/account", view_func=save_account, methods=["POST"])
    add("/account/password", view_func=save_password, methods=["POST"])
    add("/account/sessions", view_func=end_sessions, methods=["POST"])


def account() -> ResponseReturnValue:
    """The page."""
    return _page()


def save_account() -> ResponseReturnValue:
    """Change the e-mail address, and whom she writes as."""
    session = writing()
    editor = session.get_one(Editor, _me().id)
    try:
        editor.email = check_email(session, text_of("email"), of=editor)
        editor.name = " ".join(text_of("name").split())
        editor.author_id = session.scalar(sa.select(Author.id).where(Author.slug == text_of("author")))
        session.commit()
    except BadInput as problem:
        session.rollback()
        return _page(problem), problem.status
    return redirect(url_for("editor.account", done="saved"), 303)


def save_password() -> ResponseReturnValue:
    """A new password signs every other browser out, and gives this one a fresh session."""
    session = writing()
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        _check_old(old)
        editor = session.get_one(Editor, _me().id)
        set_password(editor, new, current_site(session).site_name)
        visits.end_all(session, editor.id)
        session.commit()
    except CmsError as problem:
        session.rollback()
        return _page(password_problem=problem), problem.status, problem.headers
    door.sign_in(session, editor)
    return redirect(url_for("editor.account", done="password"), 303)


def end_sessions() -> ResponseReturnValue:
    """Sign out one other browser, or all the others."""
    session = writing()
    here = door.session_now()
    which = text_of("session")
    if which:
        visits.end(session, which, editor_id=_me().id)
    else:
        visits.end_all(session, _me().id, but=here.id_hash if here else None)
    session.commit()
    return redirect(url_for("editor.account", done="sessions"), 303)


def _check_old(old: str) -> None:
    """Whoever finds an open browser shall not be able to lock her out. Guesses count as failed sign-ins."""
    known = reading().get_one(Editor, _me().id)
    if known.password_hash is None:
        return  # she came in by a one-time link and has never had one
    try:
        door.check_password(writing(), known.email, old)
    except BadInput:
        raise BadInput("That is not your present password.", {"old": ["This is not right."]}) from None


def _page(problem: BadInput | None = None, password_problem: CmsError | None = None) -> str:
    session = reading()
    me = session.get_one(Editor, _me().id)
    here = door.session_now()
    return render_template(
        "editor/account.html",
        me=me,
        form=request.form if problem else {},
        authors=session.scalars(sa.select(Author).order_by(Author.name)).all(),
        sessions=visits.list_sessions(session, me.id),
        here=here.id_hash if here else "",
        problem=problem,
        password_problem=password_problem,
        done=request.args.get("done"),
    )


def _me() -> Editor:
    return cast(Editor, door.editor_now())
