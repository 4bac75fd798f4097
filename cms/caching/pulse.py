"""How a worker knows, before every answer, whether what the public may see has changed.

On SQLite `PRAGMA data_version` on a held connection says whether any other connection, in this process or
another, has committed (https://www.sqlite.org/pragma.html#pragma_data_version). It needs no help from the
writer, so a writer that dies right after its commit, or the command line importing beside the server, cannot
leave a worker with an old answer. Only when it has moved do we read the journal. Other databases are asked for
the newest journal row each time.

That pragma takes and gives back a lock on a file and lets other Python threads run: more than all the rest of a
kept answer. What it compares is the header of the WAL index, 48 bytes that all processes share in memory and that
each commit writes (https://www.sqlite.org/walformat.html#the_wal_index_header). A server looks at them itself.
"""

import ctypes
import mmap
import os
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
HEADER = 48  # bytes of the first of the two copies in a WAL index; SQLite writes it last, when a commit is done

Sign = bytes | int
"""What differs as soon as anybody has committed."""


class Epoch:
    """The time between two changes of what the public may see, and what was made in it.

    `seq` is the newest journal row, `due` the moment (seconds since 1970) at which a scheduled post becomes
    public by itself. `answers` and `size` belong to the layer, `memo` to the views. A thread that is late
    goes on writing into the epoch it began in, which nobody reads any more.
    """

    __slots__ = ("answers", "due", "followed", "memo", "seq", "sign", "size", "stamp")

    def __init__(
        self, sign: Sign, seq: int, stamp: datetime | None = None, followed: Any = (), due: float = FAR
    ) -> None:
        self.sign = sign
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


NOTHING_KNOWN = Epoch(sign=-1, seq=-1, due=-1.0)


class Pulse:
    """Knows the present epoch. `on_due` is called, from the request that notices, when a due moment has passed."""

    def __init__(self, engine: sa.Engine, on_due: Callable[[], None] = lambda: None) -> None:
        self._engine = engine
        self._on_due = on_due
        self._lock = threading.Lock()
        self._held: sqlite3.Connection | None = None
        self._watches = False
        self._shared: mmap.mmap | None = None
        self._now = NOTHING_KNOWN

    def watch(self) -> None:
        """Look at SQLite's shared memory from now on. For servers: two files stay open as long as the process lives."""
        self._watches = True

    def epoch(self) -> Epoch:
        """The present epoch. Whatever was committed before this call began is in it.

        Raises sqlalchemy.exc.SQLAlchemyError or sqlite3.Error if the database does not answer.
        """
        now, shared = self._now, self._shared
        if shared is not None and shared[:HEADER] == now.sign and time.time() < now.due:
            return now
        with self._lock:
            sign, now = self._sign(), self._now
            if sign == now.sign and time.time() < now.due:
                return now
            return self._renew(sign)

    def _sign(self) -> Sign:
        if self._shared is not None:
            return self._shared[:HEADER]
        if self._held is None:
            if self._engine.dialect.name != "sqlite":
                return int(self._now.sign) + 1  # no cheap sign: read the journal each time
            self._held = self._connect()
        version = int(self._held.execute("PRAGMA data_version").fetchone()[0])
        if self._watches:
            self._shared = shared_memory(self._held, self._engine.url.database or "")
            if self._shared is not None:
                return self._shared[:HEADER]
            self._watches = False  # there is none, and there will be none
        return version

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._engine.url.database or "",
            timeout=BUSY_MILLISECONDS / 1000,
            isolation_level=None,
            check_same_thread=False,  # _lock sees to it that one thread at a time uses it
        )
        connection.execute("PRAGMA query_only=ON")
        return connection

    def _renew(self, sign: Sign) -> Epoch:
        """Read the journal; `sign` was read before, so what changes in between is noticed the next time."""
        before = self._now
        with Session(self._engine) as session:
            row = session.execute(sa.select(Journal.seq, Journal.at).order_by(Journal.seq.desc()).limit(1)).first()
            noted = sa.select(SiteValue.name, SiteValue.value).where(SiteValue.name.in_((RELATED_SEQ, MEANING_READ)))
            followed = tuple(tuple(row) for row in session.execute(noted.order_by(SiteValue.name)))
            due = next_due(session)
        seq, stamp = (row.seq, row.at) if row else (0, None)
        after = Epoch(sign, seq, stamp, followed, due.timestamp() if due else FAR)
        if before.lasts(after):
            before.sign = sign
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
            self._shared = None
            self._now = NOTHING_KNOWN


def shared_memory(held: sqlite3.Connection, database: str) -> mmap.mmap | None:
    """The WAL index of a database that `held` has read from, or None if it has none.

    As long as `held` is open SQLite neither takes the file away nor leaves WAL mode. The file must never be closed
    again: that would drop the locks SQLite holds on it in this process (https://www.sqlite.org/howtocorrupt.html,
    2.2), so its descriptors and the mapping are left open on purpose.
    """
    if held.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        return None
    try:
        file = os.open(os.path.realpath(database) + "-shm", os.O_RDONLY)
        mapped = mmap.mmap(file, HEADER, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # SQLite keeps it elsewhere, as with locking_mode=EXCLUSIVE
        return None
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(mapped))
    return mapped
