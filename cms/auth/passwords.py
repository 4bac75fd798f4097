"""Editors and their passwords (argon2id, the library's defaults: RFC 9106's low-memory profile)."""

from collections.abc import Iterable
from functools import cache
from threading import Lock

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from cms.auth.tables import Editor
from cms.errors import BadInput

SHORTEST = 8  # NIST SP 800-63B, 5.1.1.1: length counts, not a mixture of characters
LONGEST = 1000
GUESSES = 10_000  # a password found within so many is no better than a commonly used one
JUDGED = 32  # characters; zxcvbn's work grows with them, and no longer password is commonly used

_judging = Lock()  # zxcvbn keeps the words of the one it judges in a dictionary of the whole process
_hasher = PasswordHasher()


def fold_email(email: str) -> str:
    """An e-mail address as we compare it."""
    return email.strip().casefold()


def find_editor(session: Session, email: str) -> Editor | None:
    """The editor with this e-mail address, or None."""
    return session.scalar(sa.select(Editor).where(Editor.email == fold_email(email)))


def make_editor(
    session: Session, email: str, *, name: str = "", password: str | None = None, site_name: str = ""
) -> Editor:
    """A new editor, in the running transaction; without a password she can only come in by a one-time link.

    Raises BadInput, naming the field, if the address or the password cannot be used.
    """
    email = check_email(session, email)
    editor = Editor(email=email, name=" ".join(name.split()))
    if password is not None:
        set_password(editor, password, site_name)
    session.add(editor)
    session.flush()
    return editor


def check_email(session: Session, email: str, *, of: Editor | None = None) -> str:
    """The folded address, if nobody but `of` has it. Raises BadInput otherwise."""
    email = fold_email(email)
    local, at, domain = email.rpartition("@")
    if not (local and at and domain) or len(email) > 254 or any(c.isspace() for c in email):
        raise BadInput("Write an e-mail address such as name@example.com.", {"email": ["This is no address."]})
    other = find_editor(session, email)
    if other is not None and other is not of:
        raise BadInput("Somebody signs in with this address already.", {"email": ["It is taken."]})
    return email


def set_password(editor: Editor, password: str, site_name: str = "") -> None:
    """Give the editor a new password. Raises BadInput if it is too short, too long, commonly used, or made of her
    name, her address or the site's name (NIST SP 800-63B, 5.1.1.2)."""
    problem = ""
    if len(password) < SHORTEST:
        problem = f"Use at least {SHORTEST} characters; a few unrelated words are easy to remember."
    elif len(password) > LONGEST:
        problem = f"Use at most {LONGEST} characters."
    elif fold_email(password) == editor.email:
        problem = "Your address is no password: anybody could guess it."
    elif is_easily_guessed(password, (editor.name, editor.email, site_name)):
        problem = "This is one of the first passwords that anybody would try. Take a few unrelated words instead."
    if problem:
        raise BadInput(problem, {"password": [problem]})
    editor.password_hash = _hasher.hash(password)


def is_easily_guessed(password: str, known: Iterable[str] = ()) -> bool:
    """Whether a password is commonly used, a simple pattern, or one of the names `known` by whoever guesses.

    Counted by zxcvbn (Wheeler: zxcvbn, USENIX Security 2016).
    """
    from zxcvbn import zxcvbn  # 0.1 s and 16 MB, that only a process spends in which a password is chosen

    names = [name.strip() for name in known]
    words = {part for name in names for part in (name, "".join(name.split()), *name.replace("@", " ").split())}
    with _judging:
        judged = zxcvbn(password[:JUDGED], [word for word in words if word])
    return int(judged["guesses"]) < GUESSES


def password_fits(editor: Editor | None, password: str) -> bool:
    """Whether this is the editor's password.

    Without an editor (an unknown address) or a password of hers, the same work is done on a hash that
    nothing fits, so that the time tells nothing.
    """
    known = editor is not None and editor.password_hash is not None
    stored = editor.password_hash if editor is not None and editor.password_hash else _nobodys_hash()
    try:
        _hasher.verify(stored, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return known


def keep_hash_strong(editor: Editor, password: str) -> None:
    """Hash a password that was just found right anew, if the library's defaults have grown since."""
    if editor.password_hash and _hasher.check_needs_rehash(editor.password_hash):
        editor.password_hash = _hasher.hash(password)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody signs in with this")
