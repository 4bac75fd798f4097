"""Meaning beside words: the posts near in meaning join those found by words, and each is raised by how near it is.

One linear sum (Bruch, Gai and Ingber, 2023: "An analysis of fusion functions for hybrid retrieval"): the score
by words, and `WEIGHT` times the nearness as a share of the nearest, on the scale of the best score by words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from cms.search.engine import Near
from cms.search.whoosh_engine.lists import Bools, Floats
from cms.search.whoosh_engine.postings import Ints
from cms.search.whoosh_engine.scoring import Scores
from cms.search.whoosh_engine.snapshot import Segment, Snapshot

WEIGHT = 1.5
"""What the nearest post in meaning gets beside what the best by words gets."""
ALONE = 0.45
"""How near a post must be to be found by its meaning alone."""
BESIDE_NEAREST = 0.75
"""And how near beside the nearest one."""
PLAIN = 10.0
"""The scale where no post was found by words."""

_numbers: "WeakKeyDictionary[Segment, dict[str, int]]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Nearby:
    """The living posts near in meaning by their numbers, with how near each is, and the anchor where it is nearest."""

    posts: Ints
    similarity: Floats
    anchors: list[str]


def nearby(snapshot: Snapshot, near: Sequence[Near]) -> Nearby:
    """Posts near in meaning as the index numbers them; those that it does not hold are left out."""
    found: dict[int, Near] = {}
    for base, segment in zip(snapshot.bases, snapshot.segments, strict=True) if near else ():
        table = _table(segment)
        for row in near:
            number = table.get(row.id)
            if number is not None and snapshot.live[number + base]:
                found[number + base] = row
    rows = list(found.values())
    similarity = np.array([row.similarity for row in rows], np.float32)
    return Nearby(np.array(list(found), np.int32), similarity, [row.anchor for row in rows])


def _table(segment: Segment) -> dict[str, int]:
    """The numbers of a segment's posts by their ids; read once."""
    table = _numbers.get(segment)
    if table is None:
        labels = map(segment.label, range(segment.count))
        table = _numbers[segment] = {label.split(b"\t", 1)[0].decode(): number for number, label in enumerate(labels)}
    return table


def join(scores: Scores, mask: Bools, allowed: Bools, near: Nearby) -> Bools:
    """Raise the posts near in meaning, and add to `mask` those that are near enough by themselves.

    Each of `near` has a row in `scores`.
    """
    if not len(near.posts):
        return mask
    rows = scores.posts.searchsorted(near.posts)
    nearest = float(near.similarity.max())
    best = float(scores.total[mask].max(initial=0.0)) or PLAIN
    joined = mask.copy()
    joined[rows[near.similarity >= max(ALONE, BESIDE_NEAREST * nearest)]] = True
    joined &= mask | allowed
    scores.meant = np.zeros(len(scores.posts), np.float32)
    scores.meant[rows] = WEIGHT * best / nearest * near.similarity
    scores.total += scores.meant
    scores.nearest = dict(zip(near.posts.tolist(), near.anchors, strict=True))
    return joined
