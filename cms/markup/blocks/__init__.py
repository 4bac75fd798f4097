"""Placeholders in clean HTML -> finished HTML: pictures with srcset, exercises, videos, links with rel.

What comes in is clean HTML (see `clean`) and data from authors' files and forms, of which every value may
be hostile: each is turned to text, stripped of control characters and escaped here, each address checked
against the cleaning policy. What plugins return is trusted: their code runs in our process anyway.

Media addresses are written as `midstance-media:NAME`; who serves the HTML replaces that one marker by the
address of the media folder. Words of authors that look like the marker are written so that they are not.
"""

import re
from collections.abc import Callable, Collection, Mapping
from html import unescape
from typing import Any

from cms.markup.blocks.kinds import booking, cited, dose_sentence, exercise, question, video
from cms.markup.blocks.model import Picture, Pictures, Reference
from cms.markup.blocks.pictures import is_own, render_picture
from cms.markup.blocks.values import MARKER, key_of, reference_from, words
from cms.markup.tokens import attributes_of

__all__ = [
    "MARKER",
    "Picture",
    "Reference",
    "block_ids",
    "booking",
    "cited",
    "dose_sentence",
    "key_of",
    "numbered",
    "reference_from",
    "render",
]

BLOCK = re.compile(r'<figure data-block="([a-z0-9-]{1,64})"></figure>')
PART = re.compile(
    r'<figure data-block="(?P<block>[a-z0-9-]{1,64})"></figure>'
    r"|<img(?P<img>(?: [^>]*)?)>(?P<alone></figure>)?"
    r'|<a href="(?P<href>[^"]*)">'
)
EMPTY_FIGURE = re.compile(r"<figure></figure>")

Expand = Callable[[str, Mapping[str, Any]], str | None]
Blocks = Mapping[str, Mapping[str, Any]]


def block_ids(html: str) -> list[str]:
    """Ids of the blocks that stand in the HTML, in order."""
    return BLOCK.findall(html)


def numbered(blocks: Blocks, html: str) -> dict[str, Reference]:
    """The references that stand in the post, numbered in order of appearance, by what makes two of them one: DOI,
    else address, else words."""
    found: dict[str, Reference] = {}
    for name in block_ids(html):
        data = blocks.get(name, {})
        if data.get("kind") != "reference":
            continue
        reference = reference_from(data, len(found) + 1)
        if key := key_of(reference):
            found.setdefault(key, reference)
    return found


def render(
    html: str,
    blocks: Blocks,
    picture: Pictures,
    expand: Expand | None = None,
    own_hosts: Collection[str] = (),
) -> str:
    """Clean HTML -> finished HTML.

    `picture` gives the stored picture for a name (without `media/`), or None; then its words stand in its
    place and no broken image. `expand` is asked first for each block (kind, data) and may return finished
    HTML, "" for nothing, or None for "not mine"; blocks of kinds that nobody knows vanish. Links to hosts
    other than `own_hosts` get rel="noopener noreferrer".
    """
    references = numbered(blocks, html)

    def part(match: re.Match[str]) -> str:
        if (name := match["block"]) is not None:
            return render_block(blocks.get(name, {}), picture, expand, references)
        if match["img"] is not None:
            return render_picture(attributes_of(match["img"]), match["alone"] or "", picture)
        href = unescape(match["href"])
        return match[0] if is_own(href, own_hosts) else f'<a href="{match["href"]}" rel="noopener noreferrer">'

    finished = PART.sub(part, html.replace(MARKER, "midstance-media&#58;"))
    return EMPTY_FIGURE.sub("", finished)


def render_block(
    data: Mapping[str, Any], picture: Pictures, expand: Expand | None, references: Mapping[str, Reference]
) -> str:
    """One block's finished HTML."""
    kind = words(data.get("kind"))
    if not kind:
        return ""
    if expand is not None and (made := expand(kind, data)) is not None:
        return made
    if kind == "exercise":
        return exercise(data, picture)
    if kind == "video":
        return video(data, picture)
    if kind == "reference":
        reference = reference_from(data, 0)
        return cited(references.get(key_of(reference), reference), data)
    if kind == "booking":
        return booking(data)
    return question(data) if kind == "question" else ""
