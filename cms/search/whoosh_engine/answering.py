"""From scores to an answer: which posts count, which stage that is, one page of them, shown with their words."""

from array import array
from typing import Any

import numpy as np
import numpy.typing as npt

from cms.search import highlights
from cms.search.engine import Answer, Clause, Hit, Request, Stage
from cms.search.whoosh_engine.feedback import TermTable, feed_back
from cms.search.whoosh_engine.scoring import Scores, rarity, score
from cms.search.whoosh_engine.snapshot import Bools, Postings, Snapshot

ENOUGH = 10
"""Posts that hold all words fill a page: then weaker ones are not shown at all."""
MOST = 0.6
"""Share of the query (by rarity of its words) from which a post holds most of it."""
LEAST, LEAST_WORDS = 0.5, 1.0
"""What the best post must cover: this share, or as much as this many words that no other post holds."""
LEAST_ABOUT, ABOUT_WORDS = 0.15, 0.5
"""Or, by words that a post is about (they stand in its title or tags), this share or so many words."""
BESIDE_BEST, BESIDE_WORDS = 0.3, 0.8
"""What any other post must cover: this share of what the best one covers, or as much as so many words."""


def answer(snapshot: Snapshot, request: Request, table: TermTable) -> Answer:
    """Score, filter, stage, count, and show one page."""
    scores = score(snapshot, request.plan)
    allowed = _allowed(snapshot, request)
    stage, mask = staged(snapshot, scores, (scores.total > 0) & allowed, request.plan.fuzzy)
    feed_back(snapshot, scores, mask, table)
    pinned = [n for id in request.pinned if (n := snapshot.number(id)) is not None and allowed[n]]
    mask[pinned] = True
    order = _ordered(snapshot, scores, mask, request.offset + request.limit, pinned)
    hits = [_hit(snapshot, request, scores, int(n)) for n in order[request.offset :]]
    return Answer(total=int(mask.sum()), stage=stage, hits=hits, facets=snapshot.facets(mask))


def _allowed(snapshot: Snapshot, request: Request) -> Bools:
    """The posts that pass the filters."""
    allowed = snapshot.live.copy()
    rows = [snapshot.tag_posts.get(slug, np.empty(0, np.int32)) for slug in request.tags]
    if request.author is not None:
        rows.append(snapshot.author_posts(request.author))
    for row in rows:
        inside = np.zeros(snapshot.count, np.bool_)
        inside[row] = True
        allowed &= inside
    for id in request.excluded:
        number = snapshot.number(id)
        if number is not None:
            allowed[number] = False
    return allowed


def staged(snapshot: Snapshot, scores: Scores, mask: Bools, fuzzy: bool) -> tuple[Stage, Bools]:
    """The stage that the best posts reach, and the posts that count at it; none if nothing really fits."""
    coverage, word = scores.coverage, rarity(snapshot.posts, 0)
    best = float(coverage[mask].max()) if mask.any() else 0.0
    about = float(scores.about[mask].max()) if mask.any() else 0.0
    fits = best >= LEAST or best * scores.asked >= LEAST_WORDS * word
    if not fits and about < LEAST_ABOUT and about * scores.asked < ABOUT_WORDS * word:
        return ("fuzzy" if fuzzy else "any"), np.zeros_like(mask)
    whole = mask & (coverage > 0.999)
    stage: Stage = "all" if whole.any() else "most" if best >= MOST else "any"
    if int(whole.sum()) >= ENOUGH:
        mask = whole
    else:
        mask = mask & ((coverage >= BESIDE_BEST * best) | (coverage * scores.asked >= BESIDE_WORDS * word))
    return ("fuzzy" if fuzzy else stage), mask


def _ordered(snapshot: Snapshot, scores: Scores, mask: Bools, limit: int, pinned: list[int]) -> npt.NDArray[np.intp]:
    """The first `limit` posts: pinned ones as pinned, then by score, then the newest."""
    values = scores.total.copy()
    for place, number in enumerate(pinned):
        values[number] = 1e9 - place
    found = np.flatnonzero(mask)
    if len(found) > limit:
        found = found[values[found] >= np.partition(values[found], len(found) - limit)[len(found) - limit]]
    return found[np.lexsort((found, -snapshot.published[found], -values[found]))][:limit]


