"""The engine itself: opens, writes and answers; `Engine` in `cms/search/engine.py` says what each method promises."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from whoosh.reading import SegmentReader

from cms.search.engine import (
    Alike,
    Answer,
    Changes,
    Document,
    IndexBroken,
    Lexicon,
    Likeness,
    Request,
    Suggestion,
)
from cms.search.folder import Current, Folder
from cms.search.suggesting import Entry, best
from cms.search.whoosh_engine import merging
from cms.search.whoosh_engine.answering import answer
from cms.search.whoosh_engine.fields import FORMAT, schema, to_fields
from cms.search.whoosh_engine.likeness import Asking, OneByOne, most_holders
from cms.search.whoosh_engine.matrix import Matrix
from cms.search.whoosh_engine.snapshot import Segment, Snapshot
from cms.search.whoosh_engine.storage import Storage
from cms.search.whoosh_engine.teaching import Teaching, holds, living_ids
from cms.search.whoosh_engine.writing import add_post, new_writer

CACHE_BYTES = 22_000_000
"""Memory for postings of each worker. Three hundred different queries over 10,000 posts fit in."""
CACHE_BYTES_A_POST = 2_200
"""The same for each of more posts than that: where the lists do not fit, a search is ten times as slow."""
CACHE_AT_LENGTH = 300_000_000
"""The same while likeness is asked of so many posts that no matrix can hold them."""


class WhooshEngine:
    """Whoosh in a folder. One object a worker; all its threads may use it."""

    name = "whoosh"

    def __init__(self, root: Path, cache_bytes: int | None = None) -> None:
        self.folder = Folder(root)
        self._cache_bytes = cache_bytes
        self._at_length = False
        self._opening = threading.RLock()
        self._stamp: tuple[int, int] | None = None
        self._current: Current | None = None
        self._snapshot: Snapshot | None = None
        self._teaching = Teaching()

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
        index = Storage(self.folder.path(current)).open_index()
        same = self._current is not None and self._current.folder == current.folder
        before = self._snapshot if same else None
        known = {segment.id: segment for segment in before.segments} if before else {}
        opened = []
        for info in segments_of(index):
            if info.doc_count_all():
                segment = known.get(info.segment_id()) or Segment(SegmentReader(index.storage, index.schema, info))
                opened.append((segment, list(info.deleted_docs())))
        budget = self._budget(sum(segment.count for segment, _ in opened))
        self._snapshot = Snapshot(opened, budget, before)

    def _budget(self, posts: int) -> int:
        """Memory for the postings of an index of this many posts, in bytes."""
        usual = self._cache_bytes or max(CACHE_BYTES, CACHE_BYTES_A_POST * posts)
        return max(usual, CACHE_AT_LENGTH) if self._at_length else usual

    def writing(self) -> contextlib.AbstractContextManager[None]:
        return self.folder.writing()

    def mark(self) -> object:
        return self.folder.stamp()

    def seq(self) -> int:
        self.snapshot()
        current = self._current
        return current.seq if current else 0

    def search(self, request: Request) -> Answer:
        with broken_means_rebuild():
            snapshot = self.snapshot()
            return answer(snapshot, request, self.teaching(snapshot).table())

    def suggest(self, q: str, limit: int) -> list[Suggestion]:
        with broken_means_rebuild():
            snapshot = self.snapshot()
            kept: list[Suggestion] = []
            alive = partial(self._still_there, snapshot)
            for _, found in best(self.teaching(snapshot).shelves(snapshot), q, limit, alive):
                if len(kept) < limit and alive(found):
                    kept.append(found)
            return kept

    @staticmethod
    def _still_there(snapshot: Snapshot, found: Entry | Suggestion) -> bool:
        if snapshot.whole:
            return True
        if found.kind == "post":
            return snapshot.number(found.id or "") is not None
        if found.kind == "tag":
            row = snapshot.tag_posts.get(found.slug or "", ())
            return bool(snapshot.live[row].any())
        return holds(snapshot, "phrase", found.text)

    def teaching(self, snapshot: Snapshot) -> Teaching:
        """What the posts teach, brought up to this snapshot."""
        self._teaching.follow(snapshot)
        return self._teaching

    def lexicon(self) -> Lexicon:
        with broken_means_rebuild():
            return self.teaching(self.snapshot()).lexicon

    def ids(self) -> set[str]:
        with broken_means_rebuild():
            return living_ids(self.snapshot())

    def alike(self, id: str, limit: int) -> list[Alike]:
        with broken_means_rebuild():
            snapshot = self.snapshot()
            return Asking(OneByOne(snapshot), self.teaching(snapshot).table()).alike(id, limit)

    def phrases(self, id: str) -> Mapping[str, int]:
        with broken_means_rebuild():
            snapshot = self.snapshot()
            return Asking(OneByOne(snapshot), self.teaching(snapshot).table()).phrases(id)

    @contextlib.contextmanager
    def at_length(self) -> Iterator[Likeness]:
        snapshot = self.snapshot()
        with broken_means_rebuild():
            table = self.teaching(snapshot).table()
            matrix = matrix_of(snapshot)
        if matrix is not None:
            yield Asking(matrix, table)
            return
        self._at_length = True
        snapshot.bound(self._budget(snapshot.count))
        try:
            yield self
        finally:
            self._at_length = False
            snapshot = self.snapshot()
            snapshot.bound(self._budget(snapshot.count))

    def facts(self) -> Mapping[str, object]:
        snapshot = self.snapshot()
        return {
            "engine": self.name,
            "posts": snapshot.posts,
            "segments": len(snapshot.segments),
            "bytes": self.folder.bytes(),
            "seq": self.folder.current().seq,
        }

    # Writing

    def apply(self, put: Sequence[Document], remove: Iterable[str], seq: int) -> None:
        with self.folder.writing(), broken_means_rebuild():
            current = Current(self.folder.current().folder, seq, FORMAT)
            self._write(current, Changes(put, tuple(remove), seq))
            self.folder.point(current)

    def _write(self, current: Current, changes: Changes) -> None:
        storage = Storage(self.folder.path(current))
        writer = new_writer(storage.open_index())
        try:
            self._delete(writer, set(changes.remove) | {document.id for document in changes.put})
            for document in changes.put:
                add_post(writer, to_fields(document))
        except BaseException:
            writer.cancel()
            raise
        writer.commit(merge=False)

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
            storage = Storage(self.folder.root / name)
            writer = new_writer(storage.create_index(schema()))
            count = 0
            for document in documents:
                add_post(writer, to_fields(document))
                count += 1
            writer.commit(merge=False)
            self.folder.point(Current(name, seq, FORMAT))
            self.folder.sweep(keep=name)
            return count

    def untidy(self) -> bool:
        return merging.needed(self.snapshot().sizes())

    def tidy(self, changes: Callable[[int], Changes]) -> None:
        """Merge small segments in another process, beside; then let the copy catch up, and switch to it."""
        before = self.folder.current()
        command = [sys.executable, "-m", merging.__name__, str(self.folder.root)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
        if done.returncode:
            raise IndexBroken(f"Merging the search index failed: {done.stderr.strip()[-500:]}")
        merged = Current(**json.loads(done.stdout))
        with self.folder.writing(), broken_means_rebuild():
            now = self.folder.current()
            if now.folder != before.folder:  # rebuilt meanwhile: what we merged is of no use
                return
            if now.seq > merged.seq:
                self._write(merged, late := changes(merged.seq))
                merged = Current(merged.folder, late.seq, FORMAT)
            self.folder.point(merged)
            self.folder.sweep(keep=merged.folder)
        self.lexicon()  # read here what the next search would have to wait for

    def set_aside(self) -> None:
        with self.folder.writing():
            self.folder.set_aside()
            self.close()

    def close(self) -> None:
        with self._opening:
            self._snapshot = self._stamp = self._current = None
            self._teaching.forget()
            self._teaching = Teaching()


def matrix_of(snapshot: Snapshot) -> Matrix | None:
    """All of it at once; None if that would be too large, or Whoosh is not as it was."""
    try:
        return Matrix(snapshot, most_holders(snapshot))
    except (AttributeError, KeyError, TypeError, MemoryError):
        return None


def newest_segments(index: Any) -> list[Any]:
    """What Whoosh's table of contents says. Raises AttributeError where Whoosh is not as it was."""
    return list(index._read_toc().segments)


def segments_of(index: Any) -> list[Any]:
    """The segments of the newest commit, each with its deletions. Whoosh's own `reader(reuse=…)` would
    bring merged segments back, so readers of known segments are kept by us."""
    try:
        return newest_segments(index)
    except AttributeError:
        with index.reader() as reader:
            return [leaf.segment() for leaf, _ in reader.leaf_readers()]


@contextlib.contextmanager
def broken_means_rebuild() -> Iterator[None]:
    """Whatever Whoosh raises over its files becomes IndexBroken: it has neither checksums nor one error type."""
    try:
        yield
    except (IndexBroken, MemoryError, AssertionError):
        raise
    except Exception as error:
        raise IndexBroken(f"The search index cannot be read ({error!r}); it is rebuilt.") from error
