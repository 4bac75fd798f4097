"""Where picture files lie, and how names stay inside that folder."""

import os
import re
from collections.abc import Container, Iterable
from contextlib import suppress
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


def away_folder() -> Path:
    """Where the files of deleted pictures wait for "Undo"; nothing in it is served."""
    return settings().instance / "media" / "deleted"


def put_files_away(files: Iterable[str]) -> None:
    """Stop serving these files."""
    away_folder().mkdir(exist_ok=True)
    for file in files:
        with suppress(FileNotFoundError):
            (media_folder() / file).replace(away_folder() / file)


def bring_files_back(files: Iterable[str]) -> None:
    """Serve them again."""
    for file in files:
        with suppress(FileNotFoundError):
            (away_folder() / file).replace(media_folder() / file)


def forget_files(but: Container[str]) -> None:
    """Delete the files that were put away, but those named."""
    if away_folder().is_dir():
        for path in away_folder().iterdir():
            if path.name not in but:
                path.unlink(missing_ok=True)


def fsync_folder(folder: Path) -> None:
    """Make renames inside a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
