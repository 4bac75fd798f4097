"""Learning without watching: how often each query is searched on a day, and whether it found anything.

No address, no session, no time of day: a day, the normalised query, two numbers. Counts are gathered in
memory and written in batches. What could name a person is not kept: e-mail addresses and long numbers are
replaced, and a query that was searched fewer than three times is held back from what the editor sees,
unless all its words stand in posts or vocabulary anyway.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.db import record, utcnow
from cms.search.state import Tally, normalised, state
from cms.search.tables import SearchCount, SearchPin
from cms.search.words import stem

FLUSH_AT = 50
FLUSH_AFTER = 60.0
"""Seconds that a count waits at most for others, if anybody searches: a small site's counts must show too."""
KEEP_DAYS = 400
SHOWN_FROM = 3
_MORE = (
    sa.update(SearchCount)
    .where(SearchCount.day == sa.bindparam("on"), SearchCount.query == sa.bindparam("asked"))
    .values(count=SearchCount.count + sa.bindparam("times"), found=sa.bindparam("last"))
)
_FIRST = sa.insert(SearchCount).values(
    day=sa.bindparam("on"), query=sa.bindparam("asked"), count=sa.bindparam("times"), found=sa.bindparam("last")
)
_ADDRESS = re.compile(r"\S+@\S+")
_NUMBER = re.compile(r"(?:\d[\s().+-]*){7,}")


@dataclass(frozen=True, slots=True)
class Searched:
    """One row of what the editor sees: a query, how often in the time asked for, and what it found last."""

    query: str
    count: int
    found: int


def redacted(q: str) -> str:
    """A query as it may be kept: normalised, e-mail addresses and phone numbers replaced."""
    plain = _NUMBER.sub(" number ", _ADDRESS.sub(" address ", q[:200]))
    return normalised(plain)


def count(q: str, found: int) -> Callable[[], None]:
    """Count one finished search. Returns what counts it once more, for whoever gives the same answer again without
    asking: that costs a dictionary entry and needs no application context."""
    once_more = partial(_count, state().tally, redacted(q), found)
    once_more()
    return once_more


def is_time(tally: Tally) -> bool:
    """Whether enough was counted, or long enough ago, to be written."""
    with tally.lock:
        return bool(tally.counts) and (
            sum(tally.counts.values()) >= FLUSH_AT or time.monotonic() - tally.since >= FLUSH_AFTER
        )


def _count(tally: Tally, query: str, found: int) -> None:
    if not query:
        return
    key = (utcnow().date(), query)
    with tally.lock:
        if not tally.counts:
            tally.since = time.monotonic()
        tally.counts[key] += 1
        tally.found[key] = found


def flush_in_time(session: Callable[[], Session]) -> None:
    """Write what was counted if it is time to (within an application context)."""
    if is_time(state().tally):
        flush(session())


def flush(session: Session) -> int:
    """Write what was counted, and drop what is older than KEEP_DAYS. Commits. Returns how many searches it wrote."""
    tally = state().tally
    with tally.lock:
        counts, found = tally.counts, tally.found
        tally.counts, tally.found = Counter(), {}
    rows = [
        {"on": day, "asked": query, "times": times, "last": found[day, query]} for (day, query), times in counts.items()
    ]
    known = {
        (day, query)
        for day, query in session.execute(
            sa.select(SearchCount.day, SearchCount.query).where(
                SearchCount.day.in_({row["on"] for row in rows}), SearchCount.query.in_({row["asked"] for row in rows})
            )
        )
    }
    for statement, of in ((_MORE, True), (_FIRST, False)):
        if part := [row for row in rows if ((row["on"], row["asked"]) in known) is of]:
            session.connection().execute(statement, part)
    if counts:
        oldest = utcnow().date() - timedelta(days=KEEP_DAYS)
        session.execute(sa.delete(SearchCount).where(SearchCount.day < oldest))
    session.commit()
    return sum(counts.values())


def searched(session: Session, days: int = 30, limit: int = 100, nothing_found: bool = False) -> list[Searched]:
    """What was searched, most often first; with `nothing_found`, only what found nothing the last time."""
    since = utcnow().date() - timedelta(days=days)
    newest: dict[str, tuple[date, int]] = {}
    totals: Counter[str] = Counter()
    rows = session.execute(
        sa.select(SearchCount.query, SearchCount.day, SearchCount.count, SearchCount.found).where(
            SearchCount.day >= since
        )
    )
    for query, day, times, found in rows:
        totals[query] += times
        if query not in newest or day > newest[query][0]:
            newest[query] = (day, found)
    shown = [
        Searched(query, times, newest[query][1])
        for query, times in totals.items()
        if (times >= SHOWN_FROM or _is_plain(query)) and not (nothing_found and newest[query][1])
    ]
    return sorted(shown, key=lambda row: (-row.count, row.query))[:limit]


def _is_plain(query: str) -> bool:
    """Whether every word stands in posts or vocabulary: such a query cannot name a visitor."""
    here = state()
    lexicon = here.engine.lexicon()
    return all(lexicon.posts_with(word) or here.vocabulary.uses(stem(word)) for word in query.split())


def pin(session: Session, q: str, post_id: str, kind: str = "pin") -> None:
    """Put a post first for a query (`pin`), or never show it there (`exclude`). Commits."""
    query = normalised(q)
    last = session.scalar(sa.select(sa.func.max(SearchPin.position)).where(SearchPin.query == query))
    row = session.get(SearchPin, (query, post_id))
    if row is None:
        session.add(SearchPin(query=query, post_id=post_id, kind=kind, position=(last if last is not None else -1) + 1))
    else:
        row.kind = kind
    record(session, "pins_changed")
    session.commit()


def order(session: Session, q: str, post_ids: Sequence[str]) -> None:
    """Put the pins of a query in this order; pins that are not named keep behind. Commits."""
    rows = session.scalars(
        sa.select(SearchPin)
        .where(SearchPin.query == normalised(q), SearchPin.kind == "pin")
        .order_by(SearchPin.position)
    ).all()
    wanted = {post_id: place for place, post_id in enumerate(post_ids)}
    for place, row in enumerate(sorted(rows, key=lambda row: wanted.get(row.post_id, len(wanted)))):
        row.position = place
    record(session, "pins_changed")
    session.commit()


def unpin(session: Session, q: str, post_id: str) -> None:
    """Take a pin or an exclusion back. Commits."""
    row = session.get(SearchPin, (normalised(q), post_id))
    if row is not None:
        session.delete(row)
        record(session, "pins_changed")
    session.commit()
