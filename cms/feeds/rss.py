"""RSS 2.0 and Atom, written with the standard library: two small formats, and one more package is one more to mend.

Sources: https://www.rssboard.org/rss-specification, https://www.rfc-editor.org/rfc/rfc4287.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
# What XML 1.0 cannot hold, even escaped (https://www.w3.org/TR/xml/#charsets).
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NEVER = "1970-01-01T00:00:00Z"

for prefix, namespace in (("atom", ATOM), ("content", CONTENT), ("dc", DUBLIN_CORE)):
    ET.register_namespace(prefix, namespace)


def rss(about: Mapping[str, str], cards: Sequence[Mapping[str, Any]]) -> bytes:
    """An RSS 2.0 feed. `about` has title, home, self, description and language; cards come with html."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _put(channel, "title", about["title"])
    _put(channel, "link", about["home"])
    _put(channel, "description", about["description"] or about["title"])
    _put(channel, "language", about["language"])
    _put(channel, f"{{{ATOM}}}link", href=about["self"], rel="self", type="application/rss+xml")
    if cards:
        _put(channel, "lastBuildDate", _rfc822(_latest(cards)))
    for card in cards:
        item = ET.SubElement(channel, "item")
        _put(item, "title", card["title"])
        _put(item, "link", card["url"])
        _put(item, "guid", card["id"], isPermaLink="false")
        _put(item, "pubDate", _rfc822(card["published_at"]))
        for author in card["authors"]:
            _put(item, f"{{{DUBLIN_CORE}}}creator", author["name"])
        for tag in card["tags"]:
            _put(item, "category", tag["name"])
        _put(item, "description", card["excerpt"])
        _put(item, f"{{{CONTENT}}}encoded", card["html"])
    return _document(root)


def atom(about: Mapping[str, str], cards: Sequence[Mapping[str, Any]]) -> bytes:
    """An Atom feed of the same."""
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": about["language"]})
    _put(root, f"{{{ATOM}}}id", about["self"])
    _put(root, f"{{{ATOM}}}title", about["title"])
    if about["description"]:
        _put(root, f"{{{ATOM}}}subtitle", about["description"])
    _put(root, f"{{{ATOM}}}updated", _latest(cards) if cards else NEVER)
    _put(root, f"{{{ATOM}}}link", rel="self", href=about["self"], type="application/atom+xml")
    _put(root, f"{{{ATOM}}}link", rel="alternate", href=about["home"], type="text/html")
    _put(ET.SubElement(root, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", about["title"])
    for card in cards:
        entry = ET.SubElement(root, f"{{{ATOM}}}entry")
        _put(entry, f"{{{ATOM}}}id", f"urn:ulid:{card['id']}")
        _put(entry, f"{{{ATOM}}}title", card["title"])
        _put(entry, f"{{{ATOM}}}link", rel="alternate", href=card["url"], type="text/html")
        _put(entry, f"{{{ATOM}}}published", card["published_at"])
        _put(entry, f"{{{ATOM}}}updated", card["updated_at"])
        for author in card["authors"]:
            _put(ET.SubElement(entry, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", author["name"])
        for tag in card["tags"]:
            _put(entry, f"{{{ATOM}}}category", term=tag["slug"], label=tag["name"])
        _put(entry, f"{{{ATOM}}}summary", card["excerpt"])
        _put(entry, f"{{{ATOM}}}content", card["html"], type="html")
    return _document(root)


def clean_xml(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return NO_XML.sub("", text)


def _put(parent: ET.Element, name: str, text: str = "", /, **attributes: str) -> None:
    element = ET.SubElement(parent, name, {key: clean_xml(value) for key, value in attributes.items()})
    element.text = clean_xml(text) or None


def _document(root: ET.Element) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + bytes(ET.tostring(root, encoding="utf-8"))


def _latest(cards: Sequence[Mapping[str, Any]]) -> str:
    return str(max(card["updated_at"] for card in cards))


def _rfc822(moment: str) -> str:
    return format_datetime(datetime.fromisoformat(moment), usegmt=True)
