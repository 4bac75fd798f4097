"""How the templates of this room write dates, reasons, addresses and data."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from gettext import gettext as _
from typing import Any

from flask import g
from markupsafe import Markup


def day(time: str) -> str:
    """`2026-01-26T12:00:00Z` or `2026-01-26` as `Jan 26, 2026`."""
    moment = datetime.fromisoformat(time)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return f"{moment:%b} {moment.day}, {moment.year}"


def why(reason: dict[str, Any]) -> str:
    """A reason of a related article in words."""
    if reason["kind"] in {"tag", "phrase"}:
        return _("Also about {n}").replace("{n}", reason["label"])
    return str(reason["label"])


def here(url: str, slug: str) -> str:
    """The address of a post: its own, or as the page being made wants it (the demo website keeps its readers)."""
    pattern: str | None = g.get("post_pattern")
    return pattern.replace("{slug}", slug) if pattern else url


def script_safe(data: object) -> Markup:
    """JSON that cannot end the `<script>` it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - every character that means something to HTML has been replaced


FILTERS: dict[str, Callable[..., Any]] = {"day": day, "why": why, "here": here, "script_safe": script_safe}
