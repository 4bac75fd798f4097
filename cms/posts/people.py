"""Authors, with credentials as data."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cms.db import Base


class Author(Base):
    """Somebody who writes or reviews posts. `bio` is Markdown; `bio_html` its cleaned result."""

    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    name: Mapped[str] = mapped_column(sa.Text)
    credentials: Mapped[list[str]] = mapped_column(default=list)  # ["PT", "DPT"]
    bio: Mapped[str] = mapped_column(sa.Text, default="")
    bio_html: Mapped[str] = mapped_column(sa.Text, default="")
    picture: Mapped[str | None] = mapped_column(sa.String(200))  # media/<name>
    same_as: Mapped[list[str]] = mapped_column(default=list)
    position: Mapped[int] = mapped_column(default=0)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)


post_author = sa.Table(
    "post_author",
    Base.metadata,
    sa.Column("post_id", sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("author_id", sa.ForeignKey("author.id"), primary_key=True, index=True),
    sa.Column("position", sa.Integer, nullable=False, default=0),
)
