"""The one error body: every error of the public side, as RFC 9457 has it.

No slug, no address and no cause is in it, so that a draft and a post that never was answer alike.
"""

import json
import logging
from gettext import gettext as _
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotAcceptable, RequestEntityTooLarge
from werkzeug.exceptions import NotFound as NoSuchRoute

from cms.errors import CmsError, NotFound, TooManyRequests
from cms.posts import settings

log = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"
NOTHING_HERE = _(
    "Nothing public stands at this address. Check the spelling; /api/v1/posts lists what there is, "
    "/api/v1/docs says how to ask."
)
DETAILS = {
    405: _("This address can only be read: use GET, HEAD or OPTIONS."),
    406: _("This address answers application/json. Send that in Accept, or leave the header out."),
    413: _("This is more than we take. Send less."),
    500: _("Something went wrong on our side. It has been logged; please try again in a while."),
}
TITLES = {
    404: NotFound.title,
    405: _("This cannot be done here"),
    406: _("Not available in that format"),
    413: _("This is too large"),
    500: CmsError.title,
}

PAGE_WORDS = {404: _("There is no page at this address.")}
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>{title}</title><link rel="stylesheet" href="{style}"></head>
<body><main><h1>{title}</h1><p>{words}</p></main></body></html>
"""


def handle_problems(app: Flask) -> None:
    """Answer every error outside the editor with the one body."""
    app.register_error_handler(CmsError, _from_cms)
    app.register_error_handler(HTTPException, _from_http)


def problem(status: int, title: str, detail: str, errors: dict[str, list[str]] | None = None) -> Response:
    """The error body, or for somebody who looks at a page of ours, a page."""
    accepted = request.accept_mimetypes
    if not request.path.startswith("/api/") and accepted["text/html"] > accepted[PROBLEM_JSON]:
        return _page(status, title, detail)
    body: dict[str, Any] = {
        "type": settings().public(f"/api/v1/docs#problem-{status}"),
        "title": title,
        "status": status,
        "detail": detail,
        "errors": errors or {},
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status=status, content_type=PROBLEM_JSON, headers={"Cache-Control": "no-store"})


def _from_cms(error: CmsError) -> Response:
    if isinstance(error, NotFound):
        return problem(404, NotFound.title, NOTHING_HERE)
    if error.status >= 500:
        log.error("Answered %s: %s", error.status, error.detail)
    answer = problem(error.status, error.title, error.detail, error.errors)
    if isinstance(error, TooManyRequests):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _from_http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400 or f"{request.path}/".startswith("/editor/"):
        return error  # a redirect, or a page of the editor, which has its own words
    if isinstance(error, NoSuchRoute):
        return problem(404, NotFound.title, NOTHING_HERE)
    answer = problem(status, TITLES.get(status, error.name), DETAILS.get(status, error.description or error.name))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer


def _page(status: int, title: str, detail: str) -> Response:
    words = PAGE.format(title=title, style=settings().public("/page.css"), words=PAGE_WORDS.get(status, detail))
    answer = Response(words, status=status, content_type="text/html; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
    return answer


__all__ = ["NOTHING_HERE", "NotAcceptable", "RequestEntityTooLarge", "handle_problems", "problem"]
