"""Feedback: the words that the best posts share say more about the question than its own few words.

Rocchio's idea (1971), in the weighting of Robertson and Lavrenko: the first posts lend their weightiest
words, and the posts found are ordered anew with them. It only reorders what was found, never adds, and
only where there are posts enough for such statistics to mean something.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from cms.search.whoosh_engine.lists import Bools, Floats
from cms.search.whoosh_engine.postings import Ints
from cms.search.whoosh_engine.scoring import Scores, base, saturate, top
from cms.search.whoosh_engine.snapshot import Snapshot
from cms.search.words import term_number

FEWEST_POSTS = 200
"""Blogs with fewer posts go without."""
TEACHERS = 10
TERMS = 30
CANDIDATES = 300
"""Posts that are ordered anew: the best by words."""
COMMONEST = 0.5
"""A word in more than this share of the posts says nothing about what the best have in common."""
SHARE = 0.6
"""What the lent words weigh beside the visitor's own."""


class TermTable:
    """Every stem of the posts by a 32-bit number, with how many posts hold it: arrays instead of a dictionary.

    Two stems in four billion numbers may share one; the feedback then weighs them as one, which is all.
    """

    def __init__(self, frequency: Mapping[str, int], posts: int) -> None:
        names = list(frequency)
        numbers = np.array([term_number(name) for name in names], np.uint32)
        order = np.argsort(numbers, kind="stable")
        self.size = len(names)
        self.numbers = numbers[order]
        self.names = [names[index] for index in order]
        holders = np.array([frequency[name] for name in self.names], np.float32)
        rare = np.maximum(np.log(max(posts, 1) / (holders + 1)) + 0.5, 0.1)
        self.rarity: Floats = np.where(holders > 1, rare, 0.0).astype(np.float32)

        self.holders = holders

    def weightiest(
        self, numbers: npt.NDArray[np.uint32], values: Floats, limit: int, commonest: float
    ) -> list[tuple[str, float]]:
        """The weightiest of these words (each may come several times): values times rarity, twice.

        Words that more than `commonest` posts hold, or one alone, say nothing and are left out.
        """
        rows, said = self._best(numbers, values, limit, commonest)
        weights = said * self.rarity[rows] ** 2
        return [(self.names[row], float(weight)) for row, weight in zip(rows, weights, strict=True)]

    def telling(self, numbers: npt.NDArray[np.uint32], values: Floats, limit: int) -> list[tuple[str, float]]:
        """The likely weightiest of these words with how much they are said, for who weighs them exactly."""
        rows, said = self._best(numbers, values, limit, np.inf)
        return [(self.names[row], float(value)) for row, value in zip(rows, said, strict=True)]

    def _best(
        self, numbers: npt.NDArray[np.uint32], values: Floats, limit: int, commonest: float
    ) -> tuple[npt.NDArray[np.intp], Floats]:
        """Rows of the weightiest words, best first, and the sum of their values."""
        if not self.size or not len(numbers):
            return np.empty(0, np.intp), np.empty(0, np.float32)
        found = np.searchsorted(self.numbers, numbers)
        found[found == self.size] = 0
        known = (self.numbers[found] == numbers) & (self.holders[found] <= commonest)
        rows, inverse = np.unique(found[known], return_inverse=True)
        said = np.bincount(inverse, weights=values[known], minlength=len(rows))
        weights = said * self.rarity[rows]
        best = np.lexsort((rows, -weights))[:limit]
        best = best[weights[best] > 0]
        return rows[best], said[best]


def feed_back(snapshot: Snapshot, scores: Scores, mask: Bools, table: TermTable) -> None:
    """Raise, among the posts of `mask`, those that are like the best of them."""
    if snapshot.posts < FEWEST_POSTS:
        return
    rows = top(scores.total, CANDIDATES, mask)
    if len(rows) < 3:
        return
    own = scores.total[rows]
    best = float(own.max())
    teachers = np.lexsort((rows, -own))[:TEACHERS]
    numbers, values = _taught(snapshot, scores.posts[rows[teachers]], own[teachers] / best)
    bonus = _likeness(
        snapshot, scores.posts[rows], table.weightiest(numbers, values, TERMS, COMMONEST * snapshot.posts)
    )
    highest = float(bonus.max())
    if highest > 0:
        bonus *= SHARE * best / highest
        scores.total[rows] += bonus
        scores.fed = np.zeros(len(scores.posts), np.float32)
        scores.fed[rows] = bonus


def _likeness(snapshot: Snapshot, posts: Ints, lent: list[tuple[str, float]]) -> Floats:
    """What the lent words give each of these posts."""
    place = np.full(snapshot.count, len(posts), np.intp)  # the last place is for all others
    place[posts] = np.arange(len(posts))
    places, values = [np.empty(0, np.intp)], [np.empty(0, np.float32)]
    for word, weight in lent:
        postings = snapshot.postings(word)
        if postings is not None:
            places.append(place[postings.posts])
            values.append(base(snapshot, postings) * np.float32(weight))
    total = np.bincount(np.concatenate(places), np.concatenate(values), len(posts) + 1)
    return total[:-1].astype(np.float32)


def _taught(snapshot: Snapshot, teachers: Ints, worth: Floats) -> tuple[npt.NDArray[np.uint32], Floats]:
    """The words of the best posts, by number, with how much they stand there; better posts count more."""
    worth = worth**2 / float((worth**2).sum())
    texts = [snapshot.stored(int(post)) for post in teachers]
    sizes = [len(text.counts) for text in texts]
    counts = np.concatenate([text.counts for text in texts])
    values = saturate(counts, snapshot.lengths[teachers].repeat(sizes), snapshot.average_length)
    return np.concatenate([text.terms for text in texts]), values * worth.repeat(sizes)
