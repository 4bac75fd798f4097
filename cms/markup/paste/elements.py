"""What one element of a clipboard says: its marks, where it links, whether it is a heading or an item.

CSS outranks tags here, because that is how the programs write: Google wraps everything in a bold that is
none, and Word's lists are paragraphs with a style.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

from cms.markup.addresses import safe_address
from cms.markup.clean.policy import PATTERNS
from cms.markup.paste.lines import Line
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
NUMBER_MARKER = re.compile(r"\(?(?:(?:\d{1,3}\.)*(\d{1,3})[.):]?|[a-z]{1,6}[.):])", re.IGNORECASE)
QUOTE_CLASSES = frozenset({"MsoQuote", "MsoQuoteCxSpFirst", "MsoIntenseQuote", "MsoIntenseQuoteCxSpFirst"})
UNKNOWN_PICTURE = re.compile(
    r"(?i)(?:file|data|cid|blob|about|webkit-fake-url):|//|[^:/?#]+$|.*googleusercontent\.com/"
)
LANGUAGE = PATTERNS["code", "class"]
LONGEST_TITLE = 200
TITLE_POINTS = 24  # a first heading of Google Docs has 20, its title 26
POINTS = re.compile(r"(\d{1,3}(?:\.\d+)?)pt")
CELL = ("scope", "colspan", "rowspan")  # attributes of a cell that stay
# What services wrap around a link to count the click; the real address is a parameter.
REDIRECTS = {"www.google.com": "q", "l.facebook.com": "u", "lm.facebook.com": "u", "l.instagram.com": "u"}


@dataclass(frozen=True, slots=True)
class Where:
    """What the elements around say about the text."""

    marks: frozenset[str] = frozenset()
    href: str = ""
    kept_space: bool = False
    quote: str = ""
    lists: tuple[bool, ...] = ()  # for each list around: is it ordered
    start: int = 1


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
        marks.add("mono")
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
        outline = node.style.get("mso-outline-level", "")
        return min(int(outline), 6) if re.fullmatch(r"[1-9]", outline) else 0
    return 0


def is_title(node: Node, *, first: bool) -> bool:
    """Whether a paragraph is the document's title: Word names it, Google Docs only writes it large (26 points)."""
    if node.name not in ("p", "div"):
        return False
    if "MsoTitle" in node.attributes.get("class", "").split():
        return True
    parts = filled(node) if first and node.name == "p" else []
    return bool(parts) and all(map(is_large, parts))


def filled(node: Node) -> list[Node]:
    """The elements straight inside that hold words; the element itself if words stand there bare."""
    if any(isinstance(child, str) and child.strip() for child in node.children):
        return [node]
    return [child for child in node.children if isinstance(child, Node) and all_text(child).strip()]


def is_large(node: Node) -> bool:
    size = POINTS.match(node.style.get("font-size", ""))
    return size is not None and float(size[1]) >= TITLE_POINTS


def quoted(node: Node) -> str:
    """Whether an element is a quotation: "pull", "plain" or ""."""
    classes = node.attributes.get("class", "").split()
    if node.name == "blockquote":
        return "pull" if "pull" in classes else "plain"
    return "plain" if not QUOTE_CLASSES.isdisjoint(classes) else ""


def is_long(node: Node) -> bool:
    """Whether a heading is none: Instagram's website writes a whole caption as an h1."""
    return len(list(node.find("br"))) > 1 or len(all_text(node)) > LONGEST_TITLE


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
    start = int(number[1]) if number and number[1] else 1
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
