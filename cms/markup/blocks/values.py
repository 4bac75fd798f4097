"""Values of authors as text for HTML. Every one may be hostile: each is made plain words and escaped here."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from cms.markup.addresses import safe_address
from cms.markup.blocks.model import Reference
from cms.markup.clean.guard import characters

MARKER = "midstance-media:"
# A DOI begins with 10., a registrant and a slash (ISO 26324); this is Crossref's advice for matching one.
DOI = re.compile(r"10\.\d{4,9}/[-._;()/:a-zA-Z0-9]+")


def words(value: Any) -> str:
    """A value from an author's file as plain words; a list or mapping where words belong is nothing."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return " ".join(characters(str(value))[0].split())
    return ""


def text(value: Any) -> str:
    """A value as escaped text, for between tags and between double quotes."""
    return escape(words(value)).replace(MARKER, "midstance-media&#58;")


def paragraphs(value: Any) -> str:
    """A value with blank lines in it as paragraphs."""
    if not isinstance(value, str):
        value = words(value)
    return "".join(f"<p>{text(part)}</p>" for part in re.split(r"\n\s*\n", value) if words(part))


def link(url: str, label: str, css: str = "") -> str:
    """A link to another site; `url` is checked already, `label` is HTML."""
    style = f' class="{css}"' if css else ""
    return f'<a{style} href="{escape(url)}" rel="noopener noreferrer">{label}</a>'


def reference_from(data: Mapping[str, Any], n: int) -> Reference:
    """A reference from a block's data; a DOI without an address gets the resolver's (https://doi.org)."""
    match = DOI.search(words(data.get("doi")))
    doi = match[0] if match else ""
    url = safe_address(words(data.get("url"))) or (f"https://doi.org/{doi}" if doi else "")
    said = words(data.get("text") or data.get("title"))
    where = [word for word in (words(data.get("journal")), words(data.get("year"))) if word and word not in said]
    return Reference(n, ", ".join([said, *where]) if said else "", url, doi)


def key_of(reference: Reference) -> str:
    """What two mentions of one reference share."""
    return reference.doi.lower() or reference.url or reference.text
