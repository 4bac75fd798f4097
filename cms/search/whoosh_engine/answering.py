"""From scores to an answer: which posts count, which stage that is, and one page of them."""

import numpy as np

from cms.search.engine import Answer, Request, Stage
from cms.search.whoosh_engine.explaining import explain
from cms.search.whoosh_engine.feedback import TermTable, feed_back
from cms.search.whoosh_engine.lists import Bools
from cms.search.whoosh_engine.meant import join, nearby
from cms.search.whoosh_engine.postings import Ints
from cms.search.whoosh_engine.scoring import Rows, Scores, rarity, score
from cms.search.whoosh_engine.showing import show
from cms.search.whoosh_engine.snapshot import Snapshot

ENOUGH = 10
"""Posts that hold all words fill a page: then weaker ones are not shown at all."""
MOST = 0.6
"""Share of the query (by rarity of its words) from which a post holds most of it."""
LEAST, LEAST_WORDS = 0.5, 1.0
"""What the best post must cover: this share, or as much as this many words that no other post holds."""
LEAST_ABOUT, LEAST_SUBJECTS, ABOUT_WORDS = 0.15, 0.4, 0.5
"""Or, by words that a post is about (they stand in its title or tags), this share that is also this share of the
things asked for (one of three words is not enough, however rare), or so many words."""
BESIDE_BEST, BESIDE_WORDS = 0.3, 0.8
"""What any other post must cover: this share of what the best one covers, or as much as so many words."""


def answer(snapshot: Snapshot, request: Request, table: TermTable) -> Answer:
    """Score, filter, stage, count, and show one page."""
    pinned = np.array([n for id in request.pinned if (n := snapshot.number(id)) is not None], np.int32)
    near = nearby(snapshot, request.near)
    scores = score(snapshot, request.plan, also=np.concatenate([pinned, near.posts]))
    allowed = _allowed(snapshot, request, scores.posts)
    stage, mask = staged(snapshot, scores, (scores.total > 0) & allowed, request.plan.fuzzy)
    feed_back(snapshot, scores, mask, table)
    if mask.any() or not any(want.whole for want in request.plan.wants):  # a thing that no post says is near to none
        mask = join(scores, mask, allowed, near)
    first = scores.posts.searchsorted(pinned)
    first = first[allowed[first]]
    mask[first] = True
    order = _ordered(snapshot, scores, mask, request.offset + request.limit, first)[request.offset :]
    hits = show(snapshot, scores, order)
    if request.explain:
        for hit, row in zip(hits, order, strict=True):
            hit.explain = explain(snapshot, request, scores, int(row))
    return Answer(int(np.count_nonzero(mask)), stage, hits, snapshot.facets(scores.posts[mask]))


def _allowed(snapshot: Snapshot, request: Request, posts: Ints) -> Bools:
    """Which of `posts` pass the filters."""
    allowed = np.ones(len(posts), np.bool_)
    rows = [snapshot.tag_posts.get(slug, np.empty(0, np.int32)) for slug in request.tags]
    if request.author is not None:
        rows.append(snapshot.author_posts(request.author))
    for row in rows:
        inside = np.zeros(snapshot.count, np.bool_)
        inside[row] = True
        allowed &= inside[posts]
    for id in request.excluded:
        number = snapshot.number(id)
        if number is not None:
            allowed &= posts != number
    return allowed


def staged(snapshot: Snapshot, scores: Scores, mask: Bools, fuzzy: bool) -> tuple[Stage, Bools]:
    """The stage that the best posts reach, and the posts that count at it; none if nothing really fits."""
    coverage, word = scores.coverage, rarity(snapshot.posts, 0)
    best = float(coverage[mask].max(initial=0.0))
    fits = best >= LEAST or best * scores.asked >= LEAST_WORDS * word
    if not fits and not _is_about(scores, mask, word):
        return ("fuzzy" if fuzzy else "any"), np.zeros_like(mask)
    whole = mask & (coverage > 0.999)
    holding_all = int(np.count_nonzero(whole))
    stage: Stage = "all" if holding_all else "most" if best >= MOST else "any"
    if holding_all >= ENOUGH:
        mask = whole
    else:
        mask = mask & ((coverage >= BESIDE_BEST * best) | (coverage * scores.asked >= BESIDE_WORDS * word))
    return ("fuzzy" if fuzzy else stage), mask


def _is_about(scores: Scores, mask: Bools, word: float) -> bool:
    """Whether a post is about enough of what was asked. `word` is what a word says that no post holds."""
    about = scores.about[mask]
    enough = (about >= LEAST_ABOUT) & (scores.subjects[mask] >= LEAST_SUBJECTS)
    return bool((enough | (about * scores.asked >= ABOUT_WORDS * word)).any())


def _ordered(snapshot: Snapshot, scores: Scores, mask: Bools, limit: int, pinned: Rows) -> Rows:
    """The rows of the first `limit` posts: pinned ones as pinned, then by score, then the newest."""
    values = scores.total.copy()
    values[pinned] = 1e9 - 1e4 * np.arange(len(pinned), dtype=np.float32)
    found = mask.nonzero()[0]
    if len(found) > limit:
        found = found[values[found] >= np.partition(values[found], len(found) - limit)[len(found) - limit]]
    posts = scores.posts[found]
    return found[np.lexsort((posts, -snapshot.published[posts], -values[found]))][:limit]
