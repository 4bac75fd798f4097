"""The WSGI layer: a hit is answered here, in microseconds; everything else goes to Flask and is dressed here.

Kept under path, normalised query and encoding, never under `Host`: public addresses come from PUBLIC_URL.
"""

import hashlib
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from cms.caching.answers import AGAIN, EPOCH, KEEP
from cms.caching.due import DuePosts, tick
from cms.caching.encodings import ENCODERS, SMALLEST, choose, takes
from cms.caching.headers import METHODS, Headers, Origins, cache_control, public_headers
from cms.caching.pulse import FAR, Epoch, Pulse
from cms.config import Settings

log = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]

PRIVATE = "/editor/"
JSON_PATHS = "/api/"
ANY_QUERY = "\0any"  # in place of a query that changes nothing
LONGEST_QUERY = 2000  # nothing that long is asked for twice
OVERHEAD = 1500  # bytes of headers, keys and Python objects beside a body, measured
REPRESENTATION = {"content-type", "content-length", "content-encoding", "link"}
ONCE = {"cross-origin-resource-policy", "referrer-policy", "x-content-type-options"}
NOT_SHOWN = frozenset(REPRESENTATION | ONCE)  # left out of a 304: what came with the copy holds on (RFC 9111, 4.3.4)


class Entry:
    """One finished answer in one encoding. `headers` lacks only what depends on the visitor and the moment."""

    __slots__ = ("again", "body", "etag", "headers", "not_modified", "says_how_long", "status")

    def __init__(self, status: str, headers: Headers, body: bytes, etag: str) -> None:
        self.status = status
        self.body = body
        self.etag = etag
        self.headers = [*headers, ("ETag", etag), ("Content-Length", str(len(body)))]
        self.says_how_long = any(name.lower() == "cache-control" for name, _ in headers)
        self.not_modified = [pair for pair in self.headers if pair[0].lower() not in NOT_SHOWN]
        self.again: Callable[[], None] | None = None


