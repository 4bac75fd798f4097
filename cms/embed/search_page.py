"""`/embed/search`: search without JavaScript, where a plain form leads and "See all results" by default."""

from gettext import gettext as _
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request

from cms import search
from cms.caching import each_time, memo
from cms.caching.rate import take_turn
from cms.db import snapshot, writing
from cms.embed.headers import page
from cms.search import learning
from cms.shapes import View, found_shape
from cms.shapes.paging import asked_number

LONGEST = 200  # characters, as the API has it
LIMIT = 10
MOST_TAGS = 8
MOST_PAGES = 1000


def results() -> Response:
    """GET /embed/search?q=…&tag=…&page=…"""
    view = View.of(snapshot(), memo())
    words = " ".join(request.args.get("q", "").split())
    tags = request.args.getlist("tag")[:MOST_TAGS]
    values: dict[str, Any] = {"words": words[:LONGEST], "tags": tags, "blog": view.site.public("/")}
    if len(words) > LONGEST:
        values["problem"] = _("Keep it to {} characters.").format(LONGEST)
    elif words:
        take_turn("search", view.site.search_rate)
        values |= _found(view, words, tags)
    whole = not values.get("found", {}).get("degraded")
    return page(render_template("embed/search.html", site=view.site, **values), view.site, keep=whole)


def _found(view: View, words: str, tags: list[str]) -> dict[str, Any]:
    at = asked_number(request.args.get("page", ""), 1, 1, MOST_PAGES)
    answer = search.find(view.session, words, tags=tags, page=at, limit=LIMIT, memo=view.memo)
    found = found_shape(view, answer)
    if at == 1 and not answer.degraded:
        each_time(learning.count(words, answer.total))
        learning.flush_in_time(writing)
    for facet in found["facets"]["tags"]:
        facet["on"] = facet["slug"] in tags
        others = [tag for tag in tags if tag != facet["slug"]]
        facet["query"] = _query(words, others if facet["on"] else [*others, facet["slug"]])
    return {
        "found": found,
        "first": (at - 1) * LIMIT + 1,
        "before": _query(words, tags, at - 1) if at > 1 else "",
        "after": _query(words, tags, at + 1) if at * LIMIT < found["total"] else "",
    }


def _query(words: str, tags: list[str], at: int = 1) -> str:
    pairs = [("q", words), *(("tag", tag) for tag in tags)]
    return urlencode([*pairs, ("page", at)] if at > 1 else pairs)
