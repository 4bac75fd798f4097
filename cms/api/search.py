"""`/search` and `/search/suggest`: visitors' words in, cards and highlights out."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from cms import search as engine
from cms.api.blueprint import PublicBlueprint, json_answer
from cms.api.paging import paged
from cms.api.queries import SearchQuery, SuggestQuery
from cms.caching import each_time
from cms.caching.rate import take_turn
from cms.db import writing
from cms.search import learning
from cms.search.state import state
from cms.shapes import View, found_shape, suggestion_shapes
from cms.shapes.schemas import Found, SuggestAnswer

search = PublicBlueprint("search", __name__, description="Full-text search.")


@search.resource("/search", Found, query=SearchQuery, errors=(429,))
def search_posts(view: View, asked: Mapping[str, Any]) -> Response:
    """Search posts, best first."""
    take_turn("search", view.site.search_rate)
    found = engine.find(
        view.session,
        asked["q"],
        tags=asked["tag"],
        author=asked["author"],
        page=asked["page"],
        limit=asked["limit"],
        explain=asked["explain"],
        memo=view.memo,
    )
    counts = found.page == 1 and not found.degraded and not asked["instant"]
    if counts:
        each_time(learning.count(asked["q"], found.total))
        learning.flush_in_time(writing)
    return paged(view, found_shape(view, found), found.page, found.limit, found.total, keep=not found.degraded)


@search.resource("/search/suggest", SuggestAnswer, query=SuggestQuery, errors=(429,))
def suggest_searches(view: View, asked: Mapping[str, Any]) -> Response:
    """Suggest posts, tags and phrases while somebody types."""
    take_turn("suggest", view.site.search_rate * 10)  # a suggestion for each letter typed
    found = engine.suggest(view.session, asked["q"], asked["limit"], view.memo)
    healing = state().healing.is_set()  # the index is being rebuilt: what it cannot say now it soon can
    return json_answer({"suggestions": suggestion_shapes(view, found)}, keep=not healing)
