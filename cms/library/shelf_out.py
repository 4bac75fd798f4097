"""Writing the files of the shelf: an entry that is as it came is written as it came, a changed one anew."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from sqlalchemy.orm import Session
from yaml import MappingNode, SequenceNode

from cms.library import front, kept, yaml_read
from cms.library.fields import Reader
from cms.library.front import comments
from cms.library.problems import Unusable
from cms.library.shelf import LISTS, Kind, Row
from cms.library.shelf_in import BOOKING_KEYS, SITE_FILE, Several, entries_of, site_row
from cms.library.tables import LibraryFile
from cms.library.yaml_write import entry, list_item

EMPTY: tuple[Any, ...] = (None, "", [], {})


def files(session: Session, reader: Reader) -> dict[str, bytes]:
    """Every file of the shelf that has something to say, by its name."""
    made: dict[str, bytes] = {}
    ways: list[tuple[str, Callable[[LibraryFile | None], str]]] = [(SITE_FILE, lambda row: _site(session, row))]
    ways += [(kind.file, _way(session, kind, reader)) for kind in LISTS]
    for file, write in ways:
        row = session.get(LibraryFile, file)
        text = write(row)
        if text or row is not None:
            made[file] = text.encode()
    return made


def _way(session: Session, kind: Kind, reader: Reader) -> Callable[[LibraryFile | None], str]:
    return lambda row: _list(session, kind, row, reader)


def _site(session: Session, row: LibraryFile | None) -> str:
    now = site_row(session)
    if row is None:
        return "".join(entry(key, value) for key, value in now.items())
    if row.stamps == {key: kept.fingerprint(value) for key, value in now.items()}:
        return row.data.decode()
    parsed = front.parse(row.data.decode("utf-8-sig"), first_line=1)
    chunks: dict[str, str] = {}
    for key, node in parsed.values.items():
        if key in now and row.stamps.get(key) != kept.fingerprint(now[key]):
            value = now[key]
            if key == "booking" and isinstance(node, MappingNode):  # with what else stands there
                value = {k: v for k, v in yaml_read.plain(node).items() if k not in BOOKING_KEYS} | value
            chunks[key] = comments(parsed.chunks.get(key, "")) + entry(key, value)
        else:
            chunks[key] = parsed.chunks.get(key) or entry(key, yaml_read.plain(node))
    return "".join((chunks | {key: entry(key, now[key]) for key in now if key not in chunks}).values())


def _list(session: Session, kind: Kind, row: LibraryFile | None, reader: Reader) -> str:
    now = {str(item[kind.key]): item for item in kind.rows(session)}
    if row is None:
        return "".join(list_item(_brief(kind, item)) for item in now.values())
    text = row.data.decode("utf-8-sig")
    stamps = {key: kept.fingerprint(item) for key, item in now.items()}
    entries = _cut(text, kind, reader)
    if row.stamps == stamps and set(entries) >= set(now):
        return row.data.decode()
    made = _merged(kind, now, entries, row.stamps, stamps)
    head = _head(text) if all(chunk for _, _, chunk in entries.values()) else ""
    result = head + "".join(made)
    try:  # an entry written anew must not have broken what stands around it
        again = [entry.values for entry in entries_of(result, kind, reader)]
    except (Unusable, Several):
        again = []
    if len(again) != len(made):
        return "".join(_merged(kind, now, {k: (v, r, "") for k, (v, r, _) in entries.items()}, {}, stamps))
    return result


def _merged(
    kind: Kind,
    now: Mapping[str, Row],
    entries: Mapping[str, tuple[Row, Row, str]],
    before: Mapping[str, Any],
    stamps: Mapping[str, str],
) -> list[str]:
    made: list[str] = []
    for key, (values, raw, chunk) in entries.items():
        if key not in now and not _waits(kind, key, before):
            continue
        if chunk and (key not in now or before.get(key) == stamps[key]):
            made.append(chunk)
        else:
            made.append(comments(chunk) + list_item(_amended(kind, now.get(key, {}), values, raw)))
    made += [list_item(_brief(kind, item)) for key, item in now.items() if key not in entries]
    return made


def _waits(kind: Kind, key: str, before: Mapping[str, Any]) -> bool:
    """Whether the file speaks of something that never came into the database, such as a missing picture."""
    return kind.file == "media.yaml" and key not in before


def _amended(kind: Kind, now: Row, values: Row, raw: Row) -> Row:
    """An entry with its keys in their order: unknown ones and unchanged ones as they were."""
    item: Row = {}
    for key, plain in raw.items():
        if key not in kind.fields or key not in now or _same(values.get(key), now[key]):
            item[key] = plain
        elif now[key] not in EMPTY:
            item[key] = now[key]
    brief = _brief(kind, now)
    return item | {key: value for key, value in brief.items() if key not in item}


def _same(value: Any, now: Any) -> bool:
    return bool(value == now or (isinstance(value, Mapping) and value.get("src") == now))


def _brief(kind: Kind, item: Row) -> Row:
    """An entry without what goes without saying."""
    return {
        key: item[key]
        for key in kind.fields
        if key in item and item[key] not in EMPTY and item[key] != kind.defaults.get(key)
    }


def _cut(text: str, kind: Kind, reader: Reader) -> dict[str, tuple[Row, Row, str]]:
    """The entries of a file by their key: as read, as plain data, and as the lines they stand on."""
    root = yaml_read.compose(text)
    if not isinstance(root, SequenceNode):
        return {}
    lines = text.splitlines(keepends=True)
    first = [int(node.start_mark.line) for node in root.value]
    in_lines = not root.flow_style and len(set(first)) == len(first)
    starts = [first[0], *(_above(lines, line) for line in first[1:])] if first else []
    chunks = ["".join(lines[a:b]) for a, b in pairwise([*starts, len(lines)])] if in_lines else []
    found: dict[str, tuple[Row, Row, str]] = {}
    for number, made in enumerate(entries_of(text, kind, reader)):
        key = kind.name_of(made.values)
        chunk = chunks[number] if in_lines else ""
        if chunk and not chunk.endswith("\n"):
            chunk += "\n"
        found[key] = (made.values, yaml_read.plain(root.value[number]), chunk)
    return found


def _above(lines: list[str], line: int) -> int:
    """Where the comments and empty lines begin that stand right above a line."""
    while line > 0 and (not lines[line - 1].strip() or lines[line - 1].startswith("#")):
        line -= 1
    return line


def _head(text: str) -> str:
    """What stands above the first entry: comments."""
    root = yaml_read.compose(text)
    if not isinstance(root, SequenceNode) or not root.value:
        return ""
    return "".join(text.splitlines(keepends=True)[: int(root.value[0].start_mark.line)])
