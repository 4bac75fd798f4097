"""The brake on guessing passwords: failed sign-ins, counted in the database so that every worker sees them.

An attempt is written down before the password is looked at and struck out when it was right, so that
many at once cannot slip through between counting and writing.
"""

import hashlib
import hmac
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.auth.passwords import fold_email
from cms.auth.tables import SignInFailure
from cms.db import utcnow
from cms.errors import TooManyRequests

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 10
PER_ADDRESS = 30


def note_attempt(session: Session, key: str, email: str, address: str) -> SignInFailure:
    """Write an attempt down. Commits.

    `key` keys the hashes, so that the rows tell nobody who tried. Raises TooManyRequests, with the seconds
    to wait, when the account or the address has had enough; the answer is the same for an unknown account.
    """
    now = utcnow()
    session.execute(sa.delete(SignInFailure).where(SignInFailure.at < now - WINDOW))
    account, origin = _hash(key, "account", fold_email(email)), _hash(key, "address", address)
    wait = max(
        _wait(session, SignInFailure.account == account, PER_ACCOUNT),
        _wait(session, SignInFailure.address == origin, PER_ADDRESS),
    )
    if wait:
        session.commit()
        minutes = -(-wait // 60)
        raise TooManyRequests(
            f"Too many attempts. Wait {minutes} minute{'s' if minutes != 1 else ''}, then try again; "
            "or have `flask cms sign-in-link` print a one-time link.",
            retry_after=wait,
        )
    attempt = SignInFailure(account=account, address=origin, at=now)
    session.add(attempt)
    session.commit()
    return attempt


def strike_out(session: Session, attempt: SignInFailure) -> None:
    """The password was right: forget this account's failures, in the running transaction."""
    session.execute(sa.delete(SignInFailure).where(SignInFailure.account == attempt.account))


def _wait(session: Session, where: sa.ColumnElement[bool], most: int) -> int:
    """Seconds until the oldest of the last `most` failures leaves the window; 0 if there is room."""
    times = session.scalars(
        sa.select(SignInFailure.at).where(where).order_by(SignInFailure.at.desc()).limit(most)
    ).all()
    if len(times) < most:
        return 0
    return max(1, int((times[-1] + WINDOW - utcnow()).total_seconds()) + 1)


def _hash(key: str, what: str, value: str) -> str:
    return hmac.new(key.encode(), f"{what}:{value}".encode(), hashlib.sha256).hexdigest()
