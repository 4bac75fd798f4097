"""Tags (what the site lists) and hashtags (what stands in the text).

A hashtag that equals a tag's name or alias counts as that tag: `tag_key` folds case and drops spaces
and hyphens on both sides.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cms.db import Base, utcnow


class Tag(Base):
    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    name: Mapped[str] = mapped_column(sa.Text)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    position: Mapped[int] = mapped_column(default=0)  # place in tags.yaml
    extra: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)

    names: Mapped[list["TagName"]] = relationship(
        back_populates="tag", cascade="all, delete-orphan", order_by="TagName.position"
    )

    @property
    def aliases(self) -> list[str]:
        return [name.text for name in self.names if name.is_alias]


class TagName(Base):
    """Every spelling that means a tag, by its folded key: the tag's own name and slug, and its aliases."""

    __tablename__ = "tag_name"

    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    tag_id: Mapped[int] = mapped_column(sa.ForeignKey("tag.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    is_alias: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)

    tag: Mapped[Tag] = relationship(back_populates="names")


class PostTag(Base):
    """A live post's tag. `from_hashtag` tells those that a hashtag brought, which are never written to `tags:`."""

    __tablename__ = "post_tag"

    post_id: Mapped[str] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(sa.ForeignKey("tag.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    from_hashtag: Mapped[bool] = mapped_column(default=False)

    tag: Mapped[Tag] = relationship(lazy="joined", innerjoin=True)


class PostHashtag(Base):
    """A live post's hashtag, spelled as in the post; `key` is the spelling folded for comparing."""

    __tablename__ = "post_hashtag"

    post_id: Mapped[str] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    position: Mapped[int] = mapped_column(default=0)
