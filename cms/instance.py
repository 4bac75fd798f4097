"""The machine's folder: bringing it up to date before the service starts."""

from flask import Flask

from cms.assembly import alembic


def prepare(app: Flask) -> None:
    """Bring the database to the newest schema. Safe to call at every start, and by several at once."""
    with app.app_context():
        if not is_current():
            alembic.upgrade()


def is_current() -> bool:
    """Whether the database has the newest schema (within an application context)."""
    heads = {script.revision for script in alembic.heads()}
    return {script.revision for script in alembic.current()} == heads
