"""Scores: BM25 over the line of words, zones on top, the best clause of each want, closeness.

The base is Whoosh's own BM25F on the field `all` (proven equal by a test). What is ours beside it:
the zones (title before headings before tags before excerpt before body), clauses that stand for a
want with a weight, and the bonus for words that stand together as they were typed.
"""

from dataclasses import dataclass, field
from math import log

import numpy as np
import numpy.typing as npt

from cms.search.engine import Clause, Plan, Want
from cms.search.whoosh_engine.snapshot import Bools, Floats, Postings, Snapshot

K1, B = 1.2, 0.6
ZONE_WEIGHTS = (0.3, 0.15, 0.15, 0.05)
"""What a word in the title, a heading, a tag or the excerpt adds to the same word anywhere."""
ZONE_LENGTHS = (8.0, 30.0, 20.0, 25.0)
"""Lengths at which a zone's word counts fully: a word of a long title says less."""
ABOUT = 0.14
"""From this zone bonus on (a title or a tag) a post is about the word, and does not just mention it."""
BESIDE, BESIDE_OTHERS = 0.6, 0.4
"""How much further ways to meet a want add to the best (together at most as much again as it): where the post
holds what was typed, and where it holds other ways to say it alone (0.7 × 1.4 stays below an exact match)."""
CANDIDATES = 100
"""Posts whose words are looked at for closeness: the best by words alone."""
ADJACENT, NEAR, WINDOW = 0.15, 0.15, 8


@dataclass(slots=True)
class Part:
    """What one clause gave: posts and their scores."""

    want: int
    clause: Clause
    posts: npt.NDArray[np.int32]
    values: Floats
    about: Bools


@dataclass(slots=True)
class Scores:
    """A plan scored: for each post its score, and the shares of the query (0..1) that it covers, and is about.

    `asked` is how much was asked for, as the sum of the wants' weights.
    """

    total: Floats
    coverage: Floats
    about: Floats
    asked: float = 0.0
    parts: list[Part] = field(default_factory=list)
    close: dict[int, float] = field(default_factory=dict)
    fed: dict[int, float] = field(default_factory=dict)


def idf(posts: int, frequency: int) -> float:
    """Whoosh's inverse document frequency: ln(N / (n + 1)) + 1."""
    return log(max(posts, 1) / (frequency + 1)) + 1.0


def rarity(posts: int, frequency: int) -> float:
    """How much a word says: Whoosh's idf less a half, which tells rare and common words further apart."""
    return max(idf(posts, frequency) - 0.5, 0.1)


def saturate(counts: npt.NDArray[np.int32], lengths: Floats, average: float) -> Floats:
    """BM25's share of occurrences, 0..K1+1."""
    tf = counts.astype(np.float32)
    norm = np.float32(K1) * (np.float32(1 - B) + np.float32(B / max(average, 1e-9)) * lengths)
    return (tf * np.float32(K1 + 1) / (tf + norm)).astype(np.float32, copy=False)


def score(snapshot: Snapshot, plan: Plan, base_only: bool = False) -> Scores:
    """Score every post for a plan. `base_only` leaves out all that is not Whoosh's BM25F."""
    total = np.zeros(snapshot.count, np.float32)
    coverage = np.zeros(snapshot.count, np.float32)
    weights = [_weight(snapshot, want, base_only) for want in plan.wants]
    asked = sum(weight * want.count for want, weight in zip(plan.wants, weights, strict=True) if want.needed)
    scores = Scores(total, coverage, np.zeros(snapshot.count, np.float32), asked)
    for number, (want, weight) in enumerate(zip(plan.wants, weights, strict=True)):
        parts = [part for clause in want.clauses if (part := _clause(snapshot, number, clause, weight, base_only))]
        scores.parts += parts
        _add_want(scores, want, parts, weight * want.count / asked if asked and want.needed else 0.0)
    total[~snapshot.live] = 0.0
    coverage[~snapshot.live] = 0.0
    if not base_only:
        _add_closeness(snapshot, scores, plan)
    return scores


