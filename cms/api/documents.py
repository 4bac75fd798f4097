"""`/openapi.json` and `/docs`: what this API can do, for programs and for people."""

import json
import re
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from cms.api.openapi import PREFIX
from cms.api.queries import NoQuery, read_query
from cms.caching import answer
from cms.posts import settings

documents = Blueprint("documents", __name__, url_prefix=PREFIX, template_folder="templates")

PAGE_POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'self'"


def _document() -> dict[str, Any]:
    made: dict[str, Any] = current_app.extensions["midstance_openapi"]()
    return made


@documents.get("/openapi.json")
def openapi_json() -> Response:
    """The OpenAPI 3.1 document."""
    read_query(NoQuery, request.query_string)
    return answer(json.dumps(_document(), ensure_ascii=False))


@documents.get("/docs")
def docs_page() -> Response:
    """The same as a page: no script, nothing from elsewhere."""
    read_query(NoQuery, request.query_string)
    spec = _document()
    page = render_template(
        "api/docs.html",
        spec=spec,
        groups=_groups(spec),
        show=_pretty,
        problems=PROBLEMS,
        config_public=settings().public,
    )
    headers = {"Content-Security-Policy": PAGE_POLICY}
    return answer(page, "text/html; charset=utf-8", headers=headers)


PROBLEMS = (
    (404, "Nothing public stands at this address: it never did, or it is a draft, scheduled, withdrawn or deleted."),
    (405, "Only GET, HEAD and OPTIONS are answered here."),
    (406, "The Accept header leaves no format that this address has."),
    (413, "What was sent is too large."),
    (422, "A parameter is unknown, repeated or has a bad value; `errors` names it and says what to write."),
    (429, "Too many searches from one address; Retry-After says how many seconds to wait."),
    (500, "Something went wrong on our side; it has been logged."),
    (503, "The database does not answer; try again in a while."),
)


def _groups(spec: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Operations by tag, in the order of the document."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in spec["paths"].items():
        for name, operation in operations.items():
            if name != "parameters":
                row = {**operation, "path": path, "shared": operations.get("parameters", [])}
                groups.setdefault(operation["tags"][0], []).append(row)
    return groups


@documents.app_template_filter("anchor")
def _anchor(path: str) -> str:
    """A path as the id of its section."""
    return "get" + re.sub(r"[^a-z0-9]+", "-", path.lower()).rstrip("-")


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
