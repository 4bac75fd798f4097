"""From where an answer is made: the session, the site, the moment, and what is known since the last change."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms import statements
from cms.config import Settings
from cms.db import utcnow
from cms.posts import current_site

MEDIA_MARKER = "midstance-media:"  # stands in stored HTML for the public address of a file

K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class View:
    """What the builders of answers need. `memo` holds what stays true until the public side changes."""

    connection: sa.Connection
    site: Settings
    now: datetime
    memo: dict[Any, Any] = field(default_factory=dict)
    _session: Session | None = None

    @classmethod
    def of(cls, source: sa.Connection | Session, memo: dict[Any, Any] | None = None) -> "View":
        """A view of this moment. The site is read once per `memo`."""
        if source.in_transaction():
            source.rollback()  # whatever it saw before is of another moment
        connection = source.connection() if isinstance(source, Session) else source
        memo = {} if memo is None else memo
        site = memo.get("site")
        if site is None:
            site = memo["site"] = current_site(connection)
        return cls(connection, site, utcnow(), memo, source if isinstance(source, Session) else None)

    @property
    def session(self) -> Session:
        """For the few who need objects: a session that sees what the view sees."""
        if self._session is None:
            self._session = Session(bind=self.connection, expire_on_commit=False)
        return self._session

    def rows(self, statement: statements.Statement, values: Mapping[str, Any]) -> Sequence[Any]:
        """Run a statement that was built once."""
        return statements.rows(self.connection, statement, values)

    def known(self, kind: str, keys: Iterable[K], load: Callable[[list[K]], dict[K, V]]) -> dict[K, V]:
        """Values of these keys, loading in one statement those that are not known yet."""
        have: dict[K, V] = self.memo.setdefault(kind, {})
        if missing := [key for key in dict.fromkeys(keys) if key not in have]:
            have.update(load(missing))
        return have

    def media(self, file: str) -> str:
        """Public address of a stored file."""
        return self.site.public(f"/media/{file}")

    def html(self, stored: str) -> str:
        """Finished HTML with public media addresses in place of the markers."""
        return stored.replace(MEDIA_MARKER, self.media(""))
