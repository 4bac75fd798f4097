"""Feedback: the words that the best posts share say more about the question than its own few words.

Rocchio's idea (1971), in the weighting of Robertson and Lavrenko: the first posts lend their weightiest
words, and the posts found are ordered anew with them. It only reorders what was found, never adds, and
only where there are posts enough for such statistics to mean something.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from cms.search.whoosh_engine.scoring import Scores, rarity, saturate, top
from cms.search.whoosh_engine.snapshot import Floats, Snapshot
from cms.search.words import stem

FEWEST_POSTS = 200
"""Blogs with fewer posts go without."""
TEACHERS = 10
TERMS = 30
CANDIDATES = 300
"""Posts that are ordered anew: the best by words."""
SHARE = 0.6
"""What the lent words weigh beside the visitor's own."""


def feed_back(snapshot: Snapshot, scores: Scores, mask: npt.NDArray[np.bool_], frequency: Mapping[str, int]) -> None:
    """Raise, among the posts of `mask`, those that are like the best of them."""
    if snapshot.posts < FEWEST_POSTS:
        return
    posts = np.sort(top(scores.total, CANDIDATES, mask)).astype(np.int32)
    if len(posts) < 3:
        return
    own = scores.total[posts]
    best = float(own.max())
    teachers = posts[np.lexsort((posts, -own))][:TEACHERS]
    lent = _lent(snapshot, teachers, scores.total[teachers] / best, frequency)
    bonus = np.zeros(len(posts), np.float32)
    lengths = snapshot.lengths[posts]
    for word, weight in lent:
        postings = snapshot.postings(word)
        if postings is None:
            continue
        found = np.searchsorted(postings.posts, posts)
        found[found == len(postings.posts)] = 0
        inside = postings.posts[found] == posts
        counts = np.where(inside, postings.counts[found], 0)
        bonus += np.float32(weight) * saturate(counts, lengths, snapshot.average_length)
    highest = float(bonus.max())
    if highest > 0:
        bonus *= np.float32(SHARE * best / highest)
        scores.total[posts] += bonus
        scores.fed = {int(post): float(value) for post, value in zip(posts, bonus, strict=True)}


def _lent(
    snapshot: Snapshot, teachers: npt.NDArray[np.int32], worth: Floats, frequency: Mapping[str, int]
) -> list[tuple[str, float]]:
    """The weightiest words of the best posts: how much they stand there, times how rare they are, twice."""
    worth = worth**2 / float((worth**2).sum())
    lent: dict[str, float] = {}
    for post, share in zip(teachers, worth, strict=True):
        stored = snapshot.stored(int(post))
        counts = np.frombuffer(stored["counts"], np.uint16).astype(np.int32)
        length = np.full(len(counts), snapshot.lengths[post], np.float32)
        values = (saturate(counts, length, snapshot.average_length) * np.float32(share)).tolist()
        for word, value in zip(stored["terms"].split("\t"), values, strict=False):
            lent[word] = lent.get(word, 0.0) + value
    posts = snapshot.posts
    weighed: dict[str, float] = {}
    for word, value in lent.items():
        root = stem(word)
        holders = frequency.get(root, 0)
        if holders > 1:
            weighed[root] = weighed.get(root, 0.0) + value * rarity(posts, holders)
    best = sorted(weighed.items(), key=lambda pair: (-pair[1], pair[0]))[:TERMS]
    return [(root, value * rarity(posts, frequency[root])) for root, value in best]
