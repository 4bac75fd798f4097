"""Which encoding a visitor's browser takes, and the encoding itself."""

import gzip
from collections.abc import Callable
from functools import lru_cache

import brotli
import zstandard

# Best first: what a browser that takes all of them gets. Levels are those at which one more costs more
# time than it saves on the wire: an answer is encoded once per change, but a visitor waits for it.
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=5)),
    "zstd": lambda body: zstandard.ZstdCompressor(level=9).compress(body),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
SMALLEST = 256  # bytes below which an encoding saves nothing
LONGEST_HEADER = 1000  # characters that are read of one: what was read is kept, and no honest one is longer


def choose(accept_encoding: str) -> str:
    """The name of the encoding to use for an Accept-Encoding header, "" for none (RFC 9110, 12.5.3)."""
    return _choose(accept_encoding[:LONGEST_HEADER])


@lru_cache(maxsize=512)
def _choose(accept_encoding: str) -> str:
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(",")[:20]:
        name, _, parameter = part.partition(";")
        weights[name.strip()] = _weight(parameter)
    best = max(ENCODERS, key=lambda name: weights.get(name, weights.get("*", 0.0)))  # the first of equals
    weight = weights.get(best, weights.get("*", 0.0))
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else ""


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def takes(accept: str, media_type: str) -> bool:
    """Whether an Accept header allows `media_type` (RFC 9110, 12.5.1). An empty header allows everything."""
    return _takes(accept[:LONGEST_HEADER], media_type)


@lru_cache(maxsize=512)
def _takes(accept: str, media_type: str) -> bool:
    if not accept.strip():
        return True
    group = media_type.partition("/")[0] + "/*"
    best, weight = -1, 0.0
    for part in accept.lower().split(",")[:40]:
        name, *parameters = (item.strip() for item in part.split(";"))
        rank = {media_type: 2, group: 1, "*/*": 0}.get(name, -1)
        if rank > best:
            best = rank
            weight = next((_weight(item) for item in parameters if item.startswith("q")), 1.0)
    return best >= 0 and weight > 0
