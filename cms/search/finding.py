"""`find` and `suggest`: what the doors call. Ids come back; rows are fetched through the gate."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.db import UTCDateTime, newest_seq, utcnow
from cms.errors import BadInput
from cms.posts import Post, is_public
from cms.search import fallback
from cms.search.engine import Answer, Found, IndexBroken, Near, Plan, Request, Suggestion
from cms.search.follower import catch_up, heal_beside
from cms.search.query import LONGEST_QUERY, understand
from cms.search.state import Pins, State, normalised, state

log = logging.getLogger(__name__)

FARTHEST = 1_000_000
"""Results that can be paged through: page 10,000 of 100."""
MOST_KNOWN = 20_000
_PUBLIC = sa.select(Post.id).where(
    is_public(sa.bindparam("now", type_=UTCDateTime())), Post.id.in_(sa.bindparam("ids", expanding=True))
)  # built once: writing it anew takes longer than asking it


def find(
    session: Session,
    q: str,
    *,
    tags: Sequence[str] = (),
    author: str | None = None,
    page: int = 1,
    limit: int = 10,
    explain: bool = False,
    memo: dict[Any, Any] | None = None,
) -> Found:
    """Posts for a visitor's words, best first, as ids with highlights, passages and facets.

    Every id is of a post that is public now, and `total` agrees. If the index cannot be read, the
    database answers (`degraded`) and the index is rebuilt meanwhile. Never raises over `q`. In `memo` is
    kept what stays true until the public side changes.
    """
    here = state()
    gate = Gate(session, {} if memo is None else memo)
    offset = min(max(page - 1, 0) * max(limit, 1), FARTHEST)
    mark = here.engine.mark()
    try:
        here.learn(session, gate.newest)
        if here.engine.seq() < gate.newest:
            catch_up()
        plan = understand(q, here.engine.lexicon(), here.vocabulary)
        pins = here.pins.get(normalised(q), Pins())
        request = Request(
            plan,
            tuple(tags),
            author,
            offset,
            limit,
            tuple(pins.pinned),
            frozenset(pins.excluded),
            explain,
            _near(here, q, plan, gate.newest),
        )
        answer = _only_public(gate, here, request)
        degraded = False
    except IndexBroken as error:
        log.warning("%s", error.detail)
        heal_beside(mark)
        plan, degraded = Plan(), True
        answer = fallback.search(session, q, tags, author, offset, limit, frozenset())
    return _found(q, plan, answer, degraded, page, limit)


class Gate:
    """Which posts are public, and up to which change: asked of the database once for each `memo`."""

    def __init__(self, session: Session, memo: dict[Any, Any]) -> None:
        self._session = session
        self._public: set[str] = memo.setdefault("public_ids", set())
        if "newest_seq" not in memo:
            memo["newest_seq"] = newest_seq(session)
        self.newest: int = memo["newest_seq"]

    def missing(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of `ids` that the public may not see."""
        unknown = [id for id in ids if id not in self._public]
        if not unknown:
            return frozenset()
        found = frozenset(self._session.connection().scalars(_PUBLIC, {"now": utcnow(), "ids": unknown}))
        if len(self._public) > MOST_KNOWN:
            self._public.clear()
        self._public.update(found)
        return frozenset(unknown) - found


def _near(here: State, q: str, plan: Plan, newest: int) -> tuple[Near, ...]:
    """The posts near in meaning, where that is on. Words between quotes are meant as they stand."""
    if here.meaning is None or not plan.wants:
        return ()
    from cms.search.meaning.following import is_behind, read_beside  # not loaded where it is off

    if is_behind(here.meaning, newest):
        read_beside()
    if any(want.exact for want in plan.wants):
        return ()
    try:
        return here.meaning.near(q[:LONGEST_QUERY])
    except BadInput as error:  # the model went while we ran: words still answer
        log.error("%s", error.detail)
        return ()


def _only_public(gate: Gate, here: State, request: Request) -> Answer:
    """The engine's answer without posts that went between its last catching up and now."""
    gone: frozenset[str] = frozenset()
    answer = Answer()
    for _ in range(5):
        answer = here.engine.search(replace(request, excluded=request.excluded | gone) if gone else request)
        missing = gate.missing([hit.id for hit in answer.hits])
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


def suggest(session: Session, q: str, limit: int = 6, memo: dict[Any, Any] | None = None) -> list[Suggestion]:
    """What a visitor may be about to type; empty while the index is being rebuilt. Never raises over `q`."""
    here = state()
    gate = Gate(session, {} if memo is None else memo)
    mark = here.engine.mark()
    try:
        if here.engine.seq() < gate.newest:
            catch_up()
        found = here.engine.suggest(q, limit)
    except IndexBroken as error:
        log.warning("%s", error.detail)
        heal_beside(mark)
        return []
    missing = gate.missing([row.id for row in found if row.id])
    return [row for row in found if row.id not in missing]
