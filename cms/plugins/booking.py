"""A call to book: a block whose link and words default to what the site's settings say."""

from collections.abc import Mapping
from typing import Any

from cms.config import Settings
from cms.hooks import hookimpl
from cms.markup import blocks
from cms.markup.addresses import safe_address


@hookimpl
def expand_block(kind: str, data: Mapping[str, Any], site: Settings) -> str | None:
    """The block as an aside with one link; nothing if there is no address to book at."""
    return blocks.booking(_booking(data, site)) if kind == "booking" else None


@hookimpl
def describe_block(kind: str, data: Mapping[str, Any], site: Settings) -> dict[str, Any] | None:
    """The block as JSON: `label`, `url`, `text`."""
    return _booking(data, site) if kind == "booking" else None


def _booking(data: Mapping[str, Any], site: Settings) -> dict[str, str]:
    return {
        "label": str(data.get("label") or site.booking_label or "Book a visit"),
        "url": safe_address(str(data.get("url") or site.booking_url or "")) or "",
        "text": str(data.get("text") or ""),
    }
