"""Posts that read like another: tf-idf over the index, a post's weightiest words as the question.

The words of the post itself are read from what is stored of it. Title words count more; likeness is
the share of the post's own weight that the other one meets, 0..1.
"""

from collections import Counter

import numpy as np

from cms.search.engine import Alike
from cms.search.whoosh_engine.scoring import idf, saturate, top, zones
from cms.search.whoosh_engine.snapshot import Floats, Snapshot
from cms.search.words import STOP_WORDS, tokens

TERMS = 60
"""Words of a post that are asked for: its weightiest."""
TITLE = 3
COMMON = 0.5
"""A word in more than this share of the posts says nothing about what a post is about."""


def alike(snapshot: Snapshot, id: str, limit: int) -> list[Alike]:
    """The posts most like one; empty if it is not in the index."""
    number = snapshot.number(id)
    if number is None:
        return []
    weights, labels = weigh(snapshot, number)
    total = np.zeros(snapshot.count, np.float32)
    gave: list[tuple[str, Floats]] = []
    for word, weight in weights:
        postings = snapshot.postings(word)
        if postings is None:
            continue
        values = saturate(postings.counts, snapshot.lengths[postings.posts], snapshot.average_length)
        values = (values + zones(snapshot, postings)) * np.float32(weight)
        total[postings.posts] += values
        gave.append((word, values))
    total[~snapshot.live] = 0.0
    own = float(total[number]) or 1.0
    total[number] = 0.0
    best = top(total, limit)
    best = best[np.lexsort((best, -snapshot.published[best], -total[best]))]
    return [
        Alike(_id(snapshot, int(n)), min(float(total[n]) / own, 1.0), _terms(snapshot, int(n), gave, labels))
        for n in best
    ]


def weigh(snapshot: Snapshot, number: int) -> tuple[list[tuple[str, float]], dict[str, str]]:
    """The weightiest stems of a post with their weights, and how each is written most often."""
    stored = snapshot.stored(number)
    counts: Counter[str] = Counter()
    surfaces: dict[str, Counter[str]] = {}
    for text, times in ((stored["title"], TITLE), (stored["excerpt"], 1), (stored["body"], 1)):
        for token in tokens(text):
            if token.word not in STOP_WORDS and len(token.word) > 1:
                counts[token.stem] += times
                surfaces.setdefault(token.stem, Counter())[token.word] += 1
    weighed: list[tuple[str, float]] = []
    for word, count in counts.items():
        postings = snapshot.postings(word)
        frequency = snapshot.frequency(postings) if postings else 0
        if 1 < frequency <= max(COMMON * snapshot.posts, 2):
            rarity = idf(snapshot.posts, frequency)
            weighed.append((word, rarity * rarity * (1 + np.log(count))))
    weighed.sort(key=lambda pair: (-pair[1], pair[0]))
    labels = {word: surfaces[word].most_common(1)[0][0] for word, _ in weighed[:TERMS]}
    return weighed[:TERMS], labels


def _id(snapshot: Snapshot, number: int) -> str:
    segment, inside = snapshot.segment_of(number)
    labels = segment.leaf.column_reader("label", translate=False)
    with snapshot.lock:
        return bytes(labels[inside]).split(b"\t", 1)[0].decode()


def _terms(snapshot: Snapshot, number: int, gave: list[tuple[str, Floats]], labels: dict[str, str]) -> tuple[str, ...]:
    """The words that made another post like this one, strongest first."""
    found: list[tuple[float, str]] = []
    for word, values in gave:
        postings = snapshot.postings(word)
        if postings is None:
            continue
        row = int(np.searchsorted(postings.posts, number))
        if row < len(postings.posts) and postings.posts[row] == number:
            found.append((float(values[row]), labels.get(word, word)))
    found.sort(key=lambda pair: (-pair[0], pair[1]))
    return tuple(word for _, word in found[:8])
