"""Signing in and out, the first editor's set-up, one-time links."""

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from cms import publishing
from cms.auth import door, visits
from cms.auth.links import find_link, use_link
from cms.auth.passwords import make_editor, set_password
from cms.auth.tables import Editor
from cms.db import reading, writing
from cms.editor.ask import body, text_of
from cms.editor.site import zones
from cms.errors import BadInput, CmsError, NotFound
from cms.posts import Author, current_site, describe_site, settings


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/sign-in", view_func=sign_in, methods=["GET", "POST"])
    add("/sign-out", view_func=sign_out, methods=["POST"])
    add("/set-up/<token>", view_func=set_up, methods=["GET", "POST"])
    add("/sign-in-link/<token>", view_func=one_time_link, methods=["GET", "POST"])
    add("/api/visit", view_func=visit)
    add("/api/sign-in", view_func=sign_in_again, methods=["POST"])


def sign_in() -> ResponseReturnValue:
    """The sign-in page."""
    if request.method == "GET":
        if door.editor_now() is not None:
            return redirect(url_for("editor.posts"), 303)
        return sign_in_page()
    email, password = text_of("email"), request.form.get("password", "")
    try:
        editor = door.check_password(writing(), email, password)
    except CmsError as problem:
        return sign_in_page(problem, email), problem.status, problem.headers
    door.sign_in(writing(), editor)
    return redirect(url_for("editor.posts"), 303)


def sign_in_page(problem: CmsError | None = None, email: str = "") -> str:
    try:
        door.open_visit()
    except CmsError as refusal:
        problem = refusal
    return render_template("editor/sign_in.html", problem=problem, email=email)


def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    door.sign_out(writing())
    return redirect(url_for("editor.sign_in"), 303)


def set_up(token: str) -> ResponseReturnValue:
    """The first editor gives e-mail, name and password; the link that the terminal printed is used up."""
    find_link(reading(), token, "set_up")
    problem: CmsError | None = None
    if request.method == "POST":
        try:
            editor = first_editor(token)
        except NotFound:
            raise
        except BadInput as refusal:
            writing().rollback()
            problem = refusal
        else:
            door.sign_in(writing(), editor)
            return redirect(url_for("editor.posts"), 303)
    door.open_visit()
    chosen = text_of("time_zone") or current_site(reading()).time_zone
    asked = [] if "time_zone" in settings().given else zones(chosen)
    page = render_template("editor/set_up.html", problem=problem, form=request.form, zones=asked, time_zone=chosen)
    return page, problem.status if problem else 200


def first_editor(token: str) -> Editor:
    """Use the link up and make the editor, with an author of her name to write as."""
    session = writing()
    use_link(session, token, "set_up")
    name = text_of("name")
    if not name:
        raise BadInput("Write your name as readers should see it.", {"name": ["A name is needed."]})
    password, site_name = request.form.get("password", ""), current_site(session).site_name
    editor = make_editor(session, text_of("email"), name=name, password=password, site_name=site_name)
    if text_of("time_zone") and "time_zone" not in settings().given:
        describe_site(session, {"time_zone": text_of("time_zone")})
    author = Author(slug="", name=name)
    publishing.save_author(session, author, {"name": name})
    editor.author_id = author.id
    session.commit()
    return editor


def one_time_link(token: str) -> ResponseReturnValue:
    """Somebody forgot her password: the link lets her choose a new one, and signs her in.

    Opening the page uses nothing up, so a mail program that looks ahead does no harm.
    """
    row = find_link(reading(), token, "sign_in")
    editor = reading().get(Editor, row.editor_id) if row.editor_id else None
    if editor is None:
        raise NotFound("This link belongs to nobody any more.")
    problem: CmsError | None = None
    if request.method == "POST":
        session = writing()
        try:
            use_link(session, token, "sign_in")
            fresh = session.get_one(Editor, editor.id)
            set_password(fresh, request.form.get("password", ""), current_site(session).site_name)
            visits.end_all(session, fresh.id)
            session.commit()
            door.sign_in(session, fresh)
            return redirect(url_for("editor.posts"), 303)
        except BadInput as refusal:
            session.rollback()
            problem = refusal
    door.open_visit()
    page = render_template("editor/one_time_link.html", problem=problem, email=editor.email)
    return page, problem.status if problem else 200


def visit() -> ResponseReturnValue:
    """Who is signed in here, and the CSRF token for the script's next request."""
    door.open_visit()
    editor = door.editor_now()
    return jsonify(csrf=generate_csrf(), email=editor.email if editor else None)


def sign_in_again() -> ResponseReturnValue:
    """Sign in over the text, when the session has ended while she was writing."""
    data = body()
    editor = door.check_password(writing(), str(data.get("email", "")), str(data.get("password", "")))
    door.sign_in(writing(), editor)
    return jsonify(csrf=generate_csrf(), email=editor.email)
