"""An entry of one of the lists beside the posts, and what makes such a list."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session
from yaml import Node

from cms.library.fields import Reader
from cms.markup.outline import slugify

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: its known keys as read, the others as plain data, where it begins."""

    values: Row
    extra: Row
    line: int
    position: int = 0

    def get(self, key: str, empty: Any) -> Any:
        """What it says, or what it is where it says nothing."""
        return self.values.get(key) or empty


@dataclass(frozen=True, slots=True)
class Kind:
    """One file of the shelf. `key` names an entry; `fields` are in the order in which a new entry is written."""

    file: str
    key: str
    needed: tuple[str, ...]
    fields: Mapping[str, Callable[[Reader, Node], Any]]
    put: Callable[[Session, list[Entry]], None]
    rows: Callable[[Session], Iterable[Row]]
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def name_of(self, values: Row) -> str:
        """What names an entry among the others, as the database has it."""
        spelled = str(values.get(self.key) or "")
        if self.key == "slug" or (self.key == "id" and not spelled):
            return slugify(spelled or values["name"])[:64]
        return spelled
