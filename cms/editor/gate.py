"""What holds for every editor page: sign-in, CSRF protection, headers, the way errors look."""

import json
from datetime import datetime
from functools import cache
from gettext import gettext
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from cms.auth.door import csrf, editor_now
from cms.db import reading
from cms.editor.build_assets import BUILT
from cms.editor.when import near
from cms.editor.write import again
from cms.errors import BadInput, CmsError, NotFound, NotSignedIn
from cms.posts import current_site, settings, zone

# The pages in the navigation; on a phone the first three stand in sight.
ROOMS = (
    ("posts", gettext("Posts")),
    ("to_do", gettext("To do")),
    ("pictures", gettext("Pictures")),
    ("tags", gettext("Tags")),
    ("exercises", gettext("Exercises")),
    ("authors", gettext("Authors")),
    ("vocabulary", gettext("Vocabulary")),
    ("searches", gettext("Searches")),
    ("site", gettext("Settings")),
    ("account", gettext("Account")),
)

FORM_BYTES = 5_000_000  # a pasted Word document in the plain form

# Endpoints that somebody who is not signed in may open; every other one needs an editor.
OPEN = frozenset({"static", "sign_in", "set_up", "one_time_link", "shared_preview", "visit", "sign_in_again"})

# `{public}` is where pictures and the public pages' style sheet stand in a preview.
POLICY = (
    "default-src 'self'; img-src 'self' data: blob: https: {public}; style-src 'self' {public}; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def guard(blueprint: Blueprint) -> None:
    """Put the gate in front of every view of the blueprint."""
    blueprint.add_app_template_filter(near_now, "near")
    # Whatever no other rule of ours knows: a page of ours that says so, for editors only.
    blueprint.add_url_rule("/<path:rest>", view_func=nothing_here, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    blueprint.before_request(let_in)
    blueprint.after_request(add_headers)
    blueprint.context_processor(words_for_templates)
    blueprint.register_error_handler(CmsError, show_problem)
    blueprint.register_error_handler(CSRFError, show_stale_form)
    blueprint.register_error_handler(HTTPException, show_http_problem)


def nothing_here(rest: str) -> ResponseReturnValue:
    raise NotFound("There is no such page in the editor.")


def let_in() -> ResponseReturnValue | None:
    """Editors only, but for OPEN; nothing is changed without a CSRF token."""
    request.max_form_memory_size = FORM_BYTES
    if is_static():
        return None
    name = (request.endpoint or "").rpartition(".")[2]
    if name not in OPEN and editor_now() is None:
        if wants_json():
            raise NotSignedIn("You are signed out. Sign in again; your text is kept.")
        if name == "post_form":
            return keep_text(), 401
        return redirect(url_for("editor.sign_in"), 303)
    csrf.protect()
    return None


def add_headers(response: Response) -> Response:
    """Nothing here is cached, framed, sniffed or indexed."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    if is_static():
        if response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
    response.headers["Content-Security-Policy"] = POLICY.format(public=_origin(settings().public_url))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response


def words_for_templates() -> dict[str, Any]:
    return {"_": gettext, "asset": asset, "editor": editor_now(), "site": current_site(reading()), "rooms": rooms()}


def rooms() -> list[dict[str, str]]:
    """The pages of the navigation, with `here` as aria-current wants it: "page", "true" for a page within, or ""."""
    made = []
    for name, words in ROOMS:
        address = url_for(f"editor.{name}").removeprefix(request.script_root)
        within = request.path.startswith(address if name != "posts" else f"{address}posts/")
        here = "page" if request.path == address else "true" if within else ""
        made.append({"name": name, "words": words, "here": here})
    return made


def near_now(at: datetime) -> str:
    """A moment as lists show it, by her clock."""
    return near(at, zone(current_site(reading())))


def asset(name: str) -> str:
    """The address of a built file. Raises CmsError with the cure if the editor was never built."""
    return url_for("editor.static", filename=f"built/{manifest()[name]}")


@cache
def manifest() -> dict[str, str]:
    try:
        names: dict[str, str] = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CmsError(
            "The editor's script has not been built. Run `python -m cms.editor.build_assets` (it needs Node), "
            "or install Midstance with pip, which builds it."
        ) from None
    return names


def show_problem(problem: CmsError) -> ResponseReturnValue:
    """An error on purpose, as JSON for the editor's script and as a page for people."""
    headers = problem.headers
    if wants_json():
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
            "errors": problem.errors,
        }
        if current := getattr(problem, "current", None):
            body["current"] = current
        answer = jsonify(body)
        answer.mimetype = "application/problem+json"
        return answer, problem.status, headers
    return page_of(problem.title, problem.detail, problem.status), problem.status, headers


def show_stale_form(problem: CSRFError) -> ResponseReturnValue:
    """The form belongs to a session that has ended."""
    detail = gettext("This page has been open since before you signed in. Go back, reload it, and try again.")
    if wants_json():
        return jsonify(title="Stale form", status=400, detail=detail, csrf=True), 400
    if request.endpoint == "editor.post_form" and editor_now() is not None and request.view_args:
        return again(request.view_args["post_id"], BadInput(gettext("Please press the button once more."))), 400
    return page_of(gettext("Please reload the page"), detail, 400), 400


def show_http_problem(problem: HTTPException) -> ResponseReturnValue:
    """An error of the framework's: a wrong method, a body that is too large."""
    if problem.response is not None:  # a redirect is no problem
        return problem.response
    status = problem.code or 500
    detail = NotFound.title if status == 404 else problem.description or problem.name
    if status == 413:
        detail = gettext("This is more than we take at once. Use a smaller file.")
    if wants_json():
        return jsonify(title=problem.name, status=status, detail=detail), status
    return page_of(problem.name, detail, status), status


def keep_text() -> str:
    """The plain write form came after the session had ended: its text must not be lost."""
    kept = [(key, value) for key, values in request.form.lists() for value in values]
    return render_template("editor/kept_text.html", kept=kept, text=request.form.get("source", ""))


def page_of(title: str, detail: str, status: int) -> str:
    current_app.logger.debug("%s: %s", status, detail)
    return render_template("editor/problem.html", title=title, detail=detail)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def wants_json() -> bool:
    return request.path.startswith("/editor/api/")


def is_static() -> bool:
    return request.endpoint == "editor.static"
