"""How a worker knows, before every answer, whether what the public may see has changed.

On SQLite `PRAGMA data_version` on a held connection says in about a microsecond whether any other
connection, in this process or another, has committed (https://www.sqlite.org/pragma.html#pragma_data_version).
It needs no help from the writer, so a writer that dies right after its commit, or the command line
importing beside the server, cannot leave a worker with an old answer. Only when it has moved do we read the
journal. Other databases are asked for the newest journal row each time.
"""

import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.db import BUSY_MILLISECONDS, Journal
from cms.posts import SiteValue, next_due
from cms.related.follow import SEQ as RELATED_SEQ
from cms.search.tables import MEANING_READ

FAR = float("inf")


class Epoch:
    """The time between two changes of what the public may see, and what was made in it.

    `seq` is the newest journal row, `due` the moment (seconds since 1970) at which a scheduled post becomes
    public by itself. `answers` and `size` belong to the layer, `memo` to the views. A thread that is late
    goes on writing into the epoch it began in, which nobody reads any more.
    """

    __slots__ = ("answers", "due", "followed", "memo", "seq", "size", "stamp", "version")

    def __init__(
        self, version: int, seq: int, stamp: datetime | None = None, followed: Any = (), due: float = FAR
    ) -> None:
        self.version = version
        self.seq = seq
        self.stamp = stamp  # of the newest row: tells a restored database from the one before
        self.followed = followed  # how far the lists of related articles and the vectors have followed
        self.due = due
        self.answers: OrderedDict[tuple[str, str, str], Any] = OrderedDict()
        self.size = 0
        self.memo: dict[Any, Any] = {}

    def lasts(self, other: "Epoch") -> bool:
        """Whether `other`, read later, shows the same to the public."""
        return (self.seq, self.stamp, self.followed, self.due) == (other.seq, other.stamp, other.followed, other.due)


NOTHING_KNOWN = Epoch(version=-1, seq=-1, due=-1.0)


class Pulse:
    """Knows the present epoch. `on_due` is called, from the request that notices, when a due moment has passed."""

    def __init__(self, engine: sa.Engine, on_due: Callable[[], None] = lambda: None) -> None:
        self._engine = engine
        self._on_due = on_due
        self._lock = threading.Lock()
        self._held: sqlite3.Connection | None = None
        self._now = NOTHING_KNOWN

    def epoch(self) -> Epoch:
        """The present epoch. Whatever was committed before this call began is in it.

        Raises sqlalchemy.exc.SQLAlchemyError or sqlite3.Error if the database does not answer.
        """
        with self._lock:
            version = self._version()
            now = self._now
            if version == now.version and time.time() < now.due:
                return now
            return self._renew(version)

    def _version(self) -> int:
        if self._held is None:
            if self._engine.dialect.name != "sqlite":
                return self._now.version + 1  # no cheap sign: read the journal each time
            self._held = self._connect()
        return int(self._held.execute("PRAGMA data_version").fetchone()[0])

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._engine.url.database or "",
            timeout=BUSY_MILLISECONDS / 1000,
            isolation_level=None,
            check_same_thread=False,  # _lock sees to it that one thread at a time uses it
        )
        connection.execute("PRAGMA query_only=ON")
        return connection

    def _renew(self, version: int) -> Epoch:
        """Read the journal; `version` was read before, so what changes in between is noticed the next time."""
        before = self._now
        with Session(self._engine) as session:
            row = session.execute(sa.select(Journal.seq, Journal.at).order_by(Journal.seq.desc()).limit(1)).first()
            noted = sa.select(SiteValue.name, SiteValue.value).where(SiteValue.name.in_((RELATED_SEQ, MEANING_READ)))
            followed = tuple(tuple(row) for row in session.execute(noted.order_by(SiteValue.name)))
            due = next_due(session)
        seq, stamp = (row.seq, row.at) if row else (0, None)
        after = Epoch(version, seq, stamp, followed, due.timestamp() if due else FAR)
        if before.lasts(after):
            before.version = version
            return before
        self._now = after
        if before.due <= time.time():  # also at the start: what came due while nobody was here
            self._on_due()
        return after

    def close(self) -> None:
        """Let go of the held connection; the next question opens another."""
        with self._lock:
            if self._held is not None:
                self._held.close()
                self._held = None
            self._now = NOTHING_KNOWN
