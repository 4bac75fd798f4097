"""Pictures as rows: taking them in, keeping their names, handing them to whoever renders."""

import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import PureWindowsPath
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.db import db, record
from cms.errors import BadInput
from cms.markup import blocks
from cms.media.encoding import Encoded, digest_of, encode
from cms.media.files import NAME, media_folder, settings
from cms.media.picture import Picture

ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/gif": "gif",
}
Focal = tuple[float, float]


def store(
    session: Session,
    data: bytes | BinaryIO,
    filename: str,
    *,
    alt: str = "",
    caption: str = "",
    focal: Focal | None = None,
    name: str | None = None,
) -> Picture:
    """Take a picture in: cleaned of private data, upright, in sRGB, with its sizes. Commits.

    The same file twice is one picture (its alt and caption are kept unless new ones are given), unless
    `name` asks for a name of its own. Call it with no transaction open: the picture is worked on before
    the database is asked to wait. Raises what `encode` raises.
    """
    data = data if isinstance(data, bytes) else data.read(settings().upload_bytes + 1)
    encoded = known(data) or work_on(data)
    picture = keep(session, encoded, filename, name=name)
    picture.alt = alt or picture.alt
    picture.caption = caption or picture.caption
    if focal is not None:
        set_focal(picture, focal)
    session.commit()
    return picture


def work_on(data: bytes) -> Encoded:
    """Encode a picture into this instance's media folder."""
    limits = settings()
    return encode(data, media_folder(), limits.picture_pixels, limits.upload_bytes)


def known(data: bytes) -> Encoded | None:
    """What was made of the same file before, if its files are still there."""
    digest = digest_of(data)
    same = sa.or_(Picture.upload_digest == digest, Picture.digest == digest)
    with Session(db.get_engine("read")) as session:
        picture = session.scalar(sa.select(Picture).where(same).order_by(Picture.id).limit(1))
    if picture is None or not all((media_folder() / file).is_file() for file in files_of(picture)):
        return None
    return encoded_of(picture)


def keep(session: Session, encoded: Encoded, filename: str, *, name: str | None = None) -> Picture:
    """The row of an encoded picture, in the running transaction.

    With `name`, the picture of that name is made or replaced; without, an equal picture is found again,
    or a free name is made from `filename`.
    """
    if name is not None:
        if not NAME.fullmatch(name):
            raise BadInput(f"A picture cannot be named {name!r}. Use letters, digits, dots and hyphens, no spaces.")
        picture = session.scalar(sa.select(Picture).where(Picture.name == name))
    else:
        picture = session.scalar(
            sa.select(Picture).where(Picture.upload_digest == encoded.upload_digest).order_by(Picture.id).limit(1)
        )
    if picture is None:
        picture = Picture(name=name or _free_name(session, filename, encoded.type), **asdict(encoded))
        session.add(picture)
    elif picture.digest != encoded.digest or picture.file != encoded.file:
        put(picture, encoded)
        record(session, "media_changed", picture=picture.name)
    session.flush()
    return picture


def put(picture: Picture, encoded: Encoded) -> None:
    """Let a picture show other bytes; it keeps its name, alt and caption."""
    for column, value in asdict(encoded).items():
        setattr(picture, column, value)


def set_focal(picture: Picture, focal: Focal | None) -> None:
    """Set the point of a picture that must stay visible when it is cropped: 0, 0 is top left; 1, 1 bottom right."""
    if focal is not None and not all(0 <= value <= 1 for value in focal):  # also false for NaN
        raise BadInput("A focal point lies between 0, 0 (top left) and 1, 1 (bottom right).")
    picture.focal_x, picture.focal_y = focal or (None, None)


def encoded_of(picture: Picture) -> Encoded:
    """A row's files as the encoder had left them."""
    names = Encoded.__dataclass_fields__
    return Encoded(**{name: getattr(picture, name) for name in names})


def files_of(picture: Picture) -> set[str]:
    """Every file that a picture needs."""
    return {picture.file, *(str(variant["file"]) for variant in picture.variants)}


def picture_data(session: Session) -> Callable[[str], blocks.Picture | None]:
    """A lookup from a picture's name (without `media/`) to what a renderer needs of it."""
    seen: dict[str, blocks.Picture | None] = {}

    def look_up(name: str) -> blocks.Picture | None:
        name = name.removeprefix("media/")
        if name not in seen:
            picture = session.scalar(sa.select(Picture).where(Picture.name == name))
            seen[name] = None if picture is None else for_rendering(picture)
        return seen[name]

    return look_up


def for_rendering(picture: Picture) -> blocks.Picture:
    """Width, height and address are those of the largest size that is sent to readers."""
    largest = picture.variants[-1]
    focal = None
    if picture.focal_x is not None and picture.focal_y is not None:
        focal = (picture.focal_x, picture.focal_y)
    return blocks.Picture(
        name=str(largest["file"]),
        width=int(largest["width"]),
        height=int(largest["height"]),
        alt=picture.alt,
        caption=picture.caption,
        focal=focal,
        variants=[(str(variant["file"]), int(variant["width"])) for variant in picture.variants],
        blurhash=picture.blurhash,
    )


def _free_name(session: Session, filename: str, media_type: str) -> str:
    """A name from what the author's file is called: plain letters, and the ending of what it now is."""
    stem = re.sub(r"[^\w]+", "-", PureWindowsPath(filename).stem)  # takes both kinds of slashes
    stem = stem.strip("-_").lower()[:80] or "picture"
    ending = ENDINGS[media_type]
    taken = set(session.scalars(sa.select(Picture.name).where(Picture.name.startswith(stem, autoescape=True))))
    name, number = f"{stem}.{ending}", 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}.{ending}"
    return name
