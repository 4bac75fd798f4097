"""Pages of a list: the body's `meta` and the Link header (RFC 8288)."""

from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from flask import Response, request

from cms.api.blueprint import json_answer
from cms.shapes import View
from cms.shapes.paging import pages_of


def paged(view: View, body: dict[str, Any], page: int, limit: int, total: int, *, keep: bool = True) -> Response:
    """`body` with its pagination, in both places."""
    pages = pages_of(total, limit)
    pagination = {
        "page": page,
        "limit": limit,
        "pages": pages,
        "total": total,
        "next": page + 1 if page < pages else None,
        "prev": min(page - 1, pages) or None if page > 1 else None,
    }
    return json_answer(
        body | {"meta": {"pagination": pagination}}, headers={"Link": _links(view, pagination)}, keep=keep
    )


def _links(view: View, pagination: dict[str, Any]) -> str:
    asked = request.query_string.decode()
    others = [pair for pair in parse_qsl(asked, keep_blank_values=True) if pair[0] != "page"] if asked else []
    address = view.site.public(quote(request.path)) + (f"?{urlencode(others)}&page=" if others else "?page=")
    targets = {"first": 1, "prev": pagination["prev"], "next": pagination["next"], "last": max(1, pagination["pages"])}
    return ", ".join(f'<{address}{page}>; rel="{name}"' for name, page in targets.items() if page is not None)
