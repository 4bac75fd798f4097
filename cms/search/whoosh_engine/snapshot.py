"""One state of the index, ready to be searched: arrays over all segments, deleted posts masked.

Posts are numbered across segments as Whoosh numbers them. New segments come at the end, so what was
read for an older snapshot stays good: a term's arrays are only extended by the new segments.
"""

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cms.search.layout import ZONES
from cms.search.whoosh_engine.fields import read_stored
from cms.search.whoosh_engine.postings import EMPTY, Ints, Shorts, column, decode, lengths, terms_of

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


STORED_KEPT = 64
"""Posts whose texts are kept in memory after they were shown."""


@dataclass(slots=True)
class Postings:
    """Where a term stands: `posts` ascending, `counts` in each, `positions` in a row from `starts`."""

    posts: Ints
    counts: Ints
    positions: Shorts
    starts: Ints
    segments: int
    zone: Floats | None = None
    live: int = 0

    def first(self, posts: int, segments: int) -> "Postings":
        """What stands in the posts with lower numbers than `posts`: in the first `segments`."""
        row = int(np.searchsorted(self.posts, posts))
        zone = None if self.zone is None else self.zone[:row]
        places = self.positions[: self.starts[row]]
        return Postings(self.posts[:row], self.counts[:row], places, self.starts[: row + 1], segments, zone)

    def size(self) -> int:
        """Bytes held."""
        zone = 0 if self.zone is None else self.zone.nbytes
        return self.posts.nbytes + self.counts.nbytes + self.positions.nbytes + self.starts.nbytes + zone + 200


class Segment:
    """One Whoosh segment, open, with the columns that every search needs. Never changes."""

    def __init__(self, leaf: Any) -> None:
        self.leaf = leaf
        self.id: str = leaf.segment().segment_id()
        self.count: int = leaf.doc_count_all()
        self.lengths = lengths(leaf, "all")
        self.words = column(leaf, "words", ">u4").astype(np.int64)
        self.published = column(leaf, "published", ">i4").astype(np.int32)
        self.ends = [column(leaf, f"end_{zone}", ">u2").astype(np.uint16) for zone in ZONES]
        self.documents: Any = leaf.column_reader("doc", translate=False)
        self.labels: Any = leaf.column_reader("label", translate=False)
        self.tags = {term: self._posts("tag", term) for term, _ in terms_of(leaf, "tag")}
        self.authors = {term: self._posts("author", term) for term, _ in terms_of(leaf, "author")}

    def _posts(self, field: str, term: str) -> Ints:
        return (decode(self.leaf, field, term) or EMPTY)[0]

    def __del__(self) -> None:
        """The last snapshot that used it has gone: let go of its files."""
        with contextlib.suppress(Exception):
            self.leaf.close()


