"""What search keeps in a running service: the engine, the vocabulary and pins as of a journal row."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Session

from cms.db import Journal, db
from cms.posts import settings
from cms.search.engine import Engine
from cms.search.tables import Concept as ConceptRow
from cms.search.tables import SearchPin
from cms.search.vocabulary import Concept, Vocabulary
from cms.search.words import tokens

if TYPE_CHECKING:
    from cms.search.meaning.meaning import Meaning

NAME = "midstance_search"


@dataclass(slots=True)
class Pins:
    """For one normalised query: ids put first, in order, and ids never shown."""

    pinned: list[str] = field(default_factory=list)
    excluded: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Tally:
    """Counts not yet written: (day, query) to how often, and what it found last."""

    counts: Counter[tuple[date, str]] = field(default_factory=Counter)
    found: dict[tuple[date, str], int] = field(default_factory=dict)
    since: float = 0.0  # when the first of them was counted, by time.monotonic()
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class State:
    """`app.extensions["midstance_search"]`."""

    engine: Engine
    lock: threading.RLock = field(default_factory=threading.RLock)
    healing: threading.Event = field(default_factory=threading.Event)
    tidying: threading.Event = field(default_factory=threading.Event)
    taught: tuple[int, int] = (-1, -1)
    checked: int = -1
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    pins: dict[str, Pins] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    meaning: "Meaning | None" = None

    def learn(self, session: Session, newest: int) -> None:
        """Read vocabulary and pins again if the journal says that they changed. `newest` is its newest row."""
        if newest == self.checked:
            return
        with self.lock:
            taught = (_last(session, "vocabulary_changed"), _last(session, "pins_changed"))
            if taught[0] != self.taught[0]:
                self.vocabulary = read_vocabulary(session)
            if taught[1] != self.taught[1]:
                self.pins = read_pins(session)
            self.taught, self.checked = taught, newest


_making = threading.Lock()


def state(app: Flask | None = None) -> State:
    """The search state of this application, made on first need."""
    app = app or current_app
    known = app.extensions.get(NAME)
    if known is None:
        with _making:
            known = app.extensions.get(NAME)
            if known is None:
                from cms.search.whoosh_engine import WhooshEngine  # loaded now: a server answers readers before

                folder = settings().instance / "index"
                made = State(WhooshEngine(folder))
                if settings().meaning:
                    from cms.search.meaning.meaning import Meaning

                    made.meaning = Meaning(folder / "meaning")
                known = app.extensions[NAME] = made
    assert isinstance(known, State)  # noqa: S101 - the key is ours
    return known


def fresh_session() -> Session:
    """A read session of its own: it sees what was committed a moment ago, whatever the request has begun."""
    return Session(db.get_engine("read"), expire_on_commit=False)


def normalised(q: str) -> str:
    """A query as pins and counts know it: folded words, one space between."""
    return " ".join(token.word for token in tokens(q))[:200]


def read_vocabulary(session: Session) -> Vocabulary:
    """The vocabulary as the author has it."""
    rows = session.execute(
        sa.select(ConceptRow.concept, ConceptRow.say, ConceptRow.means).order_by(ConceptRow.position)
    )
    return Vocabulary.of(Concept(name, tuple(say), tuple(means)) for name, say, means in rows)


def read_pins(session: Session) -> dict[str, Pins]:
    """Pins and exclusions by normalised query."""
    pins: dict[str, Pins] = {}
    rows = session.execute(
        sa.select(SearchPin.query, SearchPin.post_id, SearchPin.kind).order_by(SearchPin.position, SearchPin.post_id)
    )
    for query, post_id, kind in rows:
        known = pins.setdefault(normalised(query), Pins())
        if kind == "pin":
            known.pinned.append(post_id)
        else:
            known.excluded.add(post_id)
    return pins


def _last(session: Session, kind: str) -> int:
    return session.scalar(sa.select(sa.func.max(Journal.seq)).where(Journal.kind == kind)) or 0
