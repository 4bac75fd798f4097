"""Scores: BM25 over the line of words, zones on top, the best clause of each want, closeness.

The base is Whoosh's own BM25F on the field `all` (proven equal by a test). What is ours beside it:
the zones (title before headings before tags before excerpt before body), clauses that stand for a
want with a weight, and the bonus for words that stand together as they were typed.

Only posts that hold something of the query have a row here, so the work grows with them and not with
the whole index.
"""

from dataclasses import dataclass, field
from math import log

import numpy as np
import numpy.typing as npt

from cms.search.engine import Clause, Plan, Want
from cms.search.whoosh_engine.lists import SHIFT, Bools, Floats, Places, Postings
from cms.search.whoosh_engine.postings import Ints
from cms.search.whoosh_engine.snapshot import Snapshot

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

Rows = npt.NDArray[np.intp]


@dataclass(slots=True)
class Part:
    """What one clause gave: posts, their rows among all that were found, their scores, and which are about it."""

    want: int
    clause: Clause
    posts: Ints
    values: Floats
    about: Bools
    rows: Rows = field(default_factory=lambda: np.empty(0, np.intp))


@dataclass(slots=True)
class Scores:
    """A plan scored: `posts` (ascending) that hold something of it and, for each, its score and the shares of
    the query (0..1) that it covers, and is about; `subjects` is the latter with every want counting the same.

    `asked` is how much was asked for, as the sum of the wants' weights. `close`, `meant` and `fed` are what
    closeness, meaning and feedback added; `nearest` tells the anchor of the section nearest in meaning.
    """

    posts: Ints
    total: Floats
    coverage: Floats
    about: Floats
    subjects: Floats
    asked: float
    parts: list[Part]
    close: Floats | None = None
    meant: Floats | None = None
    fed: Floats | None = None
    nearest: dict[int, str] = field(default_factory=dict)


def idf(posts: int, frequency: int) -> float:
    """Whoosh's inverse document frequency: ln(N / (n + 1)) + 1."""
    return log(max(posts, 1) / (frequency + 1)) + 1.0


def rarity(posts: int, frequency: int) -> float:
    """How much a word says: Whoosh's idf less a half, which tells rare and common words further apart."""
    return max(idf(posts, frequency) - 0.5, 0.1)


def saturate(counts: npt.NDArray[np.integer], lengths: Floats, average: float) -> Floats:
    """BM25's share of occurrences, 0..K1+1."""
    tf = counts.astype(np.float32)
    norm = lengths * np.float32(K1 * B / max(average, 1e-9))
    norm += tf
    norm += np.float32(K1 * (1 - B))
    tf *= np.float32(K1 + 1)
    tf /= norm
    return tf


def score(snapshot: Snapshot, plan: Plan, base_only: bool = False, also: Ints | None = None) -> Scores:
    """Score every post for a plan. `base_only` leaves out all that is not Whoosh's BM25F; `also` are posts that
    get a row even if they hold nothing of it."""
    weights = [_weight(snapshot, want, base_only) for want in plan.wants]
    asked = sum(weight * want.count for want, weight in zip(plan.wants, weights, strict=True) if want.needed)
    by_want = [
        [part for clause in want.clauses if (part := _part(snapshot, number, clause, weight, base_only))]
        for number, (want, weight) in enumerate(zip(plan.wants, weights, strict=True))
    ]
    scores = _empty(snapshot, [part for parts in by_want for part in parts], asked, also)
    needed = sum(want.needed for want in plan.wants)
    for want, weight, parts in zip(plan.wants, weights, by_want, strict=True):
        share = weight * want.count / asked if asked and want.needed else 0.0
        _add_want(scores, want, parts, share, 1 / needed if share else 0.0)
    if not base_only:
        _add_closeness(snapshot, scores, plan)
    return scores


def _empty(snapshot: Snapshot, parts: list[Part], asked: float, also: Ints | None) -> Scores:
    """A row for each post that any part gave something, all still nought."""
    found = np.zeros(snapshot.count, np.bool_)
    for part in parts:
        found[part.posts] = True
    if also is not None:
        found[also] = True
    posts = found.nonzero()[0].astype(np.int32)
    row_of = np.empty(snapshot.count, np.intp)
    row_of[posts] = np.arange(len(posts))
    for part in parts:
        part.rows = row_of[part.posts]
    total, coverage, about, subjects = np.zeros((4, len(posts)), np.float32)
    return Scores(posts, total, coverage, about, subjects, asked, parts)


