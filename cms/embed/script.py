"""embed.js as it is served: the parts of `source/` one after the other, comments and spaces left out.

No build and no dependency: the parts are plain ECMAScript. The classic twin stands in a block, so that it
works in `<script src>` and in `<script type="module" src>` alike; the module exports the five classes.
"""

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parent / "source"
TAG = """document.querySelector('script[src*="/embed"]')"""


@dataclass(frozen=True, slots=True)
class Script:
    """One file: its bytes, the hash its address carries, and its value for `<script integrity>`."""

    body: bytes
    digest: str
    integrity: str

    @classmethod
    def of(cls, text: str) -> "Script":
        body = text.encode()
        integrity = base64.b64encode(hashlib.sha384(body).digest()).decode()
        return cls(body, hashlib.sha256(body).hexdigest()[:16], f"sha384-{integrity}")


@cache
def style() -> Script:
    """The style sheet of the five elements, for fragments filled by a server."""
    text = re.sub(r"/\*.*?\*/", "", (SOURCE / "embed.css").read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"\s*([{};,>])\s*|\s+", lambda found: found[1] or " ", text).strip()
    return Script.of(text.replace(": ", ":").replace(";}", "}"))


@cache
def classic() -> Script:
    """The script for `<script src>`."""
    tag = f"const script=document.currentScript||{TAG},HERE=script?.src||'';"
    return Script.of(f"{{{tag}{_parts()}}}\n")


@cache
def module() -> Script:
    """The script for `import`."""
    tag = f"const script={TAG},HERE=import.meta.url;"
    return Script.of(f"{tag}{_parts()}export{{Search,Related,Posts,Post,Tags}}\n")


def _parts() -> str:
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(SOURCE.glob("*.js")))
    return compact(text).replace("CSS_TEXT", json.dumps(style().body.decode()))


# Strings, templates and regular expressions stay as they are (our source divides by nothing).
TOKEN = re.compile(
    r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|/(?![/*])(?:\\.|\[(?:\\.|[^\]])*\]|[^/\\\n])+/[a-z]*)"""
    r"""|//[^\n]*|/\*.*?\*/|\s+""",
    re.S,
)


def compact(text: str) -> str:
    """ECMAScript without comments and needless spaces. Every statement must end in a semicolon."""
    spaced = TOKEN.sub(lambda found: found[1].replace(" ", "\0") if found[1] else " ", text)
    return re.sub(r" *([^\w$ ]) *", r"\1", re.sub(" +", " ", spaced)).replace(";}", "}").strip().replace("\0", " ")
