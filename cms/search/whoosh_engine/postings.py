"""Posting lists as NumPy arrays, read from Whoosh once a term.

The fast way reads whole blocks from the matcher (private members of Whoosh's codec, watched by a
contract test); if they are not as expected the same data comes through the public matcher methods,
only slower. Deleted posts are in the arrays until a merge; the snapshot masks them.
"""

import os
import pickle
import struct
import zlib
from collections.abc import Callable, Container, Iterator
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, WHOOSH3_HEADER_MAGIC, W3TermInfo
from whoosh.reading import TermNotFound
from whoosh.system import pack_ushort
from whoosh.util.numeric import byte_to_length

Ints = npt.NDArray[np.int32]
Shorts = npt.NDArray[np.uint16]
Decoded = tuple[Ints, Ints, Shorts]
"""Posts, occurrences in each, and all positions in a row."""

_COUNT, _COUNT_AT = struct.Struct("!I"), 5  # of the posts with a term: after a byte and a float, unaligned
_EXTENT = struct.Struct("!qi")  # of a list in its file
_SIZES = struct.Struct("!II")  # of a row's key and value
_LENGTH = struct.Struct("!i")  # of a block; below nought: it is the last
PIECE = 1 << 18
"""Bytes of the table of terms that are read at once."""
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
    rows = raw_rows(leaf, field)
    return ((term.decode(), _COUNT.unpack_from(value, _COUNT_AT)[0]) for term, value in rows)


def raw_lists(leaf: Any, field: str, wanted: Container[str]) -> Iterator[tuple[str, list[int], list[int], list[bytes]]]:
    """The lists of many terms in the order in which they stand in the files, as plain numbers: posts, occurrences,
    positions. Twenty times as fast as `decode`, term by term. Raises as `raw_terms` does."""
    rows = raw_rows(leaf, field)
    read = _stretch(leaf._terms._postfile)
    return (
        (term, *_blocks(read(*_EXTENT.unpack_from(value, W3TermInfo._struct.size))))
        for row, value in rows
        if (term := row.decode()) in wanted
    )


def raw_rows(leaf: Any, field: str) -> Iterator[tuple[bytes, bytes]]:
    """A field's rows of the table of terms: each term, and what is written of it."""
    prefix: bytes = pack_ushort(leaf._terms._fieldmap[field])
    table = leaf._terms._tindex
    if W3TermInfo._struct.format != "!BfIBBfII":
        raise AttributeError("terms are kept in another form")
    begin = table.closest_key_pos(prefix)
    end = table.endofdata
    return _rows(_stretch(table.dbfile), end if begin is None else begin, end, prefix)


def _stretch(opened: Any) -> Callable[[int, int], bytes]:
    """How to read at a place, so and so many bytes, of what is a stretch of the segment's one file."""
    part = opened.file
    file, begins = part._file, part._offset
    return lambda at, size: os.pread(file.fileno(), size, begins + at)


def _rows(read: Callable[[int, int], bytes], at: int, end: int, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Rows of the table from `at` on whose keys begin with `prefix`, read in large pieces."""
    skip = len(prefix)
    piece, here = b"", 0
    while at + here < end:
        if len(piece) - here >= _SIZES.size:
            key, value = _SIZES.unpack_from(piece, here)
            begins = here + _SIZES.size
            ends = begins + key + value
            if ends <= len(piece):
                if not piece.startswith(prefix, begins):
                    return
                yield piece[begins + skip : begins + key], piece[begins + key : ends]
                here = ends
                continue
        more = read(at + len(piece), PIECE)
        if not more:
            raise EOFError("the table of terms is cut short")
        piece, at, here = piece[here:] + more, at + here, 0


def _blocks(data: bytes) -> tuple[list[int], list[int], list[bytes]]:
    """What stands in the blocks of one list. Raises TypeError where Whoosh is not as it was."""
    posts: list[int] = []
    counts: list[int] = []
    values: list[bytes] = []
    if not data.startswith(WHOOSH3_HEADER_MAGIC):
        raise TypeError("lists begin otherwise")
    at = len(WHOOSH3_HEADER_MAGIC)
    while at < len(data):
        size: int = _LENGTH.unpack_from(data, at)[0]
        at += _LENGTH.size
        block = data[at : at + abs(size)]
        about = pickle.loads(block)  # noqa: S301 - our own file, which Whoosh reads so
        block = block[len(pickle.dumps(about, 2)) :]
        deltas, weights, positions = pickle.loads(zlib.decompress(block) if about[3] else block)  # noqa: S301 - likewise
        posts.extend(accumulate(deltas))
        if isinstance(weights, tuple):
            counts.extend(map(int, weights))
        else:
            counts.extend([1 if weights is None else int(weights)] * len(deltas))
        values.extend(positions)
        at += abs(size)
        if size < 0:
            break
    return posts, counts, values


def public_terms(leaf: Any, field: str) -> Iterator[tuple[str, int]]:
    """The same through methods that Whoosh documents."""
    for (name, text), info in leaf.iter_from(field, ""):
        if name != field:
            return
        yield (text.decode() if isinstance(text, bytes) else text), info.doc_frequency()