def _weight(snapshot: Snapshot, want: Want, base_only: bool) -> float:
    """How much a want says: the rarity of what was typed, or of what it was repaired to.

    A word that no post holds in any form says the most.
    """
    measure = idf if base_only else rarity
    for clause in want.clauses:
        if clause.kind not in ("vocabulary", "acronym"):
            lists = [snapshot.postings(word) for word in clause.stems]
            if all(lists):
                return measure(snapshot.posts, min(snapshot.frequency(known) for known in lists if known))
    return measure(snapshot.posts, 0)


def _add_want(scores: Scores, want: Want, parts: list[Part], share: float) -> None:
    """Add the best clause of a want to each post, and a little of the next best."""
    count = np.float32(want.count)
    about = np.zeros(len(scores.total), np.bool_)
    for part in parts:
        about[part.posts[part.about]] = True
    scores.about += np.float32(share) * about
    if len(parts) == 1:
        scores.total[parts[0].posts] += parts[0].values * count
        scores.coverage[parts[0].posts] += np.float32(share)
    elif parts:
        best = np.zeros(len(scores.total), np.float32)
        together = np.zeros(len(scores.total), np.float32)
        beside = np.full(len(scores.total), BESIDE_OTHERS, np.float32)
        for part in parts:
            best[part.posts] = np.maximum(best[part.posts], part.values)
            together[part.posts] += part.values
            if part.clause.weight == 1.0:
                beside[part.posts] = BESIDE
        scores.total += count * (best + beside * np.minimum(together - best, best))
        scores.coverage += np.float32(share) * (best > 0)


def _clause(snapshot: Snapshot, want: int, clause: Clause, weight: float, base_only: bool) -> Part | None:
    """Posts that meet a clause with what it gives them; weighed by the want, never above what was typed."""
    if len(clause.stems) == 1:
        postings = snapshot.postings(clause.stems[0])
        if postings is None:
            return None
        posts, counts = postings.posts, postings.counts
        values = saturate(counts, snapshot.lengths[posts], snapshot.average_length)
        about = np.zeros(len(posts), np.bool_)
        if not base_only:
            zone = zones(snapshot, postings)
            values = values + zone
            about = zone >= ABOUT
    else:
        posts, counts = phrase(snapshot, clause.stems)
        if not len(posts):
            return None
        values = saturate(counts, snapshot.lengths[posts], snapshot.average_length)
        about = np.ones(len(posts), np.bool_)
        if not base_only:
            values = values + _phrase_zone(snapshot, clause.stems, posts)
    return Part(want, clause, posts, values * np.float32(weight * clause.weight), about)


def zones(snapshot: Snapshot, postings: Postings) -> Floats:
    """What standing in title, headings, tags and excerpt adds, kept with the postings."""
    if postings.zone is None:
        owners = np.repeat(np.arange(len(postings.posts)), postings.counts)
        posts = postings.posts[owners]
        bonus = np.zeros(len(postings.posts), np.float32)
        begins = np.zeros(snapshot.count, np.uint16)
        inside = postings.positions
        for ends, weight, usual in zip(snapshot.ends, ZONE_WEIGHTS, ZONE_LENGTHS, strict=False):
            hits = (inside < ends[posts]) & (inside >= begins[posts])
            counts = np.bincount(owners[hits], minlength=len(postings.posts)).astype(np.float32)
            length = (ends[postings.posts] - begins[postings.posts]).astype(np.float32)
            bonus += weight * counts * (K1 + 1) / (counts + K1 * (1 - B + B * length / usual))
            begins = ends
        postings.zone = bonus
    return postings.zone


def _phrase_zone(snapshot: Snapshot, stems: tuple[str, ...], posts: npt.NDArray[np.int32]) -> Floats:
    """The zone bonus of a phrase: that of its word with the least, in posts that hold them all."""
    least = np.full(len(posts), np.inf, np.float32)
    for word in stems:
        postings = snapshot.postings(word)
        if postings is not None:
            least = np.minimum(least, zones(snapshot, postings)[np.searchsorted(postings.posts, posts)])
    return least


