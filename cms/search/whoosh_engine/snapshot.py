"""One state of the index, ready to be searched: arrays over all segments, deleted posts masked.

Posts are numbered across segments as Whoosh numbers them. New segments come at the end, so what was
read for an older snapshot stays good: a term's arrays are only extended by the new segments.
"""

import contextlib
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cms.search.layout import ZONES
from cms.search.whoosh_engine.fields import Stored, read_said, read_stored
from cms.search.whoosh_engine.lists import OVERHEAD, Bools, Postings, joined
from cms.search.whoosh_engine.postings import EMPTY, Decoded, Ints, blobs, column, decode, lengths, terms_of

STORED_KEPT = 64
"""Posts whose texts are kept in memory after they were shown."""


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
        self.document = blobs(leaf, "doc")
        self.label = blobs(leaf, "label")
        self.said = blobs(leaf, "said")
        self.tags = {term: self._posts("tag", term) for term, _ in terms_of(leaf, "tag")}
        self.authors = {term: self._posts("author", term) for term, _ in terms_of(leaf, "author")}

    def id_of(self, number: int) -> str:
        """The id of a post by its number in the segment."""
        return self.label(number).split(b"\t", 1)[0].decode()

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
        self.serial: int = before.serial + 1 if before else 1
        self.segments = [segment for segment, _ in opened]
        counts = [segment.count for segment in self.segments]
        self.bases = [sum(counts[:index]) for index in range(len(counts))]
        self.count = sum(counts)
        self.live = self._live([deleted for _, deleted in opened])
        self.posts = int(self.live.sum())
        self.whole = self.posts == self.count
        self.lengths = self._joined([segment.lengths for segment in self.segments], np.float32)
        self.published = self._joined([segment.published for segment in self.segments], np.int32)
        self.ends = [
            self._joined([segment.ends[zone] for segment in self.segments], np.uint16) for zone in range(len(ZONES))
        ]
        words = self._joined([segment.words for segment in self.segments], np.int64)
        self.average_length = float(words[self.live].mean()) if self.posts else 1.0
        self._tags()
        self._stored: OrderedDict[int, Stored] = OrderedDict()
        self._budget = budget
        self._cache: OrderedDict[str, Postings | None] = OrderedDict()
        if before:
            with before.lock:
                self._carry(before)
        self._held = sum(held.size() if held else OVERHEAD for held in self._cache.values())

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

    def _tags(self) -> None:
        """Posts by tag, and tags by post in one long row, so that counting facets is one gather and one count."""
        self.tag_slugs = sorted({slug for segment in self.segments for slug in segment.tags})
        self.tag_posts = {slug: self._over_segments("tags", slug) for slug in self.tag_slugs}
        rows = list(self.tag_posts.values())
        posts = np.concatenate(rows) if rows else np.empty(0, np.int32)
        tags = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row) for row in rows])
        self._tags_in_row = tags[np.argsort(posts, kind="stable")]
        self._tags_from = np.zeros(self.count + 1, np.int32)
        np.cumsum(np.bincount(posts, minlength=self.count), out=self._tags_from[1:])

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

    def facets(self, posts: Ints) -> dict[str, int]:
        """How many of `posts` carry each tag; tags with none are left out."""
        begins = self._tags_from[posts]
        counts = self._tags_from[posts + 1] - begins
        ends = counts.cumsum()
        at = np.arange(int(ends[-1]) if len(ends) else 0) + (begins - (ends - counts)).repeat(counts)
        found = np.bincount(self._tags_in_row[at], minlength=len(self.tag_slugs))
        return {self.tag_slugs[tag]: int(found[tag]) for tag in found.nonzero()[0]}

    def postings(self, term: str) -> Postings | None:
        """The postings of a stem in the living posts of all segments, from the cache or from disk."""
        known = self._cache.get(term)
        if known is not None and known.as_of == self.serial:
            with self.lock:
                if term in self._cache:
                    self._cache.move_to_end(term)
            return known
        if known is None and term in self._cache:
            return None
        with self.lock:
            known = self._cache.pop(term, None)  # another thread may have brought it up to date
            if known is not None:
                self._held -= known.size()
            fresh = known if known is not None and known.as_of == self.serial else self._read(term, known)
            self._cache[term] = fresh
            self._held += fresh.size() if fresh else OVERHEAD
            self.bound(self._budget)
        return fresh

    def bound(self, budget: int) -> None:
        """Hold no more bytes of postings than this, from now on."""
        with self.lock:
            self._budget = budget
            while self._held > budget and len(self._cache) > 1:
                _, oldest = self._cache.popitem(last=False)
                self._held -= oldest.size() if oldest else OVERHEAD

    def forget(self) -> None:
        """Drop what is cached, as after a start."""
        with self.lock:
            self._cache.clear()
            self._stored.clear()
            self._held = 0

    def _read(self, term: str, known: Postings | None) -> Postings | None:
        """Bring a list up to this snapshot: without posts that have gone, with those of new segments."""
        parts: list[Decoded] = []
        if known is not None:
            if not self.whole and not (alive := self.live[known.posts]).all():
                known = known.only(alive)
            parts.append((known.posts, known.counts, known.positions))
        done = known.segments if known else 0
        for base, segment in zip(self.bases[done:], self.segments[done:], strict=True):
            found = decode(segment.leaf, "all", term)
            if found is not None:
                parts.append(self._living(found, base))
        return joined(parts, known.zone if known else None, len(self.segments), self.serial)

    def _living(self, found: Decoded, base: int) -> Decoded:
        """Postings of one segment by the numbers of all, without posts that have gone."""
        posts, counts, positions = found[0] + np.int32(base), found[1], found[2]
        if self.whole or (alive := self.live[posts]).all():
            return posts, counts, positions
        return posts[alive], counts[alive], positions[np.repeat(alive, counts)]

    def sizes(self) -> list[tuple[int, int]]:
        """For each segment its posts, and how many of them have gone."""
        return [
            (segment.count, segment.count - int(self.live[base : base + segment.count].sum()))
            for base, segment in zip(self.bases, self.segments, strict=True)
        ]

    def segment_of(self, post: int) -> tuple[Segment, int]:
        """The segment that holds a post, and the post's number in it."""
        index = bisect_right(self.bases, post) - 1
        return self.segments[index], post - self.bases[index]

    def stored(self, post: int) -> Stored:
        """What is stored of a post for highlights."""
        known = self._stored.get(post)
        if known is None:
            segment, number = self.segment_of(post)
            known = read_stored(segment.document(number))
            with self.lock:
                self._stored[post] = known
                if len(self._stored) > STORED_KEPT:
                    self._stored.popitem(last=False)
        return known

    def said(self, post: int) -> dict[str, int]:
        """The phrases that a post holds twice or more, with how often."""
        segment, number = self.segment_of(post)
        return read_said(segment.said(number))

    def labels(self, posts: Sequence[int]) -> list[str]:
        """The ids of posts."""
        places = [self.segment_of(post) for post in posts]
        return [segment.id_of(number) for segment, number in places]

    def number(self, id: str) -> int | None:
        """The number of a living post by its id."""
        with self.lock:
            for base, segment in zip(self.bases, self.segments, strict=True):
                found = decode(segment.leaf, "id", id)
                for post in found[0] if found else ():
                    if self.live[int(post) + base]:
                        return int(post) + base
        return None
