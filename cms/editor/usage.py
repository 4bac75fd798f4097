"""Where something is used: the posts that show a picture, by their working text and by what is public."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.posts import Post, Revision


def posts_with_picture(session: Session, name: str) -> list[Post]:
    """Posts whose working or live text, or whose cover, shows the picture; not those in the bin."""
    written = f"media/{name}"
    ends = ('"', "\\", "'")  # a longer name may begin with this one
    shows = sa.or_(
        *(Revision.source.contains(written + end, autoescape=True) for end in ends),
        *(sa.cast(Revision.fields, sa.Text).contains(written + end, autoescape=True) for end in ends),
    )
    return list(
        session.scalars(
            sa.select(Post)
            .join(Revision, sa.or_(Revision.id == Post.draft_id, Revision.id == Post.live_id))
            .where(shows, Post.deleted_at.is_(None))
            .distinct()
            .order_by(Post.id.desc())
        )
    )
