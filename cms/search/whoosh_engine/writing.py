"""Writing a segment: the same files as Whoosh writes, with less work for each posting.

Whoosh sorts all postings of a commit, hands each through five calls, and compresses every list, most of which
hold one post. Here postings are gathered by term as they come, so that only terms are sorted, and each list is
written in one go, compressed where that makes it smaller: Whoosh's readers ask each block whether it is.
"""

import pickle
import struct
import tempfile
import zlib
from array import array
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby, pairwise
from operator import itemgetter
from typing import IO, Any

from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3FieldWriter, W3TermInfo
from whoosh.filedb.filetables import OrderedHashWriter
from whoosh.system import pack_int, pack_ushort

BLOCK = 2_048
"""Postings in one block. Whoosh's 128 are many more to unpack."""
COMPRESSED_FROM = 200
"""Bytes of a block from which compressing it saves something."""
MOST_BYTES = 200_000_000
"""Memory for what is gathered; what is more goes to a file in between. About 8,000 posts of 500 words."""
TERM, POSTING, VALUE = 450, 10, 45
"""Bytes that a term takes, each of its postings, and a value of one besides what it holds."""
NO_LENGTHS = (0, 0)
"""The shortest and longest post of a block, which only Whoosh's own ranking would ask for, are not kept."""

_SIZES = struct.Struct("!ii")  # of a row's key and value
_ROW = struct.Struct("!Iq")  # a key's number, and where its row stands
_NO_ROW = _ROW.pack(0, 0)

Gathered = tuple["array[int]", "array[float]", list[bytes]]
"""The list of a term: posts, weights, values (none where the field keeps none)."""
Row = tuple[str, bytes, Gathered]
"""Field, term, list."""


def new_writer(index: Any) -> Any:
    """A writer of a new segment of `index`, as Whoosh's own."""
    writer = index.writer(codec=Codec())
    writer.pool = Pool(writer.temp_storage().folder)
    return writer


def add_post(writer: Any, values: dict[str, Any]) -> None:
    """What the writer's own `add_document` does with fields such as ours, a field at a time."""
    post, schema, about = writer.docnum, writer.schema, writer.perdocwriter
    about.start_doc(post)
    for name in sorted(values):
        field, value = schema[name], values[name]
        length = 0
        if field.indexed:
            length = writer.pool.add_all(name, post, field.index(value))
        about.add_field(name, field, None, length if field.scorable else 0)
        if field.column_type:
            about.add_column_value(name, field.column_type, field.to_column_value(value))
    about.finish_doc()
    writer._added = True
    writer.docnum += 1


class Codec(W3Codec):  # type: ignore[misc] # Whoosh ships no types
    """Whoosh's own, but for how lists are written."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=BLOCK, compression=1)

    def field_writer(self, storage: Any, segment: Any) -> "ListWriter":
        return ListWriter(self, storage, segment)

    def __reduce__(self) -> tuple[Any, ...]:
        return W3Codec, (BLOCK, 1)  # it is kept with each segment, for those who read


class Pool:
    """Gathers what a commit adds, in the place of Whoosh's own pool. Posts come in ascending order."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._lists: dict[str, dict[bytes, Gathered]] = {}
        self._held = 0
        self._runs: list[IO[bytes]] = []

    def add(self, item: tuple[str, bytes, int, float, bytes | None]) -> None:
        """One posting, as Whoosh gives it: field, term, post, weight, value."""
        field, term, post, weight, value = item
        self.add_all(field, post, ((term, 0, weight, value),))

    def add_all(self, field: str, post: int, items: Iterable[tuple[bytes, int, float, bytes | None]]) -> int:
        """All of a field in one post: term, occurrences, weight, value of each. How many occurrences there were."""
        terms = self._lists.setdefault(field, {})
        length, held = 0, 0
        for term, count, weight, value in items:
            gathered = terms.get(term)
            if gathered is None:
                terms[term] = (array("I", (post,)), array("f", (weight,)), [value] if value else [])
                held += TERM
            else:
                posts, weights, values = gathered
                posts.append(post)
                weights.append(weight)
                if value:
                    values.append(value)
            if value:
                held += VALUE + len(value)
            held += POSTING
            length += count
        self._held += held
        if self._held > MOST_BYTES:
            self._put_aside()
        return length

    def iter_postings(self) -> Iterable[Row]:
        """All lists, by field and term."""
        if not self._runs:
            return self._sorted()
        runs = [_read(run) for run in self._runs]
        together = merge(*runs, self._sorted(), key=itemgetter(0, 1))  # those of one term stay in the order of the runs
        return (_joined(rows) for _, rows in groupby(together, key=itemgetter(0, 1)))

    def cleanup(self) -> None:
        """Forget all."""
        self._lists.clear()
        for run in self._runs:
            run.close()
        self._runs.clear()

    def _sorted(self) -> Iterator[Row]:
        for field in sorted(self._lists):
            terms = self._lists[field]
            for term in sorted(terms):
                yield field, term, terms[term]

    def _put_aside(self) -> None:
        """Write what is held to a file that goes by itself when it is closed, or this process ends."""
        run = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by `cleanup`
        for row in self._sorted():
            pickle.dump(row, run, 5)
        self._runs.append(run)
        self._lists.clear()
        self._held = 0


