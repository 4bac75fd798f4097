"""Posts that read like another: tf-idf over the index, a post's weightiest words as the question.

The words of the post itself are read from what is stored of it. Title words count more; likeness is
the share of the post's own weight that the other one meets, 0..1.
"""

from collections.abc import Sequence
from math import log
from typing import Protocol

import numpy as np
import numpy.typing as npt

from cms.search.engine import Alike
from cms.search.whoosh_engine.feedback import TermTable
from cms.search.whoosh_engine.fields import Stored
from cms.search.whoosh_engine.lists import Floats
from cms.search.whoosh_engine.postings import Ints
from cms.search.whoosh_engine.scoring import base, top, zones
from cms.search.whoosh_engine.snapshot import Snapshot
from cms.search.words import term_number, tokens

TERMS = 60
"""Words of a post that are asked for: its weightiest."""
TITLE = 2
COMMON = 0.5
"""A word in more than this share of the posts says nothing about what a post is about."""
MOST_TERMS = 8
"""Stems that are told of another post, for the reasons."""


class Source(Protocol):
    """Where likeness looks things up: in a snapshot word by word (`OneByOne`), or in a matrix of it."""

    snapshot: Snapshot

    def number(self, id: str) -> int | None:
        """The number of a living post by its id."""

    def stored(self, post: int) -> Stored:
        """What is stored of a post."""

    def said(self, post: int) -> dict[str, int]:
        """The phrases of a post."""

    def labels(self, posts: Sequence[int]) -> list[str]:
        """The ids of posts."""

    def holders(self, word: str) -> int:
        """How many living posts have a word."""

    def given(self, word: str) -> tuple[Ints, Floats]:
        """The posts that have a word, ascending, and what it gives each."""


class OneByOne:
    """The snapshot itself, each word looked up when it is asked for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.number, self.stored, self.said = snapshot.number, snapshot.stored, snapshot.said
        self.labels = snapshot.labels

    def holders(self, word: str) -> int:
        postings = self.snapshot.postings(word)
        return len(postings.posts) if postings is not None else 0

    def given(self, word: str) -> tuple[Ints, Floats]:
        postings = self.snapshot.postings(word)
        assert postings is not None  # noqa: S101 - it was counted a moment ago
        return postings.posts, base(self.snapshot, postings) + zones(self.snapshot, postings)


class Asking:
    """`engine.Likeness`, asked of one source."""

    def __init__(self, source: Source, table: TermTable) -> None:
        self._source, self._table = source, table

    def alike(self, id: str, limit: int) -> list[Alike]:
        return alike(self._source, id, limit, self._table)

    def phrases(self, id: str) -> dict[str, int]:
        number = self._source.number(id)
        return {} if number is None else self._source.said(number)


def most_holders(snapshot: Snapshot) -> float:
    """How many posts at most may have a word that says what a post is about."""
    return max(COMMON * snapshot.posts, 2)


def alike(source: Source, id: str, limit: int, table: TermTable) -> list[Alike]:
    """The posts most like one; empty if it is not in the index."""
    number = source.number(id)
    if number is None:
        return []
    snapshot = source.snapshot
    weighed = sorted(weigh(source, number, table))
    if not weighed:
        return []
    lists = [source.given(word) for word, _ in weighed]
    sizes = [len(posts) for posts, _ in lists]
    posts = np.concatenate([posts for posts, _ in lists])
    gave = np.concatenate([values for _, values in lists])
    gave *= np.array([weight for _, weight in weighed], np.float32).repeat(sizes)
    total = np.bincount(posts, gave, snapshot.count).astype(np.float32)
    own = float(total[number]) or 1.0
    total[number] = 0.0
    best = top(total, limit)
    best = best[np.lexsort((best, -snapshot.published[best], -total[best]))]
    terms = _terms(
        best, posts, np.arange(len(sizes)).repeat(sizes), gave, [word for word, _ in weighed], snapshot.count
    )
    ids = source.labels(best.tolist())
    likeness = np.minimum(total[best] / own, 1.0).tolist()
    return [Alike(*row) for row in zip(ids, likeness, terms, strict=True)]


def weigh(source: Source, number: int, table: TermTable) -> list[tuple[str, float]]:
    """The weightiest stems of a post with their weights: rarity twice, times how much they stand there.

    The table, which may lag behind, only chooses candidates; rarity is counted in the posts that are there
    now, so that a post that came and went leaves no trace in the likeness of the others.
    """
    stored, posts = source.stored(number), source.snapshot.posts
    title = np.array([term_number(token.stem) for token in tokens(stored.title)], np.uint32)
    counts = stored.counts.astype(np.float32) + TITLE * np.isin(stored.terms, title)
    most = most_holders(source.snapshot)
    weighed: list[tuple[str, float]] = []
    for word, said in table.telling(stored.terms, 1 + np.log(counts), TERMS + 20):
        holders = source.holders(word)
        if 1 < holders <= most:
            rarity = max(log(posts / (holders + 1)) + 0.5, 0.1)
            weighed.append((word, said * rarity**2))
    return sorted(weighed, key=lambda row: (-row[1], row[0]))[:TERMS]


def _terms(
    best: npt.NDArray[np.intp], posts: Ints, rows: npt.NDArray[np.intp], gave: Floats, words: list[str], count: int
) -> list[tuple[str, ...]]:
    """For each of the `best` the stems that made it like the one asked about, strongest first.

    `posts`, `rows` (of `words`) and `gave` tell which word gave which post how much; `count` is of all posts.
    """
    place = np.full(count, -1, np.int32)
    place[best] = np.arange(len(best))
    places = place[posts]
    here = (places >= 0).nonzero()[0]
    gain = np.zeros((len(best), len(words)), np.float32)
    gain[places[here], rows[here]] = gave[here]
    strongest = np.argsort(-gain, axis=1, kind="stable")[:, :MOST_TERMS]
    held = np.take_along_axis(gain, strongest, axis=1) > 0
    return [
        tuple([words[row] for row, there in zip(*line, strict=True) if there])
        for line in zip(strongest.tolist(), held.tolist(), strict=True)
    ]
