"""A page as it comes from the server, before any script: what stands in its head and in our elements."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

ELEMENTS = frozenset({"cms-posts", "cms-post", "cms-related", "cms-tags", "cms-search"})
SILENT = frozenset({"script", "style"})  # what stands in them is not for readers


@dataclass(slots=True)
class Element:
    """One of our elements on the page: what a reader without JavaScript sees of it."""

    name: str
    words: int = 0
    links: int = 0
    forms: int = 0
    headings: int = 0


@dataclass(slots=True)
class Page:
    """What was found. `scripts` are addresses of embed.js, `data` the readable JSON-LD blocks.

    `policies` are those in meta tags; `fault` is what was wrong when the first script was asked for, if somebody did.
    """

    url: str
    headers: dict[str, str]
    title: str = ""
    description: str = ""
    canonical: str = ""
    picture: str = ""
    robots: str = ""
    policies: list[str] = field(default_factory=list)
    fault: str = ""
    scripts: list[str] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    data: list[Any] = field(default_factory=list)
    broken_data: int = 0


def read_page(html: str, url: str, headers: dict[str, str] | None = None) -> Page:
    """Read a page's HTML. `headers` are those it came with, by lower-case name."""
    reader = _Reader(Page(url, headers or {}))
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self._inside: list[Element] = []
        self._text_of = ""  # title or script, while we are in one
        self._text: list[str] = []
        self._json = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ELEMENTS:
            element = Element(tag)
            self.page.elements.append(element)
            self._inside.append(element)
        elif tag == "link" and "canonical" in given.get("rel", "").lower().split():
            self.page.canonical = urljoin(self.page.url, given.get("href", ""))
        elif tag == "meta":
            self._meta(given)
        elif tag in ("title", *SILENT):
            self._start_text(tag, given)
        elif self._inside:
            self._count(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._text_of:
            self._end_text()
        elif tag in ELEMENTS and self._inside:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._text_of:
            self._text.append(data)
        elif self._inside:
            self._inside[-1].words += len(data.split())

    def _meta(self, given: dict[str, str]) -> None:
        if given.get("http-equiv", "").lower() == "content-security-policy":
            self.page.policies.append(given.get("content", ""))
        name = (given.get("name") or given.get("property", "")).lower()
        if name == "description":
            self.page.description = given.get("content", "")
        elif name == "robots":
            self.page.robots = given.get("content", "").lower()
        elif name == "og:image":
            self.page.picture = given.get("content", "")

    def _count(self, tag: str, given: dict[str, str]) -> None:
        element = self._inside[-1]
        element.links += tag == "a" and bool(given.get("href"))
        element.forms += tag == "form"
        element.headings += tag in ("h1", "h2", "h3", "h4")

    def _start_text(self, tag: str, given: dict[str, str]) -> None:
        self._text_of, self._text = tag, []
        self._json = given.get("type", "").lower() == "application/ld+json"
        source = given.get("src", "")
        if tag == "script" and "/embed" in source:
            self.page.scripts.append(urljoin(self.page.url, source))

    def _end_text(self) -> None:
        text = "".join(self._text).strip()
        if self._text_of == "title" and not self.page.title:
            self.page.title = " ".join(text.split())
        elif self._json:
            try:
                self.page.data.append(json.loads(text))
            except ValueError:
                self.page.broken_data += 1
        self._text_of, self._json = "", False
