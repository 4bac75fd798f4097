"""Indexing beside a long import, in a second process, so that both cores work.

The search index follows the journal, whoever lets it; so the helper needs to know nothing of the import
but when to look. It ends with its standard input, also when the import is killed.
"""

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from cms import create_app, search
from cms.posts import settings

STARTER = "from cms.library.beside import follow; follow()"
WORTH_IT = 1_000  # posts; fewer are indexed before a second process has started
EVERY = 500  # posts; each time costs the index a commit


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
        if self._process is None:
            here = settings()
            given = {name.upper(): getattr(here, name) for name in here.given}
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-c", STARTER], stdin=subprocess.PIPE, cwd=Path(__file__).parents[2]
            )
            self._say(json.dumps({"INSTANCE": str(here.instance), **given}))
        self._say("")

    def _say(self, line: str) -> None:
        assert self._process is not None  # noqa: S101 - for the type checker
        assert self._process.stdin is not None  # noqa: S101 - we opened it with a pipe
        with contextlib.suppress(BrokenPipeError):  # it failed; what it has not done the import does at its end
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()

    def __enter__(self) -> "Beside":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
            self._process.wait()


def follow() -> None:
    """The helper: let the index catch up each time a line comes, until there are no more."""
    app = create_app(json.loads(sys.stdin.buffer.readline()))
    with app.app_context():
        for _ in sys.stdin.buffer:
            search.catch_up()
