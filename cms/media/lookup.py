"""From a picture's name in a post to what a renderer needs."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.markup import blocks
from cms.media.picture import Picture


def picture_data(session: Session) -> Callable[[str], blocks.Picture | None]:
    """A function from `media/<name>` or `<name>` to the stored picture, or None."""

    def look_up(name: str) -> blocks.Picture | None:
        row = session.scalar(sa.select(Picture).where(Picture.name == name.removeprefix("media/")))
        if row is None:
            return None
        focal = (row.focal_x, row.focal_y) if row.focal_x is not None and row.focal_y is not None else None
        return blocks.Picture(
            name=row.file,
            width=row.width,
            height=row.height,
            alt=row.alt,
            caption=row.caption,
            focal=focal,
            variants=[(variant["file"], variant["width"]) for variant in row.variants],
            blurhash=row.blurhash,
        )

    return look_up
