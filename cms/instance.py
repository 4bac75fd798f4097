"""The machine's folder: the schema brought up to date before the service starts."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from cms.db import alembic
from cms.posts import settings


def prepare(app: Flask) -> None:
    """Bring the database to the newest schema. Safe to call at every start, and by several at once."""
    with app.app_context():
        if not is_current():
            with _alone(settings().instance / "prepare.lock"):
                if not is_current():
                    alembic.upgrade()


def is_current() -> bool:
    """Whether the database has the newest schema (within an application context)."""
    heads = {script.revision for script in alembic.heads()}
    return {script.revision for script in alembic.current()} == heads


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock file while the schema changes, so that two starts do not migrate at once."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