def _weight(snapshot: Snapshot, want: Want, base_only: bool) -> float:
    """How much a want says: the rarity of what was typed, or of what it was repaired to.

    A word that no post holds in any form says the most.
    """
    measure = idf if base_only else rarity
    if want.whole:
        return measure(snapshot.posts, len(phrase(snapshot, want.clauses[0].stems)[0]))
    for clause in want.clauses:
        if clause.kind not in ("vocabulary", "acronym"):
            lists = [snapshot.postings(word) for word in clause.stems]
            if all(lists):
                return measure(snapshot.posts, min(len(known.posts) for known in lists if known))
    return measure(snapshot.posts, 0)


def _add_want(scores: Scores, want: Want, parts: list[Part], share: float, subject: float) -> None:
    """Add the best clause of a want to each post, and a little of the next best. `share` and `subject` are its shares
    of the query: by weight, and as one of its wants."""
    count = np.float32(want.count)
    if len(parts) == 1:
        part = parts[0]
        scores.total[part.rows] += part.values * count
        scores.coverage[part.rows] += np.float32(share)
        scores.about[part.rows[part.about]] += np.float32(share)
        scores.subjects[part.rows[part.about]] += np.float32(subject)
    elif parts:
        best, together, about = np.zeros((3, len(scores.posts)), np.float32)
        beside = np.full(len(scores.posts), BESIDE_OTHERS, np.float32)
        for part in parts:
            best[part.rows] = np.maximum(best[part.rows], part.values)
            together[part.rows] += part.values
            about[part.rows[part.about]] = share
            if part.clause.weight == 1.0:
                beside[part.rows] = BESIDE
        scores.total += count * (best + beside * np.minimum(together - best, best))
        scores.coverage += np.float32(share) * (best > 0)
        scores.about += about
        scores.subjects += np.float32(subject) * (about > 0)


def _part(snapshot: Snapshot, want: int, clause: Clause, weight: float, base_only: bool) -> Part | None:
    """Posts that meet a clause with what it gives them; weighed by the want, never above what was typed."""
    if len(clause.stems) == 1:
        postings = snapshot.postings(clause.stems[0])
        if postings is None:
            return None
        posts, values = postings.posts, base(snapshot, postings)
        if base_only:
            about = np.zeros(len(posts), np.bool_)
        else:
            zone = zones(snapshot, postings)
            values, about = values + zone, zone >= ABOUT
    else:
        posts, counts = phrase(snapshot, clause.stems)
        if not len(posts):
            return None
        values = saturate(counts, snapshot.lengths[posts], snapshot.average_length)
        about = np.ones(len(posts), np.bool_)
        if not base_only:
            values = values + _phrase_zone(snapshot, clause.stems, posts)
    return Part(want, clause, posts, values * np.float32(weight * clause.weight), about)


def base(snapshot: Snapshot, postings: Postings) -> Floats:
    """BM25 of a term in each of its posts without the term's rarity, kept with the postings."""
    if postings.base is None:
        postings.base = saturate(postings.counts, snapshot.lengths[postings.posts], snapshot.average_length)
    return postings.base


def zones(snapshot: Snapshot, postings: Postings) -> Floats:
    """What standing in title, headings, tags and excerpt adds, kept with the postings."""
    known = postings.zone
    if known is None:
        postings.zone = known = zone_bonus(snapshot, postings)
    elif len(known) < len(postings.posts):  # posts of new segments have come
        postings.zone = known = np.concatenate([known, zone_bonus(snapshot, postings, len(known))])
    return known


def zone_bonus(snapshot: Snapshot, postings: Postings, first: int = 0) -> Floats:
    """The same, reckoned, for the posts from row `first` on."""
    posts, starts = postings.posts[first:], postings.starts[first:]
    positions = postings.positions[starts[0] :]
    owners = np.arange(len(posts)).repeat(np.diff(starts))
    hits = (positions < snapshot.ends[len(ZONE_WEIGHTS) - 1][posts].repeat(np.diff(starts))).nonzero()[0]
    positions, owners = positions[hits], owners[hits]
    bonus = np.zeros(len(posts), np.float32)
    begins = np.zeros(len(posts), np.uint16)
    for zone_ends, weight, usual in zip(snapshot.ends, ZONE_WEIGHTS, ZONE_LENGTHS, strict=False):
        ends = zone_ends[posts]
        inside = owners[(positions < ends[owners]) & (positions >= begins[owners])]
        counts = np.bincount(inside, minlength=len(posts)).astype(np.float32)
        length = (ends - begins).astype(np.float32)
        bonus += weight * counts * (K1 + 1) / (counts + K1 * (1 - B + B * length / usual))
        begins = ends
    return bonus


