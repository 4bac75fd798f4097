"""Indexing beside a long import, in a second process.

The search index follows the journal, whoever lets it; so the helper needs to know nothing of the import
but when to look.
"""

import contextlib
import subprocess
import sys
from types import TracebackType

from cms import search, second_process

WORTH_IT = 1_000  # posts; fewer are indexed before a second process has started
EVERY = 1_000  # posts; each time costs the index a commit, and gives it a segment


class Beside:
    """`with Beside(files) as beside:` and, after each commit, `beside.nudge(posts)`."""

    def __init__(self, expected: int) -> None:
        self._expected = expected
        self._waiting = 0
        self._process: subprocess.Popen[bytes] | None = None

    def nudge(self, posts: int) -> None:
        """So many more posts are in the database."""
        self._waiting += posts
        if self._waiting < EVERY or self._expected < WORTH_IT:
            return
        self._waiting = 0
        self._process = self._process or second_process.start("cms.library.beside:follow")
        second_process.say(self._process, "")  # if it failed, the import does at its end what was not done

    def __enter__(self) -> "Beside":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.communicate()


def follow() -> None:
    """In the second process: let the index catch up each time a line comes, until there are no more."""
    for _ in sys.stdin.buffer:
        search.catch_up()
