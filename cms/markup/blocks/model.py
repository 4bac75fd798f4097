"""What a renderer needs to know of a picture and a reference."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture as a renderer needs it. `variants` are (file name, width in pixels)."""

    name: str
    width: int
    height: int
    alt: str = ""
    caption: str = ""
    focal: tuple[float, float] | None = None
    variants: list[tuple[str, int]] = field(default_factory=list)
    blurhash: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A research reference with its number in the post; `url` is "" or safe to link."""

    n: int
    text: str
    url: str = ""
    doi: str = ""


Pictures = Callable[[str], Picture | None]
