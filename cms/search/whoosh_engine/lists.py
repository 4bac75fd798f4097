"""Posting lists in memory: where a term stands in the living posts, as arrays over all segments."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cms.search.whoosh_engine.postings import Decoded, Ints, Shorts

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
"""Places in several posts as one ascending row of numbers: index of the post × 2^17 + position."""

SHIFT = 17
OVERHEAD = 250
"""Bytes of Python objects around a list, measured."""


@dataclass(slots=True)
class Postings:
    """Where a term stands: `posts` ascending, `positions` in a row, those of each post from `starts`.

    `as_of` is the serial of the snapshot it was last brought up to, `segments` how many of its segments it
    covers. `base` (BM25 without the rarity of the word, good for one snapshot) and `zone` (what standing in
    title, headings, tags and excerpt adds) are filled in by `scoring` when first asked for.
    """

    posts: Ints
    starts: Ints
    positions: Shorts
    segments: int
    as_of: int
    base: Floats | None = None
    zone: Floats | None = None

    @property
    def counts(self) -> Ints:
        """How often the term stands in each post."""
        return np.diff(self.starts)

    def size(self) -> int:
        """Bytes held, with `base` and `zone` counted whether they are there yet or not."""
        return self.posts.nbytes + self.positions.nbytes + self.starts.nbytes + 8 * len(self.posts) + OVERHEAD

    def first(self, posts: int, segments: int) -> "Postings":
        """What stands in the posts with lower numbers than `posts`: in the first `segments`."""
        row = int(np.searchsorted(self.posts, posts))
        zone = None if self.zone is None else self.zone[:row]
        places = self.positions[: self.starts[row]]
        return Postings(self.posts[:row], self.starts[: row + 1], places, segments, self.as_of, None, zone)

    def only(self, alive: Bools) -> "Postings":
        """Without the posts that have gone; `alive` says so of each of its own."""
        counts = self.counts
        zone = None if self.zone is None else self.zone[alive[: len(self.zone)]]
        positions = self.positions[np.repeat(alive, counts)]
        return Postings(self.posts[alive], _starts(counts[alive]), positions, self.segments, self.as_of, None, zone)

    def rows_of(self, posts: npt.NDArray[np.integer]) -> tuple[npt.NDArray[np.intp], Bools]:
        """For each of `posts` its row here, and whether it is here at all (if not, the row means nothing)."""
        rows = self.posts.searchsorted(posts)
        return rows, self.posts.take(rows, mode="clip") == posts

    def spread(self, posts: npt.NDArray[np.integer]) -> Places:
        """The term's places in `posts` (ascending)."""
        rows, here = self.rows_of(posts)
        inside = here.nonzero()[0]
        rows = rows[inside]
        begins = self.starts[rows]
        counts = self.starts[rows + 1] - begins
        ends = counts.cumsum()
        total = int(ends[-1]) if len(ends) else 0
        at = (begins - (ends - counts)).repeat(counts) + np.arange(total)
        places: Places = (inside << SHIFT).repeat(counts) + self.positions[at]
        return places


def joined(parts: list[Decoded], zone: Floats | None, segments: int, as_of: int) -> Postings | None:
    """One list of what was read from several segments; None if the term is in none."""
    if not parts or not any(len(posts) for posts, _, _ in parts):
        return None
    posts, counts, positions = parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
    return Postings(posts, _starts(counts), positions, segments, as_of, None, zone)


def _starts(counts: Ints) -> Ints:
    starts = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, dtype=np.int32, out=starts[1:])
    return starts
