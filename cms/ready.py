"""A mark in the instance folder: everything is prepared for this release and these settings.

With it a start skips loading the whole application only to find that nothing is to be done.
"""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

from cms.config import Settings

EDITOR = "\nand there is an editor"
MIGRATIONS = Path(__file__).parent / "migrations"


def is_marked(settings: Settings) -> bool:
    """Whether an earlier start prepared exactly this, and its database is still there."""
    database = settings.instance / "midstance.db"
    kept_here = settings.database_url.endswith(str(database))
    return _said(settings).startswith(_fingerprint(settings)) and (database.exists() or not kept_here)


def has_editor(settings: Settings) -> bool:
    """Whether an earlier start found an editor."""
    return _said(settings).endswith(EDITOR)


def mark(settings: Settings, *, editor: bool = False) -> None:
    """Say that everything is prepared, and whether there is an editor."""
    path = settings.instance / "ready"
    new = path.with_suffix(f".{os.getpid()}")
    new.write_text(_fingerprint(settings) + (EDITOR if editor else ""))
    new.replace(path)


def _said(settings: Settings) -> str:
    mark = settings.instance / "ready"
    return mark.read_text() if mark.exists() else ""


def _fingerprint(settings: Settings) -> str:
    release = Path(__file__).with_name("__init__.py").read_text()
    schema = sorted(path.name for path in MIGRATIONS.glob("*.py"))
    return hashlib.sha256(f"{release}{schema}{replace(settings, secret_key='')}".encode()).hexdigest()
