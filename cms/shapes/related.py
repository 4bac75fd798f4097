"""What to read after a post."""

from typing import Any

import sqlalchemy as sa

from cms.posts import Post
from cms.search.tables import RelatedPost
from cms.shapes.cards import PUBLIC, Listing, cards_by_id, list_cards
from cms.shapes.view import View

_RELATED = (
    sa.select(RelatedPost.other_id, RelatedPost.score, RelatedPost.reasons)
    .join(Post, Post.id == RelatedPost.other_id)
    .where(PUBLIC, RelatedPost.post_id == sa.bindparam("post_id"))
    .order_by(RelatedPost.position)
    .limit(sa.bindparam("limit"))
)


def related_cards(view: View, post_id: str, limit: int) -> list[dict[str, Any]]:
    """Cards of the related posts, best first, with score and reasons."""
    rows = view.rows(_RELATED, {"now": view.now, "post_id": post_id, "limit": limit})
    cards = cards_by_id(view, [row.other_id for row in rows])
    found = [
        cards[row.other_id] | {"score": round(row.score, 4), "reasons": row.reasons}
        for row in rows
        if row.other_id in cards
    ]
    if not found:
        newest, _ = list_cards(view, Listing(limit=limit + 1))
        reason = [{"kind": "recent", "label": "recent"}]
        found = [card | {"score": 0.0, "reasons": reason} for card in newest if card["id"] != post_id][:limit]
    return found
