"""The machine's folder: the schema brought up to date before the service starts."""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask_alembic import Alembic
from sqlalchemy.exc import DatabaseError

from cms.db import Base
from cms.errors import Unavailable
from cms.posts import settings


class Migrations(Alembic):
    """Flask-Alembic, put on an application when first asked for it: a worker that serves never is."""

    def _get_cache(self) -> Any:
        app = current_app._get_current_object()  # type: ignore[attr-defined] # how Flask names the real application
        if app not in self._cache:
            app.config["ALEMBIC"] = {"script_location": str(Path(__file__).parent / "migrations")}
            self.init_app(app)
        return super()._get_cache()


alembic = Migrations(metadatas=Base.metadata, run_mkdir=False, command_name="")
logging.getLogger("alembic").setLevel(logging.WARNING)  # a migration that works has nothing to say


def prepare(app: Flask) -> None:
    """Bring the database to the newest schema. Safe to call at every start, and by several at once.

    Raises Unavailable, with the cure, where the database cannot be opened or read.
    """
    with app.app_context():
        try:
            current = is_current()
        except DatabaseError as error:
            raise Unavailable(
                f"The database does not answer ({error.orig}). Check DATABASE_URL and who may write there; "
                "if the file is damaged, bring back a backup: flask --app wsgi cms restore PATH"
            ) from error
        if not current:
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
