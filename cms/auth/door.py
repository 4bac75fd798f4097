"""The door to the editor: our cookie, our sessions, Flask-Login and CSRF protection, for /editor alone.

Public paths never read or set a cookie. Inside another site nothing is shared with it: the cookie has a
name and a path of its own, and Flask's own session cookie is not used at all.
"""

import hashlib
import hmac
import ipaddress
from typing import Any, cast

from flask import Flask, current_app, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask.wrappers import Request, Response
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session

from cms.auth import visits
from cms.auth.passwords import find_editor, keep_hash_strong, password_fits
from cms.auth.tables import Editor, EditorSession
from cms.auth.throttle import note_attempt, strike_out
from cms.config import Settings
from cms.db import reading, writing
from cms.errors import BadInput, Forbidden

PREFIX = "/editor"
WRONG = "The e-mail address or the password is not right."

csrf = CSRFProtect()


class Visit(dict[str, Any], SessionMixin):
    """What Flask calls the session: here only what one editor's request needs, nothing of it in the cookie.

    `secret` is the id in the cookie; `row` its session if somebody is signed in; `send` says what the answer
    does with the cookie: keep, set or drop.
    """

    secret: str = ""
    row: EditorSession | None = None
    send: str = "keep"

    def take(self, secret: str, row: EditorSession | None = None) -> None:
        """Go on as the visit of this id. The CSRF token follows from it, so it lives and ends with it."""
        self.clear()
        self.secret, self.row = secret, row
        key = str(current_app.secret_key).encode()
        self["csrf_token"] = hmac.new(key, f"csrf:{secret}".encode(), hashlib.sha256).hexdigest()
        if row is not None:
            self["_user_id"] = str(row.editor_id)


class EditorSessions(SessionInterface):
    """Opens a Visit for the editor's paths; for all others one that stays empty."""

    def open_session(self, app: Flask, request: Request) -> Visit:
        visit = Visit()
        if not _needs_visit(request):
            return visit
        secret = request.cookies.get(cookie_name(_settings(app), request))
        if secret:
            row = visits.find(reading(), secret)
            reading().close()  # the view reads what stands when it begins, not what stood here
            visit.take(secret, row)
            if row is not None and visits.is_stale(row):
                visits.note_seen(writing(), row.id_hash)
                visit.send = "set"
        return visit

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not _needs_visit(request):
            return
        visit = cast(Visit, session)
        response.vary.add("Cookie")
        settings = _settings(app)
        place: dict[str, Any] = {
            "key": cookie_name(settings, request),
            "path": request.script_root or "/",
            "secure": settings.secure_cookies(),
            "httponly": True,
            "samesite": "Lax",
        }
        if visit.send == "drop":
            response.delete_cookie(**place)
        elif visit.send == "set":
            age = int(visits.LASTS.total_seconds()) if visit.row else None
            response.set_cookie(value=visit.secret, max_age=age, **place)


class Login(LoginManager):  # type: ignore[misc] # flask-login ships no types
    """Flask-Login without its remember-me cookie, which would read the session on every public answer."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


def init_auth(app: Flask) -> None:
    """Give the application its door."""
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # the editor's blueprint checks; public paths take no POST
        WTF_CSRF_TIME_LIMIT=None,  # the token ends with the session
        REMEMBER_COOKIE_NAME="midstance-unused",  # a host site's remember-me cookie is not ours to read
    )
    app.session_interface = EditorSessions()
    csrf.init_app(app)
    login = Login(app, add_context_processor=False)
    login.session_protection = None  # an address changes on every train ride; the row is the protection

    @login.user_loader  # type: ignore[untyped-decorator] # flask-login ships no types
    def load(editor_id: str) -> Editor | None:
        visit = cast(Visit, session)
        return visit.row.editor if visit.row and str(visit.row.editor_id) == editor_id else None


def editor_now() -> Editor | None:
    """The signed-in editor of this request, or None."""
    return cast(Editor, current_user) if current_user.is_authenticated else None


def session_now() -> EditorSession | None:
    """The signed-in session of this request, or None."""
    return cast(Visit, session).row


def open_visit() -> None:
    """Make sure that this browser has an id, so that its forms are protected. Raises Forbidden as below."""
    visit = cast(Visit, session)
    if not visit.secret:
        check_way()
        visit.take(visits.new_secret())
        visit.send = "set"


def check_password(db: Session, email: str, password: str) -> Editor:
    """The editor with this address and password.

    The same answer, after the same work, for a wrong password and an unknown address.
    Raises BadInput, or TooManyRequests when too many have failed.
    """
    check_way()
    attempt = note_attempt(db, str(current_app.secret_key), email, caller())
    found = find_editor(reading(), email)
    fits = password_fits(found, password)  # outside of any write transaction: it takes its time
    if not fits or found is None:
        raise BadInput(WRONG)
    editor = db.get_one(Editor, found.id)
    keep_hash_strong(editor, password)
    strike_out(db, attempt)
    db.commit()
    return editor


def caller() -> str:
    """The address that asks: that of the connection, or what the trusted proxies in front say of theirs."""
    hops = _settings(current_app).trusted_proxies
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return told[-hops] if 0 < hops <= len(told) else request.remote_addr or ""


def sign_in(db: Session, editor: Editor) -> None:
    """Sign this browser in under a fresh id. Commits."""
    check_way()
    visit = cast(Visit, session)
    if visit.row is not None:
        visits.end(db, visit.row.id_hash)
    secret = visits.begin(db, editor, request.user_agent.string)
    db.commit()
    visit.take(secret, visits.find(db, secret))
    db.rollback()  # looking it up opened a transaction
    visit.send = "set"


def sign_out(db: Session) -> None:
    """End this browser's session. Commits."""
    visit = cast(Visit, session)
    if visit.row is not None:
        visits.end(db, visit.row.id_hash)
        db.commit()
    visit.clear()
    visit.row = None
    visit.send = "drop"


def check_way() -> None:
    """Raise Forbidden where a session cookie would travel over plain http to another machine."""
    settings = _settings(current_app)
    if settings.secure_cookies() or settings.insecure_http or request.is_secure or is_loopback(request.host):
        return
    raise Forbidden(
        "Signing in is refused here: over plain http anybody on the way could read along. "
        "Use https (set CMS_PUBLIC_URL to the https address), or open the editor at http://127.0.0.1. "
        "If you are sure that nobody can listen, set CMS_INSECURE_HTTP=1."
    )


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine itself."""
    name = host.rsplit(":", 1)[0] if host.rpartition(":")[2].isdigit() else host
    name = name.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def cookie_name(settings: Settings, request: Request) -> str:
    """Our cookie's name. The prefixes make browsers refuse it in weaker places (RFC 6265bis, 4.1.3)."""
    if not settings.secure_cookies():
        return "midstance"
    return "__Secure-midstance" if request.script_root else "__Host-midstance"


def is_signed_in(app: Flask, environ: dict[str, Any]) -> bool:
    """Whether an editor sends this request, asked before Flask opens it (its body is not read)."""
    request = Request(environ)
    secret = request.cookies.get(cookie_name(_settings(app), request), "")
    if not secret:
        return False
    with app.app_context():
        return visits.find(reading(), secret) is not None


def _needs_visit(request: Request) -> bool:
    path = request.path
    return (path == PREFIX or path.startswith(PREFIX + "/")) and not path.startswith(PREFIX + "/static/")


def _settings(app: Flask) -> Settings:
    return cast(Settings, app.extensions["midstance"].settings)
