"""`find` and `suggest`: what the doors call. Ids come back; rows are fetched through the gate."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from cms.db import newest_seq
from cms.posts import Post, published
from cms.search import fallback
from cms.search.engine import Answer, Found, IndexBroken, Plan, Request, Suggestion
from cms.search.follower import catch_up, heal_beside
from cms.search.query import understand
from cms.search.state import Pins, State, normalised, state

log = logging.getLogger(__name__)

FARTHEST = 1_000_000
"""Results that can be paged through: page 10,000 of 100."""


def find(
    session: Session,
    q: str,
    *,
    tags: Sequence[str] = (),
    author: str | None = None,
    page: int = 1,
    limit: int = 10,
    explain: bool = False,
) -> Found:
    """Posts for a visitor's words, best first, as ids with highlights, passages and facets.

    Every id is of a post that is public now, and `total` agrees. If the index cannot be read, the
    database answers (`degraded`) and the index is rebuilt meanwhile. Never raises over `q`.
    """
    here = state()
    offset = min(max(page - 1, 0) * max(limit, 1), FARTHEST)
    try:
        newest = newest_seq(session)
        here.learn(session, newest)
        if here.engine.seq() < newest:
            catch_up()
        plan = understand(q, here.engine.lexicon(), here.vocabulary)
        pins = here.pins.get(normalised(q), Pins())
        request = Request(
            plan, tuple(tags), author, offset, limit, tuple(pins.pinned), frozenset(pins.excluded), explain
        )
        answer = _only_public(session, here, request)
        degraded = False
    except IndexBroken as error:
        log.warning("%s", error.detail)
        heal_beside()
        plan, degraded = Plan(), True
        answer = fallback.search(session, q, tags, author, offset, limit, frozenset())
    return _found(q, plan, answer, degraded, page, limit)


def _only_public(session: Session, here: State, request: Request) -> Answer:
    """The engine's answer without posts that went between its last catching up and now."""
    gone: frozenset[str] = frozenset()
    answer = Answer()
    for _ in range(5):
        answer = here.engine.search(replace(request, excluded=request.excluded | gone))
        ids = [hit.id for hit in answer.hits]
        public = set(session.scalars(published().with_only_columns(Post.id).where(Post.id.in_(ids)))) if ids else set()
        missing = frozenset(ids) - public
        if not missing:
            break
        gone |= missing
    return answer


def _found(q: str, plan: Plan, answer: Answer, degraded: bool, page: int, limit: int) -> Found:
    facets = sorted(answer.facets.items(), key=lambda pair: (-pair[1], pair[0]))
    return Found(
        q=q,
        total=answer.total,
        hits=answer.hits,
        facets=facets,
        stage=answer.stage,
        corrected=plan.corrected if answer.total else None,
        expanded=list(plan.expanded) if answer.total else [],
        degraded=degraded,
        page=page,
        limit=limit,
    )


def suggest(session: Session, q: str, limit: int = 6) -> list[Suggestion]:
    """What a visitor may be about to type; empty while the index is being rebuilt. Never raises over `q`."""
    here = state()
    try:
        if here.engine.seq() < newest_seq(session):
            catch_up()
        found = here.engine.suggest(q, limit)
    except IndexBroken as error:
        log.warning("%s", error.detail)
        heal_beside()
        return []
    ids = [row.id for row in found if row.id]
    public = set(session.scalars(published().with_only_columns(Post.id).where(Post.id.in_(ids)))) if ids else set()
    return [row for row in found if row.id is None or row.id in public]
