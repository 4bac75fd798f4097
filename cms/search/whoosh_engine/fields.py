"""The schema: what one post is in Whoosh, with a posting format that NumPy reads in one go."""

import json
import struct
from array import array
from collections.abc import Iterator, Mapping
from typing import Any

from whoosh import columns, fields, formats

from cms.search.engine import Document
from cms.search.layout import ZONES, Line, lay_out
from cms.search.words import term_number

FORMAT = 4
"""Raise this when the index is written differently: older ones are then rebuilt."""


class PackedPositions(formats.Format):  # type: ignore[misc] # Whoosh ships no types
    """Positions of a word in a post as 16-bit numbers in a row: a block of postings is one array."""

    def word_values(self, value: Any, analyzer: Any, **kwargs: Any) -> Iterator[Any]:
        """Whoosh's own way to ask for postings; ours come from `Postings.index`."""
        raise NotImplementedError

    def decode_positions(self, value: bytes) -> list[int]:
        """The positions, for Whoosh's own matchers (the public way to the same data)."""
        return array("H", value).tolist()

    def decode_frequency(self, value: bytes) -> int:
        """How often the word stands in the post."""
        return len(value) // 2

    def decode_weight(self, value: bytes) -> float:
        """The same as a weight."""
        return float(len(value) // 2)


class Postings(fields.FieldType):  # type: ignore[misc] # Whoosh ships no types
    """The line of words (`layout.py`), analysed already: `{stem: positions}`."""

    def __init__(self) -> None:
        super().__init__(PackedPositions(), None, scorable=True)

    def index(self, value: Mapping[str, "array[int]"], **kwargs: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        for word, places in value.items():
            yield word.encode(), len(places), float(len(places)), places.tobytes()


class Terms(fields.FieldType):  # type: ignore[misc] # Whoosh ships no types
    """A set of exact terms without positions: ids, tags, surface words, phrases."""

    def __init__(self, *, stored: bool = False, unique: bool = False) -> None:
        super().__init__(formats.Existence(), None, stored=stored, unique=unique)

    def index(self, value: Any, **kwargs: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term in (value,) if isinstance(value, str) else value:
            yield term.encode(), 1, 1.0, b""


def schema() -> Any:
    """A new schema. Columns hold what every search needs of every post; `stored` what a hit needs."""
    columns_of_zones = {f"end_{zone}": fields.COLUMN(columns.NumericColumn("H")) for zone in ZONES}
    return fields.Schema(
        id=Terms(unique=True),
        all=Postings(),
        word=Terms(),
        phrase=Terms(),
        acronym=Terms(),
        tag=Terms(),
        tagname=Terms(),
        author=Terms(),
        words=fields.COLUMN(columns.NumericColumn("I")),
        published=fields.COLUMN(columns.NumericColumn("i")),
        label=fields.COLUMN(columns.VarBytesColumn()),
        doc=fields.COLUMN(columns.VarBytesColumn()),
        **columns_of_zones,
    )


def to_fields(document: Document) -> dict[str, Any]:
    """`document` as the keyword arguments of Whoosh's `add_document`."""
    line = lay_out(document)
    minute = int(document.published_at.timestamp() // 60) if document.published_at else 0
    values: dict[str, Any] = {
        "id": document.id,
        "all": line.postings,
        "word": line.words,
        "phrase": line.phrases,
        "acronym": [f"{short}\t{meaning}" for short, meaning in line.acronyms.items()],
        "tag": [tag.slug for tag in document.tags],
        "tagname": ["\t".join((tag.slug, tag.name, *tag.aliases)) for tag in document.tags],
        "author": document.authors,
        "words": line.length(),
        "published": minute,
        "label": "\t".join((document.id, document.slug, document.title.replace("\t", " "))).encode(),
        "doc": stored(document, line),
    }
    values.update({f"end_{zone}": end for zone, end in zip(ZONES, line.ends, strict=True)})
    return {name: value for name, value in values.items() if value not in ((), [], {}, set())}


BLOBS = ("terms", "counts", "title_spans", "body_spans", "body")
_SIZE = struct.Struct("!I")


def stored(document: Document, line: Line) -> bytes:
    """What highlights, passages and likeness need of a hit, as bytes: a JSON header and five rows after it.

    Not among Whoosh's stored fields, which are compressed: reading a page of hits would take twice as long.
    """
    terms = line.weightiest()
    blobs = (
        array("I", (term_number(word) for word, _ in terms)).tobytes(),
        array("H", (min(count, 65_535) for _, count in terms)).tobytes(),
        line.title_spans.tobytes(),
        line.body_spans.tobytes(),
        line.body.encode("utf-8", "surrogatepass"),
    )
    header = {
        "id": document.id,
        "title": document.title,
        "body_from": line.body_from,
        "sections": line.sections,
        "heading_words": line.heading_words,
        "sizes": [len(blob) for blob in blobs],
    }
    data = json.dumps(header, separators=(",", ":")).encode()
    return b"".join((_SIZE.pack(len(data)), data, *blobs))


def read_stored(data: bytes) -> dict[str, Any]:
    """The other way round."""
    at = _SIZE.size + _SIZE.unpack_from(data)[0]
    found: dict[str, Any] = json.loads(data[_SIZE.size : at])
    for name, size in zip(BLOBS, found["sizes"], strict=True):
        found[name] = data[at : at + size]
        at += size
    found["body"] = found["body"].decode("utf-8", "surrogatepass")
    return found
