"""Posts that read like another: tf-idf over the index, a post's weightiest words as the question.

The words of the post itself are read from what is stored of it. Title words count more; likeness is
the share of the post's own weight that the other one meets, 0..1.
"""

import numpy as np
import numpy.typing as npt

from cms.search.engine import Alike
from cms.search.whoosh_engine.feedback import TermTable
from cms.search.whoosh_engine.lists import Floats, Postings
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


def alike(snapshot: Snapshot, id: str, limit: int, table: TermTable) -> list[Alike]:
    """The posts most like one; empty if it is not in the index."""
    number = snapshot.number(id)
    if number is None:
        return []
    total = np.zeros(snapshot.count, np.float32)
    gave: list[tuple[str, Postings, Floats]] = []
    for word, weight, postings in weigh(snapshot, number, table):
        values = (base(snapshot, postings) + zones(snapshot, postings)) * np.float32(weight)
        total[postings.posts] += values
        gave.append((word, postings, values))
    own = float(total[number]) or 1.0
    total[number] = 0.0
    best = top(total, limit)
    best = best[np.lexsort((best, -snapshot.published[best], -total[best]))]
    ids = snapshot.labels([int(n) for n in best])
    terms = _terms(best, gave)
    return [Alike(ids[place], min(float(total[n]) / own, 1.0), terms[place]) for place, n in enumerate(best)]


def weigh(snapshot: Snapshot, number: int, table: TermTable) -> list[tuple[str, float, Postings]]:
    """The weightiest stems of a post with their weights: rarity twice, times how much they stand there.

    The table, which may lag behind, only chooses candidates; rarity is counted in the posts that are there
    now, so that a post that came and went leaves no trace in the likeness of the others.
    """
    stored = snapshot.stored(number)
    title = np.array([term_number(token.stem) for token in tokens(stored.title)], np.uint32)
    counts = stored.counts.astype(np.float32) + TITLE * np.isin(stored.terms, title)
    weighed: list[tuple[str, float, Postings]] = []
    for word, said in table.telling(stored.terms, 1 + np.log(counts), TERMS + 20):
        postings = snapshot.postings(word)
        holders = len(postings.posts) if postings is not None else 0
        if postings is not None and 1 < holders <= max(COMMON * snapshot.posts, 2):
            rarity = max(float(np.log(snapshot.posts / (holders + 1))) + 0.5, 0.1)
            weighed.append((word, said * rarity**2, postings))
    return sorted(weighed, key=lambda row: (-row[1], row[0]))[:TERMS]


def _terms(posts: npt.NDArray[np.intp], gave: list[tuple[str, Postings, Floats]]) -> list[tuple[str, ...]]:
    """For each of `posts` the stems that made it like the one asked about, strongest first."""
    gave = sorted(gave, key=lambda row: row[0])
    gain = np.zeros((len(gave), len(posts)), np.float32)
    for line, (_, postings, values) in zip(gain, gave, strict=True):
        rows, here = postings.rows_of(posts)
        line[here] = values[rows[here]]
    strongest = np.argsort(-gain, axis=0, kind="stable")[:MOST_TERMS].T
    return [tuple(gave[row][0] for row in column if gain[row, place]) for place, column in enumerate(strongest)]
