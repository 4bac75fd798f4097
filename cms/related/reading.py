"""Reading related articles: two small queries through the gate, nothing computed."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cms.db import UTCDateTime, utcnow
from cms.posts import Post, is_public, published
from cms.search.tables import RelatedPost

MOST = 12


@dataclass(frozen=True, slots=True)
class Related:
    """A related article: its id, a score (0..1, pins 1), and reasons as in the public contract."""

    post_id: str
    score: float
    reasons: list[dict[str, str]]


_NOW = sa.bindparam("now", type_=UTCDateTime())
_POST: sa.BindParameter[str] = sa.bindparam("post_id")
_LIMIT: sa.BindParameter[int] = sa.bindparam("limit")
_RELATED = (
    sa.select(RelatedPost.other_id, RelatedPost.score, RelatedPost.reasons)
    .join(Post, Post.id == RelatedPost.other_id)
    .where(RelatedPost.post_id == _POST, is_public(_NOW))
    .order_by(RelatedPost.position)
    .limit(_LIMIT)
)
_RULED_OUT = sa.select(Post.slug, Post.excluded).where(Post.id == _POST)
_NEWEST = (
    sa.select(Post.id, Post.slug, Post.excluded)
    .where(is_public(_NOW))
    .order_by(Post.published_at.desc(), Post.id.desc())
    .limit(_LIMIT)
)
FEW_MORE = 20  # of the newest, for those that rule this post out


def related_to(source: Session | sa.Connection, post_id: str, limit: int = 3) -> list[Related]:
    """The articles to read after a post, best first; all public now.

    Where fewer than `limit` are truly related, the newest posts follow, with the reason `recent`.
    """
    limit = max(1, min(limit, MOST))
    now = utcnow()
    rows = source.execute(_RELATED, {"now": now, "post_id": post_id, "limit": limit})
    found = [Related(id, score, list(reasons)) for id, score, reasons in rows]
    if len(found) < limit:
        found += _recent(source, now, post_id, {row.post_id for row in found}, limit - len(found))
    return found


def _recent(source: Session | sa.Connection, now: datetime, post_id: str, taken: set[str], limit: int) -> list[Related]:
    """The newest posts that the author has not ruled out for this one."""
    row = source.execute(_RULED_OUT, {"post_id": post_id}).first()
    slug, ruled_out = (row.slug, set(row.excluded)) if row else (None, set())
    taken = {post_id, *taken}
    newest = source.execute(_NEWEST, {"now": now, "limit": limit + len(taken) + len(ruled_out) + FEW_MORE})
    kept = [
        Related(id, 0.0, [{"kind": "recent", "label": "New on the blog"}])
        for id, other, excludes in newest
        if id not in taken and other not in ruled_out and slug not in excludes
    ]
    return kept[:limit]


def links_here(session: Session, post_id: str) -> list[str]:
    """The public posts that show this one among their first three, strongest first: the reverse view."""
    reader = aliased(Post)
    return list(
        session.scalars(
            sa.select(RelatedPost.post_id)
            .join(reader, reader.id == RelatedPost.post_id)
            .where(RelatedPost.other_id == post_id, RelatedPost.position < 3)
            .where(reader.id.in_(published().with_only_columns(Post.id)))
            .order_by(RelatedPost.score.desc(), RelatedPost.post_id)
        )
    )


def orphans(session: Session) -> list[str]:
    """Public posts that no other post shows among its first three, oldest first."""
    shown = sa.select(RelatedPost.other_id).where(RelatedPost.position < 3)
    return list(
        session.scalars(
            published().with_only_columns(Post.id).where(Post.id.not_in(shown)).order_by(Post.published_at, Post.id)
        )
    )
