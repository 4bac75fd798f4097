"""Headings, anchors, plain text, excerpt, reading time and sections of clean HTML."""

import html as entities
import re
import unicodedata
from dataclasses import dataclass

HEADING = re.compile(r"<(h[2-4])>(.*?)</\1>", re.S)
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Heading:
    id: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    heading: str
    level: int
    text: str


def slugify(text: str) -> str:
    """Words joined by hyphens, at most 80 characters, never empty."""
    text = unicodedata.normalize("NFKD", text.replace("\ufe0f", "")).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", text).strip("-")[:80].strip("-") or "section"


def _text(html: str) -> str:
    return " ".join(entities.unescape(TAG.sub("", html)).split())


def with_anchors(html: str) -> str:
    """Give every heading a stable unique id."""
    seen: set[str] = set()

    def anchor(match: re.Match[str]) -> str:
        base = slugify(re.sub(r"[0-9#*]\ufe0f?\u20e3", "", _text(match[2])))
        name, n = base, 1
        while name in seen:
            n += 1
            name = f"{base}-{n}"
        seen.add(name)
        return f'<{match[1]} id="{name}">{match[2]}</{match[1]}>'

    return HEADING.sub(anchor, html)


def headings(html: str) -> list[Heading]:
    """The headings of HTML, with the ids that with_anchors gives."""
    html = html if " id=" in html else with_anchors(html)
    return [
        Heading(m[2], int(m[1]), _text(m[3])) for m in re.finditer(r'<h([2-4]) id="([^"]*)">(.*?)</h\1>', html, re.S)
    ]


def plain_text(html: str) -> str:
    """The words a reader sees, one line a block."""
    html = re.sub(r"</(?:p|h2|h3|h4|li|tr|pre|blockquote|figcaption|caption)>|<br>|<hr>", "\n", html)
    lines = entities.unescape(TAG.sub("", html)).split("\n")
    return "\n".join(line for line in (" ".join(x.split()) for x in lines) if line)


def excerpt(html: str, limit: int = 200) -> str:
    """The first honest sentences, cut at a word."""
    text = " ".join(plain_text(HEADING.sub("", html)).split())
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + "…"


def reading_time(text: str) -> int:
    """Minutes to read at 200 words a minute, at least 1."""
    return max(1, round(len(text.split()) / 200))


def sections(html: str) -> list[Section]:
    """Text by heading; what stands before the first heading has id ""."""
    html = html if " id=" in html else with_anchors(html)
    out: list[Section] = []
    name, level, title, start = "", 0, "", 0
    for m in re.finditer(r'<h([2-4]) id="([^"]*)">(.*?)</h\1>', html, re.S):
        body = plain_text(html[start : m.start()])
        if body or name:
            out.append(Section(name, title, level, body))
        name, level, title, start = m[2], int(m[1]), _text(m[3]), m.end()
    body = plain_text(html[start:])
    if body or name:
        out.append(Section(name, title, level, body))
    return out
