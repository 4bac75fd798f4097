"""Markdown <-> HTML without loss.

`to_html` reads Markdown (CommonMark, tables, strikethrough, raw HTML, fenced blocks of ours); what it gives
is as hostile as its author and has to be cleaned. `to_markdown` writes clean HTML so that reading and
cleaning gives the same HTML again: each top-level block as Markdown if that holds for it, else as raw HTML.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cms.errors import CmsError
from cms.markup.clean import clean
from cms.markup.markdown.fences import KINDS, BadBlock
from cms.markup.markdown.inline import NotMarkdown
from cms.markup.markdown.reader import read
from cms.markup.markdown.writer import block_markdown, raw
from cms.markup.tokens import Start, Token, top_level

__all__ = ["KINDS", "BadBlock", "Rendered", "to_html", "to_markdown"]

Blocks = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Rendered:
    """HTML that is not cleaned yet, and the data of the blocks that stand in it."""

    html: str
    blocks: dict[str, dict[str, Any]] = field(default_factory=dict)


def to_html(markdown: str) -> Rendered:
    """Markdown -> HTML and blocks.

    Raises TooLarge, or BadBlock (a BadInput that has a `line`) for a block that cannot be read.
    """
    html, blocks = read(markdown)
    return Rendered(html, blocks)


def to_markdown(html: str, blocks: Blocks) -> str:
    """Clean HTML (as `clean()` returns it) and its blocks -> Markdown that gives both back.

    A block whose data is missing stays as its placeholder; data of blocks that do not stand in the HTML
    is not written.
    """
    pieces = list(written(html, blocks))
    text = joined(piece for piece, _ in pieces)
    if same(text, html, blocks):
        return text
    text = joined(raw(whole) for _, whole in pieces)
    return text if same(text, html, {}) else html + "\n"


def joined(pieces: Any) -> str:
    """Pieces with a blank line between them."""
    text = "\n\n".join(pieces)
    return text + "\n" if text else ""


def written(html: str, blocks: Blocks) -> Iterator[tuple[str, str]]:
    """Each top-level block as Markdown and as HTML."""
    numbers: dict[str, int] = {}
    bullet = "-"
    was_list = False
    for found in top_level(html):
        whole = "".join(token.raw for token in found)
        number = numbered(found, blocks, numbers)
        first = found[0]
        is_list = isinstance(first, Start) and first.name in ("ul", "ol")
        bullet = ("*" if bullet == "-" else "-") if is_list and was_list else "-"
        was_list = is_list
        yield piece(found, whole, blocks, number, bullet), whole


def numbered(found: list[Token], blocks: Blocks, numbers: dict[str, int]) -> int:
    """The number of this block among those of its kind, as reading would count it."""
    number = 0
    for token in found:
        if isinstance(token, Start) and "data-block" in token.attributes:
            kind = str(blocks.get(token.attributes["data-block"], {}).get("kind", ""))
            number = numbers[kind] = numbers.get(kind, 0) + 1
    return number


def piece(found: list[Token], whole: str, blocks: Blocks, number: int, bullet: str) -> str:
    """One block: in Markdown, with HTML for its marks, or in HTML, whichever first comes back the same."""
    for html_marks in (False, True):
        try:
            text = block_markdown(found, blocks, number, html_marks, bullet)
        except NotMarkdown:
            continue
        if whole.startswith("<figure data-block=") or same(text, whole, {}):
            return text
    return raw(whole)


def same(text: str, html: str, blocks: Blocks) -> bool:
    """Whether Markdown gives this HTML, and these data for the blocks that stand in it."""
    try:
        made = to_html(text)
        if made.html != html and clean(made.html).html != html:
            return False
    except CmsError:
        return False
    return all(normal(name, blocks[name]) == data for name, data in made.blocks.items() if name in blocks)


def normal(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A block's data as reading would give it."""
    plain = dict(data)
    if plain.get("kind") == "exercise":
        plain.setdefault("exercise", name)
    return plain
