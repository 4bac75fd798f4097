"""One page of posts shown with their words: title, the passage that answers, and stretches of its text.

All posts of a page are worked on at once, as rows of places (see `lists.Places`): doing it in Python for each
occurrence took longer than finding the posts. A passage and the stretches shown with it are always of the same
section, so that a heading never stands over another section's text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cms.search import highlights
from cms.search.engine import Hit, Pairs, Passage
from cms.search.whoosh_engine.fields import Stored
from cms.search.whoosh_engine.lists import SHIFT, Floats, Places
from cms.search.whoosh_engine.postings import Ints
from cms.search.whoosh_engine.scoring import Rows, Scores, phrase_places
from cms.search.whoosh_engine.snapshot import Snapshot

AGAIN = 0.1
"""What a word that comes again in the same stretch or section says, beside the first time."""
HEADING = 2.0
"""What a word in a section's heading says for it, beside one in its text."""
STRETCH, SHOWN, BEFORE = 22, 30, 6
"""Words in which the hits of a fragment stand; words that are shown of it; how many of them come before."""
FRAGMENTS = 2
LONGEST = 400
"""Characters of one fragment at most, whatever its words are."""
_SIGNS = re.compile(r"[^\w\s]{0,3}")  # what ends a sentence belongs to it


@dataclass(slots=True)
class Hits:
    """Where the query stands in the posts of a page: ascending places, the post of each, and the clause (a number)
    that gave most there. `weights` is what each clause gave each post."""

    places: Places
    owners: Rows
    clauses: Rows
    weights: Floats

    def said(self, counts: npt.NDArray[np.integer], owners: Rows) -> npt.NDArray[np.float64]:
        """What groups of places say, given how often each clause stands in each, and whose group it is."""
        worth = (counts > 0) * (1 - AGAIN) + counts * AGAIN
        said: npt.NDArray[np.float64] = (worth * self.weights[owners]).sum(axis=1)
        return said


def show(snapshot: Snapshot, scores: Scores, rows: Rows) -> list[Hit]:
    """The posts of these rows of `scores`, in this order, as hits."""
    if not len(rows):
        return []
    order = np.argsort(rows)
    posts = scores.posts[rows[order]]
    texts = [snapshot.stored(int(post)) for post in posts]
    hits = _hits(snapshot, scores, posts)
    sections = Sections(snapshot, posts, texts)
    chosen = [
        _meant(text, sections.first[number], scores.nearest.get(int(posts[number]))) if section is None else section
        for number, (text, section) in enumerate(zip(texts, sections.choose(hits), strict=True))
    ]
    stretches = sections.stretches(hits, chosen)
    bounds = hits.places.searchsorted(np.arange(len(posts) + 1) << SHIFT)
    shown: dict[int, Hit] = {}
    for number, text in enumerate(texts):
        places = (hits.places[bounds[number] : bounds[number + 1]] - (number << SHIFT)).tolist()
        place = int(order[number])
        shown[place] = Hit(
            id=text.id,
            score=round(float(scores.total[rows[place]]), 4),
            title=_title(text, places),
            body=[_fragment(text, begin, end, places) for begin, end in stretches[number]],
            passage=_passage(text, sections.first[number], chosen[number]),
        )
    return [shown[place] for place in range(len(rows))]


def _hits(snapshot: Snapshot, scores: Scores, posts: Ints) -> Hits:
    """Where the clauses of a plan stand in `posts` (ascending)."""
    places: list[Places] = []
    weights: list[Floats] = []
    for part in scores.parts:
        rows = part.posts.searchsorted(posts)
        here = part.posts.take(rows, mode="clip") == posts
        if here.any():
            found = phrase_places(snapshot, part.clause.stems, posts)
            if len(part.clause.stems) > 1:
                found = (found[:, None] + np.arange(len(part.clause.stems))).ravel()
            places.append(found)
            weights.append(np.where(here, part.values.take(rows, mode="clip"), np.float32(0)))
    if not places:
        none = np.empty(0, np.intp)
        return Hits(none, none, none, np.zeros((len(posts), 1), np.float32))
    joined, table = np.concatenate(places), np.stack(weights, axis=1)
    clauses = np.arange(len(places)).repeat([len(row) for row in places])
    owners = joined >> SHIFT
    order = np.lexsort((-table[owners, clauses], joined))
    joined = joined[order]
    best = np.ones(len(joined), np.bool_)
    best[1:] = joined[1:] != joined[:-1]  # of several clauses in one place, the one that gave most
    order = order[best]
    return Hits(joined[best], owners[order], clauses[order], table)


