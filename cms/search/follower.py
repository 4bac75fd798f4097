"""The index follows the journal: `catch_up` applies what has changed, `rebuild` makes it anew, `check` compares.

Applying a row twice changes nothing: a row names posts, and a post is put as it is now, or removed if
the public may not see it. So a crash between the index's commit and its note of the seq costs only time.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Session

from cms.db import Journal, newest_seq
from cms.posts import Post, post_author, published
from cms.search.documents import documents, ids_of_tag
from cms.search.engine import Changes, IndexBroken
from cms.search.state import State, fresh_session, state

log = logging.getLogger(__name__)

BATCH = 2_500
"""Posts a commit of the index takes at most while it catches up: each is a segment, which every word that is looked
up afterwards costs a look, and words that its posts share are written once."""
POST_KINDS = ("post_published", "post_updated", "post_withdrawn", "post_deleted", "came_due")


def catch_up() -> int:
    """Bring the index up to the newest journal row; build it if it is missing or broken.

    Waits for another writer and then finds its work done. Returns how many posts were put or removed.
    """
    here = state()
    mark = here.engine.mark()
    with fresh_session() as session:
        newest = newest_seq(session)
    try:
        if here.engine.seq() >= newest:
            return 0
        with here.engine.writing():
            changed = _follow(here, newest)
    except IndexBroken as error:
        log.warning("%s", error.detail)
        return rebuild(only_if_broken=True, mark=mark)
    if changed:
        tidy_beside()
    if here.meaning is not None:
        from cms.search.meaning.following import read_beside  # it follows as we do, and stands on us

        read_beside()
    return changed


def _follow(here: State, newest: int) -> int:
    """Apply rows in batches until `newest`. Only inside `writing()`."""
    changed = 0
    seq = here.engine.seq()
    while seq < newest:
        changes = changes_after(seq)
        if changes.seq == seq:
            break
        here.engine.apply(changes.put, changes.remove, changes.seq)
        changed += len(changes.put) + len(changes.remove)
        seq = changes.seq
    return changed


def changes_after(seq: int, limit: int | None = BATCH) -> Changes:
    """What the next `limit` journal rows after `seq` are about, as it is now."""
    with fresh_session() as session:
        rows = _rows_after(session, seq, limit)
        if not rows:
            return Changes((), (), seq)
        touched, last = _touched(session, rows)
        put = list(documents(session, touched))
    public = {document.id for document in put}
    return Changes(put, [id for id in touched if id not in public], last)


def touched_after(seq: int) -> tuple[list[str], int]:
    """The posts that the journal rows after `seq` are about, public or not, and the newest row."""
    with fresh_session() as session:
        rows = _rows_after(session, seq, None)
        return _touched(session, rows) if rows else ([], seq)


def _rows_after(session: Session, seq: int, limit: int | None) -> list[Journal]:
    return list(session.scalars(sa.select(Journal).where(Journal.seq > seq).order_by(Journal.seq).limit(limit)))


def _touched(session: Session, rows: Sequence[Journal]) -> tuple[list[str], int]:
    """The posts that journal rows are about, each once, and the last row taken."""
    touched: dict[str, None] = {}
    for row in rows:
        if row.kind in POST_KINDS and row.post_id:
            touched[row.post_id] = None
        elif row.kind == "tag_changed":
            touched.update(dict.fromkeys(ids_of_tag(session, int(row.detail.get("tag", 0)))))
        elif row.kind == "author_changed":
            touched.update(dict.fromkeys(_ids_of_author(session, int(row.detail.get("author", 0)))))
    return list(touched), rows[-1].seq


def _ids_of_author(session: Session, author_id: int) -> Iterator[str]:
    links = sa.select(post_author.c.post_id).where(post_author.c.author_id == author_id)
    return iter(session.scalars(published().with_only_columns(Post.id).where(Post.id.in_(links))))


def rebuild(only_if_broken: bool = False, mark: object = None) -> int:
    """Make the index anew beside the old one and switch; search goes on meanwhile. Returns how many posts it holds.

    With `only_if_broken`, does nothing if another process has healed it meanwhile. `mark` is the mark of an index
    that was found broken while it was read: it may well open, as most of it is read only when it is needed.
    """
    here = state()
    with here.engine.writing():
        if only_if_broken:
            if _opens(here) and (mark is None or here.engine.mark() != mark):
                return 0
            here.engine.set_aside()
        with fresh_session() as session:
            seq = newest_seq(session)  # before the posts are read, in the same transaction
            count = here.engine.rebuild(documents(session), seq)
    log.info("The search index was built: %d posts.", count)
    if here.meaning is not None:
        from cms.search.meaning.following import compare_all

        compare_all(here.meaning)
    return count


def _opens(here: State) -> bool:
    try:
        here.engine.seq()
    except IndexBroken:
        return False
    return True


def heal_beside(mark: object, app: Flask | None = None) -> None:
    """Rebuild in a thread of its own, once at a time; whoever searches meanwhile is answered from the database.

    `mark` is the mark of the index that was found broken.
    """
    app = app or current_app._get_current_object()  # type: ignore[attr-defined] # werkzeug's proxy has it
    beside(app, state(app).healing, lambda: rebuild(only_if_broken=True, mark=mark))


def tidy_beside() -> None:
    """Let the engine tidy up in a thread of its own, once at a time."""
    app = current_app._get_current_object()  # type: ignore[attr-defined] # werkzeug's proxy has it
    here = state(app)
    if here.engine.untidy():
        beside(app, here.tidying, lambda: here.engine.tidy(lambda seq: changes_after(seq, None)))


def beside(app: Flask, busy: threading.Event, work: Callable[[], object]) -> None:
    """Run `work` in a thread, unless it runs already; what it raises is logged, and the next one tries again."""
    with state(app).lock:
        if busy.is_set():
            return
        busy.set()

    def run() -> None:
        try:
            with app.app_context():
                work()
        except Exception:
            log.exception("The search index could not be mended, tidied or read; it will be tried again.")
        finally:
            busy.clear()

    threading.Thread(target=run, name="midstance-index", daemon=True).start()


def check() -> list[str]:
    """What differs between the index and the truth, in plain sentences; an empty list if nothing does."""
    here = state()
    with fresh_session() as session:
        newest = newest_seq(session)
        public = set(session.scalars(published().with_only_columns(Post.id)))
    try:
        indexed, seq = here.engine.ids(), here.engine.seq()
    except IndexBroken as error:
        return [error.detail]
    problems: list[str] = []
    if seq < newest:
        problems.append(f"The search index has not yet followed {newest - seq} changes. Run: cms catch-up")
    for ids, what in (
        (public - indexed, "cannot be found by searching"),
        (indexed - public, "is found, but not public"),
    ):
        if ids:
            some = ", ".join(sorted(ids)[:5])
            problems.append(f"{len(ids)} posts: each {what} ({some}). Run: cms rebuild-index")
    return problems
