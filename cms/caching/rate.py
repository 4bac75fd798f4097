"""A limit on uncached searches from one address (setting SEARCH_RATE, off by default).

Counted in this worker's memory: it protects the processor, and each worker has its own share of it.
"""

import threading
import time
from collections import OrderedDict
from gettext import gettext as _

from flask import request

from cms.errors import TooManyRequests

MINUTE = 60.0
MOST_ADDRESSES = 10_000

_lock = threading.Lock()
_turns: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()  # who and what: turns left, and when


def take_turn(what: str, a_minute: int) -> None:
    """Let this visitor ask once more for `what`; 0: no limit. Raises TooManyRequests, saying how long to wait."""
    if a_minute <= 0:
        return
    asked = (what, request.remote_addr or "")
    now = time.monotonic()
    with _lock:
        left, before = _turns.pop(asked, (float(a_minute), now))
        left = min(float(a_minute), left + (now - before) * a_minute / MINUTE)
        _turns[asked] = (left - 1 if left >= 1 else left, now)
        while len(_turns) > MOST_ADDRESSES:
            _turns.popitem(last=False)
    if left < 1:
        seconds = max(1, round((1 - left) * MINUTE / a_minute))
        raise TooManyRequests(
            _("That is a lot of searches. Please wait {} seconds and try again.").format(seconds), seconds
        )