class Snapshot:
    """The whole index at one moment. Reading many threads at a time is safe.

    `opened` are its segments in Whoosh's order, each with the posts deleted or replaced but not yet
    merged away. Those are masked everywhere: they are not found, not counted, and do not weigh in how
    rare a word is, so scores are as if they had been merged away (Whoosh's own still count them).
    """

    def __init__(self, opened: Sequence[tuple[Segment, Sequence[int]]], budget: int, before: "Snapshot | None") -> None:
        self.lock: threading.RLock = before.lock if before else threading.RLock()
        self.segments = [segment for segment, _ in opened]
        counts = [segment.count for segment in self.segments]
        self.bases = [sum(counts[:index]) for index in range(len(counts))]
        self.count = sum(counts)
        self.live = self._live([deleted for _, deleted in opened])
        self.posts = int(self.live.sum())
        self.lengths = self._joined([segment.lengths for segment in self.segments], np.float32)
        self.published = self._joined([segment.published for segment in self.segments], np.int32)
        self.ends = [
            self._joined([segment.ends[zone] for segment in self.segments], np.uint16) for zone in range(len(ZONES))
        ]
        words = self._joined([segment.words for segment in self.segments], np.int64)
        self.average_length = float(words[self.live].mean()) if self.posts else 1.0
        self._tag_matrix()
        self._stored: OrderedDict[int, dict[str, Any]] = OrderedDict()
        self._budget = budget
        self._cache: OrderedDict[str, Postings | None] = OrderedDict()
        if before:
            with before.lock:
                self._carry(before)
        self._held = sum(held.size() for held in self._cache.values() if held)

    def _carry(self, before: "Snapshot") -> None:
        """Keep what was read of the segments at the beginning that are still the same."""
        same = 0
        while same < min(len(self.segments), len(before.segments)) and self.segments[same] is before.segments[same]:
            same += 1
        posts = sum(segment.count for segment in self.segments[:same])
        for term, known in before._cache.items():
            if known is not None and same:
                kept = known if known.segments <= same else known.first(posts, same)
                self._cache[term] = kept

    def _live(self, deleted: Sequence[Sequence[int]]) -> Bools:
        live = np.ones(self.count, np.bool_)
        for base, gone in zip(self.bases, deleted, strict=True):
            if gone:
                live[np.array(gone) + base] = False
        return live

    @staticmethod
    def _joined(parts: list[Any], dtype: Any) -> npt.NDArray[Any]:
        return np.concatenate(parts) if parts else np.empty(0, dtype)

    def _tag_matrix(self) -> None:
        """Posts by tag in one long row, so that counting facets is one gather and one sum."""
        slugs = sorted({slug for segment in self.segments for slug in segment.tags})
        self.tag_posts = {slug: self._over_segments("tags", slug) for slug in slugs}
        rows = list(self.tag_posts.values())
        self.tag_slugs = slugs
        self.tag_row = np.concatenate(rows) if rows else np.empty(0, np.int32)
        self.tag_starts = np.cumsum([0, *[len(row) for row in rows]])[:-1]

    def _over_segments(self, kind: str, term: str) -> Ints:
        parts = [
            getattr(segment, kind)[term] + base
            for base, segment in zip(self.bases, self.segments, strict=True)
            if term in getattr(segment, kind)
        ]
        return np.concatenate(parts).astype(np.int32) if parts else np.empty(0, np.int32)

    def author_posts(self, slug: str) -> Ints:
        """The posts of an author."""
        return self._over_segments("authors", slug)

    def facets(self, mask: Bools) -> dict[str, int]:
        """How many posts of `mask` carry each tag; tags with none are left out."""
        if not len(self.tag_row):
            return {}
        counts = np.add.reduceat(mask[self.tag_row].astype(np.int32), self.tag_starts)
        return {slug: int(count) for slug, count in zip(self.tag_slugs, counts, strict=True) if count}

    def postings(self, term: str) -> Postings | None:
        """The postings of a stem over all segments, from the cache or from disk."""
        known = self._cache.get(term)
        if known is not None and known.segments == len(self.segments):
            with self.lock:
                if term in self._cache:
                    self._cache.move_to_end(term)
            return known
        if known is None and term in self._cache:
            return None
        with self.lock:
            fresh = self._read(term, known)
            if known is not None:
                self._held -= known.size()
            self._cache[term] = fresh
            self._cache.move_to_end(term)
            self._held += fresh.size() if fresh else 200
            while self._held > self._budget and len(self._cache) > 1:
                _, oldest = self._cache.popitem(last=False)
                self._held -= oldest.size() if oldest else 200
        return fresh

    def forget(self) -> None:
        """Drop what is cached, as after a start."""
        with self.lock:
            self._cache.clear()
            self._stored.clear()
            self._held = 0

    def _read(self, term: str, known: Postings | None) -> Postings | None:
        done = known.segments if known else 0
        posts = [known.posts] if known else []
        counts = [known.counts] if known else []
        positions = [known.positions] if known else []
        for base, segment in list(zip(self.bases, self.segments, strict=True))[done:]:
            found = decode(segment.leaf, "all", term)
            if found is not None:
                posts.append(found[0] + np.int32(base))
                counts.append(found[1])
                positions.append(found[2])
        if not posts:
            return None
        if len(posts) > 1:
            joined = np.concatenate(posts), np.concatenate(counts), np.concatenate(positions)
        else:
            joined = posts[0], counts[0], positions[0]
        starts = np.concatenate([np.zeros(1, np.int32), np.cumsum(joined[1], dtype=np.int32)])
        return Postings(*joined, starts, len(self.segments))

    def sizes(self) -> list[tuple[int, int]]:
        """For each segment its posts, and how many of them have gone."""
        return [
            (segment.count, segment.count - int(self.live[base : base + segment.count].sum()))
            for base, segment in zip(self.bases, self.segments, strict=True)
        ]

    def frequency(self, postings: Postings) -> int:
        """In how many living posts the term stands."""
        if self.posts == self.count:
            return len(postings.posts)
        return int(self.live[postings.posts].sum())

    def segment_of(self, post: int) -> tuple[Segment, int]:
        """The segment that holds a post, and the post's number in it."""
        index = int(np.searchsorted(self.bases, post, side="right")) - 1
        return self.segments[index], post - self.bases[index]

    def stored(self, post: int) -> dict[str, Any]:
        """What is stored of a post for highlights."""
        with self.lock:
            known = self._stored.get(post)
            if known is None:
                segment, number = self.segment_of(post)
                known = self._stored[post] = read_stored(bytes(segment.documents[number]))
                if len(self._stored) > STORED_KEPT:
                    self._stored.popitem(last=False)
            return known

    def labels(self, posts: Sequence[int]) -> list[str]:
        """The ids of posts."""
        ids: list[str] = []
        with self.lock:
            for post in posts:
                segment, number = self.segment_of(post)
                ids.append(bytes(segment.labels[number]).split(b"\t", 1)[0].decode())
        return ids

    def number(self, id: str) -> int | None:
        """The number of a living post by its id."""
        with self.lock:
            for base, segment in zip(self.bases, self.segments, strict=True):
                found = decode(segment.leaf, "id", id)
                for post in found[0] if found else ():
                    if self.live[int(post) + base]:
                        return int(post) + base
        return None
