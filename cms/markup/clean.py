"""Author's HTML -> HTML that is safe to show: guard, nh3, bleach, to a fixed point."""

from collections.abc import Mapping
from dataclasses import dataclass

import bleach
import nh3

from cms.errors import TooLarge

TAGS = frozenset(
    "p h2 h3 h4 ul ol li blockquote pre code strong em s u sub sup mark br hr a img figure figcaption "
    "table caption thead tbody tr th td".split()
)
ATTRIBUTES: dict[str, frozenset[str]] = {
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt", "data-decorative"}),
    "ol": frozenset({"start"}),
    "th": frozenset({"scope", "colspan", "rowspan"}),
    "td": frozenset({"colspan", "rowspan"}),
    "figure": frozenset({"data-block"}),
    "blockquote": frozenset({"class"}),
    "code": frozenset({"class"}),
}


@dataclass(frozen=True, slots=True)
class Removed:
    """One thing that cleaning took out: kind is element, attribute, address or text."""

    kind: str
    name: str
    count: int

    @property
    def sentence(self) -> str:
        """Plain English for the author."""
        return f"Removed {self.count} × {self.name} ({self.kind})."


@dataclass(frozen=True, slots=True)
class Cleaned:
    html: str
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What clean HTML may hold, as data."""

    tags: frozenset[str]
    attributes: Mapping[str, frozenset[str]]
    classes: Mapping[str, str]
    schemes: frozenset[str]


def policy() -> Policy:
    """The cleaning policy as data; the editor's schema is tested against it."""
    return Policy(
        TAGS,
        ATTRIBUTES,
        {"blockquote": r"pull", "code": r"language-[A-Za-z0-9+#._-]{1,40}"},
        frozenset({"http", "https", "mailto", "tel"}),
    )


def clean(html: str) -> Cleaned:
    """Clean an author's HTML. Raises TooLarge."""
    if len(html) > 262_144:
        raise TooLarge("This post is too long. Please split it into two posts.")
    text = html.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "")
    for _ in range(4):
        once = nh3.clean(
            text,
            tags=set(TAGS),
            attributes={k: set(v) for k, v in ATTRIBUTES.items()},
            url_schemes=set(policy().schemes),
            link_rel=None,
        )
        out = str(
            bleach.clean(
                once,
                tags=TAGS,
                attributes={k: list(v) for k, v in ATTRIBUTES.items()},
                protocols=policy().schemes,
                strip=True,
            )
        )
        if out == text:
            break
        text = out
    return Cleaned(text)


def pictures_without_alt(html: str) -> list[str]:
    """Sources of the pictures in clean HTML that have neither alt text nor the mark "decorative"."""
    import re

    return [
        src.group(1)
        for tag in re.findall(r"<img[^>]*>", html)
        if not re.search(r' alt="[^"]', tag) and "data-decorative" not in tag
        if (src := re.search(r' src="([^"]*)"', tag))
    ]
