"""Reading HTML that our own cleaner (or nh3) wrote: a strict, linear tokenizer and two small writers.

Not a parser for HTML from outside: there every `<` may lie. What nh3 serialises has no comments, quotes
every attribute with `"` and escapes `<`, `>` and `&` everywhere else, so one regular expression reads it
in one pass. A `<` that opens no such tag is read as text, so nothing is ever lost.
"""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import NamedTuple

TOKEN = re.compile(r'<(/?)([a-z][a-z0-9:-]*)((?: [^\s"\'<>/=]+="[^"<>]*")*)>|[^<]+|<')
ATTRIBUTE = re.compile(r' ([^\s"\'<>/=]+)="([^"<>]*)"')
SPACE = " \t\n\r\f"
VOID = frozenset({"br", "hr", "img"})


class Start(NamedTuple):
    """A start tag; `attributes` holds values with entities already read."""

    name: str
    attributes: dict[str, str]
    raw: str


class End(NamedTuple):
    """An end tag."""

    name: str
    raw: str


class Text(NamedTuple):
    """Running text, entities already read; `raw` is how it stood in the HTML."""

    text: str
    raw: str


Token = Start | End | Text


def tokens(html: str) -> Iterator[Token]:
    """The tags and texts of clean HTML in order, in linear time; their `raw` joined is the input again."""
    for match in TOKEN.finditer(html):
        raw, name = match[0], match[2]
        if name is None:
            yield Text(unescape(raw) if "&" in raw else raw, raw)
        elif match[1]:
            yield End(name, raw)
        else:
            yield Start(name, attributes_of(match[3]) if match[3] else {}, raw)


def top_level(html: str) -> Iterator[list[Token]]:
    """The tokens of each top-level block."""
    block: list[Token] = []
    depth = 0
    for token in tokens(html):
        block.append(token)
        if isinstance(token, Start) and token.name not in VOID:
            depth += 1
        elif isinstance(token, End):
            depth -= 1
        if depth == 0:
            yield block
            block = []
    if block:
        yield block


def attributes_of(written: str) -> dict[str, str]:
    """Attributes as they stand in a tag -> names and values; the first of two equal names wins."""
    found: dict[str, str] = {}
    for name, value in ATTRIBUTE.findall(written):
        found.setdefault(name, unescape(value) if "&" in value else value)
    return found


def escape_text(text: str) -> str:
    """Text as an HTML serialiser writes it (the standard's rule: & < > and the no-break space)."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    return text.replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")


def escape_value(value: str) -> str:
    """An attribute's value as an HTML serialiser writes it between double quotes."""
    return escape_text(value).replace('"', "&quot;")


def open_tag(name: str, attributes: Mapping[str, str] | None = None) -> str:
    """A start tag with its attributes in the order given, every value escaped."""
    if not attributes:
        return f"<{name}>"
    return f"<{name}" + "".join(f' {key}="{escape_value(value)}"' for key, value in attributes.items()) + ">"
