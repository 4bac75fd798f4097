"""The headers every public answer carries: who may read it, how long it may be kept, that it is what it says."""

from collections.abc import Iterable
from dataclasses import dataclass

from cms.config import Settings

Headers = list[tuple[str, str]]

FOR_ALL = ("/embed.js", "/embed/", "/media/")
METHODS = "GET, HEAD, OPTIONS"
READABLE = "ETag, Link, Retry-After"  # what a script on another origin may read besides the basic ones
DROPPED = frozenset(
    {"set-cookie", "content-length", "vary", "access-control-allow-origin"}
)  # ours to say, on public paths


@dataclass(frozen=True, slots=True)
class Origins:
    """Which web pages may read public answers (setting CORS_ORIGINS)."""

    everybody: bool
    named: frozenset[str]
    always: tuple[tuple[str, str], ...]  # headers that hold whoever asks, for whatever is public

    @classmethod
    def of(cls, settings: Settings) -> "Origins":
        named = frozenset(item.strip().rstrip("/") for item in settings.cors_origins.split(",") if item.strip())
        everybody = "*" in named
        always = [
            ("Vary", "Accept-Encoding" if everybody else "Accept-Encoding, Origin"),
            ("Access-Control-Expose-Headers", READABLE),
            ("Cross-Origin-Resource-Policy", "cross-origin"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ]
        if everybody:
            always.append(("Access-Control-Allow-Origin", "*"))
        return cls(everybody, named - {"*"}, tuple(always))

    def for_visitor(self, origin: str | None, path: str) -> Headers:
        """What holds for the page that asks; nothing if it may not read. Scripts and pictures are for all."""
        if self.everybody:
            return []
        if path.startswith(FOR_ALL):
            return [("Access-Control-Allow-Origin", "*")]
        if origin is None or origin not in self.named:
            return []
        return [("Access-Control-Allow-Origin", origin)]


def public_headers(given: Iterable[tuple[str, str]], origins: Origins) -> Headers:
    """`given` without cookies, with what every public answer carries."""
    kept = [pair for pair in given if pair[0].lower() not in DROPPED]
    return [*kept, *origins.always]


def cache_control(edge_seconds: int, due: float, now: float) -> str:
    """Ask again each time; a CDN may keep it for EDGE_SECONDS, never past the moment a scheduled post is due."""
    if edge_seconds <= 0:
        return "public, max-age=0, must-revalidate"
    return f"public, max-age=0, must-revalidate, s-maxage={max(0, int(min(edge_seconds, due - now)))}"
