"""The gate: the only way to public rows.

Visibility is computed on read, here and nowhere else: published, not in the bin, and its time has come.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.db import utcnow
from cms.posts.post import Post

# A literal, not a parameter: only so does a database see that the index of public posts answers the question.
PUBLISHED: sa.ColumnElement[bool] = Post.state == sa.literal_column("'published'")


def is_public(now: datetime | sa.BindParameter[datetime] | None = None) -> sa.ColumnElement[bool]:
    """The condition under which the public may see a post at `now` (default: this moment).

    A bind parameter may stand for the moment, in statements that are built once and run often.
    """
    moment = utcnow() if now is None else now
    return sa.and_(PUBLISHED, Post.deleted_at.is_(None), Post.published_at <= moment)


def published(now: datetime | None = None) -> sa.Select[Post]:
    """A select of the posts that the public may see at `now`. Add filters, order and limits to it."""
    return sa.select(Post).where(is_public(now))


def next_due(session: Session, now: datetime | None = None) -> datetime | None:
    """When the next scheduled post becomes public, or None."""
    return session.scalar(
        sa.select(sa.func.min(Post.published_at)).where(
            PUBLISHED, Post.deleted_at.is_(None), Post.published_at > (now or utcnow())
        )
    )
