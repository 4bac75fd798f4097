"""RSS 2.0 and Atom, written by hand: two small formats, and one more package is one more to mend.

Sources: https://www.rssboard.org/rss-specification, https://www.rfc-editor.org/rfc/rfc4287.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
# What XML 1.0 cannot hold, even escaped (https://www.w3.org/TR/xml/#charsets): these bytes of UTF-8, and two more
CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r"))
NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
NEVER = "1970-01-01T00:00:00Z"


def rss(about: Mapping[str, str], cards: Sequence[Mapping[str, Any]]) -> bytes:
    """An RSS 2.0 feed. `about` has title, home, self, description and language; cards come with html."""
    parts = [
        element("title", about["title"]),
        element("link", about["home"]),
        element("description", about["description"] or about["title"]),
        element("language", about["language"]),
        element("atom:link", href=about["self"], rel="self", type="application/rss+xml"),
    ]
    if cards:
        parts.append(element("lastBuildDate", _rfc822(_latest(cards))))
    for card in cards:
        parts += [
            "<item>",
            element("title", card["title"]),
            element("link", card["url"]),
            element("guid", card["id"], isPermaLink="false"),
            element("pubDate", _rfc822(card["published_at"])),
            *(element("dc:creator", author["name"]) for author in card["authors"]),
            *(element("category", tag["name"]) for tag in card["tags"]),
            element("description", card["excerpt"]),
            element("content:encoded", card["html"]),
            "</item>",
        ]
    inside = "".join(parts)
    names = f'xmlns:atom="{ATOM}" xmlns:content="{CONTENT}" xmlns:dc="{DUBLIN_CORE}"'
    return clean(f'{HEAD}<rss version="2.0" {names}><channel>{inside}</channel></rss>')


def atom(about: Mapping[str, str], cards: Sequence[Mapping[str, Any]]) -> bytes:
    """An Atom feed of the same."""
    parts = [
        element("id", about["self"]),
        element("title", about["title"]),
        element("subtitle", about["description"]) if about["description"] else "",
        element("updated", _latest(cards) if cards else NEVER),
        element("link", rel="self", href=about["self"], type="application/atom+xml"),
        element("link", rel="alternate", href=about["home"], type="text/html"),
        f"<author>{element('name', about['title'])}</author>",
    ]
    for card in cards:
        parts += [
            "<entry>",
            element("id", f"urn:ulid:{card['id']}"),
            element("title", card["title"]),
            element("link", rel="alternate", href=card["url"], type="text/html"),
            element("published", card["published_at"]),
            element("updated", card["updated_at"]),
            *(f"<author>{element('name', author['name'])}</author>" for author in card["authors"]),
            *(element("category", term=tag["slug"], label=tag["name"]) for tag in card["tags"]),
            element("summary", card["excerpt"]),
            element("content", card["html"], type="html"),
            "</entry>",
        ]
    language, inside = quoteattr(about["language"]), "".join(parts)
    return clean(f'{HEAD}<feed xmlns="{ATOM}" xml:lang={language}>{inside}</feed>')


def element(name: str, text: str = "", /, **attributes: str) -> str:
    """An element that holds text."""
    begins = name + "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{begins}>{escape(text)}</{name}>" if text else f"<{begins}/>"


def clean(document: str) -> bytes:
    """A document as UTF-8, without the characters that XML cannot hold."""
    data = document.encode("utf-8", "ignore").translate(None, CONTROLS)  # "ignore": halves of a surrogate pair
    for nothing in NONCHARACTERS:
        data = data.replace(nothing, b"")
    return data


def _latest(cards: Sequence[Mapping[str, Any]]) -> str:
    return str(max(card["updated_at"] for card in cards))


def _rfc822(moment: str) -> str:
    return format_datetime(datetime.fromisoformat(moment), usegmt=True)
