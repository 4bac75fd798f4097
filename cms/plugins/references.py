"""Research references as data: numbered once, shown where they stand, listed under the post."""

from collections.abc import Iterable, Mapping
from typing import Any

from cms.config import Settings
from cms.hooks import hookimpl
from cms.markup import blocks as markup
from cms.markup.blocks import Reference


@hookimpl
def find_references(blocks: Iterable[Mapping[str, Any]], listed: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """References in order of their numbers: those placed in the text, then those only listed, each once."""
    found: dict[str, Reference] = {}
    placed = [block for block in blocks if block.get("kind") == "reference"]
    for row in [*placed, *listed]:
        reference = markup.reference_from(row, 0)
        if key := markup.key_of(reference):
            found.setdefault(key, reference)
    return [_plain(reference) for reference in found.values()]


@hookimpl
def expand_block(kind: str, data: Mapping[str, Any], site: Settings) -> str | None:
    """A reference where it stands in the text: its number, its words, its link, and what it shows."""
    return markup.cited(markup.reference_from(data, data.get("n") or 0), data) if kind == "reference" else None


@hookimpl
def describe_block(kind: str, data: Mapping[str, Any], site: Settings) -> dict[str, Any] | None:
    """The block as JSON: `text`, `url`, `doi`, and `journal`, `year`, `shows` where given."""
    if kind != "reference":
        return None
    more = {name: str(data[name]) for name in ("journal", "year", "shows") if data.get(name)}
    return {**_plain(markup.reference_from(data, 0)), **more}


def _plain(reference: Reference) -> dict[str, Any]:
    return {"text": reference.text, "url": reference.url, "doi": reference.doi}
