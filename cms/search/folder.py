"""The index on disk: generations of folders beside each other, and one small file that says which counts.

`instance/index/current` holds `{"folder": "g-000003", "seq": 1234, "format": 1}` and is only ever
replaced by a rename, after the commit it speaks of. So a crash at any moment leaves a whole index
with the seq it really holds (or one older: applying a journal row twice changes nothing).
"""

import contextlib
import fcntl
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from cms.search.engine import IndexBroken


@dataclass(frozen=True, slots=True)
class Current:
    """Which folder counts, the newest journal row in it, and the format it is written in."""

    folder: str
    seq: int
    format: int


class Folder:
    """Paths and switches under the index folder. Knows nothing of what is in a generation."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.pointer = root / "current"
        self._threads = threading.RLock()
        self._depth = 0
        self._lock_file: int | None = None

    @contextlib.contextmanager
    def writing(self, timeout: float = 120.0) -> Iterator[None]:
        """Be the only writer, of all threads and processes. Waits; raises IndexBroken after `timeout` seconds.

        The lock is the kernel's (`flock`): a killed writer leaves none behind.
        """
        if not self._threads.acquire(timeout=timeout):
            raise IndexBroken("Another writer has held the search index for too long.")
        try:
            if self._depth == 0:
                self._lock_file = self._flock(timeout)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0 and self._lock_file is not None:
                    os.close(self._lock_file)
                    self._lock_file = None
        finally:
            self._threads.release()

    def _flock(self, timeout: float) -> int:
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        until = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    os.close(handle)
                    raise IndexBroken("Another process has held the search index for too long.") from None
                time.sleep(0.002)
            else:
                return handle

    def stamp(self) -> tuple[int, int] | None:
        """Something that differs whenever the pointer was replaced; None if there is none. Costs one stat."""
        try:
            status = self.pointer.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino

    def current(self) -> Current:
        """What the pointer says. Raises IndexBroken if it is missing or not to be understood."""
        try:
            data = json.loads(self.pointer.read_text(encoding="ascii"))
            current = Current(str(data["folder"]), int(data["seq"]), int(data["format"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexBroken(f"{self.pointer} cannot be read; the index is rebuilt.") from error
        if "/" in current.folder or not current.folder.startswith("g-"):
            raise IndexBroken(f"{self.pointer} points outside of the index; the index is rebuilt.")
        return current

    def point(self, current: Current) -> None:
        """Let `current` count from now on."""
        draft = self.root / f"current.{os.getpid()}.{threading.get_ident()}"
        draft.write_text(json.dumps(asdict(current)), encoding="ascii")
        draft.replace(self.pointer)

    def path(self, current: Current) -> Path:
        """The folder of a generation."""
        return self.root / current.folder

    def make(self) -> str:
        """A new, empty generation; its name. Only under `writing()`."""
        numbers = [int(path.name[2:]) for path in self.root.glob("g-*") if path.name[2:].isdigit()]
        name = f"g-{max(numbers, default=0) + 1:06d}"
        (self.root / name).mkdir(mode=0o700)
        return name

    def sweep(self, keep: str, grace: float = 60.0) -> None:
        """Remove generations that no longer count, once nobody can still be opening them."""
        for path in self.root.glob("g-*"):
            with contextlib.suppress(OSError):
                if path.name != keep and time.time() - path.stat().st_mtime > grace:
                    shutil.rmtree(path, ignore_errors=True)

    def set_aside(self) -> None:
        """Put a broken pointer and its generation out of the way, for people to look at; only the last is kept."""
        aside = self.root / "broken"
        shutil.rmtree(aside, ignore_errors=True)
        with contextlib.suppress(IndexBroken, OSError):
            folder = self.path(self.current())
            if folder.exists():
                folder.replace(aside)
        with contextlib.suppress(OSError):
            self.pointer.unlink()

    def bytes(self) -> int:
        """Size on disk of everything under the index folder."""
        return sum(path.stat().st_size for path in self.root.rglob("*") if path.is_file())
