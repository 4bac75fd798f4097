"""Where picture files lie, and how names stay inside that folder."""

import os
import re
from pathlib import Path
from typing import cast

from flask import current_app

from cms.config import Settings
from cms.errors import NotFound

FILE = re.compile(r"[0-9a-f]{32}\.(?:jpg|png|webp|avif|gif)")
# A name as posts write it behind `media/`: what cms/markup/clean/policy.py lets stand in `src`.
NAME = re.compile(r"\w[\w.()+@~-]{0,199}")


def settings() -> Settings:
    return cast(Settings, current_app.extensions["midstance"].settings)


def media_folder() -> Path:
    """The folder of this instance's picture files."""
    return settings().instance / "media"


def path_of(file: str) -> Path:
    """Where a picture file lies. Raises NotFound for anything that is no file of ours: no name that could
    lead out of the folder gets that far."""
    if not FILE.fullmatch(file):
        raise NotFound
    path = media_folder() / file
    if path.is_symlink() or not path.is_file():
        raise NotFound
    return path


def fsync_folder(folder: Path) -> None:
    """Make renames inside a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
