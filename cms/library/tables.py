"""The author's files as they last came in.

A file that says what the database says is written back byte for byte, comments, quotes and order
included; a changed one keeps every part that has not changed. All of it can be thrown away: export then
writes every file in its standard form.
"""

import zlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cms.db import Base


class LibraryFile(Base):
    """One file. `path` is relative to the folder that was imported.

    `stamps` says what the database held right after the import: for a post `{"post": fingerprint,
    "body": fingerprint}`, for a list one fingerprint an entry. `whole` tells that the file alone makes the
    same post in an empty instance, so that it may be written back unread.
    """

    __tablename__ = "library_file"

    path: Mapped[str] = mapped_column(sa.String(500), primary_key=True)
    post_id: Mapped[str | None] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 of the file's bytes
    packed: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    stamps: Mapped[dict[str, Any]] = mapped_column(default=dict)
    whole: Mapped[bool] = mapped_column(default=False)

    @property
    def data(self) -> bytes:
        return zlib.decompress(self.packed)

    @data.setter
    def data(self, value: bytes) -> None:
        self.packed = zlib.compress(value, 6)
