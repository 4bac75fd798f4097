"""What every word gives every post, at once: for asking likeness of a great many posts, as after an import.

All lists of the index are read in one go, in the order in which they stand in its files, and only what likeness
needs of them is kept, 8 bytes for each word of each post. As of one snapshot: what is published meanwhile is not
in it, and is asked about when its own turn comes.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cms.search.whoosh_engine.fields import Stored
from cms.search.whoosh_engine.lists import Floats, Postings
from cms.search.whoosh_engine.postings import Ints, raw_lists, terms_of
from cms.search.whoosh_engine.scoring import saturate, zone_bonus
from cms.search.whoosh_engine.snapshot import Segment, Snapshot

MOST_BYTES = 300_000_000
"""Where the matrix would be larger (150,000 posts), words are looked up one by one."""
PIECE = 200_000
"""Places in lists that are looked at in one go."""


class Matrix:
    """By words: the posts of each, ascending, and what it gives them. Only of words that likeness may ask for, those
    that two posts have and no more than `most`.

    Raises AttributeError, KeyError or TypeError where Whoosh is not as it was, and MemoryError if it would be too
    large; everything can be asked of the snapshot then.
    """

    def __init__(self, snapshot: Snapshot, most: float) -> None:
        self.snapshot = snapshot
        self._ids = [segment.id_of(number) for segment in snapshot.segments for number in range(segment.count)]
        self._numbers = {id: number for number, id in enumerate(self._ids) if snapshot.live[number]}
        counted = _counted(snapshot.segments)
        kept = [(word, n) for word, n in counted.items() if n > 1 and (n <= most or not snapshot.whole)]
        self._rows = {word: row for row, (word, _) in enumerate(kept)}
        self._begins: npt.NDArray[np.int64] = np.zeros(len(kept) + 1, np.int64)
        np.cumsum([n for _, n in kept], out=self._begins[1:])
        size = int(self._begins[-1])
        if 8 * size > MOST_BYTES:
            raise MemoryError
        self._posts: Ints = np.empty(size, np.int32)
        self._values: Floats = np.empty(size, np.float32)
        self._ends = self._begins[:-1].copy()
        for base, segment in zip(snapshot.bases, snapshot.segments, strict=True):
            for piece in _pieces(segment, base, self._rows):
                self._fill(*piece)

    def _fill(self, rows: list[int], sizes: list[int], postings: Postings) -> None:
        """Take in the lists of some words in one segment."""
        row = np.array(rows, np.int64)
        size = np.array(sizes, np.int64)
        posts = postings.posts
        values = saturate(postings.counts, self.snapshot.lengths[posts], self.snapshot.average_length)
        values += zone_bonus(self.snapshot, postings)
        owner = np.arange(len(row)).repeat(size)
        if not self.snapshot.whole:
            alive = self.snapshot.live[posts]
            posts, values, owner = posts[alive], values[alive], owner[alive]
            size = np.bincount(owner, minlength=len(row))
        at = (self._ends[row] - (size.cumsum() - size))[owner] + np.arange(len(posts))
        self._posts[at], self._values[at] = posts, values
        self._ends[row] += size

    # What likeness asks

    def number(self, id: str) -> int | None:
        """The number of a living post by its id."""
        return self._numbers.get(id)

    def stored(self, post: int) -> Stored:
        """What is stored of a post."""
        return self.snapshot.stored(post)

    def said(self, post: int) -> dict[str, int]:
        """The phrases of a post."""
        return self.snapshot.said(post)

    def labels(self, posts: Sequence[int]) -> list[str]:
        """The ids of posts."""
        return [self._ids[post] for post in posts]

    def holders(self, word: str) -> int:
        """How many living posts have a word; 0 if likeness does not ask for it."""
        row = self._rows.get(word)
        return 0 if row is None else int(self._ends[row] - self._begins[row])

    def given(self, word: str) -> tuple[Ints, Floats]:
        """The posts that have a word, and what it gives each."""
        row = self._rows[word]
        stretch = slice(int(self._begins[row]), int(self._ends[row]))
        return self._posts[stretch], self._values[stretch]


def _counted(segments: Sequence[Segment]) -> dict[str, int]:
    """How many posts have each word, posts that have gone counted."""
    counted: dict[str, int] = {}
    for segment in segments:
        for word, count in terms_of(segment.leaf, "all"):
            counted[word] = counted.get(word, 0) + count
    return counted


def _pieces(segment: Segment, base: int, wanted: dict[str, int]) -> Iterator[tuple[list[int], list[int], Postings]]:
    """The lists of a segment, some at a time, as one: the rows of their words, how long each is, all of them."""
    rows: list[int] = []
    sizes: list[int] = []
    posts: list[int] = []
    counts: list[int] = []
    values: list[bytes] = []
    for word, some, times, positions in raw_lists(segment.leaf, "all", wanted):
        rows.append(wanted[word])
        sizes.append(len(some))
        posts += some
        counts += times
        values += positions
        if len(posts) >= PIECE:
            yield rows, sizes, _as_one(posts, counts, values, base)
            rows, sizes, posts, counts, values = [], [], [], [], []
    if rows:
        yield rows, sizes, _as_one(posts, counts, values, base)


def _as_one(posts: list[int], counts: list[int], values: list[bytes], base: int) -> Postings:
    starts = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=starts[1:])
    positions: Any = np.frombuffer(b"".join(values), np.uint16)
    if len(positions) != starts[-1]:
        raise TypeError("positions and counts disagree")
    return Postings(np.array(posts, np.int32) + np.int32(base), starts, positions, 0, 0)
