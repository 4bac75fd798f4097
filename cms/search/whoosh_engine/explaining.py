"""Why a post was found: which words, zones, phrases and vocabulary entries gave how much."""

import numpy as np

from cms.search.engine import Clause, Request
from cms.search.whoosh_engine.lists import SHIFT
from cms.search.whoosh_engine.scoring import Scores, phrase_places
from cms.search.whoosh_engine.snapshot import Snapshot

ZONE_NAMES = ("title", "headings", "tags", "excerpt", "references")


def explain(snapshot: Snapshot, request: Request, scores: Scores, row: int) -> dict[str, object]:
    """The parts of one post's score; `row` is its row in `scores`."""
    post = int(scores.posts[row])
    words: list[dict[str, object]] = []
    for part in scores.parts:
        at = int(part.posts.searchsorted(post))
        if at == len(part.posts) or part.posts[at] != post:
            continue
        want = request.plan.wants[part.want]
        words.append(
            {
                "asked": want.text,
                "matched": part.clause.label or " ".join(part.clause.stems),
                "kind": part.clause.kind,
                "weight": round(part.clause.weight, 3),
                "times_asked": want.count,
                "fields": _zones_of(snapshot, part.clause, post),
                "gave": round(float(part.values[at]) * want.count, 4),
            }
        )
    return {
        "score": round(float(scores.total[row]), 4),
        "coverage": round(float(scores.coverage[row]), 3),
        "words": words,
        "like_the_best": round(float(scores.fed[row]), 4) if scores.fed is not None else 0.0,
        "closeness": round(float(scores.close[row]), 4) if scores.close is not None else 0.0,
        "meaning": round(float(scores.meant[row]), 4) if scores.meant is not None else 0.0,
    }


def _zones_of(snapshot: Snapshot, clause: Clause, post: int) -> dict[str, int]:
    """How often a clause stands in each zone of a post."""
    counts: dict[str, int] = {}
    ends = [int(zone[post]) for zone in snapshot.ends]
    for place in phrase_places(snapshot, clause.stems, np.array([post], np.int32)):
        at = int(place) & ((1 << SHIFT) - 1)
        zone = next((name for name, end in zip(ZONE_NAMES, ends, strict=True) if at < end), "body")
        counts[zone] = counts.get(zone, 0) + 1
    return counts
