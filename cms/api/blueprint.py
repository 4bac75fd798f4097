"""How a public JSON resource is declared: its query, its answer and its errors, once, for Flask and OpenAPI alike."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import quote

import orjson
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema
from werkzeug.exceptions import NotAcceptable

from cms.api.queries import NoQuery, Query, read_query
from cms.caching import answer, memo
from cms.caching.encodings import takes
from cms.db import snapshot
from cms.shapes import View

JSON = "application/json"
ERRORS = {
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    422: "UNPROCESSABLE_ENTITY",
    429: "TOO_MANY_REQUESTS",
    500: "INTERNAL_SERVER_ERROR",
}

ViewFunction = Callable[..., Any]


class PublicBlueprint(Blueprint):  # type: ignore[misc] # flask-smorest ships no types
    """A blueprint whose resources are public, read only and documented."""

    def resource(
        self,
        rule: str,
        shape: type[Schema] | None,
        *,
        query: type[Query] = NoQuery,
        errors: tuple[int, ...] = (),
        moves: bool = False,
        keep: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> Callable[[ViewFunction], ViewFunction]:
        """Declare a view `view(view, asked, **path)` that returns what the answer holds.

        `errors` are the statuses it may answer besides those every resource may; `moves` says that an old
        slug answers 301; `keep=False` that its answers are never kept.
        """

        def declare(function: ViewFunction) -> ViewFunction:
            @wraps(function)
            def view(**path: Any) -> Response:
                if not takes(request.headers.get("Accept", ""), JSON):
                    raise NotAcceptable
                asked = read_query(query, request.query_string)
                found = function(View.of(snapshot(), memo()), asked, **path)
                return found if isinstance(found, Response) else json_answer(found, keep=keep, headers=headers)

            view._apidoc = _documented(shape, query, errors, moves)  # type: ignore[attr-defined] # read by flask-smorest
            self.add_url_rule(rule, view_func=view)
            return view

        return declare


def json_answer(data: Any, *, keep: bool = True, headers: Mapping[str, str] | None = None) -> Response:
    """Compact UTF-8 JSON."""
    return answer(orjson.dumps(data), headers=headers, keep=keep)


def private_answer(data: Any) -> Response:
    """JSON that is for this visitor only: kept nowhere, found by no search engine."""
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
    return Response(orjson.dumps(data), content_type=JSON, headers=headers)


def moved(path: str) -> Response:
    """301 to another resource of the API (a path under /api/v1), with the same query."""
    query = request.query_string.decode("latin-1")
    address = f"{request.script_root}/api/v1/{quote(path)}" + (f"?{query}" if query else "")
    return Response(status=301, headers={"Location": address})


def _documented(shape: type[Schema] | None, query: type[Query], errors: tuple[int, ...], moves: bool) -> dict[str, Any]:
    """The same in the form in which flask-smorest collects it for OpenAPI."""
    good: dict[str, Any] = {"description": "The answer.", "content_type": JSON}
    if shape is not None:
        good["schema"] = shape()
    responses: dict[Any, Any] = {200: [good]}
    responses[304] = [{"description": "Your copy (If-None-Match) is the present one.", "content_type": JSON}]
    if moves:
        responses[301] = [{"description": "It has moved; Location says where.", "content_type": JSON}]
    for status in sorted({*errors, 405, 406, 422, 500}):
        responses[status] = [ERRORS[status]]
    return {
        "arguments": {"parameters": [{"in": "query", "schema": query()}]},
        "response": {"responses": responses},
        "success_status_codes": [200],
    }
