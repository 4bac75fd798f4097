"""How a view hands a public answer over to the layer, and what it may keep beside."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, has_request_context, request

EPOCH = "midstance.epoch"  # in the WSGI environment: the epoch in which this request began
AGAIN = "midstance.again"  # in the WSGI environment: what to do each time that the answer is given again
KEEP = "midstance.keep"  # in the WSGI environment: the answer may be kept, "query" or "path" says under what


def answer(
    body: bytes | str,
    content_type: str = "application/json",
    *,
    headers: Mapping[str, str] | None = None,
    ignores_query: bool = False,
    keep: bool = True,
) -> Response:
    """A public answer with status 200: the layer adds validators, encodings and CORS.

    `ignores_query` says that the query string changes nothing, so that `?utm_source=…` finds the same answer.
    `keep=False` still gives validators, but the answer is made anew for the next visitor.
    """
    request.environ[KEEP] = ("path" if ignores_query else "query") if keep else "never"
    response = Response(body, content_type=content_type)
    if headers:
        response.headers.extend(headers)
    return response


def each_time(do: Callable[[], None]) -> None:
    """Have `do` called whenever the answer to this request is given again without asking: keep it cheap."""
    request.environ[AGAIN] = do


def memo() -> dict[Any, Any]:
    """A place for what stays true until the public side changes. Outside a request: a fresh one."""
    epoch = request.environ.get(EPOCH) if has_request_context() else None
    return epoch.memo if epoch is not None else {}
