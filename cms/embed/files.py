"""`/embed.js` and its kin as files: a short life under their plain names, for ever under their hashes.

A website that pins a hash (`integrity=…`) must not break when Midstance is updated, so every version that
was ever handed out under its hash is kept in the instance folder and goes on being served.
"""

import gzip
import hashlib
import os
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Response, request

from cms.caching.encodings import choose
from cms.embed.headers import FOREVER, SHORT, shared
from cms.embed.script import Script, classic, module, style
from cms.errors import NotFound
from cms.posts import settings

KINDS = {"js": classic, "mjs": module, "css": style}
TYPES = {"js": "text/javascript", "mjs": "text/javascript", "css": "text/css"}


def current(kind: str = "js") -> Response:
    """GET /embed.js, /embed/embed.mjs, /embed/embed.css: the present version, to be asked for again soon."""
    return _file(KINDS[kind]().body, kind, SHORT)


def pinned(digest: str, kind: str) -> Response:
    """GET /embed/embed.<hash>.<kind>: exactly these bytes, for ever. Raises NotFound for a hash never given out."""
    if kind not in KINDS:
        raise NotFound
    script = KINDS[kind]()
    if digest == script.digest:
        _remember(settings().instance / "embed", script, kind)
        return _file(script.body, kind, FOREVER)
    body = _earlier(settings().instance / "embed" / f"embed.{digest}.{kind}")
    if not digest.isalnum() or body is None or hashlib.sha256(body).hexdigest()[:16] != digest:
        raise NotFound
    return _file(body, kind, FOREVER)


def address(kind: str = "js") -> str:
    """Public address of the present version, by its hash."""
    return settings().public(f"/embed/embed.{KINDS[kind]().digest}.{kind}")


@lru_cache(maxsize=8)
def _remember(folder: Path, script: Script, kind: str) -> None:
    path = folder / f"embed.{script.digest}.{kind}"
    if path.exists():
        return
    folder.mkdir(exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(script.body)
    draft.replace(path)


def _earlier(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


@lru_cache(maxsize=64)
def _encoded(body: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(body, quality=11))
    return gzip.compress(body, 9, mtime=0) if encoding == "gzip" else body


def _file(body: bytes, kind: str, keep: str) -> Response:
    encoding = choose(request.headers.get("Accept-Encoding", ""))
    encoding = encoding if encoding in ("br", "gzip") else ""
    response = Response(_encoded(body, encoding), content_type=f"{TYPES[kind]}; charset=utf-8")
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.set_etag(hashlib.sha256(body).hexdigest()[:24] + (f"-{encoding}" if encoding else ""))
    response.vary.add("Accept-Encoding")
    response.make_conditional(request)
    return shared(response, keep)
