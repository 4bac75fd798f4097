"""Search results and suggestions as the contract shows them. Rows come through the gate."""

from collections.abc import Sequence
from typing import Any

from cms.posts import post_address
from cms.search import Found, Hit, Suggestion
from cms.shapes.cards import cards_by_id
from cms.shapes.tags import tag_address, tag_names
from cms.shapes.view import View


def found_shape(view: View, found: Found) -> dict[str, Any]:
    """What `/search` answers, without its pagination."""
    cards = cards_by_id(view, found.ids)
    names = tag_names(view, [slug for slug, _ in found.facets])
    return {
        "degraded": found.degraded,
        "query": {"q": found.q, "corrected": found.corrected, "expanded": found.expanded, "stage": found.stage},
        "total": found.total,
        "results": [cards[hit.id] | _hit(hit) for hit in found.hits if hit.id in cards],
        "facets": {
            "tags": [
                {"slug": slug, "name": names[slug], "count": count} for slug, count in found.facets if slug in names
            ]
        },
    }


def suggestion_shapes(view: View, suggestions: Sequence[Suggestion]) -> list[dict[str, Any]]:
    """What `/search/suggest` answers."""
    return [_suggestion(view, suggestion) for suggestion in suggestions]


def _hit(hit: Hit) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "score": round(float(hit.score), 4),
        "highlights": {"title": _pairs(hit.title), "body": [_pairs(passage) for passage in hit.body]},
        "passage": {"id": hit.passage.id, "heading": hit.passage.heading} if hit.passage else None,
    }
    if hit.explain is not None:
        shape["explain"] = hit.explain
    return shape


def _suggestion(view: View, suggestion: Suggestion) -> dict[str, Any]:
    shape: dict[str, Any] = {"kind": suggestion.kind, "text": suggestion.text, "parts": _pairs(suggestion.parts)}
    if suggestion.slug:
        shape["slug"] = suggestion.slug
        if suggestion.kind == "post":
            shape["url"] = post_address(view.site, suggestion.slug)
        else:
            shape["url"] = tag_address(view, suggestion.slug)
    return shape


def _pairs(pairs: Sequence[tuple[str, bool]]) -> list[list[Any]]:
    return [[text, bool(hit)] for text, hit in pairs]
