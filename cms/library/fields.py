"""The front matter that Midstance knows: how each key is read from a file, and from the database.

The order is that of `docs/content.md`, in which a new file is written.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from yaml import MappingNode, Node

from cms.library import yaml_read
from cms.library.problems import Unusable
from cms.library.yaml_write import Moment
from cms.media import NAME

ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,25}")
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
ISO_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ]+(\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)[ \t]*(Z|z|[+-]\d\d(?::?\d\d)?)?")
LONGEST_TEXT = 10_000
DOSE = ("sets", "reps", "hold", "side")
# Inside seo, references and doses these are texts even where they look like numbers (doi: 10.1136).
TEXTS = frozenset(("title", "description", "canonical_url", "image", "text", "url", "doi", "journal", "shows", *DOSE))


@dataclass(frozen=True, slots=True)
class Reader:
    """What a key's reader may ask: the line at which it reads, and the author's time zone."""

    zone: ZoneInfo
    first_line: int = 2

    def text(self, node: Node) -> str:
        text = yaml_read.text(node, self.first_line)
        if len(text) > LONGEST_TEXT:
            raise self.unusable(node, "This text is too long.", f"Keep it under {LONGEST_TEXT:,} characters.")
        if "\x00" in text:
            raise self.unusable(node, "Here stands a NUL character.", "Delete it; no text needs one.")
        return text

    def trimmed(self, node: Node) -> str:
        return self.text(node).strip()

    def line(self, node: Node) -> str:
        return " ".join(self.text(node).split())

    def texts(self, node: Node) -> list[str]:
        if yaml_read.is_scalar(node) and not yaml_read.is_null(node):
            return [part for item in self.line(node).split(",") if (part := item.strip())]
        return [text for item in yaml_read.items(node, self.first_line) if (text := self.line(item))]

    def flag(self, node: Node) -> bool:
        word = self.text(node).strip().lower()
        if word in yaml_read.TRUE:
            return True
        if word in yaml_read.FALSE or word == "":
            return False
        raise self.unusable(node, f"“{word}” is neither true nor false.", "Write true or false.")

    def status(self, node: Node) -> str:
        word = self.line(node).lower()
        if word not in ("draft", "published", ""):
            raise self.unusable(
                node, f"“{word}” is no status.", "Write draft or published; with a date in the future it is scheduled."
            )
        return word or "draft"

    def id(self, node: Node) -> str | None:
        word = self.line(node)
        if word and not ID.fullmatch(word):
            raise self.unusable(
                node, f"“{word[:60]}” cannot be an id.", "Delete the line; a new id is made, and written on export."
            )
        return word or None

    def moment(self, node: Node) -> datetime | None:
        """A time; one without a zone, and a mere date, are meant in the author's own."""
        spelled = self.line(node)
        if not spelled:
            return None
        try:
            if ISO_DATE.fullmatch(spelled):
                return datetime.combine(date.fromisoformat(spelled), time(), self.zone).astimezone(UTC)
            if found := ISO_TIME.fullmatch(spelled):
                day, clock, offset = found.groups()
                moment = datetime.fromisoformat(f"{day}T{clock}{(offset or '').upper()}")
                return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise self.unusable(node, f"“{spelled[:60]}” is no date that exists.", "Write it like 2026-11-22T06:43:00Z.")

    def day(self, node: Node) -> str | None:
        spelled = self.line(node)
        if not spelled:
            return None
        try:
            return date.fromisoformat(spelled[:10] if ISO_TIME.fullmatch(spelled) else spelled).isoformat()
        except ValueError:
            raise self.unusable(
                node, f"“{spelled[:60]}” is no date that exists.", "Write it like 2026-11-22."
            ) from None

    def media(self, node: Node) -> str:
        """`media/<name>`, or an address on the web."""
        src = self.line(node)
        if src and not src.startswith(("https://", "http://")):
            name = src.removeprefix("./").removeprefix("/").removeprefix("media/")
            if not NAME.fullmatch(name):
                raise self.unusable(
                    node,
                    f"“{src[:100]}” does not name a picture in the folder media/.",
                    "Write media/ and the file's name, of letters, digits, dots and hyphens.",
                )
            return f"media/{name}"
        return src

    def cover(self, node: Node) -> dict[str, Any] | None:
        if yaml_read.is_null(node):
            return None
        if not isinstance(node, MappingNode):
            return {"src": self.media(node)}
        cover: dict[str, Any] = {}
        for key, _, value in yaml_read.pairs(node, self.first_line):
            if key == "src":
                cover[key] = self.media(value)
            elif key in ("alt", "caption"):
                cover[key] = self.text(value)
            elif key == "focal_point":
                cover[key] = self.focal(value)
            else:
                cover[key] = yaml_read.plain(value, self.first_line)
        if not cover.get("src"):
            raise self.unusable(node, "The cover names no picture.", "Write cover: {src: media/name.jpg, alt: …}.")
        return {key: value for key, value in cover.items() if value is not None}

    def focal(self, node: Node) -> list[float] | None:
        if yaml_read.is_null(node):
            return None
        try:
            x, y = (float(self.text(item)) for item in yaml_read.items(node, self.first_line))
        except (ValueError, TypeError):
            x = y = -1.0
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise self.unusable(
                node, "A focal point is two numbers from 0 to 1.", "Write [0.5, 0.4]: across, then down."
            )
        return [x, y]

    def mapping(self, node: Node) -> dict[str, Any]:
        if yaml_read.is_null(node):
            return {}
        return {
            key: self.text(value) if key in TEXTS else yaml_read.plain(value, self.first_line)
            for key, _, value in yaml_read.pairs(node, self.first_line)
            if not yaml_read.is_null(value)
        }

    def references(self, node: Node) -> list[dict[str, Any]]:
        return [
            self.mapping(item) if isinstance(item, MappingNode) else {"text": self.line(item)}
            for item in yaml_read.items(node, self.first_line)
        ]

    def related(self, node: Node) -> dict[str, list[str]]:
        if yaml_read.is_null(node):
            return {}
        return {key: self.texts(value) for key, _, value in yaml_read.pairs(node, self.first_line)}

    def slug(self, node: Node) -> str:
        return self.line(node)

    def unusable(self, node: Node, message: str, cure: str) -> Unusable:
        return Unusable(yaml_read.line_of(node, self.first_line), message, cure)


