"""Research references as data: numbered once, shown where they stand, listed under the post."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from cms.config import Settings
from cms.hooks import hookimpl
from cms.markup.addresses import safe_address

# A DOI begins with 10., a registrant and a slash (ISO 26324); this is Crossref's advice for matching one.
DOI = re.compile(r"10\.\d{4,9}/[-._;()/:a-zA-Z0-9]+")


@hookimpl
def find_references(blocks: Iterable[Mapping[str, Any]], listed: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """References in order of their numbers: those placed in the text, then those only listed, each once."""
    found: dict[str, dict[str, Any]] = {}
    placed = [block for block in blocks if block.get("kind") == "reference"]
    for row in [*placed, *listed]:
        reference = _reference(row)
        key = reference["doi"] or reference["url"] or reference["text"]
        if key:
            found.setdefault(key, reference)
    return list(found.values())


@hookimpl
def expand_block(kind: str, data: Mapping[str, Any], site: Settings) -> str | None:
    """A reference where it stands in the text: its number, its words, its link, and what it shows."""
    if kind != "reference":
        return None
    reference = _reference(data)
    number = f"[{int(data['n'])}] " if data.get("n") else ""
    words = escape(reference["text"] or reference["url"])
    if not words:
        return ""
    if reference["url"]:
        words = f'<a href="{escape(reference["url"])}" rel="noopener noreferrer">{words}</a>'
    shows = f'<span class="ms-shows">{escape(str(data["shows"]))}</span>' if data.get("shows") else ""
    return f'<p class="ms-reference" role="note">{number}{words}{" " + shows if shows else ""}</p>'


@hookimpl
def describe_block(kind: str, data: Mapping[str, Any], site: Settings) -> dict[str, Any] | None:
    """The block as JSON: `text`, `url`, `doi`, and `journal`, `year`, `shows` where given."""
    if kind != "reference":
        return None
    more = {name: str(data[name]) for name in ("journal", "year", "shows") if data.get(name)}
    return {**_reference(data), **more}


def _reference(data: Mapping[str, Any]) -> dict[str, Any]:
    """`text`, `url` and `doi` of a reference; a DOI without an address gets the resolver's (https://doi.org)."""
    match = DOI.search(str(data.get("doi") or ""))
    doi = match[0] if match else ""
    url = safe_address(str(data.get("url") or "")) or (f"https://doi.org/{doi}" if doi else "")
    return {"text": str(data.get("text") or data.get("title") or ""), "url": url, "doi": doi}