class WholeAnswers:
    """Around the application `app`. `room` is how many bytes of answers may be kept."""

    def __init__(self, app: App, pulse: Pulse, settings: Settings) -> None:
        self._app = app
        self.pulse = pulse
        self._room = settings.cache_bytes
        self._edge = settings.edge_seconds
        self._origins = Origins.of(settings)
        self.begin: Callable[[], None] | None = None  # what the first request of a server sets going
        self._always_fresh = ("Cache-Control", cache_control(0, FAR, 0.0))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if f"{path}/".startswith(PRIVATE):  # not /editorial
            return self._app(environ, start_response)
        if self.begin is not None:
            begin, self.begin = self.begin, None
            if begin is not None:  # another thread may have been as quick
                begin()
        try:
            epoch = self.pulse.epoch()
        except (SQLAlchemyError, sqlite3.Error):
            log.exception("The database does not answer; nothing is kept until it does")
            return self._dress(environ, start_response, None)
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            entry = self._find(environ, epoch, path)
            if entry is not None:
                if entry.again is not None:
                    entry.again()
                return self._send(environ, start_response, entry, epoch)
        return self._dress(environ, start_response, epoch)

    def _find(self, environ: Environ, epoch: Epoch, path: str) -> Entry | None:
        answers = epoch.answers
        if not answers:
            return None
        accept = environ.get("HTTP_ACCEPT")
        if accept and path.startswith(JSON_PATHS) and not takes(accept, "application/json"):
            return None  # Flask says 406
        encoding = choose(environ.get("HTTP_ACCEPT_ENCODING", ""))
        query = environ["QUERY_STRING"]
        if len(query) > LONGEST_QUERY:
            return None
        key = (path, query, encoding)
        entry = answers.get(key)
        if entry is None:
            key = (path, ANY_QUERY, encoding)
            entry = answers.get(key)
            if entry is None and query:
                key = (path, normalised(query), encoding)
                entry = answers.get(key)
            if entry is None:
                return self._encode(epoch, key[0], query, encoding) if encoding else None
        try:  # noqa: SIM105 - `suppress` would take as long as all of this
            answers.move_to_end(key)
        except KeyError:  # another thread has just put it out for want of room
            pass
        return entry if isinstance(entry, Entry) else None

    def _encode(self, epoch: Epoch, path: str, query: str, encoding: str) -> Entry | None:
        """The answer is there unencoded: encode it now, for everybody who takes this encoding."""
        for kept_under in (ANY_QUERY, normalised(query) if query else ""):
            plain = epoch.answers.get((path, kept_under, ""))
            if plain is not None:
                entry = encoded(plain, encoding)
                self._keep(epoch, (path, kept_under, encoding), entry)
                return entry
        return None

    def _send(self, environ: Environ, start_response: StartResponse, entry: Entry, epoch: Epoch) -> list[bytes]:
        asked = environ.get("HTTP_IF_NONE_MATCH")
        unchanged = asked is not None and matches(asked, entry.etag)
        headers = list(entry.not_modified if unchanged else entry.headers)
        if entry.says_how_long:
            pass  # the view knew better, for something that never changes
        elif self._edge:
            headers.append(("Cache-Control", cache_control(self._edge, epoch.due, time.time())))
        else:
            headers.append(self._always_fresh)
        if not self._origins.everybody:
            headers += self._origins.for_visitor(environ.get("HTTP_ORIGIN"), environ["PATH_INFO"])
        start_response("304 NOT MODIFIED" if unchanged else entry.status, headers)
        return [b""] if unchanged or environ["REQUEST_METHOD"] == "HEAD" else [entry.body]

    def _dress(self, environ: Environ, start_response: StartResponse, epoch: Epoch | None) -> Iterable[bytes]:
        """Ask Flask, and give its answer what every public answer carries."""
        method = environ["REQUEST_METHOD"]
        path = environ["PATH_INFO"]
        asked = dict(environ)
        asked[EPOCH] = epoch
        if method == "HEAD":
            asked["REQUEST_METHOD"] = "GET"  # the same view, the same validators; the body is left out below
        said: list[Any] = []

        def listen(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            said[:] = [status, headers]
            return lambda _: None

        body = self._app(asked, listen)
        status, given = said
        headers = public_headers(given, self._origins)
        keep = asked.get(KEEP)
        if keep is None or not status.startswith("200") or method not in ("GET", "HEAD"):
            self._finish_other(status, headers, method)
            headers += self._origins.for_visitor(environ.get("HTTP_ORIGIN"), path)
            headers += [pair for pair in given if pair[0].lower() == "content-length"]
            start_response(status, headers)
            if method == "HEAD":
                close(body)
                return [b""]
            return body
        entry = made(status, headers, b"".join(body))
        entry.again = asked.get(AGAIN)
        close(body)
        encoding = choose(environ.get("HTTP_ACCEPT_ENCODING", ""))
        asked_for = environ["QUERY_STRING"]
        if epoch is not None and keep != "never" and len(asked_for) <= LONGEST_QUERY:
            query = ANY_QUERY if keep == "path" else normalised(asked_for)
            self._keep(epoch, (path, query, ""), entry)
            if encoding:
                entry = encoded(entry, encoding)
                self._keep(epoch, (path, query, encoding), entry)
        elif encoding:
            entry = encoded(entry, encoding)
        due = epoch if epoch is not None else Epoch(sign=-1, seq=-1)
        return self._send(environ, start_response, entry, due)

    def _finish_other(self, status: str, headers: Headers, method: str) -> None:
        """Errors, redirects, previews and files: no validator of ours, and errors are never kept."""
        names = {name.lower() for name, _ in headers}
        if method == "OPTIONS" and status.startswith("2"):
            headers += [
                ("Access-Control-Allow-Methods", METHODS),
                ("Access-Control-Allow-Headers", "*"),
                ("Access-Control-Max-Age", "86400"),
            ]
        if "cache-control" not in names:
            redirect = status.startswith("3")
            headers.append(("Cache-Control", self._always_fresh[1] if redirect else "no-store"))

    def _keep(self, epoch: Epoch, key: tuple[str, str, str], entry: Entry) -> None:
        size = len(entry.body) + OVERHEAD
        if size > self._room // 8:
            return  # one giant must not put everybody else out
        if key not in epoch.answers:
            epoch.size += size
        epoch.answers[key] = entry
        while epoch.size > self._room:
            try:
                _, oldest = epoch.answers.popitem(last=False)
            except KeyError:
                break
            epoch.size -= len(oldest.body) + OVERHEAD


def made(status: str, headers: Headers, body: bytes) -> Entry:
    """An answer with its strong validator: a hash of its bytes (RFC 9110, 8.8.3)."""
    return Entry(status, headers, body, f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')


def encoded(plain: Entry, encoding: str) -> Entry:
    """The same answer in another encoding, with a validator of its own; as it is if that saves nothing."""
    if len(plain.body) < SMALLEST:
        return plain
    body = ENCODERS[encoding](plain.body)
    if len(body) >= len(plain.body):
        return plain
    headers = [pair for pair in plain.headers if pair[0] not in ("ETag", "Content-Length")]
    entry = Entry(plain.status, [*headers, ("Content-Encoding", encoding)], body, f'{plain.etag[:-1]}-{encoding}"')
    entry.again = plain.again
    return entry


def matches(if_none_match: str, etag: str) -> bool:
    """Whether a visitor's copy is the present one: weak comparison, as RFC 9110, 13.1.2 asks for GET."""
    if if_none_match == etag:
        return True
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]


def normalised(query: str) -> str:
    """A query string with its parameters in order and one spelling of each byte.

    WSGI gives bytes as Latin-1 characters (PEP 3333), so that is how both raw and escaped ones are read here:
    as any other text, two different queries could be taken for one.
    """
    if "&" not in query and "%" not in query and "+" not in query and query.isascii():
        return query
    pairs = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
    return urlencode(sorted(pairs), encoding="latin-1")


def close(body: Iterable[bytes]) -> None:
    if hasattr(body, "close"):
        body.close()


def surround(app: Flask, settings: Settings, engine: sa.Engine) -> WholeAnswers:
    """Put the layer around a Flask application. `engine` reads its database."""
    layer = WholeAnswers(app.wsgi_app, Pulse(engine, DuePosts(app)), settings)
    app.wsgi_app = layer  # type: ignore[method-assign] # Flask's own way to wrap
    return layer


def keep_time(app: Flask) -> None:
    """From its first request on, let this process notice due moments by itself, and load search before somebody
    asks. For servers, not for tests."""
    layer = app.wsgi_app
    if isinstance(layer, WholeAnswers):
        layer.pulse.watch()
        layer.begin = partial(tick, layer.pulse, app)
