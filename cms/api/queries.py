"""Strict reading of query strings: what is not understood is refused, with the cure."""

import re
from collections.abc import Mapping
from functools import lru_cache
from gettext import gettext as _
from typing import Any
from urllib.parse import parse_qsl

from marshmallow import RAISE, Schema, ValidationError, fields

from cms.errors import BadInput

MOST_PARAMETERS = 64
LONGEST_KEPT = 1000  # bytes of a query string; nothing that long is asked for twice
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class Whole(fields.Integer):
    """A whole number in plain digits, within bounds."""

    def __init__(self, lowest: int, highest: int, default: int | None, description: str) -> None:
        about = {"description": description, "minimum": lowest, "maximum": highest}
        super().__init__(load_default=default, metadata=about)
        self.lowest, self.highest = lowest, highest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_kwargs: Any) -> int:
        if re.fullmatch(r"[0-9]{1,9}", value, re.ASCII) and self.lowest <= int(value) <= self.highest:
            return int(value)
        raise ValidationError(_("Write a whole number from {} to {}.").format(self.lowest, self.highest))


class Flag(fields.Boolean):
    """true or false."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_kwargs: Any) -> bool:
        if value in ("true", "1"):
            return True
        if value in ("false", "0"):
            return False
        raise ValidationError(_("Write true or false."))


class Choice(fields.String):
    """One of a few words."""

    def __init__(self, words: tuple[str, ...], description: str) -> None:
        super().__init__(load_default=words[0], metadata={"description": description, "enum": list(words)})
        self.words = words

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_kwargs: Any) -> str:
        if value not in self.words:
            raise ValidationError(_("Write one of: {}.").format(", ".join(self.words)))
        return str(value)


class CommaList(fields.List[str]):
    """A few of some words, separated by commas."""

    def __init__(self, words: tuple[str, ...], default: tuple[str, ...], description: str) -> None:
        item = fields.String(metadata={"enum": list(words)})
        super().__init__(item, load_default=list(default), metadata={"description": description})
        self.words = words

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_kwargs: Any) -> list[str | None]:
        given: list[str | None] = list(dict.fromkeys(word.strip() for word in value.split(",")))
        if unknown := [word for word in given if word not in self.words]:
            raise ValidationError(
                _("There is no “{}” here. Known, separated by commas: {}.").format(unknown[0], ", ".join(self.words))
            )
        return given


class Words(fields.String):
    """Text of a limited length; control characters count as spaces."""

    def __init__(self, longest: int, description: str, *, needed: bool = False) -> None:
        about = {"description": description, "minLength": 1, "maxLength": longest}
        if needed:
            super().__init__(required=True, metadata=about)
        else:
            super().__init__(load_default=None, metadata=about)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_kwargs: Any) -> str:
        if len(value) > self.longest:
            raise ValidationError(_("Keep it to {} characters.").format(self.longest))
        text = CONTROL.sub(" ", value).strip()
        if not text:
            raise ValidationError(_("Write at least one character, or leave it out."))
        return text


class Query(Schema):
    """The parameters of one address. `repeatable` names those that may be given more than once."""

    repeatable: frozenset[str] = frozenset()

    class Meta:
        unknown = RAISE


class NoQuery(Query):
    """An address without parameters."""


class Paged(Query):
    page = Whole(1, 10_000, 1, "Which page.")
    limit = Whole(1, 100, 10, "How many on a page.")


class PostsQuery(Paged):
    repeatable = frozenset({"tag"})
    tag = fields.List(
        Words(200, ""), load_default=list, metadata={"description": "Slug of a tag; several mean all of them."}
    )
    hashtag = Words(200, "A hashtag, with or without #.")
    author = Words(120, "Slug of an author.")
    year = Whole(1, 9999, None, "Year of publication (UTC).")
    featured = Flag(load_default=None, metadata={"description": "Only posts that are, or are not, featured."})
    order = Choice(("-published_at", "published_at", "title", "-updated_at"), "Sort by; - means newest first.")
    fields_ = CommaList(
        ("id", "slug", "url", "title", "excerpt", "cover", "tags", "hashtags", "authors", "published_at", "updated_at",
         "reading_time", "featured"),
        (), "Only these fields of each card.",
    )  # fmt: skip
    include = CommaList(("html",), (), "What to add to each card.")

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        if field_name == "fields_":  # `fields` itself means something else to marshmallow
            field_obj.data_key = "fields"


class PostQuery(Query):
    include = CommaList(("related",), (), "What to add.")
    formats = CommaList(("html", "text", "markdown"), ("html",), "Formats of the article.")


class RelatedQuery(Query):
    limit = Whole(1, 12, 3, "How many.")


class TagsQuery(Paged):
    order = Choice(("name", "-count"), "Sort by name, or most used first.")


class SearchQuery(Paged):
    repeatable = frozenset({"tag"})
    q = Words(200, "What to look for; words after the 32nd are ignored.", needed=True)
    tag = fields.List(Words(200, ""), load_default=list, metadata={"description": "Only posts with all of these tags."})
    author = Words(120, "Only posts by this author (slug).")
    explain = Flag(load_default=False, metadata={"description": "Say what gave each result its score."})
    instant = Flag(load_default=False, metadata={"description": "Asked while somebody types: it is not counted."})


class SuggestQuery(Query):
    q = Words(80, "What has been typed so far.", needed=True)
    limit = Whole(1, 10, 6, "How many.")


def read_query(schema: type[Query], raw: bytes) -> Mapping[str, Any]:
    """The parameters in a query string, checked. Read only: the same mapping is handed out again.

    Raises BadInput that names each parameter and what to write instead.
    """
    return read_once(schema, raw) if len(raw) <= LONGEST_KEPT else read(schema, raw)


def read(schema: type[Query], raw: bytes) -> Mapping[str, Any]:
    """The same, read each time."""
    shape = _instance(schema)
    try:
        pairs = parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise BadInput(_("The address is not valid UTF-8. Encode special characters as UTF-8.")) from None
    except ValueError:
        raise BadInput(_("There are too many parameters in the address.")) from None
    known = {field.data_key or name for name, field in shape.fields.items()}
    errors: dict[str, list[str]] = {}
    given: dict[str, Any] = {}
    for name, value in pairs:
        if name not in known:
            names = _("Known are: {}.").format(", ".join(sorted(known))) if known else _("There are none here.")
            errors[name[:80]] = [_("There is no such parameter.") + " " + names]
        elif name in shape.repeatable:
            given.setdefault(name, []).append(value)
        elif name in given:
            errors[name] = [_("Give it once.")]
        else:
            given[name] = value
    try:
        asked = dict(shape.load({name: value for name, value in given.items() if name not in errors}))
    except ValidationError as error:
        errors = {name: _flat(messages) for name, messages in error.messages_dict.items()} | errors
    if errors:
        raise BadInput(" ".join(f"{name}: {messages[0]}" for name, messages in errors.items()), errors)
    return asked


read_once = lru_cache(maxsize=2048)(read)


@lru_cache(maxsize=64)
def _instance(schema: type[Query]) -> Query:
    return schema()


def _flat(messages: Any) -> list[str]:
    if isinstance(messages, dict):
        return [text for part in messages.values() for text in _flat(part)]
    return [
        _("This parameter is needed.") if text == "Missing data for required field." else str(text) for text in messages
    ]
