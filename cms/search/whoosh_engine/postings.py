"""Posting lists as NumPy arrays, read from Whoosh once a term.

The fast way reads whole blocks from the matcher (private members of Whoosh's codec, watched by a
contract test); if they are not as expected the same data comes through the public matcher methods,
only slower. Deleted posts are in the arrays until a merge; the snapshot masks them.
"""

import os
import struct
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3TermInfo
from whoosh.reading import TermNotFound
from whoosh.system import pack_ushort
from whoosh.util.numeric import byte_to_length

Ints = npt.NDArray[np.int32]
Shorts = npt.NDArray[np.uint16]
Decoded = tuple[Ints, Ints, Shorts]
"""Posts, occurrences in each, and all positions in a row."""

_COUNT = struct.Struct("!I")
EMPTY: Decoded = (np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.uint16))


def decode(leaf: Any, field: str, term: str) -> Decoded | None:
    """The postings of a term in one segment; None if it is not there."""
    try:
        matcher = leaf.postings(field, term)
    except TermNotFound:
        return None
    try:
        return decode_blocks(matcher)
    except (AttributeError, TypeError, IndexError):
        return decode_publicly(leaf.postings(field, term))


def decode_blocks(matcher: Any) -> Decoded:
    """Read whole blocks. Raises AttributeError or TypeError where Whoosh is not as it was."""
    matcher = getattr(matcher, "child", matcher)  # the filter that hides deleted posts
    posts: list[Ints] = []
    counts: list[Ints] = []
    values: list[bytes] = []
    matcher.reset()
    while matcher.is_active():
        matcher._read_data()
        deltas, weights, block_values = matcher._data
        posts.append(np.cumsum(np.array(deltas, np.int32), dtype=np.int32))
        if isinstance(weights, tuple):
            counts.append(np.array(weights, np.float32).astype(np.int32))
        else:
            counts.append(np.full(len(deltas), 1 if weights is None else int(weights), np.int32))
        if block_values:
            values.extend(block_values)
        matcher._next_block()
    return _decoded(posts, counts, values)


def decode_publicly(matcher: Any) -> Decoded:
    """The same through methods that Whoosh documents."""
    posts: list[int] = []
    counts: list[int] = []
    values: list[bytes] = []
    while matcher.is_active():
        posts.append(matcher.id())
        counts.append(int(matcher.weight()))
        values.append(matcher.value() or b"")
        matcher.next()
    return _decoded([np.array(posts, np.int32)], [np.array(counts, np.int32)], values)


def _decoded(posts: list[Ints], counts: list[Ints], values: list[bytes]) -> Decoded:
    positions = np.frombuffer(b"".join(values), np.uint16)
    joined = (posts[0], counts[0]) if len(posts) == 1 else (np.concatenate(posts), np.concatenate(counts))
    if len(positions) not in (0, int(joined[1].sum())):
        raise TypeError("positions and counts disagree")
    return joined[0], joined[1], positions


def column(leaf: Any, name: str, dtype: str) -> npt.NDArray[Any]:
    """A numeric column of one segment as an array; `dtype` is big-endian, as Whoosh writes."""
    count = leaf.doc_count_all()
    reader = leaf.column_reader(name, translate=False)
    try:
        values = raw_column(reader, dtype)
    except (AttributeError, TypeError):
        values = np.array([reader[index] for index in range(count)], dtype)
    if len(values) < count:  # Whoosh leaves out the defaults at the end
        values = np.concatenate([values, np.zeros(count - len(values), dtype)])
    return values


def raw_column(reader: Any, dtype: str) -> npt.NDArray[Any]:
    """The bytes of a column in one go. Raises AttributeError or TypeError where Whoosh is not as it was."""
    if reader._fixedlen != np.dtype(dtype).itemsize:
        raise TypeError("the column is of another width")
    return np.frombuffer(reader._dbfile.get(reader._basepos, reader._count * reader._fixedlen), dtype)


def blobs(leaf: Any, name: str) -> Callable[[int], bytes]:
    """How to read a column of bytes: a function from a post's number in the segment to its bytes."""
    reader = leaf.column_reader(name, translate=False)
    try:
        return raw_blobs(reader)
    except (AttributeError, TypeError):
        return lambda number: bytes(reader[number])


def raw_blobs(reader: Any) -> Callable[[int], bytes]:
    """The same straight from the file, many threads at once. Raises AttributeError or TypeError where Whoosh is
    not as it was."""
    part = reader._dbfile.file  # a stretch of the segment's one file
    file, begins = part._file, part._offset + reader._basepos
    offsets, sizes = reader._offsets, reader._lengths
    if len(offsets) != len(sizes):
        raise TypeError("offsets and lengths disagree")

    def read(number: int) -> bytes:
        if number >= len(sizes):
            return b""  # Whoosh leaves out the defaults at the end
        return os.pread(file.fileno(), sizes[number], begins + offsets[number])

    return read


def lengths(leaf: Any, field: str) -> npt.NDArray[np.float32]:
    """The lengths of a field, rounded as Whoosh rounds them (one byte each), so that scores are equal."""
    count = leaf.doc_count_all()
    try:
        numbers = length_bytes(leaf, field)
    except (AttributeError, TypeError):
        return np.array([leaf.doc_field_length(index, field, 0) or 0 for index in range(count)], np.float32)
    table = np.array([byte_to_length(index) if index else 0 for index in range(256)], np.float32)
    result = np.zeros(count, np.float32)
    result[: len(numbers)] = table[numbers]
    return result


def length_bytes(leaf: Any, field: str) -> npt.NDArray[Any]:
    """The column in which Whoosh keeps lengths; empty if no post has the field."""
    reader = leaf._perdoc._cached_reader(f"_{field}_len", LENGTHS_COLUMN)
    return np.empty(0, np.uint8) if reader is None else raw_column(reader, ">u1")


def terms_of(leaf: Any, field: str) -> Iterator[tuple[str, int]]:
    """Every term of a field in one segment with the number of posts that hold it (deleted ones too)."""
    if field not in leaf.indexed_field_names():
        return iter(())
    try:
        return raw_terms(leaf, field)
    except (AttributeError, KeyError, TypeError):
        return public_terms(leaf, field)


def raw_terms(leaf: Any, field: str) -> Iterator[tuple[str, int]]:
    """The same from the table's bytes. Raises AttributeError or KeyError where Whoosh is not as it was."""
    prefix: bytes = pack_ushort(leaf._terms._fieldmap[field])
    rows = leaf._terms._tindex.items_from(prefix)
    count_at = 5  # after a byte and a float, unaligned
    if W3TermInfo._struct.format != "!BfIBBfII":
        raise AttributeError("terms are kept in another form")
    return _raw_terms(rows, prefix, count_at)


def _raw_terms(rows: Any, prefix: bytes, count_at: int) -> Iterator[tuple[str, int]]:
    for key, value in rows:
        if not key.startswith(prefix):
            return
        yield key[len(prefix) :].decode(), _COUNT.unpack_from(value, count_at)[0]


def public_terms(leaf: Any, field: str) -> Iterator[tuple[str, int]]:
    """The same through methods that Whoosh documents."""
    for (name, text), info in leaf.iter_from(field, ""):
        if name != field:
            return
        yield (text.decode() if isinstance(text, bytes) else text), info.doc_frequency()
