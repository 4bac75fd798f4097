"""What an index segment teaches: its words, phrases, acronyms, titles and tags, in memory.

Read once a segment. What deleted posts held is still in the terms until a merge; whoever uses a term
asks `still` first, so nothing of a withdrawn post is shown.
"""

from collections.abc import Iterable, Iterator
from heapq import nsmallest

import numpy as np

from cms.search.lexicon import Kind, Lesson, PostsLexicon
from cms.search.suggesting import Entry, Shelf
from cms.search.whoosh_engine.feedback import TermTable
from cms.search.whoosh_engine.postings import decode, terms_of
from cms.search.whoosh_engine.snapshot import Segment, Snapshot

PHRASES_PER_SHELF = 5_000
SMALL_SEGMENT = 3_000
"""Segments with more posts are learned anew when they are merged; of smaller ones is kept what they taught."""


class Told:
    """Phrases passed on one by one, of which the commonest are remembered for suggestions."""

    def __init__(self, phrases: Iterable[tuple[str, int]], fewest: int) -> None:
        self._phrases, self._fewest = phrases, fewest
        self.heard: list[tuple[str, int]] = []

    def __iter__(self) -> Iterator[tuple[str, int]]:
        for phrase, count in self._phrases:
            if count >= self._fewest:
                self.heard.append((phrase, count))
            yield phrase, count

    def settle(self) -> None:
        """Keep the commonest."""
        self.heard = nsmallest(PHRASES_PER_SHELF, self.heard, key=lambda pair: (-pair[1], pair[0]))
        self._phrases = ()


class Teaching:
    """The lexicon and the shelves of one engine; follows its snapshots."""

    def __init__(self) -> None:
        self._snapshot: Snapshot | None = None
        self._learned: dict[str, Lesson | None] = {}
        self._shelves: dict[str, Shelf] = {}
        self._phrases: dict[str, Told] = {}
        self._table = TermTable({}, 0)
        self.lexicon = PostsLexicon(self.still)

    def follow(self, snapshot: Snapshot) -> None:
        """Learn what is new in a snapshot, and unlearn segments that were merged into others."""
        if snapshot is self._snapshot:
            return
        with snapshot.lock:
            ids = {segment.id for segment in snapshot.segments}
            gone = [id for id in self._learned if id not in ids]
            if any(self._learned[id] is None for id in gone):
                self.lexicon, self._learned, gone = PostsLexicon(self.still), {}, []
            for segment in snapshot.segments:
                if segment.id not in self._learned:
                    self._learn(segment, snapshot.posts)
            for id in gone:
                if forgotten := self._learned.pop(id):
                    self.lexicon.unlearn(forgotten)
            self.lexicon.learn(Lesson(), snapshot.posts)
            self._snapshot = snapshot

    def _learn(self, segment: Segment, posts: int) -> None:
        """Learn a segment. A large one's terms are read one by one and not kept: they would fill the memory."""
        names = ("word", "all", "phrase", "acronym")
        rows = [terms_of(segment.leaf, name) for name in names]
        kept = [] if segment.count > SMALL_SEGMENT else [list(row) for row in rows]
        words, stems, phrases, acronyms = kept or rows
        told = self._phrases[segment.id] = Told(phrases, 1 if segment.count < 200 else 2)
        self.lexicon.learn(Lesson(words, stems, told, acronyms), posts)
        told.settle()
        self._learned[segment.id] = Lesson(*kept) if kept else None

    def forget(self) -> None:
        """Let go of the snapshot, so that its files are closed now and not when garbage is collected."""
        self._snapshot, self._learned, self._shelves = None, {}, {}

    def table(self) -> TermTable:
        """Stems by number; made anew when the posts have grown by a fiftieth."""
        stems = self.lexicon.stems
        if len(stems) > 1.02 * self._table.size or len(stems) < self._table.size:
            self._table = TermTable(stems, self.lexicon.size())
        return self._table

    def shelves(self, snapshot: Snapshot) -> list[Shelf]:
        """The shelves of all segments, made on first need."""
        with snapshot.lock:
            known = self._shelves
            self._shelves = {
                segment.id: known.get(segment.id) or shelf_of(segment, self._phrases[segment.id].heard)
                for segment in snapshot.segments
            }
            self._phrases = {id: told for id, told in self._phrases.items() if id in self._shelves}
            return list(self._shelves.values())

    def still(self, kind: Kind, term: str) -> bool:
        """Whether a living post holds the term."""
        snapshot = self._snapshot
        if snapshot is None or snapshot.whole:
            return True
        if kind == "stem":
            return snapshot.postings(term) is not None
        return holds(snapshot, kind, term)


def holds(snapshot: Snapshot, field: str, term: str) -> bool:
    """Whether any living post has `term` in `field`."""
    with snapshot.lock:
        for base, segment in zip(snapshot.bases, snapshot.segments, strict=True):
            found = decode(segment.leaf, field, term)
            if found is not None and bool(snapshot.live[found[0] + base].any()):
                return True
    return False


def shelf_of(segment: Segment, phrases: Iterable[tuple[str, int]]) -> Shelf:
    """Titles, tags and phrases of one segment."""
    entries: list[Entry] = []
    for number in range(segment.count):
        id, slug, title = segment.label(number).decode().split("\t", 2)
        if title:
            entries.append(Entry("post", title, slug, id))
    for term, count in terms_of(segment.leaf, "tagname"):
        slug, name, *aliases = term.split("\t")
        entries.append(Entry("tag", name, slug, None, float(count), tuple(aliases)))
    entries += [Entry("phrase", phrase, weight=float(count)) for phrase, count in phrases]
    return Shelf(entries)


def living_ids(snapshot: Snapshot) -> set[str]:
    """The ids of all living posts."""
    ids: set[str] = set()
    with snapshot.lock:
        for base, segment in zip(snapshot.bases, snapshot.segments, strict=True):
            for number in np.flatnonzero(snapshot.live[base : base + segment.count]):
                ids.add(segment.id_of(int(number)))
    return ids
