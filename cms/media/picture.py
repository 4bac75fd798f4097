"""Picture: one file in the media library.

Posts name it `media/<name>`; the world sees files named by the hash of their content, so an address
never changes its bytes and a replaced picture keeps its name.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cms.db import Base, utcnow


class Picture(Base):
    """`file` is the kept original (upright, without EXIF and GPS) in the media folder; `variants` are
    `{"file", "width", "height", "type"}`, smallest first. Sizes are pixels."""

    __tablename__ = "picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200), unique=True)  # as posts name it, without media/
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)  # SHA-256 of the bytes as kept
    upload_digest: Mapped[str] = mapped_column(sa.String(64), index=True)  # of the bytes as they came
    file: Mapped[str] = mapped_column(sa.String(200))
    type: Mapped[str] = mapped_column(sa.String(40))  # image/webp
    bytes: Mapped[int] = mapped_column()
    width: Mapped[int] = mapped_column()
    height: Mapped[int] = mapped_column()
    alt: Mapped[str] = mapped_column(sa.Text, default="")
    caption: Mapped[str] = mapped_column(sa.Text, default="")
    focal_x: Mapped[float | None] = mapped_column()
    focal_y: Mapped[float | None] = mapped_column()
    colour: Mapped[str] = mapped_column(sa.String(7), default="")  # placeholder while it loads, #rrggbb
    blurhash: Mapped[str] = mapped_column(sa.String(60), default="")
    variants: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
