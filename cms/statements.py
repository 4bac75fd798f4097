"""Statements that are built once and run for each answer.

SQLAlchemy says what they are: their text, and how each value is written and read. On SQLite the text is then handed
to the driver as it is: what SQLAlchemy does anew for each execution (looking the text up, a context, a result) takes
three times as long as SQLite itself, and a text that never changes needs none of it.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

Statement = sa.Select[*tuple[Any, ...]] | sa.CompoundSelect[*tuple[Any, ...]]
Process = Callable[[Any], Any]


def rows(connection: sa.Connection, statement: Statement, values: Mapping[str, Any]) -> Sequence[Any]:
    """What a statement finds, within the connection's transaction; one begins if there is none.

    Raises what the driver raises on SQLite, sqlalchemy.exc.SQLAlchemyError on other databases.
    """
    fixed = _fixed(statement, connection.dialect) if connection.dialect.name == "sqlite" else None
    if fixed is None:
        return connection.execute(statement, dict(values)).all()
    if not connection.in_transaction():
        connection.begin()
    return fixed.run(connection.connection.driver_connection, values)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A statement as a driver takes it."""

    text: str
    always: Mapping[str, Any]  # values that stand in the statement itself, as in LIMIT 1
    order: Sequence[str]  # the names of the parameters, in their places
    write: Mapping[str, Process]  # the parameters that are not given as they are
    read: tuple[tuple[int, Process], ...]  # the columns that are not read as they come
    row: Callable[[Sequence[Any]], Any]

    def run(self, driver: Any, values: Mapping[str, Any]) -> list[Any]:
        written = {**self.always, **values}
        for name, write in self.write.items():
            written[name] = write(written[name])
        arguments = [written[name] for name in self.order]
        found = driver.execute(self.text, arguments)
        return list(map(self.row, map(self._as_meant, found) if self.read else found))

    def _as_meant(self, found: Sequence[Any]) -> list[Any]:
        values = list(found)
        for place, read in self.read:
            values[place] = read(values[place])
        return values


@lru_cache(maxsize=1024)
def _fixed(statement: Statement, dialect: sa.Dialect) -> Fixed | None:
    """None for a statement whose text depends on its values: a list of unknown length."""
    compiled = statement.compile(dialect=dialect)
    binds = compiled.binds
    if any(bind.expanding for bind in binds.values()):
        return None
    columns = statement.selected_columns
    writers = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
    readers = (column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
    row: Any = namedtuple("Row", columns.keys(), rename=True)  # type: ignore[misc] # its names are known only here
    return Fixed(
        text=compiled.string,
        always={name: bind.value for name, bind in binds.items() if not bind.required},
        order=compiled.positiontup or (),
        write={name: write for name, write in writers.items() if write is not None},
        read=tuple((place, read) for place, read in enumerate(readers) if read is not None),
        row=row._make,
    )
