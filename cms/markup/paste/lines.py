"""A clipboard's tree -> a flat list of lines, each with what it is and its runs of text.

Every program that people copy from has its own idea of lists and headings; as lines they are all alike:
a kind, a level, and text with marks. Nesting is put back when the lines are written.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

from cms.markup.addresses import safe_address
from cms.markup.paste.tree import Node

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
MARK_TAGS = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "em", "dfn": "em", "var": "em",
    "s": "s", "strike": "s", "del": "s", "u": "u", "ins": "u", "sub": "sub", "sup": "sup", "mark": "mark",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code",
}  # fmt: skip
INLINE = frozenset({"span", "font", "a", "label", "big", "small", "q", "abbr", "input", "img", "br", *MARK_TAGS})
MONOSPACED = re.compile(r"^[\"']?(courier|consolas|menlo|monaco|roboto mono|source code|sf mono|monospace|inconsolata)")
WORD_HEADING = re.compile(r"\b(?:mso)?heading ?([1-6])\b", re.IGNORECASE)
WORD_LEVEL = re.compile(r"\blevel(\d)\b")
NUMBER_MARKER = re.compile(r"\(?(\d{1,3}|[a-z]{1,4}|[ivxlc]{1,6})[.):]", re.IGNORECASE)
UNKNOWN_PICTURE = re.compile(
    r"(?i)(?:file|data|cid|blob|about|webkit-fake-url):|//|[^:/?#]+$|.*googleusercontent\.com/"
)
CELL = ("scope", "colspan", "rowspan")  # attributes of a cell that stay
# What services wrap around a link to count the click; the real address is a parameter.
REDIRECTS = {"www.google.com": "q", "l.facebook.com": "u", "lm.facebook.com": "u", "l.instagram.com": "u"}


@dataclass(frozen=True, slots=True)
class Run:
    """Text with its marks; `href` is "" or the address that it links to."""

    text: str
    marks: frozenset[str] = frozenset()
    href: str = ""


@dataclass(slots=True)
class Line:
    """One line of a document.

    `kind`: p, h (with `level` 1 to 6), item (`level` from 1), more (another paragraph of the item before), pre,
    hr, img and block (with `attributes`), or table (with `rows`; its caption is the text).
    `soft`: it followed a line break, not the end of a paragraph.
    """

    kind: str
    runs: list[Run] = field(default_factory=list)
    level: int = 0
    ordered: bool = False
    start: int = 1
    soft: bool = False
    quote: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    rows: "list[list[Cell]]" = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(slots=True)
class Cell:
    """A cell of a table."""

    head: bool
    attributes: dict[str, str]
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Where:
    """What the elements around say about the text."""

    marks: frozenset[str] = frozenset()
    href: str = ""
    kept_space: bool = False
    quote: bool = False
    lists: tuple[bool, ...] = ()  # for each list around: is it ordered
    start: int = 1


class Reader:
    """One walk over a tree."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.line: Line | None = None  # the line that text goes to
        self.next_kind: Line | None = None  # what the next line will be: an item or a heading
        self.pictures = 0  # those that could not come along
        self.styled = False

    # -- lines -------------------------------------------------------------------------------------
    def finish(self) -> None:
        """End the line."""
        self.line = None

    def open_line(self, where: Where) -> Line:
        """The line that text goes to now."""
        if self.line is None:
            if self.next_kind is not None:
                self.line, self.next_kind = self.next_kind, None
            elif where.lists and self.lines and self.lines[-1].kind in ("item", "more"):
                self.line = Line("more", level=len(where.lists), quote=where.quote)
            else:
                self.line = Line("p", quote=where.quote)
            self.lines.append(self.line)
        return self.line

    def add(self, text: str, where: Where) -> None:
        """Text in the flow."""
        if where.kept_space and "\n" in text and text.strip():
            for i, part in enumerate(text.split("\n")):
                if i:
                    self.break_line(where)
                self.add(part, where)
            return
        if self.line is None and not text.strip(" \t\n\r\xa0"):
            return
        self.open_line(where).runs.append(Run(text, where.marks, where.href))

    def break_line(self, where: Where) -> None:
        """A line break: what follows is a soft line of the same paragraph; two in a row end it."""
        line = self.line
        if line is None:
            if self.lines and self.lines[-1].soft and not self.lines[-1].runs:
                self.lines.pop()
            return
        if not line.text.strip() and line.soft:
            self.lines.remove(line) if line in self.lines[-1:] else None
            self.finish()
            return
        if line.kind == "h":
            line.runs.append(Run(" "))
            return
        kind = "more" if line.kind == "item" else line.kind
        self.line = Line(kind, level=line.level, soft=True, quote=line.quote)
        self.lines.append(self.line)

    # -- the walk ----------------------------------------------------------------------------------
    def walk(self, children: Iterable[Node | str], where: Where) -> None:
        """Elements and texts in order."""
        for child in children:
            if isinstance(child, str):
                self.add(child, where)
            elif not hidden(child):
                self.element(child, where)

    def element(self, node: Node, where: Where) -> None:
        """One element."""
        self.styled = self.styled or bool(node.style)
        name = node.name
        if name == "br":
            self.break_line(where)
        elif name == "img":
            self.picture(node, where)
        elif name == "hr":
            self.finish()
            self.lines.append(Line("hr", quote=where.quote))
        elif name == "input":
            pass
        elif name in INLINE:
            self.walk(node.children, marked(node, where))
        elif name == "pre":
            self.preformatted(node, where)
        elif name == "table":
            self.table(node, where)
        elif name in ("ul", "ol", "menu", "dir"):
            self.listing(node, where)
        elif name == "figure" and "data-block" in node.attributes:
            self.finish()
            self.lines.append(Line("block", attributes={"data-block": node.attributes["data-block"]}))
        else:
            self.block(node, where)

    def block(self, node: Node, where: Where) -> None:
        """A paragraph, heading, item or wrapper."""
        self.finish()
        where = marked(node, where)
        if node.name == "blockquote":
            where = replace(where, quote=True)
        level = heading_level(node)
        item = word_item(node)
        if node.name == "li":
            self.item(node, where)
        elif level:
            bare = replace(where, marks=where.marks - {"strong"})
            self.kinded(node, bare, Line("h", level=level, quote=where.quote))
        elif item is not None:
            item.quote = where.quote
            self.kinded(node, where, item)
        else:
            self.walk(node.children, where)
        self.finish()

    def kinded(self, node: Node, where: Where, line: Line) -> None:
        """A block whose first line is of a kind."""
        before, self.next_kind = self.next_kind, line
        self.walk(node.children, where)
        self.next_kind = before if self.next_kind is line else None

    def listing(self, node: Node, where: Where) -> None:
        """A list; one that stands straight inside another belongs to the item before."""
        self.finish()
        start = node.attributes.get("start", "1")
        number = int(start) if re.fullmatch(r"\d{1,5}", start) else 1
        inner = replace(where, lists=(*where.lists, node.name == "ol"), start=number)
        self.walk(node.children, inner)
        self.finish()

    def item(self, node: Node, where: Where) -> None:
        """An item; its level is what the program says, else how deep it stands."""
        said = node.attributes.get("aria-level") or node.attributes.get("data-aria-level") or ""
        level = int(said) if re.fullmatch(r"[1-9]", said) else max(len(where.lists), 1)
        ordered = where.lists[-1] if where.lists else False
        inner = replace(where, lists=where.lists or (False,))
        self.kinded(node, inner, Line("item", level=level, ordered=ordered, start=where.start, quote=where.quote))

    def preformatted(self, node: Node, where: Where) -> None:
        """Preformatted text, as it stands."""
        self.finish()
        text = all_text(node).strip("\n")
        if text:
            self.lines.append(Line("pre", [Run(text)], quote=where.quote))

    def table(self, node: Node, where: Where) -> None:
        """A table. One cell alone is no table but a box around text."""
        self.finish()
        cells = list(node.find("td", "th"))
        if len(cells) == 1:
            self.walk(cells[0].children, where)
            self.finish()
            return
        line = Line("table", quote=where.quote)
        for row in own(node, "tr", "caption"):
            if row.name == "caption":
                line.runs = [run for inner in self.inside(row) for run in inner.runs]
            elif cells := own(row, "td", "th"):
                line.rows.append([self.cell(cell) for cell in cells])
        if line.rows:
            self.lines.append(line)

    def cell(self, node: Node) -> Cell:
        """A cell with its lines. A heading in a cell is only bold words: a table has no chapters."""
        kept = {name: node.attributes[name] for name in CELL if name in node.attributes}
        lines = self.inside(node)
        for line in lines:
            if line.kind == "h":
                line.kind = "p"
                line.runs = [replace(run, marks=run.marks | {"strong"}) for run in line.runs]
        return Cell(node.name == "th", kept, lines)

    def inside(self, node: Node) -> list[Line]:
        """The lines inside an element, apart from the others."""
        inner = Reader()
        inner.pictures = self.pictures
        inner.walk(node.children, Where())
        self.pictures = inner.pictures
        self.styled = self.styled or inner.styled
        return inner.lines

    def picture(self, node: Node, where: Where) -> None:
        """A picture; one that cannot come along leaves its words in square brackets."""
        source, alt = node.attributes.get("src", ""), " ".join(node.attributes.get("alt", "").split())
        if node.attributes.get("aria-roledescription") == "checkbox" or tiny(node):
            return
        if alt and len(alt) <= 16 and not any(map(str.isalnum, alt.replace("\ufe0f\u20e3", ""))) and not alt.isascii():
            self.add(alt, where)  # an emoji drawn as a picture
            return
        kept = safe_address(source) if source[:4].lower() == "http" else None
        self.finish()
        if source.startswith("media/") or (kept and "googleusercontent.com/" not in source):
            named = {name: value for name, value in node.attributes.items() if name in ("alt", "data-decorative")}
            self.lines.append(Line("img", attributes={"src": kept or source} | named, quote=where.quote))
            return
        self.pictures += 1
        self.add(
            f"[Picture: {alt}]" if alt else f"[Picture {self.pictures}]", replace(where, marks=frozenset(), href="")
        )
        self.finish()


