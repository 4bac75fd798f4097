"""Headers of what this room serves: the strict policy of its pages, and who may keep what for how long."""

from urllib.parse import urlsplit

from flask import Response

from cms.caching import answer
from cms.config import Settings

HTML = "text/html; charset=utf-8"
ALWAYS_ASK = "public, max-age=0, must-revalidate"
FOREVER = "public, max-age=31536000, immutable"
SHORT = "public, max-age=300, stale-while-revalidate=86400"
VIDEO_HOSTS = "https://www.youtube-nocookie.com https://player.vimeo.com"


def policy(site: Settings, *, video: bool = False) -> str:
    """The Content-Security-Policy of our own pages: nothing inline, nothing from anybody else.

    Pictures and answers carry absolute addresses under PUBLIC_URL, which need not be the address at
    which this page was reached. `video` allows the players that a reader's second click opens.
    """
    address = urlsplit(site.public_url)
    own = f"'self' {address.scheme}://{address.netloc}"
    rules = {
        "default-src": "'none'",
        "script-src": own,
        "style-src": own,
        "img-src": own,
        "connect-src": own,
        "form-action": own,
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    if video:
        rules["frame-src"] = VIDEO_HOSTS
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def page(html: str, site: Settings, *, video: bool = False, keep: bool = True) -> Response:
    """One of our own HTML pages, finished: compressed, with validators, under the strict policy."""
    return answer(html, HTML, headers={"Content-Security-Policy": policy(site, video=video)}, keep=keep)


def shared(response: Response, keep: str = ALWAYS_ASK) -> Response:
    """Finish something that other sites fetch: any origin may read it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = keep
    return response
