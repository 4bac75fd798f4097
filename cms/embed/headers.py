"""Headers of what this room serves: the strict policy of its pages, and who may keep what for how long."""

from urllib.parse import urlsplit

from flask import Response

from cms.config import Settings

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


def page(response: Response, site: Settings, *, video: bool = False) -> Response:
    """Finish one of our own HTML pages."""
    response.headers["Content-Security-Policy"] = policy(site, video=video)
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = ALWAYS_ASK
    return response


def shared(response: Response, keep: str = ALWAYS_ASK) -> Response:
    """Finish something that other sites fetch: any origin may read it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = keep
    return response
