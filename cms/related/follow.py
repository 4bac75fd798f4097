"""Related articles follow the journal: a change recomputes the post, and the posts that it may belong under.

The seq is kept in the database and moves when all lists are written, so after a crash, or with a restored
backup, some are computed again and none is left behind. Many lists are written a few hundred at a time, so
that editors get in between.
"""

import json
import logging
import sys
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms import second_process
from cms.db import Journal, newest_seq, utcnow, writing
from cms.posts import Post, SiteValue, is_public, published
from cms.related.choosing import Choice
from cms.related.study import Study
from cms.search.documents import ids_of_tag
from cms.search.engine import Likeness
from cms.search.state import fresh_session, state
from cms.search.tables import RelatedPost

log = logging.getLogger(__name__)

SEQ = "related_seq"  # a row of site_value; no setting, so neither shown nor exported
NEIGHBOURS = 4
"""Posts most like a changed one, and posts that show it, whose own lists are recomputed with it: so many of each."""
POST_KINDS = ("post_published", "post_updated", "post_withdrawn", "post_deleted", "came_due")
BATCH = 250
WORTH_IT = 1_000
"""Lists of which a second process computes half; fewer are done before it has started."""


def catch_up() -> int:
    """Recompute what the journal says has changed since the last time. Returns how many posts were recomputed.

    Run it after the search index has caught up: likeness is asked of the index.
    """
    with fresh_session() as session:
        seq, newest = _seq(session), newest_seq(session)
        if seq == newest:
            return 0
        changed = None if seq > newest or not seq else _changed(session, seq)  # restored, or the first time
    return _recompute(changed, newest)


def rebuild() -> int:
    """Recompute the lists of all public posts."""
    with fresh_session() as session:
        newest = newest_seq(session)
    return _recompute(None, newest)


def refresh(ids: Sequence[str]) -> int:
    """Recompute the lists of these posts and of their neighbours: what is known of them has changed."""
    with fresh_session() as session:
        seq = _seq(session)
    return _recompute(ids, seq)


def _seq(session: Session) -> int:
    return int(session.scalar(sa.select(SiteValue.value).where(SiteValue.name == SEQ)) or 0)


def _changed(session: Session, seq: int) -> list[str]:
    changed: dict[str, None] = {}
    for row in session.scalars(sa.select(Journal).where(Journal.seq > seq).order_by(Journal.seq)):
        if row.kind in POST_KINDS and row.post_id:
            changed[row.post_id] = None
        elif row.kind == "tag_changed":
            changed.update(dict.fromkeys(ids_of_tag(session, int(row.detail.get("tag", 0)))))
    return list(changed)


def _recompute(changed: Sequence[str] | None, seq: int) -> int:
    """Renew the lists of the posts that have changed and of their neighbours, or (None) those of all."""
    with fresh_session() as session:
        if changed is None:
            todo, readers = list(session.scalars(published().with_only_columns(Post.id))), set[str]()
        else:
            todo, readers = list(changed), _readers(session, changed)
    near = _renew(todo)
    neighbours = sorted((near | readers).difference(todo))
    _renew(neighbours)
    session = writing()
    if changed is None:
        session.execute(sa.delete(RelatedPost).where(RelatedPost.post_id.not_in(sa.select(Post.id).where(is_public()))))
    session.merge(SiteValue(name=SEQ, value=str(seq)))
    session.commit()
    return len(todo) + len(neighbours)


def _readers(session: Session, ids: Sequence[str]) -> set[str]:
    """The posts that show any of `ids` most prominently, and all that `ids` rule out (exclusions hold both ways)."""
    found: set[str] = set()
    for some in _batches(ids):
        shown: dict[str, list[str]] = {}
        for other, reader in session.execute(
            sa.select(RelatedPost.other_id, RelatedPost.post_id)
            .where(RelatedPost.other_id.in_(some))
            .order_by(RelatedPost.other_id, RelatedPost.position, RelatedPost.post_id)
        ):
            shown.setdefault(other, []).append(reader)
        for readers in shown.values():
            found.update(readers[:NEIGHBOURS])
        for ruled_out in session.scalars(sa.select(Post.excluded).where(Post.id.in_(some))):
            if ruled_out:
                found.update(session.scalars(sa.select(Post.id).where(Post.slug.in_(ruled_out))))
    return found


def _renew(ids: Sequence[str]) -> set[str]:
    """Compute and write the lists of `ids`. Returns the posts most like each. Many are shared with a second process."""
    if len(ids) < WORTH_IT:
        return _renew_these(ids)
    mine, other = ids[::2], ids[1::2]
    helper = second_process.start("cms.related.follow:renew_beside")
    second_process.say(helper, json.dumps(other))
    try:
        near = _renew_at_length(mine)
    finally:
        said, _ = helper.communicate()
    if helper.returncode:
        log.warning("The second process failed; its related articles are computed here.")
        return near | _renew_at_length(other)
    return near.union(json.loads(said))


def renew_beside() -> None:
    """In the second process: renew the lists that are named in a line."""
    json.dump(sorted(_renew_at_length(json.loads(sys.stdin.buffer.readline()))), sys.stdout)


def _renew_at_length(ids: Sequence[str]) -> set[str]:
    """The same in this process, for many."""
    with state().engine.at_length() as likeness:
        return _renew_these(ids, likeness)


def _renew_these(ids: Sequence[str], likeness: Likeness | None = None) -> set[str]:
    """The same, some at a time."""
    near: set[str] = set()
    if not ids:
        return near
    with fresh_session() as session:
        here = state()
        study = Study(session, here.engine, here.meaning, likeness)
    for some in _batches(ids):
        lists: dict[str, list[Choice]] = {}
        with fresh_session() as study.session:
            for id in some:
                lists[id], alike = study.related(id)
                near.update(row.id for row in alike[:NEIGHBOURS])
        _write(lists)
    return near


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _write(lists: dict[str, list[Choice]]) -> None:
    """Put lists in the place of what there was, in one transaction."""
    session = writing()
    session.execute(sa.delete(RelatedPost).where(RelatedPost.post_id.in_(lists)))
    named = {*lists, *(choice.id for choices in lists.values() for choice in choices)}
    known = set(session.scalars(sa.select(Post.id).where(Post.id.in_(named))))  # some may have been erased meanwhile
    now = utcnow()
    rows = [
        {
            "post_id": id,
            "other_id": choice.id,
            "position": position,
            "score": choice.score,
            "reasons": choice.reasons,
            "made_at": now,
        }
        for id, choices in lists.items()
        for position, choice in enumerate(choices)
        if id in known and choice.id in known
    ]
    if rows:
        session.execute(sa.insert(RelatedPost), rows)
    session.commit()
