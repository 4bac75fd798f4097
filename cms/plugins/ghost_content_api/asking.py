"""What a Ghost client asks for in the query: filter, order, page, lists of words."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import request

from cms.db import utcnow
from cms.errors import BadInput
from cms.posts import Author, Post, PostTag, Tag, post_author

MOST = 100  # on a page, as in Ghost 6; `limit=all` means this
USUAL = 15
LONGEST = 2000  # characters of a filter
DEEPEST = 10  # brackets in brackets
TERM = re.compile(r"([a-z_.]+):(-|>=|<=|>|<)?(?:\[([^\]]*)\]|'([^']*)'|([^+,()\[\]]+))")
COMPARED: Mapping[str | None, Callable[[Any, Any], sa.ColumnElement[bool]]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip
DATES: Mapping[str, sa.ColumnElement[Any]] = {
    "published_at": Post.published_at.expression,
    "created_at": Post.published_at.expression,
    "updated_at": Post.updated_at.expression,
}
AGO = re.compile(r"now-([0-9]{1,4})([dwMy])")
DAYS = {"d": 1, "w": 7, "M": 30, "y": 365}
ORDERS: Mapping[str, sa.ColumnElement[Any]] = {
    "published_at": Post.published_at.expression,
    "updated_at": Post.updated_at.expression,
    "title": sa.func.lower(Post.title),
    "featured": Post.featured.expression,
    "slug": Post.slug.expression,
    "id": Post.id.expression,
}


def filters(text: str) -> list[sa.ColumnElement[bool]]:
    """Conditions of the part of Ghost's filter language that front ends use: terms, `+` (and), `,` (or), brackets.

    Raises BadInput that names what is not understood. Source: https://docs.ghost.org/content-api/filtering
    """
    if not text:
        return []
    if len(text) > LONGEST:
        raise BadInput(f"A filter has at most {LONGEST} characters.")
    reader = _Reader(text)
    meant = reader.any_of(0)
    if reader.place < len(text):
        raise reader.lost()
    return [meant]


class _Reader:
    """Reads a filter from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def any_of(self, depth: int) -> sa.ColumnElement[bool]:
        meant = [self.all_of(depth)]
        while self.met(","):
            meant.append(self.all_of(depth))
        return sa.or_(*meant)

    def all_of(self, depth: int) -> sa.ColumnElement[bool]:
        meant = [self.one(depth)]
        while self.met("+"):
            meant.append(self.one(depth))
        return sa.and_(*meant)

    def one(self, depth: int) -> sa.ColumnElement[bool]:
        if depth < DEEPEST and self.met("("):
            meant = self.any_of(depth + 1)
            if not self.met(")"):
                raise self.lost()
            return meant
        term = TERM.match(self.text, self.place)
        if term is None:
            raise self.lost()
        self.place = term.end()
        name, sign, several, quoted, plain = term.groups()
        if sign in COMPARED:
            return compared(name, sign, quoted or plain or "")
        single = [quoted if quoted is not None else plain.strip()] if several is None else []
        values = single or [value.strip(" '\"") for value in several.split(",")]
        meant = condition(name, values)
        return sa.not_(meant) if sign == "-" else meant

    def met(self, character: str) -> bool:
        """Step over this character if it stands here."""
        here = self.text.startswith(character, self.place)
        self.place += here
        return here

    def lost(self) -> BadInput:
        return BadInput(
            f"The filter is not understood from “{self.text[self.place :][:40]}” on. "
            "Write terms such as tag:feet, joined by + (and) or , (or)."
        )


def compared(name: str, sign: str, value: str) -> sa.ColumnElement[bool]:
    """A term such as published_at:>'2026-01-31' or published_at:>=now-30d."""
    if name not in DATES:
        raise BadInput(f"Only {', '.join(DATES)} can be compared by {sign}.")
    try:
        moment = moment_of(value.strip())
    except (ValueError, OverflowError) as error:
        raise BadInput(f"{name} is compared with a date such as '2026-01-31' or with now-30d.") from error
    return COMPARED[sign](DATES[name], moment)


def moment_of(text: str) -> datetime:
    """A date, in UTC if it does not say otherwise, or a while ago. Raises ValueError, or OverflowError where no
    calendar reaches."""
    if ago := AGO.fullmatch(text):
        return utcnow() - timedelta(days=int(ago[1]) * DAYS[ago[2]])
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def condition(name: str, values: Sequence[str]) -> sa.ColumnElement[bool]:
    if name in {"tag", "tags", "tags.slug"}:
        return Post.id.in_(sa.select(PostTag.post_id).join(Tag, Tag.id == PostTag.tag_id).where(Tag.slug.in_(values)))
    if name in {"primary_tag"}:
        first = sa.select(PostTag.post_id).join(Tag, Tag.id == PostTag.tag_id).where(PostTag.position == 0)
        return Post.id.in_(first.where(Tag.slug.in_(values)))
    if name in {"author", "authors", "authors.slug", "primary_author"}:
        written = sa.select(post_author.c.post_id).join(Author, Author.id == post_author.c.author_id)
        return Post.id.in_(written.where(Author.slug.in_(values)))
    if name == "featured":
        return Post.featured.is_(values[0] == "true")
    if name == "id":
        return Post.id.in_(values)
    if name == "slug":
        return Post.slug.in_(values)
    if name == "visibility":
        return sa.true() if "public" in values else sa.false()
    raise BadInput(f"Posts cannot be filtered by “{name}” here: use tag, author, featured, id or slug.")


def order() -> list[sa.ColumnElement[Any]]:
    """The order that is asked for; of a column named again, the first word counts, as in SQL."""
    order: dict[str, sa.ColumnElement[Any]] = {}
    for part in request.args.get("order", "published_at desc").split(","):
        name, _, direction = part.strip().partition(" ")
        if name not in ORDERS or direction.strip().lower() not in {"", "asc", "desc"}:
            raise BadInput(
                f"Posts cannot be ordered by “{part.strip()[:40]}”. Known: {', '.join(ORDERS)}, with asc or desc."
            )
        column = ORDERS[name]
        order.setdefault(name, column.asc() if direction.strip().lower() == "asc" else column.desc())
    return [*order.values(), Post.id.desc()]


def page() -> tuple[int, int]:
    limit = request.args.get("limit", str(USUAL))
    return whole("page", request.args.get("page", "1"), 10_000), MOST if limit == "all" else whole("limit", limit, MOST)


def whole(name: str, text: str, most: int) -> int:
    """A number that Ghost's clients send; more than we give is taken down to that, as Ghost does."""
    if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or int(text) < 1:
        raise BadInput(f"{name} is a whole number from 1 to {most}.")
    return min(int(text), most)


def words(name: str) -> set[str]:
    return {word.strip() for word in request.args.get(name, "").split(",") if word.strip()}
