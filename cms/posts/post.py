"""Post and Revision.

A post has a live revision (what readers see) and at most one open draft. The columns of `Post` are a
copy of the live revision, ready to serve: HTML finished, text extracted, tags and authors resolved.
They change only when the desk (`cms/publishing.py`) publishes.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship
from ulid import ULID

from cms.db import Base, utcnow
from cms.posts.content import Content

if TYPE_CHECKING:
    from cms.posts.people import Author
    from cms.posts.tags import PostHashtag, PostTag


def new_id() -> str:
    """A ULID: 26 characters, never reused, sorting by time of making (https://github.com/ulid/spec)."""
    return str(ULID())


IN_PUBLIC = "state = 'published' AND deleted_at IS NULL"  # as `gate.py` writes it, with the state as a literal


class Post(Base):
    """One post. `state` is `draft` (never published), `published` (or scheduled) or `withdrawn`."""

    __tablename__ = "post"
    __table_args__ = (
        # Only what the gate lets through, in the order of lists. The planner must not prefer it to an id.
        # The migration says the same to PostgreSQL; said here, each start would load what speaks with that.
        sa.Index("ix_post_public", "published_at", "id", sqlite_where=sa.text(IN_PUBLIC)),
        sa.CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name="state"),
    )

    id: Mapped[str] = mapped_column(sa.String(26), primary_key=True, default=new_id)
    state: Mapped[str] = mapped_column(sa.String(16), default="draft")
    slug: Mapped[str | None] = mapped_column(sa.String(120), unique=True)  # None until first published
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    published_at: Mapped[datetime | None] = mapped_column()
    updated_at: Mapped[datetime | None] = mapped_column()  # moves only when what a reader sees changes
    deleted_at: Mapped[datetime | None] = mapped_column()  # in the bin since
    came_due: Mapped[bool] = mapped_column(default=False)  # the journal has said that it is public
    live_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id", use_alter=True, name="fk_post_live"))
    draft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id", use_alter=True, name="fk_post_draft"))

    undo: Mapped[dict[str, Any] | None] = mapped_column(
        sa.JSON(none_as_null=True), deferred=True
    )  # state before the last publish

    # The live revision, ready to serve.
    title: Mapped[str] = mapped_column(sa.Text, default="")
    excerpt: Mapped[str] = mapped_column(sa.Text, default="")
    html: Mapped[str] = mapped_column(sa.Text, default="", deferred=True)  # finished, media by marker
    text: Mapped[str] = mapped_column(sa.Text, default="", deferred=True)
    cover: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    featured: Mapped[bool] = mapped_column(default=False)
    reading_time: Mapped[int] = mapped_column(default=1)  # minutes
    outline: Mapped[list[Any]] = mapped_column(default=list, deferred=True)
    references: Mapped[list[Any]] = mapped_column(default=list, deferred=True)
    blocks: Mapped[list[Any]] = mapped_column(default=list, deferred=True)
    seo: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("author.id"))
    last_reviewed_at: Mapped[date | None] = mapped_column()
    next_review_due: Mapped[date | None] = mapped_column()
    pinned: Mapped[list[str]] = mapped_column(default=list, deferred=True)  # related: slugs put first
    excluded: Mapped[list[str]] = mapped_column(default=list, deferred=True)  # related: slugs never shown

    live: Mapped["Revision | None"] = relationship(foreign_keys=[live_id], viewonly=True)
    draft: Mapped["Revision | None"] = relationship(foreign_keys=[draft_id], viewonly=True)
    tag_links: Mapped[list["PostTag"]] = relationship(cascade="all, delete-orphan", order_by="PostTag.position")
    hashtag_links: Mapped[list["PostHashtag"]] = relationship(
        cascade="all, delete-orphan", order_by="PostHashtag.position"
    )
    authors: Mapped[list["Author"]] = relationship(
        secondary="post_author", order_by="post_author.c.position", viewonly=True
    )
    reviewed_by: Mapped["Author | None"] = relationship(foreign_keys=[reviewed_by_id], viewonly=True)

    def working(self) -> "Revision | None":
        """What the author sees on opening the post: the open draft, or else the live revision."""
        return self.draft or self.live


class Revision(Base):
    """One saved version of a post's content.

    Saving in a row updates the open draft in place and raises `version`; publishing closes it.
    `token` names the exact saved state, so that a save can say which one it grew from.
    """

    __tablename__ = "revision"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    post_id: Mapped[str] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    saved_at: Mapped[datetime] = mapped_column(default=utcnow)
    published_at: Mapped[datetime | None] = mapped_column()  # when it went live, if it did
    editor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("editor.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    title: Mapped[str] = mapped_column(sa.Text, default="")
    source: Mapped[str] = mapped_column(sa.Text, default="", deferred=True)
    clean: Mapped[str | None] = mapped_column(sa.Text, deferred=True)  # None: the source cannot be cleaned yet
    removed: Mapped[list[Any]] = mapped_column(default=list, deferred=True)  # what cleaning took out
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)

    @property
    def token(self) -> str:
        return f"{self.id}.{self.version}"

    def content(self) -> Content:
        return Content.from_json(self.title, self.source, self.fields)


class Redirect(Base):
    """An old address: `kind` `post` and `tag` hold an old slug and the id it belongs to now;
    `path` holds two paths of the author's own site."""

    __tablename__ = "redirect"
    __table_args__ = (sa.UniqueConstraint("kind", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    source: Mapped[str] = mapped_column(sa.String(500))
    target: Mapped[str] = mapped_column(sa.String(500))
    status: Mapped[int] = mapped_column(default=301)
    made_at: Mapped[datetime] = mapped_column(default=utcnow)


class Exercise(Base):
    """An exercise written once and placed in posts by reference (`{"kind": "exercise", "exercise": id}`)."""

    __tablename__ = "exercise"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text)
    steps: Mapped[list[str]] = mapped_column(default=list)
    dose: Mapped[dict[str, Any]] = mapped_column(default=dict)  # sets, reps, hold, side
    stop_if: Mapped[str] = mapped_column(sa.Text, default="")
    picture: Mapped[str | None] = mapped_column(sa.String(200))  # media/<name>
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    position: Mapped[int] = mapped_column(default=0)


class SiteValue(Base):
    """What the author set about the site; the names are those of the settings marked `site`."""

    __tablename__ = "site_value"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text)