def _hit(snapshot: Snapshot, request: Request, scores: Scores, number: int) -> Hit:
    """One post with its highlights, its passage and, if asked for, where its score comes from."""
    stored = snapshot.stored(number)
    places = _places(snapshot, scores, number)
    title_spans, body_spans = _spans(stored["title_spans"]), _spans(stored["body_spans"])
    first, words = stored["body_from"], len(body_spans) // 2
    title = sorted({place for place, _ in places if place < len(title_spans) // 2})
    body = {place - first: weight for place, weight in places if first <= place < first + words}
    hits = sorted(body)
    weights = [body[hit] for hit in hits]
    return Hit(
        id=str(stored["id"]),
        score=round(float(scores.total[number]), 4),
        title=highlights.whole(stored["title"], title_spans, title),
        body=highlights.fragments(stored["body"], body_spans, hits, weights),
        passage=highlights.passage(*_for_passage(stored, snapshot, number, places)),
        explain=explain(snapshot, request, scores, number) if request.explain else None,
    )


def _spans(raw: bytes) -> "array[int]":
    return array("I", raw)


def _places(snapshot: Snapshot, scores: Scores, number: int) -> list[tuple[int, float]]:
    """Where the query's clauses stand in one post, with the weight each gave."""
    places: dict[int, float] = {}
    for part in scores.parts:
        row = int(np.searchsorted(part.posts, number))
        if row == len(part.posts) or part.posts[row] != number:
            continue
        weight = float(part.values[row])
        for place in _clause_places(snapshot, part.clause, number):
            places[place] = max(places.get(place, 0.0), weight)
    return sorted(places.items())


def _clause_places(snapshot: Snapshot, clause: Clause, number: int) -> list[int]:
    lists = [snapshot.postings(word) for word in clause.stems]
    known = [postings for postings in lists if postings is not None]
    if len(known) < len(lists):
        return []
    rows = [_positions(postings, number) for postings in known]
    if len(rows) == 1:
        return rows[0]
    others = [set(row) for row in rows[1:]]
    starts = [at for at in rows[0] if all(at + step in row for step, row in enumerate(others, 1))]
    return [at + step for at in starts for step in range(len(rows))]


def _positions(postings: Postings, number: int) -> list[int]:
    row = int(np.searchsorted(postings.posts, number))
    if row == len(postings.posts) or postings.posts[row] != number:
        return []
    return [int(at) for at in postings.positions[postings.starts[row] : postings.starts[row + 1]]]


def _for_passage(
    stored: dict[str, Any], snapshot: Snapshot, number: int, places: list[tuple[int, float]]
) -> tuple[list[tuple[int, str, str]], list[int], list[float]]:
    """Sections and places for `highlights.passage`; a word in a heading speaks for its section, twice."""
    sections = [(start, anchor, heading) for start, anchor, heading in stored["sections"]]
    positions = [place for place, _ in places if place >= stored["body_from"]]
    weights = [weight for place, weight in places if place >= stored["body_from"]]
    at = int(snapshot.ends[0][number]) + 8
    counts = stored["heading_words"]
    for (start, _, heading), count in zip(sections, counts, strict=True):
        if not heading:
            continue
        for place, weight in places:
            if at <= place < at + count:
                positions.append(start)
                weights.append(weight * 2.001)
        at += count + 1
    return sections, positions, weights


def explain(snapshot: Snapshot, request: Request, scores: Scores, number: int) -> dict[str, object]:
    """Which words, zones, phrases and vocabulary entries gave how much."""
    rows: list[dict[str, object]] = []
    for part in scores.parts:
        row = int(np.searchsorted(part.posts, number))
        if row == len(part.posts) or part.posts[row] != number:
            continue
        want = request.plan.wants[part.want]
        rows.append(
            {
                "asked": want.text,
                "matched": part.clause.label or " ".join(part.clause.stems),
                "kind": part.clause.kind,
                "weight": round(part.clause.weight, 3),
                "times_asked": want.count,
                "fields": _zones_of(snapshot, part.clause, number),
                "gave": round(float(part.values[row]) * want.count, 4),
            }
        )
    return {
        "score": round(float(scores.total[number]), 4),
        "coverage": round(float(scores.coverage[number]), 3),
        "words": rows,
        "like_the_best": round(scores.fed.get(number, 0.0), 4),
        "closeness": round(scores.close.get(number, 0.0), 4),
    }


def _zones_of(snapshot: Snapshot, clause: Clause, number: int) -> dict[str, int]:
    """How often a clause stands in each zone of a post."""
    counts: dict[str, int] = {}
    ends = [int(zone[number]) for zone in snapshot.ends]
    for place in _clause_places(snapshot, clause, number)[:: len(clause.stems)]:
        names = ("title", "headings", "tags", "excerpt", "references")
        zone = next((name for name, end in zip(names, ends, strict=True) if place < end), "body")
        counts[zone] = counts.get(zone, 0) + 1
    return counts
