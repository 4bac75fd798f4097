"""Where the service was last served with this instance: commands run beside it and print links for people."""

import contextlib
import json
from dataclasses import asdict, dataclass

from cms.config import Settings


@dataclass(frozen=True, slots=True)
class Served:
    """`url` such as http://127.0.0.1:8000, empty if a host site serves it; `prefix` such as /blog, or empty."""

    url: str = ""
    prefix: str = ""


def note(settings: Settings, served: Served) -> None:
    """Write it down for the commands that come after. It only makes their links better: no reason not to serve."""
    with contextlib.suppress(OSError):  # the file may be another user's, who served before
        (settings.instance / "served.json").write_text(json.dumps(asdict(served)))


def link(settings: Settings, path: str) -> str:
    """Absolute address of `path` (which begins with a slash), as a person on this machine can open it.

    PUBLIC_URL counts where it is set; else it is where the service was started last.
    """
    served = _noted(settings)
    given = "public_url" in settings.given or not served.url
    base = settings.public_url.rstrip("/") if given else served.url
    return base + (settings.prefix or served.prefix) + path


def _noted(settings: Settings) -> Served:
    try:
        return Served(**json.loads((settings.instance / "served.json").read_text()))
    except (OSError, ValueError, TypeError):  # never served yet, or written by another release
        return Served()
