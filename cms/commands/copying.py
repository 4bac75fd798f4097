"""Copying SQLite databases page by page, under the eyes of a running service."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

PATIENCE = 30.0  # seconds to wait for writers


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment; writers of `source` go on meanwhile, readers of `target` see the
    old until all is there."""
    with (
        closing(sqlite3.connect(f"file:{_escaped(source)}?mode=ro", uri=True, timeout=PATIENCE)) as one,
        closing(sqlite3.connect(target, timeout=PATIENCE)) as other,
    ):
        one.backup(other)


def files_named_by(database: Path) -> set[str]:
    """Every picture file that a database names."""
    found: set[str] = set()
    with closing(sqlite3.connect(database)) as connection:
        for file, variants in connection.execute("SELECT file, variants FROM picture"):
            found.add(file)
            found.update(str(variant["file"]) for variant in json.loads(variants))
    return found


def end_sessions(database: Path) -> None:
    """Sign everybody out, and end every link: what was ended after the backup was made must not come back."""
    with closing(sqlite3.connect(database)) as connection:
        for table in ("editor_session", "one_time_link", "preview_link"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
        connection.commit()


def schema_of(database: Path) -> str | None:
    """The revision of a database's schema (Alembic's)."""
    with closing(sqlite3.connect(database)) as connection:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def newest_seq(database: Path) -> int:
    """The newest journal number that a database has ever given out; 0 if it is new."""
    if not database.is_file():
        return 0
    with closing(sqlite3.connect(database, timeout=PATIENCE)) as connection:
        try:
            row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'journal'").fetchone()
        except sqlite3.DatabaseError:
            return 0
    return int(row[0]) if row else 0


def go_on_from(database: Path, seq: int) -> None:
    """Let the journal's numbers go on above `seq`: a follower that had seen that far sees that there is more."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM sqlite_sequence WHERE name = 'journal'")
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('journal', ?)", (seq,))
        connection.commit()


def _escaped(path: Path) -> str:
    """A path as it stands in a file: address (https://www.sqlite.org/uri.html)."""
    return str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