def _phrase_zone(snapshot: Snapshot, stems: tuple[str, ...], posts: Ints) -> Floats:
    """The zone bonus of a phrase: that of its word with the least, in posts that hold them all."""
    least = np.full(len(posts), np.inf, np.float32)
    for word in stems:
        postings = snapshot.postings(word)
        if postings is not None:
            least = np.minimum(least, zones(snapshot, postings)[postings.posts.searchsorted(posts)])
    return least


def phrase_places(snapshot: Snapshot, stems: tuple[str, ...], posts: Ints) -> Places:
    """Where in `posts` (ascending) `stems` stand in a row: the places of their first words."""
    rows: Places | None = None
    for step, word in enumerate(stems):
        postings = snapshot.postings(word)
        if postings is None:
            return np.empty(0, np.int64)
        places = postings.spread(posts)
        rows = places if rows is None else rows[np.isin(rows, places - step, assume_unique=True)]
    return rows if rows is not None else np.empty(0, np.int64)


def phrase(snapshot: Snapshot, stems: tuple[str, ...]) -> tuple[Ints, npt.NDArray[np.intp]]:
    """The posts that hold `stems` in a row, and how often."""
    nothing = np.empty(0, np.int32), np.empty(0, np.intp)
    known = [postings for word in stems if (postings := snapshot.postings(word)) is not None]
    if len(known) < len(stems):
        return nothing
    known.sort(key=lambda postings: len(postings.posts))
    posts = known[0].posts
    for postings in known[1:]:
        posts = posts[postings.rows_of(posts)[1]]
    if not len(posts):
        return nothing
    counts = np.bincount(phrase_places(snapshot, stems, posts) >> SHIFT, minlength=len(posts))
    return posts[counts > 0], counts[counts > 0]


def _add_closeness(snapshot: Snapshot, scores: Scores, plan: Plan) -> None:
    """Raise those of the best posts in which the words stand together as they were typed."""
    pairs = [(a, b) for a, b in zip(plan.sequence, plan.sequence[1:], strict=False) if a != b]
    if not pairs or not len(scores.posts):
        return
    rows = np.sort(top(scores.total, CANDIDATES))
    posts = scores.posts[rows]
    lists = {word: snapshot.postings(word) for pair in pairs for word in pair}
    places = {word: known.spread(posts) for word, known in lists.items() if known}
    rare = {word: idf(snapshot.posts, len(known.posts)) for word, known in lists.items() if known}
    bonus = np.zeros(len(posts), np.float32)
    for first, second in pairs:
        if len(places.get(first, ())) and len(places.get(second, ())):
            close = _pair(places[first], places[second], len(posts))
            bonus += np.float32((rare[first] + rare[second]) / 2) * close
    scores.total[rows] += bonus
    scores.close = np.zeros(len(scores.posts), np.float32)
    scores.close[rows] = bonus


def _pair(first: Places, second: Places, posts: int) -> Floats:
    """The bonus of one pair by post: side by side in order, and near each other in any order."""
    behind = second.searchsorted(first)  # a place holds one word, so no two are equal
    after = second.take(behind, mode="clip") - first
    before = first - second.take(behind - 1, mode="clip")
    owners = first >> SHIFT
    side_by_side = np.bincount(owners[after == 1], minlength=posts)
    near = ((after >= 1) & (after <= WINDOW)) | ((before >= 1) & (before <= WINDOW))
    close = np.bincount(owners[near], minlength=posts)
    value = ADJACENT * side_by_side / (side_by_side + K1) + NEAR * close / (close + K1)
    return (value * (K1 + 1)).astype(np.float32)


def top(values: Floats, limit: int, mask: Bools | None = None) -> Rows:
    """The rows of the `limit` highest positive values, in no order."""
    rows: Rows = (values > 0 if mask is None else mask).nonzero()[0]
    if len(rows) > limit:
        rows = rows[np.argpartition(-values[rows], limit - 1)[:limit]]
    return rows
