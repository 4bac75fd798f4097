"""`/feeds/duda.json`: every public post as a row, for an external collection of the site builder Duda.

Duda reads a list of flat objects from an address that answers application/json, makes a page of each row, and
takes the page's address from the field named in its settings (here: `slug`).
https://developer.duda.co/docs/collections
"""

import json
from typing import Any

from flask import Response

from cms.caching import answer, memo
from cms.db import snapshot
from cms.shapes import Listing, View, list_cards

MOST = 1000  # newest posts; a row carries the whole article


def collection() -> Response:
    """GET /feeds/duda.json"""
    cards, _total = list_cards(View.of(snapshot(), memo()), Listing(limit=MOST, html=True))
    return answer(json.dumps([row(card) for card in cards], ensure_ascii=False), ignores_query=True)


def row(card: dict[str, Any]) -> dict[str, Any]:
    """One post, flat: Duda's fields hold text, numbers and addresses."""
    cover = card["cover"] or {}
    return {
        "slug": card["slug"],
        "title": card["title"],
        "excerpt": card["excerpt"],
        "html": card["html"],
        "image": cover.get("src", ""),
        "image_alt": cover.get("alt", ""),
        "author": "; ".join(", ".join([author["name"], *author["credentials"]]) for author in card["authors"]),
        "tags": ", ".join(tag["name"] for tag in card["tags"]),
        "published_at": card["published_at"],
        "updated_at": card["updated_at"],
        "reading_time": card["reading_time"],
        "url": card["url"],
    }
