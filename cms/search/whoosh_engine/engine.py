"""The engine itself: opens, writes and answers; `Engine` in `cms/search/engine.py` says what each method promises."""

import contextlib
import threading
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage

from cms.search import highlights
from cms.search.engine import (
    Alike,
    Answer,
    Document,
    Hit,
    IndexBroken,
    Lexicon,
    Request,
    Suggestion,
)
from cms.search.whoosh_engine.fields import FORMAT, schema, to_fields
from cms.search.whoosh_engine.folder import Current, Folder
from cms.search.whoosh_engine.scoring import Scores, score, top
from cms.search.whoosh_engine.snapshot import Snapshot

CACHE_BYTES = 48_000_000
BATCH = 500


def new_codec() -> Any:
    """Larger blocks than Whoosh's 128 postings: fewer to unpack, the same files."""
    return W3Codec(blocklimit=2048, compression=1)


class WhooshEngine:
    """Whoosh in a folder. One object a worker; all its threads may use it."""

    name = "whoosh"

    def __init__(self, root: Path, cache_bytes: int = CACHE_BYTES) -> None:
        self.folder = Folder(root)
        self._budget = cache_bytes
        self._opening = threading.RLock()
        self._stamp: tuple[int, int] | None = None
        self._current: Current | None = None
        self._snapshot: Snapshot | None = None
        self._index: Any = None

    # Reading

    def snapshot(self) -> Snapshot:
        """The index as it is now, opened or refreshed if it has changed. Raises IndexBroken."""
        stamp = self.folder.stamp()
        if stamp is None:
            raise IndexBroken("There is no search index yet; it is built now.")
        if stamp == self._stamp and self._snapshot is not None:
            return self._snapshot
        with self._opening, broken_means_rebuild():
            for attempt in range(5):
                stamp = self.folder.stamp()
                current = self.folder.current()
                try:
                    self._open(current)
                except (FileNotFoundError, OSError):
                    if attempt == 4:  # a commit or a switch removes files while they are opened
                        raise
                else:
                    self._stamp, self._current = stamp, current
                    break
            assert self._snapshot is not None  # noqa: S101 - the loop either opened it or raised
            return self._snapshot

    def _open(self, current: Current) -> None:
        if current.format != FORMAT:
            raise IndexBroken("The search index is of another version; it is rebuilt.")
        same = self._current is not None and self._current.folder == current.folder
        before = self._snapshot if same else None
        index = FileStorage(str(self.folder.path(current)), supports_mmap=False).open_index()
        reader = index.reader(reuse=before.reader if before and before.count else None)
        self._snapshot = Snapshot(reader, self._budget, before)
        self._index = index

    def seq(self) -> int:
        self.snapshot()
        return self.folder.current().seq

    def search(self, request: Request) -> Answer:
        with broken_means_rebuild():
            return answer(self.snapshot(), request)

    # Writing

    def apply(self, put: Sequence[Document], remove: Iterable[str], seq: int) -> None:
        with self.folder.writing(), broken_means_rebuild():
            current = self.folder.current()
            storage = FileStorage(str(self.folder.path(current)), supports_mmap=False)
            gone = set(remove) | {document.id for document in put}
            writer = storage.open_index().writer(codec=new_codec())
            try:
                self._delete(writer, gone)
                for document in put:
                    writer.add_document(**to_fields(document))
            except BaseException:
                writer.cancel()
                raise
            writer.commit(merge=False)
            self.folder.point(Current(current.folder, seq, FORMAT))

    @staticmethod
    def _delete(writer: Any, ids: set[str]) -> None:
        from whoosh.query import Term

        with writer.searcher() as searcher:
            for id in ids:
                for number in searcher.docs_for_query(Term("id", id)):
                    writer.delete_document(number)

    def rebuild(self, documents: Iterable[Document], seq: int) -> int:
        with self.folder.writing():
            name = self.folder.make()
            storage = FileStorage(str(self.folder.root / name), supports_mmap=False)
            writer = storage.create_index(schema()).writer(codec=new_codec(), limitmb=256)
            count = 0
            for document in documents:
                writer.add_document(**to_fields(document))
                count += 1
            writer.commit(merge=False)
            self.folder.point(Current(name, seq, FORMAT))
            self.folder.sweep(keep=name)
            return count

    def close(self) -> None:
        with self._opening:
            if self._snapshot is not None:
                self._snapshot.reader.close()
            self._snapshot = self._stamp = self._current = None


@contextlib.contextmanager
def broken_means_rebuild() -> Iterator[None]:
    """Whatever Whoosh raises over its files becomes IndexBroken: it has neither checksums nor one error type."""
    try:
        yield
    except (IndexBroken, MemoryError, AssertionError):
        raise
    except Exception as error:
        raise IndexBroken(f"The search index cannot be read ({error!r}); it is rebuilt.") from error


def answer(snapshot: Snapshot, request: Request) -> Answer:
    """Score, filter, stage, count, and show one page."""
    scores = score(snapshot, request.plan)
    values = scores.total
    mask = values > 0
    order = np.flatnonzero(mask)
    best = top(values, request.offset + request.limit, mask)
    best = best[np.lexsort((best, -snapshot.published[best], -values[best]))]
    hits = [Hit(str(snapshot.stored(int(n))["id"]), float(values[n])) for n in best[request.offset :]]
    return Answer(total=len(order), hits=hits, facets=snapshot.facets(mask))
