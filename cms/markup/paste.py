"""What a clipboard holds -> honest structure."""

import html as entities
from dataclasses import dataclass, field

from cms.markup.clean import Removed, clean


@dataclass(frozen=True, slots=True)
class Pasted:
    html: str
    notes: list[str] = field(default_factory=list)
    removed: tuple[Removed, ...] = ()


def paste(html: str | None, text: str | None = None) -> Pasted:
    """A clipboard's HTML (or its plain text) -> clean HTML with notes. Raises TooLarge."""
    if not html:
        html = "".join(f"<p>{entities.escape(p)}</p>" for p in (text or "").split("\n") if p.strip())
    done = clean(html)
    return Pasted(done.html, [], done.removed)
