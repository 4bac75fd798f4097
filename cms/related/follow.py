"""Related articles follow the journal: a change recomputes the post, and the posts that it may belong under.

The seq is kept in the database, in the same transaction as the lists, so a crash or a restored backup
never leaves them apart.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload, undefer

from cms.db import Journal, newest_seq, utcnow, writing
from cms.posts import Post, PostTag, SiteValue, Tag, published
from cms.related.choosing import CANDIDATES, Choice, Facts, choose
from cms.search.documents import ids_of_tag
from cms.search.engine import Alike, Lexicon
from cms.search.layout import phrases_of
from cms.search.state import fresh_session, state
from cms.search.tables import RelatedPost
from cms.search.words import word_and_stem

log = logging.getLogger(__name__)

SEQ = "related_seq"  # a row of site_value; no setting, so neither shown nor exported
NEIGHBOURS = 4
"""Posts most like a changed one, and posts that show it, whose own lists are recomputed with it: so many of each."""
POST_KINDS = ("post_published", "post_updated", "post_withdrawn", "post_deleted", "came_due")
BATCH = 100


def catch_up() -> int:
    """Recompute what the journal says has changed since the last time. Returns how many posts were recomputed.

    Run it after the search index has caught up: likeness is asked of the index.
    """
    with fresh_session() as session:
        seq, newest = _seq(session), newest_seq(session)
        if seq == newest:
            return 0
        changed = None if seq > newest or not seq else _changed(session, seq)  # restored, or the first time
        everything = list(session.scalars(published().with_only_columns(Post.id))) if changed is None else []
    return _recompute(everything if changed is None else changed, newest, afresh=changed is None)


def rebuild() -> int:
    """Recompute the lists of all public posts."""
    with fresh_session() as session:
        newest = newest_seq(session)
        everything = list(session.scalars(published().with_only_columns(Post.id)))
    return _recompute(everything, newest, afresh=True)


def refresh(post_ids: Iterable[str]) -> int:
    """Recompute the lists of these posts and of the posts most like them."""
    with fresh_session() as session:
        seq = _seq(session)
    return _recompute(list(post_ids), seq, afresh=False)


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


def _recompute(ids: Sequence[str], seq: int, afresh: bool) -> int:
    """Compute lists for `ids` (and, unless all are done afresh, their neighbours); write them in one transaction."""
    engine = state().engine
    alike = {id: engine.alike(id, CANDIDATES) for id in ids}
    with fresh_session() as session:
        todo = dict.fromkeys(ids)
        if not afresh:
            near = (row.id for id in ids for row in alike[id][:NEIGHBOURS])
            todo.update(dict.fromkeys(near))
            todo.update(dict.fromkeys(_readers(session, ids)))
            alike.update({id: engine.alike(id, CANDIDATES) for id in todo if id not in alike})
        counts, posts = _tag_counts(session)
        study = Study(session, engine.lexicon(), counts, posts)
        lists = {id: study.related(id, alike[id]) for id in todo}
    _write(lists, seq, afresh)
    return len(lists)


def _readers(session: Session, ids: Sequence[str]) -> list[str]:
    """The posts that show any of `ids` most prominently, and all that `ids` rule out (exclusions hold both ways)."""
    found: list[str] = []
    for id in ids:
        shows = sa.select(RelatedPost.post_id).where(RelatedPost.other_id == id)
        found += session.scalars(shows.order_by(RelatedPost.position, RelatedPost.post_id).limit(NEIGHBOURS))
        if ruled_out := session.scalar(sa.select(Post.excluded).where(Post.id == id)):
            found += session.scalars(sa.select(Post.id).where(Post.slug.in_(ruled_out)))
    return found


def _tag_counts(session: Session) -> tuple[dict[str, int], int]:
    """Public posts by tag slug, and in all."""
    public = published().with_only_columns(Post.id).scalar_subquery()
    rows = session.execute(
        sa.select(Tag.slug, sa.func.count())
        .join(PostTag, PostTag.tag_id == Tag.id)
        .where(PostTag.post_id.in_(public))
        .group_by(Tag.slug)
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(published().with_only_columns(Post.id).subquery()))
    return {slug: int(count) for slug, count in rows}, int(total or 0)


class Study:
    """Computes lists; remembers the posts that it has read."""

    def __init__(self, session: Session, lexicon: Lexicon, counts: dict[str, int], posts: int) -> None:
        self._session, self._lexicon, self._counts, self._posts = session, lexicon, counts, posts
        self._known: dict[str, Facts | None] = {}

    def related(self, id: str, alike: Sequence[Alike]) -> list[Choice]:
        """The list of one post; empty if it is not public."""
        wanted = [id, *(row.id for row in alike)]
        self._load(wanted)
        post = self._known.get(id)
        if post is None:
            return []
        self._load(self._ids_of_slugs(post.pinned))
        pinned = [other.id for other in self._known.values() if other and other.slug in post.pinned]
        others = {other.id: other for name in [*wanted, *pinned] if (other := self._known.get(name)) and name != id}
        return choose(self._with_phrases(post), others, alike, self._counts, self._posts)

    def _ids_of_slugs(self, slugs: Sequence[str]) -> list[str]:
        if not slugs:
            return []
        return list(self._session.scalars(published().with_only_columns(Post.id).where(Post.slug.in_(slugs))))

    def _load(self, ids: Sequence[str]) -> None:
        missing = [id for id in dict.fromkeys(ids) if id not in self._known]
        if not missing:
            return
        if len(self._known) > 3_000:
            self._known.clear()
            missing = list(dict.fromkeys(ids))
        query = published().options(
            undefer(Post.text),
            undefer(Post.references),
            undefer(Post.pinned),
            undefer(Post.excluded),
            selectinload(Post.tag_links).joinedload(PostTag.tag),
        )
        for start in range(0, len(missing), BATCH):
            for post in self._session.scalars(query.where(Post.id.in_(missing[start : start + BATCH]))):
                self._known[post.id] = self._read(post)
        for id in missing:
            self._known.setdefault(id, None)
        self._session.expunge_all()

    @staticmethod
    def _read(post: Post) -> Facts:
        text = f"{post.title}\n{post.text}".lower().replace("'", "’")
        return Facts(
            id=post.id,
            slug=post.slug or post.id,
            tags={link.tag.slug: link.tag.name for link in post.tag_links},
            references=frozenset(
                str(row.get("doi") or row.get("url")) for row in post.references if row.get("doi") or row.get("url")
            ),
            words=frozenset(text.split()),
            text=text,
            pinned=tuple(post.pinned),
            excluded=tuple(post.excluded),
        )

    def _with_phrases(self, post: Facts) -> Facts:
        """The phrases a post uses more than once and shares with some other posts, the rarest weightiest."""
        weights: dict[str, float] = {}
        for phrase, count in phrases_of(post.text, fewest=2).items():
            holders = self._lexicon.phrase_posts(tuple(word_and_stem(word)[1] for word in phrase.split()))
            if 2 <= holders <= max(self._posts / 3, 3):
                weights[phrase] = count / holders
        return replace(post, phrases=weights)


def _write(lists: dict[str, list[Choice]], seq: int, afresh: bool) -> None:
    session = writing()
    if afresh:
        session.execute(sa.delete(RelatedPost))
    ids = list(lists)
    for start in range(0, len(ids), BATCH):
        session.execute(sa.delete(RelatedPost).where(RelatedPost.post_id.in_(ids[start : start + BATCH])))
    known = set(session.scalars(sa.select(Post.id)))  # a post may have been erased since it was read
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
    session.merge(SiteValue(name=SEQ, value=str(seq)))
    session.commit()
