"""Reading the files of the shelf: site, authors, exercises, tags and so on. A file is taken whole or not at all."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from yaml import Node

from cms.errors import BadInput
from cms.library import front, kept, yaml_read
from cms.library.fields import Reader
from cms.library.folder import read_bytes, text_of
from cms.library.problems import Problem, Unusable
from cms.library.shelf import Entry, Kind
from cms.library.tables import LibraryFile
from cms.library.tally import Tally
from cms.posts import SiteValue, describe_site

SITE_FILE = "site.yaml"
# Key of the file -> setting.
SITE_KEYS = {
    "name": "site_name",
    "description": "description",
    "language": "language",
    "time_zone": "time_zone",
    "post_url": "post_url",
    "disclaimer": "disclaimer",
    "own_contacts": "own_contacts",
}
BOOKING_KEYS = {"label": "booking_label", "url": "booking_url"}


def import_site(session: Session, root: Path, tally: Tally) -> None:
    """Read site.yaml, if it is there, into the running transaction."""
    with_file(session, root, SITE_FILE, tally, _put_site)


def import_list(session: Session, root: Path, kind: Kind, reader: Reader, tally: Tally) -> None:
    """Read one list of the shelf, if it is there, into the running transaction."""

    def put(session: Session, data: bytes, before: bytes) -> dict[str, Any]:
        came = {kind.name_of(entry.values): entry for entry in entries_of(text_of(before), kind, reader)}
        there = {str(row[kind.key]) for row in kind.rows(session)}
        kind.put(
            session,
            [
                entry
                for entry in entries_of(text_of(data), kind, reader)
                if (name := kind.name_of(entry.values)) not in there or not _says_the_same(entry, came.get(name))
            ],
        )
        session.flush()
        return stamps_of(session, kind)

    with_file(session, root, kind.file, tally, put)


def _says_the_same(entry: Entry, before: Entry | None) -> bool:
    return before is not None and (entry.values, entry.extra, entry.position) == (
        before.values,
        before.extra,
        before.position,
    )


def with_file(
    session: Session, root: Path, file: str, tally: Tally, put: Callable[[Session, bytes, bytes], dict[str, Any]]
) -> None:
    """Let `put` take what a file says, and what it said when it came last: what has not changed in the file
    is left as it is here. An unchanged file is passed over."""
    if not (root / file).exists() and not (root / file).is_symlink():
        return
    try:
        data = read_bytes(root, file)
        with session.begin_nested():
            row = None if tally.force else session.get(LibraryFile, file)
            if row is None or row.digest != hashlib.sha256(data).hexdigest():
                kept.remember(session, file, data, put(session, data, row.data if row else b""))
    except Several as several:
        tally.problems += [unusable.problem(file) for unusable in several.all]
    except Unusable as unusable:
        tally.problems.append(unusable.problem(file))
    except BadInput as error:
        tally.problems.append(Problem(file, None, error.detail, "Then import again."))


class Several(Exception):
    """More than one thing in a file cannot be used."""

    def __init__(self, all: list[Unusable]) -> None:
        super().__init__(all)
        self.all = all


def entries_of(text: str, kind: Kind, reader: Reader) -> list[Entry]:
    """The entries of a list. Raises Several with everything that cannot be used."""
    root = yaml_read.compose(text)
    entries: list[Entry] = []
    unusable: list[Unusable] = []
    seen: dict[str, int] = {}
    for position, node in enumerate(yaml_read.items(root) if root is not None else (), start=1):
        try:
            entry = _entry(node, position, kind, reader)
            name = kind.name_of(entry.values)
            if name in seen:
                raise Unusable(entry.line, f"“{name}” stands in line {seen[name]} already.", "Delete one of them.")
            seen[name] = entry.line
            entries.append(entry)
        except Unusable as error:
            unusable.append(error)
    if unusable:
        raise Several(unusable)
    return entries


def _entry(node: Node, position: int, kind: Kind, reader: Reader) -> Entry:
    values: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for key, _, value in yaml_read.pairs(node):
        if key in kind.fields:
            values[key] = kind.fields[key](reader, value)
        else:
            extra[key] = yaml_read.plain(value)
    for key in kind.needed:
        if not values.get(key):
            raise Unusable(yaml_read.line_of(node), f"This entry has no {key}.", f"Add a line such as {key}: …")
    return Entry(values, extra, yaml_read.line_of(node), position)


def stamps_of(session: Session, kind: Kind) -> dict[str, Any]:
    """A fingerprint of each entry as the database has it now."""
    return {str(row[kind.key]): kept.fingerprint(row) for row in kind.rows(session)}


def _put_site(session: Session, data: bytes, before: bytes) -> dict[str, Any]:
    values, lines = _site_values(data)
    came, _ = _site_values(before)
    values = {name: value for name, value in values.items() if came.get(name) != value}
    try:
        describe_site(session, values)
    except BadInput as error:
        raise Several(
            [Unusable(lines.get(name), " ".join(messages), "") for name, messages in error.errors.items()]
        ) from None
    session.flush()
    return {key: kept.fingerprint(value) for key, value in site_row(session).items()}


def _site_values(data: bytes) -> tuple[dict[str, str], dict[str, int]]:
    """Settings that the file sets, and the line of each."""
    parsed = front.parse(text_of(data), first_line=1)
    reader = Reader(zone=None, first_line=1)  # type: ignore[arg-type] # site.yaml holds no times
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    for key, node in parsed.values.items():
        if key in SITE_KEYS:
            values[SITE_KEYS[key]] = reader.text(node).strip()
            lines[SITE_KEYS[key]] = parsed.lines[key]
        elif key == "booking" and not yaml_read.is_null(node):
            for name, key_node, value in yaml_read.pairs(node):
                if name in BOOKING_KEYS:
                    values[BOOKING_KEYS[name]] = reader.text(value).strip()
                    lines[BOOKING_KEYS[name]] = yaml_read.line_of(key_node)
    return values, lines


def site_row(session: Session) -> dict[str, Any]:
    """The site as its author set it, in the shape of the file."""
    values = dict(session.execute(sa.select(SiteValue.name, SiteValue.value)).all())
    row: dict[str, Any] = {key: values[name] for key, name in SITE_KEYS.items() if name in values}
    booking = {key: values[name] for key, name in BOOKING_KEYS.items() if name in values}
    return {**row, "booking": booking} if booking else row
