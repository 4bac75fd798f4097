"""The few kinds of field that the contract needs beyond marshmallow's own."""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from marshmallow import ValidationError, fields

Mapping = dict[str, Any]


@lru_cache(maxsize=16_384)
def rfc3339(moment: datetime) -> str:
    """A moment as the contract writes it: `2026-11-22T06:43:00Z`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


class Moment(fields.Field[datetime]):
    """A moment in UTC, RFC 3339 with a final Z."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> str | None:
        return None if value is None else rfc3339(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> datetime:
        try:
            if not value.endswith("Z") or len(value) != 20:
                raise ValueError
            return datetime.fromisoformat(value)
        except (ValueError, AttributeError):
            raise ValidationError("Write a moment as 2026-11-22T06:43:00Z.") from None


class Day(fields.Field[date]):
    """A date, `2026-11-22`."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> str | None:
        return None if value is None else value.isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> date:
        try:
            return date.fromisoformat(value)
        except (ValueError, TypeError):
            raise ValidationError("Write a date as 2026-11-22.") from None


class Pairs(fields.Field[list[list[Any]]]):
    """Text in pieces, each with whether it was searched for: `[["plantar", true], [" pain", false]]`."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> list[list[Any]]:
        return [[text, hit] for text, hit in value]

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> list[list[Any]]:
        for pair in value:
            if len(pair) != 2 or not isinstance(pair[0], str) or not isinstance(pair[1], bool):
                raise ValidationError("Each piece is a text and true or false.")
        return list(value)
