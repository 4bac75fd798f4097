"""Links that open something for whoever holds them: one-time links and preview links.

The token is signed, so that a made-up one never reaches the database, which keeps only its SHA-256.
"""

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from cms.auth.tables import Editor, OneTimeLink, PreviewLink
from cms.auth.visits import fingerprint, new_secret
from cms.db import utcnow
from cms.errors import NotFound
from cms.posts import Post

LASTS = timedelta(hours=24)
TAKEN = "Somebody has an account here already. Sign in, or ask for a link of your own with `flask cms add-editor`."
USED_UP = "This link has been used or is too old. Ask for a new one with `flask cms sign-in-link`."


def make_link(session: Session, kind: str, editor: Editor | None = None) -> str:
    """A token for a one-time link: `set_up` for the first editor, `sign_in` for one who forgot her password.

    Commits. An older unused link of the same kind and editor stops working.
    """
    if kind not in {"set_up", "sign_in"} or (kind == "sign_in") != (editor is not None):
        raise ValueError("a link is set_up without an editor, or sign_in with one")
    token = _sign("one-time", new_secret())
    editor_id = editor.id if editor else None
    session.execute(
        sa.delete(OneTimeLink).where(OneTimeLink.kind == kind, OneTimeLink.editor_id.is_not_distinct_from(editor_id))
    )
    session.add(OneTimeLink(token_hash=fingerprint(token), kind=kind, editor_id=editor_id, expires_at=utcnow() + LASTS))
    session.commit()
    return token


def find_link(session: Session, token: str, kind: str) -> OneTimeLink:
    """The link of this token, still unused. Raises NotFound, saying what to do.

    A set-up link makes the first editor, however that one came to be: it ends when there is one.
    """
    row = session.get(OneTimeLink, fingerprint(token)) if _is_signed("one-time", token) else None
    if row is None or row.kind != kind or row.used_at is not None or row.expires_at <= utcnow():
        raise NotFound(USED_UP)
    if kind == "set_up" and session.scalar(sa.select(Editor.id).limit(1)) is not None:
        raise NotFound(TAKEN)
    return row


def use_link(session: Session, token: str, kind: str) -> OneTimeLink:
    """Use the link up, in the running transaction; of two at once one gets NotFound."""
    row = find_link(session, token, kind)
    used = session.execute(
        sa.update(OneTimeLink)
        .where(OneTimeLink.token_hash == row.token_hash, OneTimeLink.used_at.is_(None))
        .values(used_at=utcnow())
        .returning(OneTimeLink.token_hash)
    ).first()
    if used is None:
        raise NotFound(USED_UP)
    return row


def make_preview(session: Session, post: Post) -> str:
    """A token that shows the post's working text for 24 hours. Commits."""
    token = _sign("preview", new_secret())
    session.execute(sa.delete(PreviewLink).where(PreviewLink.expires_at < utcnow() - LASTS))
    session.add(PreviewLink(token_hash=fingerprint(token), post_id=post.id, expires_at=utcnow() + LASTS))
    session.commit()
    return token


def open_preview(session: Session, token: str) -> Post:
    """The post that a preview token shows. Raises NotFound if it is made up, old, revoked, or the post is gone."""
    row = session.get(PreviewLink, fingerprint(token)) if _is_signed("preview", token) else None
    if row is None or row.revoked_at is not None or row.expires_at <= utcnow():
        raise NotFound("This preview link has expired or was withdrawn. Ask for a new one.")
    post = session.get(Post, row.post_id)
    if post is None or post.deleted_at is not None:
        raise NotFound("This preview link has expired or was withdrawn. Ask for a new one.")
    return post


def revoke_previews(session: Session, post: Post) -> int:
    """Make every preview link of a post stop working. Commits; returns how many there were."""
    done = session.execute(
        sa.update(PreviewLink)
        .where(PreviewLink.post_id == post.id, PreviewLink.revoked_at.is_(None))
        .values(revoked_at=utcnow())
        .returning(PreviewLink.token_hash)
    ).all()
    session.commit()
    return len(done)


def open_previews(session: Session, post: Post) -> int:
    """How many preview links of a post still work."""
    return (
        session.scalar(
            sa.select(sa.func.count()).where(
                PreviewLink.post_id == post.id,
                PreviewLink.revoked_at.is_(None),
                PreviewLink.expires_at > utcnow(),
            )
        )
        or 0
    )


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=f"midstance-{purpose}")


def _sign(purpose: str, secret: str) -> str:
    token = _signer(purpose).dumps(secret)
    return token if isinstance(token, str) else token.decode()


def _is_signed(purpose: str, token: str) -> bool:
    try:
        _signer(purpose).loads(token)
    except BadSignature:
        return False
    return True
