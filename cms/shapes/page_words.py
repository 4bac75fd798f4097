"""What the template of a post's page needs besides the post: for the public page and for its preview."""

import json
from collections.abc import Mapping
from datetime import datetime
from gettext import translation
from typing import Any

from markupsafe import Markup

from cms.config import Settings
from cms.posts import post_address, zone
from cms.shapes.tags import tag_address
from cms.shapes.view import View

# asked at each word, gettext's own functions would look for a catalogue on the disk at each word
WORDS = translation("messages", fallback=True)
gettext, ngettext = WORDS.gettext, WORDS.ngettext
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def page_words(view: View) -> dict[str, Any]:
    """The site, its language's words, and addresses."""
    return {
        "site": view.site,
        "_": lambda text, **values: gettext(text) % values if values else gettext(text),
        "ngettext": lambda one, many, number: ngettext(one, many, number) % {"num": number},
        "day": lambda moment: day(moment, view.site),
        "tag_url": lambda slug: tag_address(view, slug),
        "post_url": lambda slug: post_address(view.site, slug),
    }


def day(moment: str, site: Settings) -> str:
    """A moment as a day in the author's time zone: 22 November 2026 in English, 2026-11-22 in other languages."""
    local = datetime.fromisoformat(moment)
    if local.tzinfo is not None:
        local = local.astimezone(zone(site))
    if not site.language.lower().startswith("en"):
        return local.date().isoformat()
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def script_json(data: Mapping[str, Any]) -> Markup:
    """JSON that is safe inside <script>: no character that could end it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(safe)  # noqa: S704 - escaped in the line above
