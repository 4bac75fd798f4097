"""Bringing a backup back: verified first, the old set aside, nothing destroyed."""

import contextlib
import os
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from cms import related, search
from cms.commands import copying, saving
from cms.config import Settings
from cms.db import db, record, writing
from cms.errors import BadInput
from cms.instance import alembic, prepare
from cms.library.folder import write_if_changed
from cms.media.files import fsync_folder


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, and where the database lies that was there before."""

    backup: Path
    posts: int
    pictures: int
    set_aside: Path | None


def restore_backup(app: Flask, settings: Settings, path: Path) -> Restored:
    """Put a backup in the place of what the instance holds. Works on an empty instance and on a running one.

    Everybody has to sign in again; pictures that the backup lacks stay. Raises BadInput, with nothing
    changed, if the backup cannot be used.
    """
    path = saving.newest(path)
    target = saving.database_file(settings)
    with saving.opened(path, settings.instance) as work:
        copy = work / saving.DATABASE
        if not copy.is_file():
            raise BadInput(f"{path} holds no database. Nothing was changed.")
        saving.verify_database(copy)
        _verify_schema(copy)
        copying.end_sessions(copy)
        pictures = _put_pictures(work / "media", settings.instance / "media")
        if (work / saving.CONFIG).is_file() and not (settings.instance / saving.CONFIG).exists():
            write_if_changed(settings.instance / saving.CONFIG, (work / saving.CONFIG).read_bytes())
        set_aside = _set_aside(settings, target)
        seq = max(copying.newest_seq(copy), copying.newest_seq(target))
        copying.go_on_from(copy, seq)
        copying.copy_database(copy, target)
    (settings.instance / "first_run_done").touch()  # a restored blog is no new one: no starter content
    return Restored(path, _wake(app), pictures, set_aside)


def _verify_schema(copy: Path) -> None:
    known = {script.revision for script in alembic.script_directory.walk_revisions()}
    if copying.schema_of(copy) not in known:
        raise BadInput("This backup comes from a newer version of Midstance. Update first. Nothing was changed.")


def _put_pictures(come: Path, media: Path) -> int:
    """Files named by their content: one that is there already, and whole, is the same."""
    media.mkdir(parents=True, exist_ok=True)
    count = 0
    for file in sorted(come.iterdir()):
        write_if_changed(media / file.name, file.read_bytes())
        count += 1
    fsync_folder(media)
    return count


def _set_aside(settings: Settings, target: Path) -> Path | None:
    """A copy of the database that is there now, in a folder of its own."""
    if not target.is_file() or target.stat().st_size == 0:
        return None
    folder = settings.instance / "set-aside" / f"{datetime.now(UTC):%Y-%m-%d-%H%M%S-%f}"
    folder.mkdir(parents=True, mode=0o700)
    aside = folder / saving.DATABASE
    try:
        copying.copy_database(target, aside)
    except sqlite3.DatabaseError:  # damaged, which may be why we are here: keep it as it is
        for file in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
            with contextlib.suppress(FileNotFoundError):
                shutil.copy2(file, folder / file.name)
        for file in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
            file.unlink(missing_ok=True)
    os.sync()
    return aside


def _wake(app: Flask) -> int:
    """Let everything that follows the database look at it anew."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    prepare(app)
    with app.app_context():
        session = writing()
        record(session, "site_changed", restored=True)
        session.commit()
        posts = search.rebuild()
        related.rebuild()
        session.close()
        return posts
