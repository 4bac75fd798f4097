"""Noticing that a scheduled post's moment has come.

Nobody waits for this: the post is public on time by the gate. What is written is the journal row that lets
search, related articles and plugins follow.
"""

import logging
import threading
import time

import sqlalchemy as sa
from flask import Flask

from cms import publishing, search
from cms.caching.pulse import Pulse
from cms.db import reading, writing
from cms.posts import Post, is_public
from cms.search import learning

log = logging.getLogger(__name__)


class DuePosts:
    """Writes the `came_due` rows in a thread of its own, one thread at a time."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._busy = threading.Lock()

    def __call__(self) -> None:
        if self._busy.acquire(blocking=False):
            threading.Thread(target=self._notice, name="midstance-due", daemon=True).start()

    def _notice(self) -> None:
        try:
            with self._app.app_context():
                waiting = sa.select(Post.id).where(is_public(), Post.came_due.is_(False)).limit(1)
                if reading().scalar(waiting):  # looking does not take the writers' lock
                    publishing.notice_due(writing())
        except Exception:
            log.exception("A scheduled post could not be announced; it will be tried again")
        finally:
            self._busy.release()


def tick(pulse: Pulse, app: Flask, seconds: float = 1.0) -> None:
    """Ask for the epoch each second from now on, so that a due moment is noticed without a visitor, and write down
    in time what was searched.

    Before that, ask one search: what search stands on takes a moment to load, and no visitor should wait for it.
    """

    def run() -> None:
        time.sleep(seconds)
        try:
            with app.app_context():
                search.find(reading(), "warm", limit=1)
        except Exception:
            log.exception("Search could not be loaded; the first who searches will try again")
        while True:
            try:
                pulse.epoch()
                with app.app_context():
                    learning.flush_in_time(writing)
            except Exception:
                log.exception("The database does not answer; asking again in a second")
            time.sleep(seconds)

    threading.Thread(target=run, name="midstance-tick", daemon=True).start()
