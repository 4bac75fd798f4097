"""Pictures of the media library as the contract shows them."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from cms.media import Picture
from cms.shapes.view import View

SIZES = "(min-width: 48rem) 44rem, 100vw"

_BY_NAME = sa.select(
    Picture.name,
    Picture.file,
    Picture.width,
    Picture.height,
    Picture.alt,
    Picture.caption,
    Picture.focal_x,
    Picture.focal_y,
    Picture.blurhash,
    Picture.variants,
).where(Picture.name.in_(sa.bindparam("names", expanding=True)))


def stored_pictures(view: View, names: Iterable[str]) -> dict[str, dict[str, Any] | None]:
    """Picture by the name posts use for it (without `media/`); None for those not in the library."""

    def load(missing: list[str]) -> dict[str, dict[str, Any] | None]:
        found: dict[str, dict[str, Any] | None] = dict.fromkeys(missing)
        for row in view.rows(_BY_NAME, {"names": missing}):
            found[row.name] = _picture(view, row)
        return found

    return view.known("pictures", names, load)


def name_of(source: object) -> str:
    """`media/feet.jpg` -> `feet.jpg`; "" for what is no picture of the library."""
    if isinstance(source, dict):
        source = source.get("src")
    text = source if isinstance(source, str) else ""
    return text.removeprefix("media/") if "://" not in text else ""


def placed(stored: Mapping[str, Mapping[str, Any] | None], place: object) -> dict[str, Any] | None:
    """The picture as it stands in one place: what was written there (alt, caption, focal point) goes first."""
    shape = stored.get(name_of(place))
    if shape is None:
        return None
    picture = dict(shape)
    if isinstance(place, dict):
        for name in ("alt", "caption"):
            if place.get(name) is not None:
                picture[name] = str(place[name])
        if point := focal_point(place.get("focal_point")):
            picture["focal_point"] = point
    return picture


def focal_point(value: object) -> dict[str, float] | None:
    """`[0.5, 0.4]` as the contract shows it; None for anything else."""
    if isinstance(value, list | tuple) and len(value) == 2:
        x, y = value
        if all(isinstance(part, int | float) and 0 <= part <= 1 for part in (x, y)):
            return {"x": float(x), "y": float(y)}
    return None


def _picture(view: View, row: Any) -> dict[str, Any]:
    variants = row.variants or [{"file": row.file, "width": row.width, "height": row.height}]
    largest = variants[-1]  # the original is kept, but not sent to readers
    picture: dict[str, Any] = {
        "src": view.media(largest["file"]),
        "srcset": ", ".join(f"{view.media(variant['file'])} {variant['width']}w" for variant in variants),
        "sizes": SIZES,
        "width": largest["width"],
        "height": largest["height"],
        "alt": row.alt,
        "caption": row.caption,
        "focal_point": focal_point([row.focal_x, row.focal_y]),
    }
    if row.blurhash:
        picture["blurhash"] = row.blurhash
    return picture
