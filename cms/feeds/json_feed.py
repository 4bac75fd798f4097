"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def json_feed(about: Mapping[str, str], cards: Sequence[Mapping[str, Any]]) -> str:
    """The feed as text. `about` has title, home, self, description and language; cards come with html."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": about["title"],
        "home_page_url": about["home"],
        "feed_url": about["self"],
        "language": about["language"],
        "items": [_item(card) for card in cards],
    }
    if about["description"]:
        feed["description"] = about["description"]
    return json.dumps(feed, ensure_ascii=False, separators=(",", ":"))


def _item(card: Mapping[str, Any]) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": card["id"],
        "url": card["url"],
        "title": card["title"],
        "content_html": card["html"],
        "summary": card["excerpt"],
        "date_published": card["published_at"],
        "date_modified": card["updated_at"],
        "tags": [tag["name"] for tag in card["tags"]],
    }
    if card["authors"]:
        item["authors"] = [{"name": author["name"]} for author in card["authors"]]
    if card["cover"]:
        item["image"] = card["cover"]["src"]
    return item