def read_lines(root: Node) -> Reader:
    """The lines of a tree."""
    reader = Reader()
    reader.walk(root.children, Where())
    return reader


def own(node: Node, *names: str) -> list[Node]:
    """The rows of a table (or cells of a row), but not those of a table inside."""
    found: list[Node] = []
    waiting: list[Node | str] = list(reversed(node.children))
    while waiting:
        part = waiting.pop()
        if isinstance(part, Node):
            if part.name in names:
                found.append(part)
            elif part.name != "table":
                waiting.extend(reversed(part.children))
    return found


# -- what an element says ------------------------------------------------------------------------------
def hidden(node: Node) -> bool:
    """What its program did not show: hidden text, comments in the margin, Word's list markers."""
    style, css_class = node.style, node.attributes.get("class", "")
    return (
        style.get("display") == "none"
        or style.get("mso-hide") == "all"
        or style.get("mso-list") == "ignore"
        or style.get("mso-element") in ("comment-list", "comment")
        or "MsoCommentReference" in css_class
        or "hidden" in node.attributes
    )


def tiny(node: Node) -> bool:
    """A picture of a pixel or two that only counts readers."""
    return any(node.attributes.get(side) in ("0", "1", "2") for side in ("width", "height"))


def marked(node: Node, where: Where) -> Where:
    """The marks inside an element. CSS outranks the tag: Google wraps all in <b style="font-weight:normal">."""
    marks, style = set(where.marks), node.style
    if tag := MARK_TAGS.get(node.name):
        marks.add(tag)
    weight = style.get("font-weight") or ("bold" if re.search(r"\bbold\b", style.get("font", "")) else "")
    if weight:
        bold = weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600)
        marks.add("strong") if bold else marks.discard("strong")
    if slant := style.get("font-style"):
        marks.add("em") if slant in ("italic", "oblique") else marks.discard("em")
    href = address_of(node) if node.name == "a" else where.href
    decoration = style.get("text-decoration", "") + style.get("text-decoration-line", "")
    if "line-through" in decoration:
        marks.add("s")
    if "underline" in decoration:
        marks.add("u")
    if href:
        marks.discard("u")  # every program underlines its links
    if (raised := style.get("vertical-align")) in ("sub", "super"):
        marks.add("sub" if raised == "sub" else "sup")
    if MONOSPACED.match(style.get("font-family", "")):
        marks.add("code")
    kept = where.kept_space
    if space := style.get("white-space"):
        kept = space.startswith(("pre", "break-spaces"))
    return replace(where, marks=frozenset(marks), href=href, kept_space=kept)


