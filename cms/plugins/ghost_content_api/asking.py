"""What a Ghost client asks for in the query: filter, order, page, lists of words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import request

from cms.errors import BadInput
from cms.posts import Author, Post, PostTag, Tag, post_author

MOST = 100  # on a page, as in Ghost 6; `limit=all` means this
USUAL = 15
TERM = re.compile(r"([a-z_.]+):(-?)(?:\[([^\]]*)\]|'([^']*)'|([^+,()\[\]]+))")
ORDERS: Mapping[str, sa.ColumnElement[Any]] = {
    "published_at": Post.published_at.expression,
    "updated_at": Post.updated_at.expression,
    "title": sa.func.lower(Post.title),
    "featured": Post.featured.expression,
    "slug": Post.slug.expression,
    "id": Post.id.expression,
}


def filters(text: str) -> list[sa.ColumnElement[bool]]:
    """Conditions of the part of Ghost's filter language that front ends use: terms joined by `+`.

    Raises BadInput that names what is not understood.
    """
    conditions = []
    place = 0
    while place < len(text):
        term = TERM.match(text, place)
        if term is None:
            raise BadInput(
                f"The filter is not understood from “{text[place:][:40]}” on. Join terms such as tag:feet by +."
            )
        name, negated, several, quoted, plain = term.groups()
        values = (
            [value.strip(" '\"") for value in (several or "").split(",")] if several is not None else [quoted or plain]
        )
        meant = condition(name, values)
        conditions.append(sa.not_(meant) if negated else meant)
        place = term.end()
        if place < len(text):
            if text[place] != "+":
                raise BadInput("Only terms joined by + (and) are understood here, and lists such as tag:[feet,knees].")
            place += 1
    return conditions


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
    order: list[sa.ColumnElement[Any]] = []
    for part in request.args.get("order", "published_at desc").split(","):
        name, _, direction = part.strip().partition(" ")
        if name not in ORDERS or direction.strip().lower() not in {"", "asc", "desc"}:
            raise BadInput(
                f"Posts cannot be ordered by “{part.strip()[:40]}”. Known: {', '.join(ORDERS)}, with asc or desc."
            )
        order.append(ORDERS[name].asc() if direction.strip().lower() == "asc" else ORDERS[name].desc())
    return [*order, Post.id.desc()]


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
