"""Backups: one file that holds what cannot be made again, taken and brought back while the service runs.

In it: the database (a consistent copy by SQLite's online backup, https://www.sqlite.org/backup.html), the
picture files it names, `config.toml`. Not in it: the search index (made again), and the secret key, so
that a backup that falls into wrong hands signs nothing. The list at its head has a digest of each file.
"""

import hashlib
import io
import json
import lzma
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

import cms
from cms.commands.copying import copy_database, files_named_by
from cms.config import Settings
from cms.errors import BadInput
from cms.media.files import fsync_folder

FORMAT = 1
HEAD = "midstance-backup.json"
DATABASE = "midstance.db"
CONFIG = "config.toml"
MOST_OF_A_HEAD = 50_000_000  # bytes of its list of files: half a million pictures


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made. `missing` are picture files that the database names and nobody has."""

    path: Path
    bytes: int
    pictures: int
    missing: list[str] = field(default_factory=list)


def database_file(settings: Settings) -> Path:
    """The SQLite file. Raises BadInput where the database is another's."""
    url = sa.make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise BadInput(
            "This command saves SQLite databases. Use your database's own tool (pg_dump, pg_restore), "
            f"and copy the folder {settings.instance / 'media'}."
        )
    return Path(url.database)


def make_backup(settings: Settings, target: Path) -> Backup:
    """Write a backup to `target`, or into it if it is a folder; whole or not at all, for its owner's eyes only.

    Safe while the service runs. Raises BadInput if there is nothing to save, or nowhere to write.
    """
    source = database_file(settings)
    if not source.is_file():
        raise BadInput(f"There is no database at {source}, so there is nothing to save. Check CMS_INSTANCE.")
    now = datetime.now(UTC)
    if target.is_dir():
        target = target / f"midstance-{now:%Y-%m-%d-%H%M%S}.tar"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".midstance-backup-", dir=target.parent) as work:
            copy = Path(work) / DATABASE
            copy_database(source, copy)
            files, missing = _files(settings, copy)
            draft = Path(work) / "backup.tar"
            _write(draft, files, now)
            draft.replace(target)
            fsync_folder(target.parent)
    except OSError as error:
        raise BadInput(f"The backup cannot be written to {target} ({error.strerror}). Choose another place.") from error
    return Backup(target, target.stat().st_size, len(files) - 1, missing)


def _files(settings: Settings, copy: Path) -> tuple[dict[str, Path], list[str]]:
    """What goes in, by its name there. Pictures are named by their content, so they cannot change meanwhile."""
    files = {DATABASE: copy}
    missing = []
    for name in sorted(files_named_by(copy)):
        path = settings.instance / "media" / name
        if path.is_file():
            files[f"media/{name}"] = path
        else:
            missing.append(name)
    if (settings.instance / CONFIG).is_file():
        files[CONFIG] = settings.instance / CONFIG
    return files, missing


def _write(draft: Path, files: dict[str, Path], now: datetime) -> None:
    head = {
        "format": FORMAT,
        "made_at": now.isoformat(timespec="seconds"),
        "version": cms.__version__,
        "files": {name: {"bytes": path.stat().st_size, "sha256": _digest(path)} for name, path in files.items()},
    }
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
        data = json.dumps(head, indent=1).encode()
        _add(tar, HEAD, io.BytesIO(data), len(data), now)
        for name, path in files.items():
            with path.open("rb") as content:
                _add(tar, name, content, path.stat().st_size, now)
        tar.close()
        file.flush()
        os.fsync(file.fileno())


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int, now: datetime) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, now.timestamp()
    tar.addfile(member, content)


def newest(path: Path) -> Path:
    """The backup that a path names: itself, or the newest in a folder. Raises BadInput if there is none."""
    if path.is_dir():
        found = sorted(path.glob("midstance-*.tar"))
        if not found:
            raise BadInput(f"There is no backup (midstance-….tar) in {path}.")
        return found[-1]
    if not path.is_file():
        raise BadInput(f"There is no file {path}.")
    return path


@contextmanager
def opened(path: Path, beside: Path) -> Iterator[Path]:
    """Unpack a backup into a folder beside the instance and verify every file of it; the folder goes at the end.

    Raises BadInput, before anything was changed, if it is no backup of ours, or damaged.
    """
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=beside) as work:
        try:
            with tarfile.open(path) as tar:
                _unpack(tar, Path(work))
        except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, zlib.error, lzma.LZMAError) as error:
            why = "it cannot be unpacked" if isinstance(error, tarfile.ReadError) else error
            raise BadInput(
                f"{path} is no backup of Midstance, or it is damaged ({why}). "
                "Name a file that `cms backup` made (midstance-….tar). Nothing was changed."
            ) from error
        except OSError as error:
            raise BadInput(
                f"{path} cannot be unpacked beside the instance ({error.strerror or error}). "
                "Make room there, or give yourself the right to read it. Nothing was changed."
            ) from error
        yield Path(work)


def _unpack(tar: tarfile.TarFile, work: Path) -> None:
    members = iter(tar)
    first = next(members, None)
    content = tar.extractfile(first) if first else None
    if first is None or first.name != HEAD or content is None or first.size > MOST_OF_A_HEAD:
        raise ValueError("it does not begin with its list of files")
    head: dict[str, Any] = json.loads(content.read())
    if head["format"] != FORMAT:
        raise ValueError(f"it has format {head['format']}; this version reads format {FORMAT}")
    expected = dict(head["files"])
    (work / "media").mkdir()
    for member in members:
        known = expected.pop(member.name, None)
        content = tar.extractfile(member)
        if known is None or content is None or not _is_name(member.name) or member.size != known["bytes"]:
            raise ValueError(f"{member.name} should not be in it")
        target = work / member.name
        with target.open("xb") as file:
            shutil.copyfileobj(content, file)
        if _digest(target) != known["sha256"]:
            raise ValueError(f"{member.name} is damaged")
    if expected:
        raise ValueError(f"{next(iter(expected))} is missing")


def _is_name(name: str) -> bool:
    """Whether a name inside a backup is one that we write: none leads out of the folder."""
    if name in (DATABASE, CONFIG):
        return True
    folder, _, file = name.partition("/")
    return folder == "media" and bool(file) and "/" not in file and not file.startswith(".")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify_database(path: Path) -> None:
    """Raise BadInput if a database is damaged, or from a newer version than this one."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            damage = [row[0] for row in connection.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
            damage += [f"a row of {row[0]} points nowhere" for row in connection.execute("PRAGMA foreign_key_check")]
            connection.execute("SELECT count(*) FROM post").fetchone()
        except sqlite3.DatabaseError as error:
            damage = [str(error)]
    if damage:
        raise BadInput(f"The database in this backup is damaged ({damage[0]}). Nothing was changed; try an older one.")
