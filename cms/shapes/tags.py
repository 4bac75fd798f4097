"""Tags and hashtags of public posts."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from cms.posts import Post, PostHashtag, PostTag, Redirect, Tag, TagName
from cms.shapes.cards import PUBLIC
from cms.shapes.fields import rfc3339
from cms.shapes.view import View

_USED = (
    sa.select(
        Tag.id,
        Tag.slug,
        Tag.name,
        Tag.description,
        sa.func.count().label("count"),
        sa.func.max(Post.published_at).label("latest_at"),
    )
    .join(PostTag, PostTag.tag_id == Tag.id)
    .join(Post, Post.id == PostTag.post_id)
    .where(PUBLIC)
    .group_by(Tag.id)
)
_ORDERS: dict[str, tuple[Any, ...]] = {
    "name": (sa.func.lower(Tag.name), Tag.id),
    "-count": (sa.desc("count"), sa.func.lower(Tag.name), Tag.id),
}
_LIMITS: dict[str, sa.BindParameter[Any]] = {"limit": sa.bindparam("limit"), "offset": sa.bindparam("offset")}
_PAGES = {
    order: _USED.order_by(*columns).limit(_LIMITS["limit"]).offset(_LIMITS["offset"])
    for order, columns in _ORDERS.items()
}
_COUNT = (
    sa.select(sa.func.count(sa.distinct(PostTag.tag_id)).label("total"))
    .join(Post, Post.id == PostTag.post_id)
    .where(PUBLIC)
)
_ONE = _USED.where(Tag.slug == sa.bindparam("slug"))
_ALIASES = (
    sa.select(TagName.tag_id, TagName.text)
    .where(TagName.is_alias, TagName.tag_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(TagName.position)
)
_CALLED = (
    sa.select(Tag.slug)
    .join(TagName, TagName.tag_id == Tag.id)
    .where(TagName.key == sa.bindparam("key"))
    .where(Tag.id.in_(sa.select(PostTag.tag_id).join(Post, Post.id == PostTag.post_id).where(PUBLIC)))
)
_MOVED = (
    sa.select(Tag.slug)
    .join(Redirect, sa.and_(Redirect.kind == "tag", Redirect.target == sa.cast(Tag.id, sa.Text)))
    .where(Redirect.source == sa.bindparam("slug"))
    .where(Tag.id.in_(sa.select(PostTag.tag_id).join(Post, Post.id == PostTag.post_id).where(PUBLIC)))
)
_FIRST = sa.func.row_number().over(
    partition_by=PostHashtag.key, order_by=(Post.published_at, Post.id, PostHashtag.position)
)
_SPELLED = (
    sa.select(
        PostHashtag.key.label("key"),
        PostHashtag.name.label("name"),
        sa.func.count().over(partition_by=PostHashtag.key).label("count"),
        _FIRST.label("place"),
    )
    .join(Post, Post.id == PostHashtag.post_id)
    .where(PUBLIC)
    .subquery()
)
_HASHTAGS = sa.select(_SPELLED.c.key, _SPELLED.c.name, _SPELLED.c.count).where(_SPELLED.c.place == 1)
_HASHTAG_PAGES = {
    order: _HASHTAGS.order_by(*columns).limit(_LIMITS["limit"]).offset(_LIMITS["offset"])
    for order, columns in {"name": (_SPELLED.c.key,), "-count": (_SPELLED.c.count.desc(), _SPELLED.c.key)}.items()
}
_HASHTAG_COUNT = sa.select(sa.func.count(sa.distinct(PostHashtag.key)).label("total")).join(
    Post, Post.id == PostHashtag.post_id
).where(PUBLIC)  # fmt: skip


def list_tags(view: View, order: str, page: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """One page of the tags that public posts have, and how many there are in all."""
    rows = view.rows(_PAGES[order], {"now": view.now, "limit": limit, "offset": (page - 1) * limit})
    return _tags(view, rows), view.rows(_COUNT, {"now": view.now})[0].total


def one_tag(view: View, slug: str) -> dict[str, Any] | None:
    """The tag, or None where no public post has it."""
    tags = _tags(view, view.rows(_ONE, {"now": view.now, "slug": slug}))
    return tags[0] if tags else None


def tag_called(view: View, name: str, key: str) -> str | None:
    """The slug of the tag that an alias or an old slug stands for, if public posts have it."""
    rows = view.rows(_MOVED, {"now": view.now, "slug": name})
    if not rows and key:
        rows = view.rows(_CALLED, {"now": view.now, "key": key})
    return rows[0].slug if rows else None


def tag_address(view: View, slug: str) -> str:
    """The page that lists a tag's posts."""
    return view.site.public(f"/tags/{quote(slug, safe='')}")


def tag_names(view: View, slugs: Sequence[str]) -> dict[str, str]:
    """Names of tags by slug."""

    def load(missing: list[str]) -> dict[str, str]:
        return {row.slug: row.name for row in view.rows(_NAMES, {"slugs": missing})}

    return view.known("tag_names", slugs, load)


_NAMES = sa.select(Tag.slug, Tag.name).where(Tag.slug.in_(sa.bindparam("slugs", expanding=True)))


def list_hashtags(view: View, order: str, page: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """One page of the hashtags of public posts, as first spelled, and how many there are in all."""
    rows = view.rows(_HASHTAG_PAGES[order], {"now": view.now, "limit": limit, "offset": (page - 1) * limit})
    shapes = [{"name": row.name, "slug": row.key, "count": row.count} for row in rows]
    return shapes, view.rows(_HASHTAG_COUNT, {"now": view.now})[0].total


def _tags(view: View, rows: Sequence[Any]) -> list[dict[str, Any]]:
    if not rows:
        return []
    aliases: dict[int, list[str]] = {}
    for tag_id, text in view.rows(_ALIASES, {"ids": [row.id for row in rows]}):
        aliases.setdefault(tag_id, []).append(text)
    return [
        {
            "slug": row.slug,
            "name": row.name,
            "description": row.description,
            "aliases": aliases.get(row.id, []),
            "count": row.count,
            "url": tag_address(view, row.slug),
            "latest_at": rfc3339(row.latest_at),
        }
        for row in rows
    ]
