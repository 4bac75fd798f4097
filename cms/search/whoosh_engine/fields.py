"""The schema: what one post is in Whoosh, with a posting format that NumPy reads in one go."""

import struct
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import columns, fields, formats

from cms.search.engine import Document
from cms.search.layout import ZONES, Line, lay_out
from cms.search.words import term_number

FORMAT = 7
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
        said=fields.COLUMN(columns.VarBytesColumn()),
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
        "said": "\n".join(f"{count} {phrase}" for phrase, count in line.said.items()).encode("utf-8", "surrogatepass"),
    }
    values.update({f"end_{zone}": end for zone, end in zip(ZONES, line.ends, strict=True)})
    return {name: value for name, value in values.items() if value not in ((), [], {}, set(), b"")}


def read_said(data: bytes) -> dict[str, int]:
    """Phrases with how often they are said."""
    rows = (row.partition(" ") for row in data.decode("utf-8", "surrogatepass").splitlines())
    return {phrase: int(count) for count, _, phrase in rows}


@dataclass(slots=True)
class Stored:
    """What highlights, passages and likeness need of a hit. `starts` and `heading_starts` are the positions
    of the first words of its sections and of their headings (0: it has none); see `layout.Line` for the rest."""

    id: str
    title: str
    body: str
    body_from: int
    anchors: list[str]
    headings: list[str]
    terms: npt.NDArray[np.uint32]
    title_spans: npt.NDArray[np.uint32]
    body_spans: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint16]
    starts: npt.NDArray[np.uint16]
    heading_starts: npt.NDArray[np.uint16]


_ROWS = tuple((np.dtype(code), np.dtype(code).itemsize) for code in "IIIHHH")
"""Types of the rows of numbers, in the order of the fields above (so that each begins at a whole number)."""
_BETWEEN = "\x1f"
"""Stands between texts."""
_SIZES = struct.Struct("!8I")


def stored(document: Document, line: Line) -> bytes:
    """The same as bytes: eight sizes, a header of texts, six rows of numbers, the body.

    Not among Whoosh's stored fields, which are compressed: reading a page of hits would take twice as long.
    """
    terms = line.weightiest()
    rows = (
        array("I", (term_number(word) for word, _ in terms)),
        line.title_spans,
        line.body_spans,
        array("H", (min(count, 65_535) for _, count in terms)),
        array("H", (start for start, _, _ in line.sections)),
        array("H", line.heading_starts),
    )
    anchors, headings = [row[1] for row in line.sections], [row[2] for row in line.sections]
    texts = (text.replace(_BETWEEN, " ") for text in (document.id, document.title, *anchors, *headings))
    header = _BETWEEN.join((*texts, "")).encode("utf-8", "surrogatepass")
    header += b" " * (-len(header) % 4)
    blobs = [row.tobytes() for row in rows]
    sizes = _SIZES.pack(line.body_from, len(header), *map(len, blobs))
    return b"".join((sizes, header, *blobs, line.body.encode("utf-8", "surrogatepass")))


def read_stored(data: bytes) -> Stored:
    """The other way round."""
    body_from, length, *sizes = _SIZES.unpack_from(data)
    at = _SIZES.size + length
    id, title, *texts, _ = data[_SIZES.size : at].decode("utf-8", "surrogatepass").split(_BETWEEN)
    rows = []
    for (code, width), size in zip(_ROWS, sizes, strict=True):
        rows.append(np.frombuffer(data, code, size // width, at))
        at += size
    body = data[at:].decode("utf-8", "surrogatepass")
    half = len(texts) // 2
    return Stored(id, title, body, body_from, texts[:half], texts[half:], *rows)
