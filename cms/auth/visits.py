"""Signed-in browsers: one row each, found by the SHA-256 of the id in the cookie."""

import hashlib
import re
import secrets
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.auth.tables import Editor, EditorSession
from cms.db import utcnow

LASTS = timedelta(days=30)  # since it was last used
SEEN_EVERY = timedelta(minutes=10)  # how exactly we note when it was used

BROWSERS = (  # in this order: most of them also claim to be the ones below
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def fingerprint(secret: str) -> str:
    """What we keep of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """256 random bits, fit for a cookie or an address."""
    return secrets.token_urlsafe(32)


def begin(session: Session, editor: Editor, user_agent: str = "") -> str:
    """Sign a browser in, in the running transaction; the returned id belongs in its cookie."""
    secret = new_secret()
    session.add(
        EditorSession(
            id_hash=fingerprint(secret),
            editor_id=editor.id,
            expires_at=utcnow() + LASTS,
            browser=describe_browser(user_agent),
        )
    )
    session.execute(sa.delete(EditorSession).where(EditorSession.expires_at < utcnow()))
    session.flush()
    return secret


def find(session: Session, secret: str) -> EditorSession | None:
    """The session of this cookie, unless it has ended or expired."""
    row = session.get(EditorSession, fingerprint(secret))
    return row if row is not None and row.expires_at > utcnow() else None


def is_stale(row: EditorSession) -> bool:
    """Whether it is time to note that the session is in use."""
    return utcnow() - row.seen_at > SEEN_EVERY


def note_seen(session: Session, id_hash: str) -> None:
    """Note that a session is in use, and let it last from now. Commits."""
    session.execute(
        sa.update(EditorSession)
        .where(EditorSession.id_hash == id_hash)
        .values(seen_at=utcnow(), expires_at=utcnow() + LASTS)
    )
    session.commit()


def end(session: Session, id_hash: str, *, editor_id: int | None = None) -> None:
    """Sign one browser out, in the running transaction; with `editor_id` only if it is hers."""
    where = [EditorSession.id_hash == id_hash]
    if editor_id is not None:
        where.append(EditorSession.editor_id == editor_id)
    session.execute(sa.delete(EditorSession).where(*where))


def end_all(session: Session, editor_id: int, *, but: str | None = None) -> None:
    """Sign an editor's browsers out, all or all but one, in the running transaction."""
    session.execute(
        sa.delete(EditorSession).where(EditorSession.editor_id == editor_id, EditorSession.id_hash != (but or ""))
    )


def list_sessions(session: Session, editor_id: int) -> list[EditorSession]:
    """The editor's signed-in browsers, the one used last first."""
    return list(
        session.scalars(
            sa.select(EditorSession)
            .where(EditorSession.editor_id == editor_id, EditorSession.expires_at > utcnow())
            .order_by(EditorSession.seen_at.desc())
        )
    )


def describe_browser(user_agent: str) -> str:
    """ "Firefox on Windows", as far as a user agent can be believed."""
    browser = next((name for mark, name in BROWSERS if re.search(rf"{mark}[A-Za-z]*/", user_agent)), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return " on ".join(part for part in (browser or "A browser", system) if part)
