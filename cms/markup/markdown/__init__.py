"""Markdown <-> HTML without loss.

`to_html` reads Markdown (CommonMark, tables, strikethrough, raw HTML, fenced blocks of ours); what it gives
is as hostile as its author and has to be cleaned. `to_markdown` writes clean HTML so that reading and
cleaning gives the same HTML again: each top-level block as Markdown if that holds for it, else as raw HTML.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cms.errors import CmsError
from cms.markup.clean import clean
from cms.markup.markdown.fences import KIND, KINDS, BadBlock, write_block
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

    A block whose data is missing, or whose kind is no name, stays as its placeholder; data of blocks that
    do not stand in the HTML is not written.
    """
    blocks = {name: data for name, data in blocks.items() if KIND.fullmatch(str(data.get("kind", "")))}
    pieces = list(written(html, blocks))
    placed = {piece.block for piece in pieces}
    inside = [write_block(name, blocks[name], None) for name in ids_in(html) if name in blocks and name not in placed]
    text = joined([*(piece.markdown for piece in pieces), *inside])
    if same(text, html, blocks):
        return text
    text = joined([*(piece.markdown if piece.block else raw(piece.html) for piece in pieces), *inside])
    if same(text, html, blocks):
        return text
    return joined([raw(html), *(write_block(name, blocks[name], None) for name in ids_in(html) if name in blocks)])


@dataclass(frozen=True, slots=True)
class Piece:
    """A top-level block as Markdown and as HTML; `block` is its id if it is a placeholder with data."""

    markdown: str
    html: str
    block: str = ""


def ids_in(html: str) -> list[str]:
    """The ids of all placeholders, each once."""
    return list(dict.fromkeys(re.findall(r'<figure data-block="([a-z0-9-]+)">', html)))


def joined(pieces: list[str]) -> str:
    """Pieces with a blank line between them."""
    text = "\n\n".join(pieces)
    return text + "\n" if text else ""


def written(html: str, blocks: Blocks) -> Iterator[Piece]:
    """The pieces of a document."""
    numbers: dict[str, int] = {}
    bullet = "-"
    was_list = False
    for found in top_level(html):
        first, whole = found[0], "".join(token.raw for token in found)
        name = first.attributes.get("data-block", "") if isinstance(first, Start) else ""
        if name in blocks:
            kind = str(blocks[name].get("kind", ""))
            numbers[kind] = numbers.get(kind, 0) + 1
            yield Piece(write_block(name, blocks[name], numbers[kind]), whole, name)
            was_list = False
            continue
        is_list = isinstance(first, Start) and first.name in ("ul", "ol")
        bullet = ("*" if bullet == "-" else "-") if is_list and was_list else "-"
        was_list = is_list
        yield Piece(piece(found, whole, bullet), whole)


def piece(found: list[Token], whole: str, bullet: str) -> str:
    """One block: in Markdown, with HTML for its marks, or in HTML, whichever first comes back the same."""
    for html_marks in (False, True):
        try:
            text = block_markdown(found, html_marks, bullet)
        except NotMarkdown:
            continue
        if same(text, whole, {}):
            return text
    return raw(whole)


def same(text: str, html: str, blocks: Blocks) -> bool:
    """Whether Markdown gives this HTML, and the data of the blocks that stand in it."""
    try:
        made = to_html(text)
        if made.html != html and clean(made.html).html != html:
            return False
    except CmsError:
        return False
    return made.blocks == {name: normal(name, blocks[name]) for name in ids_in(html) if name in blocks}


def normal(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A block's data as reading would give it."""
    plain = dict(data)
    if plain.get("kind") == "exercise":
        plain.setdefault("exercise", name)
    return plain
