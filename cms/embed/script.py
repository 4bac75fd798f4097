"""embed.js as it is served: the parts of `source/` one after the other, made small (compact.py).

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

from cms.embed.compact import compact

SOURCE = Path(__file__).parent / "source"
EXPORTS = "export { Search, Related, Posts, Post, Tags };"
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
    tag = f"const script=document.currentScript||{TAG},HERE=script?.src;"
    return Script.of(f'if(!customElements.get("cms-post")){{{tag}{_parts()}}}\n')


@cache
def module() -> Script:
    """The script for `import`."""
    tag = f"const script={TAG},HERE=import.meta.url;"
    return Script.of(f"{tag}{_parts(EXPORTS)}\n")


def _parts(more: str = "") -> str:
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(SOURCE.glob("*.js")))
    return compact(text + more).replace("CSS_TEXT", json.dumps(style().body.decode(), ensure_ascii=False))