@dataclass(frozen=True, slots=True)
class Field:
    """One key: how it is read, and what it is where a file does not say it."""

    name: str
    read: Callable[[Reader, Node], Any]
    empty: Any = None


FIELDS = {
    row.name: row
    for row in (
        Field("id", Reader.id),
        Field("title", Reader.trimmed, ""),
        Field("slug", Reader.slug, ""),
        Field("status", Reader.status, "draft"),
        Field("withdrawn", Reader.flag, False),
        Field("published_at", Reader.moment),
        Field("updated_at", Reader.moment),
        Field("authors", Reader.texts, []),
        Field("tags", Reader.texts, []),
        Field("hashtags", Reader.texts, []),
        Field("excerpt", Reader.trimmed, ""),
        Field("cover", Reader.cover),
        Field("featured", Reader.flag, False),
        Field("seo", Reader.mapping, {}),
        Field("reviewed_by", Reader.line, ""),
        Field("last_reviewed_at", Reader.day),
        Field("next_review_due", Reader.day),
        Field("references", Reader.references, []),
        Field("related", Reader.related, {}),
        Field("old_slugs", Reader.texts, []),
    )
}


def written(name: str, value: Any) -> Any:
    """A field's value as it goes into a file."""
    if isinstance(value, datetime):
        moment = value.astimezone(UTC).isoformat(timespec="microseconds" if value.microsecond else "seconds")
        return Moment(moment.replace("+00:00", "Z"))
    if name in ("last_reviewed_at", "next_review_due") and value:
        return Moment(value)
    return value
