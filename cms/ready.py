"""A mark in the instance folder: everything is prepared for this release and these settings.

With it a start skips loading the whole application only to find that nothing is to be done.
"""

import hashlib
from dataclasses import replace
from pathlib import Path

from cms.config import Settings

MIGRATIONS = Path(__file__).parent / "migrations"


def is_marked(settings: Settings) -> bool:
    """Whether an earlier start prepared exactly this, and its database is still there."""
    database = settings.instance / "midstance.db"
    kept_here = settings.database_url.endswith(str(database))
    mark = settings.instance / "ready"
    return mark.exists() and mark.read_text() == _fingerprint(settings) and (database.exists() or not kept_here)


def mark(settings: Settings) -> None:
    """Say that everything is prepared and there is an editor."""
    (settings.instance / "ready").write_text(_fingerprint(settings))


def _fingerprint(settings: Settings) -> str:
    release = Path(__file__).with_name("__init__.py").read_text()
    schema = sorted(path.name for path in MIGRATIONS.glob("*.py"))
    return hashlib.sha256(f"{release}{schema}{replace(settings, secret_key='')}".encode()).hexdigest()
