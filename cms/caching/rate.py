"""A limit on uncached searches from one address (setting SEARCH_RATE, off by default).

All workers count in one small file of the instance folder, which each holds in memory. It holds no address: a
visitor's turns stand at a place that follows from a keyed hash of it. Two of 65,536 addresses may share a place.
"""

import fcntl
import hashlib
import mmap
import os
import struct
import threading
import time
import weakref
from gettext import gettext as _
from pathlib import Path

from flask import current_app

from cms.auth.door import caller
from cms.errors import TooManyRequests
from cms.posts import settings

MINUTE = 60.0
PLACES = 65_536
PLACE = struct.Struct("<dd")  # turns left, and when that was so (seconds since 1970); zeros: never asked
NAME = "midstance_turns"


class Turns:
    """The turns of all visitors, in a file that all workers share."""

    def __init__(self, path: Path, key: str) -> None:
        self._key = hashlib.blake2b(key.encode()).digest()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        weakref.finalize(self, os.close, self._file)
        if os.fstat(self._file).st_size < PLACES * PLACE.size:
            os.truncate(self._file, PLACES * PLACE.size)  # takes no room until it is written to
        self._table = mmap.mmap(self._file, PLACES * PLACE.size)
        self._lock = threading.Lock()  # among threads; the file's own lock is among processes

    def take(self, who: str, a_minute: int) -> float:
        """Take one of `a_minute` turns. Returns what is left of one if there is none, else 1."""
        hashed = hashlib.blake2b(who.encode(), digest_size=4, key=self._key).digest()
        place = int.from_bytes(hashed) % PLACES * PLACE.size
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                left: float
                left, before = PLACE.unpack_from(self._table, place)
                now = time.time()
                come = max(0.0, now - before) * a_minute / MINUTE
                left = min(float(a_minute), left + come)
                PLACE.pack_into(self._table, place, left - 1 if left >= 1 else left, now)
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)
        return min(left, 1.0)


def take_turn(what: str, a_minute: int) -> None:
    """Let this visitor ask once more for `what`; 0: no limit. Raises TooManyRequests, saying how long to wait."""
    if a_minute <= 0:
        return
    turns: Turns | None = current_app.extensions.get(NAME)
    if turns is None:
        made = Turns(settings().instance / "search_rate", settings().secret_key)
        turns = current_app.extensions.setdefault(NAME, made)
    left = turns.take(f"{what} {caller()}", a_minute)
    if left < 1:
        seconds = max(1, round((1 - left) * MINUTE / a_minute))
        raise TooManyRequests(
            _("That is a lot of searches. Please wait {} seconds and try again.").format(seconds), seconds
        )