def _read(run: IO[bytes]) -> Iterator[Row]:
    run.seek(0)
    while True:
        try:
            yield pickle.load(run)  # noqa: S301 - written above
        except EOFError:
            return


def _joined(rows: Iterable[Row]) -> Row:
    """The list of one term from all runs."""
    field, term, (posts, weights, values) = next(rows := iter(rows))
    for _, _, more in rows:
        posts, weights, values = posts + more[0], weights + more[1], values + more[2]
    return field, term, (posts, weights, values)


class ListWriter(W3FieldWriter):  # type: ignore[misc] # Whoosh ships no types
    """Writes whole lists."""

    def __init__(self, codec: Any, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._tindex.__class__ = Table  # made already, and nothing written but its head

    def add_postings(self, schema: Any, lengths: Any, items: Iterable[Row]) -> None:
        """What `Pool.iter_postings` gives."""
        for field, rows in groupby(items, key=itemgetter(0)):
            self.start_field(field, schema[field])
            prefix = pack_ushort(self._fieldid)
            for _, term, gathered in rows:
                self._tindex.add(prefix + term, self._list(*gathered).to_bytes())
            self.finish_field()

    def _list(self, posts: "array[int]", weights: "array[float]", values: list[bytes]) -> W3TermInfo:
        """Write one list; what the table of terms says of it comes back."""
        begins, many = self._postfile.tell(), len(posts)
        if many <= BLOCK:
            data = WHOOSH3_HEADER_MAGIC + _block(posts, weights, values, last=True)
        else:
            pieces = [slice(at, at + BLOCK) for at in range(0, many, BLOCK)]
            blocks = (_block(posts[here], weights[here], values[here], last=here.stop >= many) for here in pieces)
            data = WHOOSH3_HEADER_MAGIC + b"".join(blocks)
        self._postfile.write(data)
        info = W3TermInfo(sum(weights), many, maxweight=max(weights), minid=posts[0], maxid=posts[-1])
        info.set_extent(begins, len(data))
        return info


def _block(posts: "array[int]", weights: "array[float]", values: list[bytes], *, last: bool) -> bytes:
    """A block of a list as Whoosh writes it: its size (below nought: the last one), what it is, what it holds."""
    most = max(weights)
    deltas = (posts[0], *[after - before for before, after in pairwise(posts)])
    kept = (None if most == 1.0 else most) if most == min(weights) else tuple(weights)
    data = pickle.dumps((deltas, kept, tuple(values) if values else None), 2)
    packed = len(data) >= COMPRESSED_FROM
    if packed:
        data = zlib.compress(data, 1)
    about = pickle.dumps((len(posts), posts[-1], most, int(packed), *NO_LENGTHS), 2)
    size = len(about) + len(data)
    head: bytes = pack_int(-size if last else size)
    return head + about + data


class Table(OrderedHashWriter):  # type: ignore[misc] # Whoosh ships no types
    """The table of terms, the same bytes in fewer writes."""

    def add(self, key: bytes, value: bytes) -> None:
        """The next row."""
        at = self.dbfile.tell()
        self.index.append(at)
        self.dbfile.write(_SIZES.pack(len(key), len(value)) + key + value)
        number = self.hashfn(key)
        self.buckets[number & 255].append((number, at))

    def _write_hashes(self) -> None:
        """Where the rows stand, by the numbers of their keys: in each of 256 tables the next free slot from its own."""
        for rows in self.buckets:
            slots = 2 * len(rows)
            self.directory.append((self.dbfile.tell(), slots))
            table = [_NO_ROW] * slots
            for number, at in rows:
                slot = (number >> 8) % slots
                while table[slot] is not _NO_ROW:
                    slot = (slot + 1) % slots
                table[slot] = _ROW.pack(number, at)
            self.dbfile.write(b"".join(table))
