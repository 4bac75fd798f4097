"""What to read after a post."""

from typing import Any

from cms.related import related_to
from cms.shapes.cards import cards_by_id
from cms.shapes.view import View


def related_cards(view: View, post_id: str, limit: int) -> list[dict[str, Any]]:
    """Cards of the related posts, best first, with score and reasons."""
    found = related_to(view.connection, post_id, limit)
    cards = cards_by_id(view, [item.post_id for item in found])
    return [
        cards[item.post_id] | {"score": round(item.score, 4), "reasons": item.reasons}
        for item in found
        if item.post_id in cards
    ]
