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
_ALL = _USED.order_by(sa.func.lower(Tag.name), Tag.id)
_ALIASES = sa.select(TagName.tag_id, TagName.text).where(TagName.is_alias).order_by(TagName.position)
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
_HASHTAGS = (
    sa.select(_SPELLED.c.key, _SPELLED.c.name, _SPELLED.c.count).where(_SPELLED.c.place == 1).order_by(_SPELLED.c.key)
)


def list_tags(view: View, order: str, page: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """One page of the tags that public posts have, and how many there are in all."""
    return _page(list(_tags(view).values()), order, page, limit)


def one_tag(view: View, slug: str) -> dict[str, Any] | None:
    """The tag, or None where no public post has it."""
    tag = _tags(view).get(slug)
    return dict(tag) if tag else None


def _page(shapes: list[dict[str, Any]], order: str, page: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """A page of what comes by name, or most used first."""
    if order == "-count":
        shapes = sorted(shapes, key=lambda shape: -shape["count"])
    begins = (page - 1) * limit
    return [dict(shape) for shape in shapes[begins : begins + limit]], len(shapes)


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
    shapes: list[dict[str, Any]] | None = view.memo.get("hashtags")
    if shapes is None:
        rows = view.rows(_HASHTAGS, {"now": view.now})
        shapes = view.memo["hashtags"] = [{"name": row.name, "slug": row.key, "count": row.count} for row in rows]
    return _page(shapes, order, page, limit)


def _tags(view: View) -> dict[str, dict[str, Any]]:
    """All tags of public posts by slug, in the order of names.

    Counting them reads every public post's tags, so it is done once until the public side changes.
    """
    tags: dict[str, dict[str, Any]] | None = view.memo.get("tags")
    if tags is None:
        rows = view.rows(_ALL, {"now": view.now})
        aliases: dict[int, list[str]] = {}
        for tag_id, text in view.rows(_ALIASES, {}) if rows else ():
            aliases.setdefault(tag_id, []).append(text)
        tags = view.memo["tags"] = {
            row.slug: {
                "slug": row.slug,
                "name": row.name,
                "description": row.description,
                "aliases": aliases.get(row.id, []),
                "count": row.count,
                "url": tag_address(view, row.slug),
                "latest_at": rfc3339(row.latest_at),
            }
            for row in rows
        }
    return tags
