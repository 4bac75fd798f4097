"""Editors, their sessions, one-time links, failed sign-ins, preview links.

Secrets are never kept: passwords as argon2 hashes, session ids and link tokens as SHA-256.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cms.db import Base, utcnow


class Editor(Base):
    """Somebody who may sign in. `author_id` names the author she writes as."""

    __tablename__ = "editor"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)  # folded to lower case
    name: Mapped[str] = mapped_column(sa.Text, default="")
    password_hash: Mapped[str | None] = mapped_column(sa.Text)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("author.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=utcnow)

    # What Flask-Login asks of somebody signed in.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return str(self.id)


class EditorSession(Base):
    """One signed-in browser. Deleting the row signs it out at once."""

    __tablename__ = "editor_session"

    id_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    editor_id: Mapped[int] = mapped_column(sa.ForeignKey("editor.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    seen_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime] = mapped_column()
    browser: Mapped[str] = mapped_column(sa.String(120), default="")  # "Firefox on Windows"

    editor: Mapped[Editor] = relationship(lazy="joined", innerjoin=True)


class OneTimeLink(Base):
    """A link that signs in once: `set_up` for the first editor, `sign_in` for a forgotten password."""

    __tablename__ = "one_time_link"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    editor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("editor.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()


class SignInFailure(Base):
    """A failed sign-in, for the throttle; old rows are deleted."""

    __tablename__ = "sign_in_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(sa.String(64), index=True)  # keyed hash of the address typed
    address: Mapped[str] = mapped_column(sa.String(64), index=True)  # keyed hash of the IP address
    at: Mapped[datetime] = mapped_column(default=utcnow, index=True)


class PreviewLink(Base):
    """A link that shows a draft to whoever has it, until it expires or is revoked."""

    __tablename__ = "preview_link"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    post_id: Mapped[str] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime] = mapped_column()
    revoked_at: Mapped[datetime | None] = mapped_column()