def address_of(node: Node) -> str:
    """Where a link leads, without a service's redirect around it; "" for places inside the old document."""
    href = node.attributes.get("href", "").strip()
    try:
        parts = urlsplit(href)
        if (name := REDIRECTS.get(parts.netloc.lower())) and (target := parse_qs(parts.query).get(name)):
            href = target[0]
    except ValueError:
        return ""
    return "" if href.startswith("#") else safe_address(href) or ""


def heading_level(node: Node) -> int:
    """1 to 6 for a heading, by whatever its program calls one; 0 for anything else."""
    if node.name in HEADINGS:
        return HEADINGS[node.name]
    if node.attributes.get("role") == "heading":
        said = node.attributes.get("aria-level", "2")
        return min(int(said), 6) if re.fullmatch(r"[1-9]", said) else 2
    if node.name in ("p", "div"):
        css_class = node.attributes.get("class", "")
        if match := WORD_HEADING.search(css_class):
            return int(match[1])
        if "MsoTitle" in css_class.split():
            return 1
        outline = node.style.get("mso-outline-level", "")
        return min(int(outline), 6) if re.fullmatch(r"[1-9]", outline) else 0
    return 0


def word_item(node: Node) -> Line | None:
    """Word's desktop program writes list items as paragraphs with `mso-list:l0 level1 lfo1`."""
    match = WORD_LEVEL.search(node.style.get("mso-list", "")) if node.name in ("p", "div") else None
    if not match:
        return None
    marker = ""
    for span in node.find("span"):
        if span.style.get("mso-list") == "ignore":
            marker = all_text(span).strip(" \xa0\t\n")
            break
    number = NUMBER_MARKER.fullmatch(marker)
    start = int(number[1]) if number and number[1].isdigit() else 1
    return Line("item", level=int(match[1]), ordered=number is not None, start=start)


def all_text(node: Node) -> str:
    """The text inside an element, line breaks as newlines."""
    out: list[str] = []
    waiting: list[Node | str] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            out.append(part)
        elif part.name == "br":
            out.append("\n")
        else:
            if part.name in ("div", "p") and out and not out[-1].endswith("\n"):
                out.append("\n")
            waiting.extend(reversed(part.children))
    return "".join(out)