def spread(postings: Postings, posts: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """The term's places in `posts` (ascending) as one ascending row of numbers: index of post × 2^17 + position."""
    found = np.searchsorted(postings.posts, posts)
    found[found == len(postings.posts)] = 0
    inside = np.flatnonzero(postings.posts[found] == posts)
    rows = found[inside]
    counts = postings.counts[rows]
    total = int(counts.sum())
    steps = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    places = postings.positions[np.repeat(postings.starts[rows], counts) + steps].astype(np.int64)
    result: npt.NDArray[np.int64] = (np.repeat(inside, counts).astype(np.int64) << 17) + places
    return result


def phrase(snapshot: Snapshot, stems: tuple[str, ...]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """The posts that hold `stems` in a row, and how often."""
    nothing = np.empty(0, np.int32), np.empty(0, np.int32)
    lists = [snapshot.postings(word) for word in stems]
    if any(postings is None for postings in lists):
        return nothing
    known = [postings for postings in lists if postings is not None]
    posts = min(known, key=lambda postings: len(postings.posts)).posts
    for postings in known:
        found = np.searchsorted(postings.posts, posts)
        found[found == len(postings.posts)] = 0
        posts = posts[postings.posts[found] == posts]
    if not len(posts):
        return nothing
    rows = spread(known[0], posts)
    for step, postings in enumerate(known[1:], 1):
        rows = rows[np.isin(rows, spread(postings, posts) - step, assume_unique=True)]
    counts = np.bincount((rows >> 17).astype(np.int64), minlength=len(posts)).astype(np.int32)
    return posts[counts > 0], counts[counts > 0]


def _add_closeness(snapshot: Snapshot, scores: Scores, plan: Plan) -> None:
    """Raise those of the best posts in which the words stand together as they were typed."""
    pairs = [(a, b) for a, b in zip(plan.sequence, plan.sequence[1:], strict=False) if a != b]
    if not pairs:
        return
    best = top(scores.total, CANDIDATES)
    posts = np.sort(best).astype(np.int32)
    if not len(posts):
        return
    bonus = np.zeros(len(posts), np.float32)
    places: dict[str, npt.NDArray[np.int64]] = {}
    for pair in pairs:
        for word in pair:
            if word not in places:
                postings = snapshot.postings(word)
                places[word] = spread(postings, posts) if postings else np.empty(0, np.int64)
        bonus += _pair(snapshot, pair, places, len(posts))
    scores.total[posts] += bonus
    scores.close = {int(post): float(value) for post, value in zip(posts, bonus, strict=True) if value}


def _pair(snapshot: Snapshot, pair: tuple[str, str], places: dict[str, npt.NDArray[np.int64]], posts: int) -> Floats:
    """The bonus of one pair: side by side in order, and near each other in any order."""
    first, second = places[pair[0]], places[pair[1]]
    if not len(first) or not len(second):
        return np.zeros(posts, np.float32)
    rarity = sum(
        idf(snapshot.posts, snapshot.frequency(postings))
        for word in pair
        if (postings := snapshot.postings(word)) is not None
    )
    after = second[np.minimum(np.searchsorted(second, first, side="right"), len(second) - 1)] - first
    before = first - second[np.maximum(np.searchsorted(second, first) - 1, 0)]
    owners = (first >> 17).astype(np.int64)
    side_by_side = np.bincount(owners[after == 1], minlength=posts).astype(np.float32)
    near = ((after >= 1) & (after <= WINDOW)) | ((before >= 1) & (before <= WINDOW))
    close = np.bincount(owners[near], minlength=posts).astype(np.float32)
    result: Floats = np.float32(rarity / 2) * (
        np.float32(ADJACENT) * side_by_side * (K1 + 1) / (side_by_side + K1)
        + np.float32(NEAR) * close * (K1 + 1) / (close + K1)
    )
    return result


def top(values: Floats, limit: int, mask: Bools | None = None) -> npt.NDArray[np.intp]:
    """The indices of the `limit` highest positive values, in no order."""
    indices = np.flatnonzero(values > 0 if mask is None else mask)
    if len(indices) > limit:
        indices = indices[np.argpartition(-values[indices], limit - 1)[:limit]]
    return indices
