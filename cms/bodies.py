"""Request bodies, taken in before Flask sees the request.

A server thread that waits for a slow upload answers nobody else. So only some threads may take bodies in at
once, what a stranger may send is small, and every body has a deadline. What cannot be taken is answered with
what to do; a browser that is told 503 tries again.
"""

import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from typing import IO, Any

SLOTS = 4  # of the server's threads a worker (`cms/serve.py`); the rest answer readers
STRANGERS_BYTES = 64_000  # a sign-in form, a set-up form; nothing else is sent by somebody not signed in
SECONDS_AT_LEAST = 20.0
SLOWEST_BYTES_A_SECOND = 8_000  # a poor phone connection
PIECE = 16_384
KEPT_IN_MEMORY = 1_000_000

Environ = dict[str, Any]
App = Callable[[Environ, Any], Iterable[bytes]]


class Refused(Exception):
    def __init__(self, status: str, detail: str, *headers: tuple[str, str]) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers


class Bodies:
    """A WSGI layer around `app`. `most` is the largest body taken from an editor, in bytes; `is_signed_in` tells
    from the environ whether an editor sends the request."""

    def __init__(self, app: App, most: int, is_signed_in: Callable[[Environ], bool]) -> None:
        self._app = app
        self._most = most
        self._is_signed_in = is_signed_in
        self._slots = threading.BoundedSemaphore(SLOTS)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        try:
            length = self._length(environ)
            if length == 0:
                return self._app(environ, start_response)
            if not self._slots.acquire(blocking=False):
                raise Refused(
                    "503 Service Unavailable",
                    "Several uploads are under way. Please try again in a few seconds.",
                    ("Retry-After", "3"),
                )
            try:
                environ["wsgi.input"] = take_in(environ["wsgi.input"], length)
            finally:
                self._slots.release()
        except Refused as refused:
            return _answer(refused, start_response)
        with environ["wsgi.input"]:
            answer = self._app(environ, start_response)
            try:
                return list(answer)
            finally:
                if hasattr(answer, "close"):  # as PEP 3333 asks of whoever reads the answer
                    answer.close()

    def _length(self, environ: Environ) -> int:
        """How many bytes will come. Raises Refused for too many, and for a body that does not say."""
        if environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS"):
            return 0
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            raise Refused("411 Length Required", "Send the length of the body in Content-Length.")
        text = environ.get("CONTENT_LENGTH") or "0"
        if not (text.isascii() and text.isdecimal()) or len(text) > 15:
            raise Refused("400 Bad Request", "Content-Length must be a whole number.")
        length = int(text)
        most = min(self._most, STRANGERS_BYTES)
        if length > most and self._is_signed_in(environ):
            most = self._most
        if length > most:
            raise Refused(
                "413 Content Too Large",
                f"This has {length:,} bytes and {most:,} is the most that can be sent here. Send less"
                + ("." if most == self._most else ", or sign in first."),
            )
        return length


def take_in(stream: IO[bytes], length: int) -> IO[bytes]:
    """Read the body to memory, or to a temporary file where it is large. Raises Refused if it comes too slowly."""
    deadline = time.monotonic() + SECONDS_AT_LEAST + length / SLOWEST_BYTES_A_SECOND
    body: IO[bytes] = tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    left = length
    while left and (piece := stream.read(min(PIECE, left))):
        body.write(piece)
        left -= len(piece)
        if left and time.monotonic() > deadline:
            body.close()
            raise Refused("408 Request Timeout", "This upload took too long. Please try again on a better connection.")
    body.seek(0)
    return body


def _answer(refused: Refused, start_response: Any) -> Iterable[bytes]:
    status = int(refused.status[:3])
    body = json.dumps(
        {"type": "about:blank", "title": refused.status[4:], "status": status, "detail": refused.detail, "errors": {}}
    ).encode()
    start_response(
        refused.status,
        [
            ("Content-Type", "application/problem+json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            *refused.headers,
        ],
    )
    return [body]
