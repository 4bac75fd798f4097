"""The vectors follow the journal, off the requests: a post is found by its words at once, by its meaning soon after.

One process at a time reads, in a thread of low priority. A post that reads as it did is not read again, so
a long backlog goes on where it was cut off. A note in the database then lets cached answers go.
"""

import atexit
import contextlib
import os
import threading
from collections.abc import Sequence

import numpy as np
from flask import current_app

from cms.db import newest_seq, writing
from cms.posts import Post, SiteValue, published
from cms.search.documents import documents
from cms.search.engine import Document, IndexBroken
from cms.search.follower import beside, touched_after
from cms.search.meaning.meaning import Meaning
from cms.search.meaning.passages import digest, read
from cms.search.meaning.vectors import Read
from cms.search.state import fresh_session, state
from cms.search.tables import MEANING_READ

BATCH = 50
"""Posts that are read before they are written; a tenth of all where there are many."""


class Stopped(Exception):
    """The process ends; the rest is read by another one, or after the next start."""


def is_behind(meaning: Meaning, newest: int) -> bool:
    """Whether there is something to read. Cheap."""
    return meaning.store.seq() != newest and not meaning.busy.is_set()


def read_beside() -> None:
    """Read what has changed, in a thread of its own; one at a time of all workers."""
    app = current_app._get_current_object()  # type: ignore[attr-defined] # werkzeug's proxy has it
    meaning = state(app).meaning
    if meaning is not None and not meaning.busy.is_set():
        atexit.unregister(meaning.halt)
        atexit.register(meaning.halt)  # a process must not end in the middle of the model
        beside(app, meaning.busy, _read_politely)


def _read_politely() -> None:
    with contextlib.suppress(OSError):  # only Linux gives threads a priority of their own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
    read_new()


def read_new(wait: float = 0.0) -> int:
    """Read the posts that have changed since the last time. Returns how many it read.

    Where another thread or process is at it already, waits so many seconds for it, then leaves it to it.
    Raises BadInput if the model is not installed.
    """
    meaning = state().meaning
    if meaning is None:
        return 0
    try:
        with meaning.store.folder.writing(timeout=wait):
            return _follow(meaning)
    except (IndexBroken, Stopped):
        return 0


def compare_all(meaning: Meaning) -> None:
    """Let the next reading compare all posts with what it knows: the index was made anew."""
    with contextlib.suppress(IndexBroken), meaning.store.folder.writing(timeout=0.0):
        meaning.store.note(0)


def _follow(meaning: Meaning) -> int:
    """Read until the newest journal row. Only under `writing()`."""
    count = 0
    while True:
        seq = meaning.store.seq()
        with fresh_session() as session:
            newest = newest_seq(session)
            if seq == newest:
                return count
            known = set(session.scalars(published().with_only_columns(Post.id)))
        if seq == 0 or seq > newest:  # the first time, or the database was restored
            ids, last = sorted({*known, *meaning.store.vectors().ids}), newest
        else:
            ids, last = touched_after(seq)
        count += _absorb(meaning, ids, last)


def _absorb(meaning: Meaning, ids: Sequence[str], last: int) -> int:
    """Read these posts, write what has changed in batches; `last` is noted with the last of them."""
    held: dict[str, Read] = {}
    gone: list[str] = []
    count = 0
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        with fresh_session() as session:
            found = list(documents(session, batch))
        gone += set(batch) - {document.id for document in found}
        for document in found:
            one = _read(meaning, document)
            if one is not None:
                held[document.id] = one
        if len(held) >= max(BATCH, len(meaning.store.vectors().ids) // 10):
            count += _write(meaning, held, gone, meaning.store.seq())
            held, gone = {}, []
    return count + _write(meaning, held, gone, last)


def _read(meaning: Meaning, document: Document) -> Read | None:
    """What the model makes of a post; None if the post reads as it did."""
    readings = read(document)
    mark = digest(readings)
    vectors = meaning.store.vectors()
    row = vectors.rows.get(document.id)
    if row is not None and vectors.digests[row] == mark:
        return None
    made = []
    for reading in readings:
        if meaning.stop.is_set():
            raise Stopped
        made.append(meaning.model().embed(reading.text))
    return Read(mark, tuple(reading.anchor for reading in readings), np.stack(made))


def _write(meaning: Meaning, put: dict[str, Read], gone: Sequence[str], seq: int) -> int:
    """Let what was read count, and tell whoever depends on it."""
    store = meaning.store
    remove = [id for id in gone if id in store.vectors().rows]
    if not put and not remove and store.folder.stamp() is not None:
        store.note(seq)
        return 0
    store.write(store.vectors().changed(put, remove), seq)
    meaning.then(list(put))
    session = writing()
    session.merge(SiteValue(name=MEANING_READ, value=store.folder.current().folder))
    session.commit()
    return len(put)
