"""Placeholders in clean HTML -> finished HTML."""

import html as entities
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

FIGURE = re.compile(r'<figure data-block="([a-z0-9-]+)"></figure>')
IMG = re.compile(r'<img src="media/([^"]+)"( alt="([^"]*)")?[^>]*>')


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture, as a renderer needs it; variants are (name, width)."""

    name: str
    width: int
    height: int
    alt: str = ""
    caption: str = ""
    focal: tuple[float, float] | None = None
    variants: list[tuple[str, int]] = field(default_factory=list)
    blurhash: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    n: int
    text: str
    url: str = ""
    doi: str = ""


def block_ids(html: str) -> list[str]:
    """Ids of the blocks that stand in the HTML, in order."""
    return FIGURE.findall(html)


def references_of(blocks: Mapping[str, Mapping[str, Any]], html: str) -> list[Reference]:
    """The references that stand in the post, numbered in order of appearance."""
    found = [blocks[i] for i in block_ids(html) if blocks.get(i, {}).get("kind") == "reference"]
    return [
        Reference(n, str(b.get("text", "")), str(b.get("url", "")), str(b.get("doi", "")))
        for n, b in enumerate(found, 1)
    ]


def render(
    html: str,
    blocks: Mapping[str, Mapping[str, Any]],
    picture: Callable[[str], Picture | None],
    expand: Callable[[str, Mapping[str, Any]], str | None] | None = None,
    own_hosts: frozenset[str] = frozenset(),
) -> str:
    """Finished HTML: pictures with srcset, blocks expanded."""

    def img(m: re.Match[str]) -> str:
        p = picture(entities.unescape(m[1]))
        if p is None:
            return ""
        srcset = ", ".join(f"midstance-media:{n} {w}w" for n, w in p.variants)
        return (
            f'<img src="midstance-media:{p.name}" srcset="{srcset}" sizes="100vw" alt="{m[3] or ""}" '
            f'width="{p.width}" height="{p.height}" loading="lazy" decoding="async">'
        )

    def block(m: re.Match[str]) -> str:
        data = blocks.get(m[1], {})
        made = expand(str(data.get("kind", "")), data) if expand and data else None
        return made or ""

    return FIGURE.sub(block, IMG.sub(img, html))