class Sections:
    """The sections of the posts of a page, all in one row."""

    def __init__(self, snapshot: Snapshot, posts: Ints, texts: Sequence[Stored]) -> None:
        counts = [len(text.starts) for text in texts]
        post = np.arange(len(texts)) << SHIFT
        self.owners = np.arange(len(texts)).repeat(counts)
        self.first = np.cumsum([0, *counts])
        self.starts = post[self.owners] + np.concatenate([text.starts for text in texts])
        headings = np.concatenate([text.heading_starts for text in texts])
        self.titled = headings.nonzero()[0]
        self.headings = post[self.owners[self.titled]] + headings[self.titled]
        self.headings_end = post + snapshot.ends[1][posts]
        self.bodies = post + np.array([text.body_from for text in texts])
        self.words = [len(text.body_spans) // 2 for text in texts]

    def choose(self, hits: Hits) -> list[int | None]:
        """For each post the number of its section that answers best; None if the query stands in none."""
        groups, kinds = len(self.owners), hits.weights.shape[1]
        said = np.zeros(groups)
        for (inside, of), weight in ((self._in_headings(hits), HEADING), (self._in_texts(hits), 1.0)):
            counts = np.bincount(of * kinds + hits.clauses[inside], minlength=groups * kinds)
            said += weight * hits.said(counts.reshape(groups, kinds), self.owners)
        chosen: list[int | None] = []
        for begin, end in pairwise(self.first.tolist()):
            best = begin + int(said[begin:end].argmax()) if begin < end else begin
            chosen.append(best if begin < end and said[best] > 0 else None)
        return chosen

    def _in_headings(self, hits: Hits) -> tuple[Rows, Rows]:
        """Which hits stand in headings, and the section of each."""
        if not len(self.headings):
            return self.titled, self.titled
        of = self.headings.searchsorted(hits.places, side="right") - 1
        own = self.owners[self.titled[of]] == hits.owners
        inside = ((of >= 0) & own & (hits.places < self.headings_end[hits.owners])).nonzero()[0]
        return inside, self.titled[of[inside]]

    def _in_texts(self, hits: Hits) -> tuple[Rows, Rows]:
        """Which hits stand in the text of sections, and the section of each."""
        inside = (hits.places >= self.bodies[hits.owners]).nonzero()[0]
        return inside, self.starts.searchsorted(hits.places[inside], side="right") - 1

    def stretches(self, hits: Hits, chosen: Sequence[int | None]) -> list[list[tuple[int, int]]]:
        """For each post the stretches of its chosen section (as words of its body) that say most about the query;
        the section's beginning if the query does not stand in its text."""
        inside, of = self._in_texts(hits)
        wanted = np.array([-1 if section is None else section for section in chosen])
        inside = inside[of == wanted[hits.owners[inside]]]
        places, owners = hits.places[inside], hits.owners[inside]
        starts = (places - self.bodies[owners]).tolist()
        order = np.lexsort((places, -self._worth(hits, inside), owners))
        bounds = owners.searchsorted(np.arange(len(chosen) + 1)).tolist()
        return [
            self._pick(number, section, [starts[at] for at in order[bounds[number] : bounds[number + 1]]])
            for number, section in enumerate(chosen)
        ]

    def _worth(self, hits: Hits, inside: Rows) -> npt.NDArray[np.float64]:
        """What the stretch that begins with each of these hits says about the query."""
        standing = np.zeros((len(inside) + 1, hits.weights.shape[1]), np.int32)
        standing[np.arange(len(inside)) + 1, hits.clauses[inside]] = 1
        before = standing.cumsum(axis=0)
        places = hits.places[inside]
        return hits.said(before[places.searchsorted(places + STRETCH)] - before[:-1], hits.owners[inside])

    def _pick(self, number: int, section: int | None, starts: Sequence[int]) -> list[tuple[int, int]]:
        """Stretches around the best of these words, none over another, in the order of the text."""
        begins, ends = self._bounds(number, section)
        picked: list[tuple[int, int]] = []
        for start in starts or [begins + BEFORE]:
            begin = max(begins, start - BEFORE)
            end = min(ends, begin + SHOWN)
            if begin < end and all(end <= other[0] or begin >= other[1] for other in picked):
                picked.append((begin, end))
                if len(picked) == FRAGMENTS:
                    break
        return sorted(picked)

    def _bounds(self, number: int, section: int | None) -> tuple[int, int]:
        """First word of a section and the one after its last, as words of the body. A section without text
        (a heading right above another) has those of the next; no section has those of the whole body."""
        words, last = self.words[number], int(self.first[number + 1])
        if section is None:
            return 0, words
        begins = int(self.starts[section] - self.bodies[number])
        later = (int(self.starts[after] - self.bodies[number]) for after in range(section + 1, last))
        return begins, min(next((start for start in later if start > begins), words), words)


def _meant(text: Stored, first: int, anchor: str | None) -> int | None:
    """The section nearest in meaning, for a post in whose sections no word of the query stands; None if there is
    none, or it has gone since the post was read."""
    return first + text.anchors.index(anchor) if anchor and anchor in text.anchors else None


def _title(text: Stored, places: Sequence[int]) -> Pairs:
    spans = text.title_spans.tolist()
    return highlights.marked(text.title, spans, [at for at in places if 2 * at < len(spans)], 0, len(text.title))


def _fragment(text: Stored, begin: int, end: int, places: Sequence[int]) -> Pairs:
    """The words of the body from `begin` to before `end`, with the hits among them marked."""
    spans = text.body_spans[2 * begin : 2 * end].tolist()
    inside = [at - text.body_from - begin for at in places if begin <= at - text.body_from < end]
    stop = _SIGNS.match(text.body, spans[-2] + spans[-1]).end()  # type: ignore[union-attr] # it matches nothing too
    return highlights.marked(text.body, spans, inside, spans[0], min(stop, spans[0] + LONGEST))


def _passage(text: Stored, first: int, section: int | None) -> Passage | None:
    """A section (`first` is the post's first) as an answer shows it; None for what stands before any heading."""
    if section is None or not text.anchors[section - first]:
        return None
    return Passage(text.anchors[section - first], text.headings[section - first])
