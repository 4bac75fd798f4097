"""What search and related articles keep in the database. All of it but pins, exclusions and the
vocabulary can be thrown away and made again."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cms.db import Base, utcnow

MEANING_READ = "meaning_read"
"""A row of site_value that moves when posts were read for their meaning; no setting, so neither shown nor exported."""


class Concept(Base):
    """One entry of the vocabulary: what visitors say, and what posts write."""

    __tablename__ = "concept"

    id: Mapped[int] = mapped_column(primary_key=True)
    concept: Mapped[str] = mapped_column(sa.String(200), unique=True)
    say: Mapped[list[str]] = mapped_column(default=list)
    means: Mapped[list[str]] = mapped_column(default=list)
    position: Mapped[int] = mapped_column(default=0)
    extra: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)


class SearchPin(Base):
    """For one normalised query: a post put first (`pin`) or never shown (`exclude`)."""

    __tablename__ = "search_pin"

    query: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    post_id: Mapped[str] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(8))  # pin | exclude
    position: Mapped[int] = mapped_column(default=0)


class SearchCount(Base):
    """How often a normalised query was searched on one day, and how many posts it found last."""

    __tablename__ = "search_count"

    day: Mapped[date] = mapped_column(primary_key=True)
    query: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    found: Mapped[int] = mapped_column(default=0)


class RelatedPost(Base):
    """A related article as computed at publish: `reasons` as in the contract, best at position 0."""

    __tablename__ = "related_post"

    post_id: Mapped[str] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[str] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    score: Mapped[float] = mapped_column(default=0.0)
    reasons: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON, default=list)
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
