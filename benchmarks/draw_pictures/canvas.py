"""A canvas for flat illustrations in one palette.

Drawn at twice the size and reduced: that is the antialiasing. Coordinates are those of the finished picture.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFilter

Point = tuple[float, float]
Points = Sequence[Point]

SCALE = 2

CREAM, SAND, DUNE, CLAY = "#FBF4E9", "#F3E4CF", "#E6CDAA", "#C99F74"
INK, DEEP, TEAL, SEA, MIST = "#0F3438", "#17545A", "#2C7C7D", "#79B3AC", "#C3DDD5"
CORAL, ROSE, GOLD, WHITE = "#EE7357", "#F7B8A1", "#EBB553", "#FFFDF8"
SKIN, TAN, BROWN = "#E8B48F", "#C98B63", "#8C5B41"


def curve(points: Points, closed: bool = False, steps: int = 14) -> list[Point]:
    """A smooth line (Catmull-Rom) through the points."""
    pts = list(points)
    ring = [pts[-1], *pts, pts[0], pts[1]] if closed else [pts[0], *pts, pts[-1]]
    out: list[Point] = []
    for a, b, c, d in zip(ring, ring[1:], ring[2:], ring[3:], strict=False):
        for i in range(steps):
            t = i / steps
            out.append(
                tuple(  # type: ignore[arg-type]  # always two coordinates
                    0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t**2 + (3 * q - p - 3 * r + s) * t**3)
                    for p, q, r, s in zip(a, b, c, d, strict=True)
                )
            )
    return out if closed else [*out, pts[-1]]


def place(points: Points, x: float, y: float, size: float = 1.0, turn: float = 0.0, flip: bool = False) -> list[Point]:
    """The points moved to (x, y), enlarged, turned by degrees, mirrored if wished."""
    cos, sin, side = math.cos(math.radians(turn)), math.sin(math.radians(turn)), -1 if flip else 1
    return [(x + side * size * (px * cos - py * sin), y + size * (px * sin + py * cos)) for px, py in points]


def mix(first: str, second: str, share: float) -> str:
    """A color between two others; share 0 is the first."""
    pairs = [(int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


class Canvas:
    """A picture being drawn."""

    def __init__(self, top: str = CREAM, bottom: str = SAND, width: int = 1600, height: int = 900) -> None:
        self.width, self.height = width, height
        column = Image.new("RGB", (1, 256))
        for row in range(256):
            column.putpixel((0, row), tuple(int(mix(top, bottom, row / 255)[i : i + 2], 16) for i in (1, 3, 5)))
        self.image = column.resize((width * SCALE, height * SCALE), Image.Resampling.BICUBIC)
        self.draw = ImageDraw.Draw(self.image)

    def shape(self, points: Points, color: str, smooth: bool = True) -> None:
        """Fill a closed outline."""
        outline = curve(points, closed=True) if smooth else points
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in outline], fill=color)

    def circle(self, x: float, y: float, radius: float, color: str, high: float | None = None) -> None:
        """Fill a circle, or an ellipse if `high` gives its other radius."""
        ry = radius if high is None else high
        self.draw.ellipse([(x - radius) * SCALE, (y - ry) * SCALE, (x + radius) * SCALE, (y + ry) * SCALE], fill=color)

    def ring(
        self, x: float, y: float, radius: float, width: float, color: str, start: float = 0, end: float = 360
    ) -> None:
        """A circle's line, or an arc of it in degrees."""
        box = [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE]
        self.draw.arc(box, start, end, fill=color, width=round(width * SCALE))

    def box(self, x: float, y: float, w: float, h: float, color: str, radius: float = 24) -> None:
        """A rectangle with round corners."""
        self.draw.rounded_rectangle(
            [x * SCALE, y * SCALE, (x + w) * SCALE, (y + h) * SCALE], radius * SCALE, fill=color
        )

    def stroke(self, points: Points, widths: float | Sequence[float], color: str, smooth: bool = True) -> None:
        """A line with round ends whose width may change along the way: limbs, tape, paths."""
        line = curve(points, steps=40) if smooth and len(points) > 2 else list(points)
        sizes = [float(widths)] * 2 if isinstance(widths, int | float) else [float(w) for w in widths]
        dense: list[Point] = []
        for (ax, ay), (bx, by) in pairwise(line):
            n = max(1, int(math.hypot(bx - ax, by - ay) * SCALE / 2))
            dense += [(ax + (bx - ax) * i / n, ay + (by - ay) * i / n) for i in range(n)]
        dense.append(line[-1])
        for i, (x, y) in enumerate(dense):
            at = i / max(1, len(dense) - 1) * (len(sizes) - 1)
            low = min(int(at), len(sizes) - 2)
            self.circle(x, y, (sizes[low] + (sizes[low + 1] - sizes[low]) * (at - low)) / 2, color)

    def glow(self, x: float, y: float, radius: float, color: str, strength: float = 0.6) -> None:
        """A soft light: what hurts, or the sun."""
        small = 8
        mask = Image.new("L", (self.width // small, self.height // small))
        r = radius * 0.55 / small
        ImageDraw.Draw(mask).ellipse(
            [x / small - r, y / small - r, x / small + r, y / small + r], fill=int(255 * strength)
        )
        mask = mask.filter(ImageFilter.GaussianBlur(radius * 0.28 / small)).resize(
            self.image.size, Image.Resampling.BICUBIC
        )
        self.image.paste(Image.new("RGB", self.image.size, color), mask=mask)

    def finish(self) -> Image.Image:
        """The picture in its final size."""
        return self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)
