"""Markdown <-> HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from markdown_it import MarkdownIt

from cms.errors import BadInput

KINDS = frozenset({"exercise", "booking", "video", "question", "reference"})


@dataclass(frozen=True, slots=True)
class Rendered:
    html: str
    blocks: dict[str, dict[str, Any]] = field(default_factory=dict)


def to_html(markdown: str) -> Rendered:
    """Markdown (CommonMark, tables, raw HTML, blocks) -> HTML, not yet cleaned."""
    blocks: dict[str, dict[str, Any]] = {}

    def fence(m: re.Match[str]) -> str:
        try:
            data = yaml.safe_load(m[2]) or {}
        except yaml.YAMLError as error:
            raise BadInput(f"The {m[1]} block is not valid YAML: {error}") from error
        name = str(data.pop("id", f"{m[1]}-{len(blocks) + 1}"))
        blocks[name] = {"kind": m[1], **data}
        return f'\n<figure data-block="{name}"></figure>\n'

    markdown = re.sub(rf"(?ms)^```({'|'.join(sorted(KINDS))})\n(.*?)^```$", fence, markdown)
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    return Rendered(str(html), blocks)


def to_markdown(html: str, blocks: Mapping[str, Mapping[str, Any]]) -> str:
    """Clean HTML -> Markdown."""
    return html + "\n"
