"""Posts, tags and authors in Ghost's shapes, from ours."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from cms.plugins.ghost_content_api.asking import words
from cms.posts import Author, Post, Tag
from cms.shapes import View, cards_by_id
from cms.shapes.links import whole_links


def posts(view: View, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Posts in Ghost's shape, in the order of `ids`."""
    cards = cards_by_id(view, ids)
    columns = (Post.id, Post.html, Post.text, Post.seo, Post.created_at)
    bodies = {row.id: row for row in view.session.execute(sa.select(*columns).where(Post.id.in_(ids)))}
    included, formats = words("include"), words("formats") or {"html"}
    tag_ids = _by_slug(view, Tag, [tag["slug"] for card in cards.values() for tag in card["tags"]])
    author_ids = _by_slug(view, Author, [author["slug"] for card in cards.values() for author in card["authors"]])
    return [_post(view, cards[id], bodies[id], included, formats, tag_ids, author_ids) for id in ids if id in cards]


def _post(
    view: View,
    card: Mapping[str, Any],
    body: Any,
    included: set[str],
    formats: set[str],
    tag_ids: Mapping[str, int],
    author_ids: Mapping[str, int],
) -> dict[str, Any]:
    cover = card["cover"] or {}
    post = {
        "id": card["id"],
        "uuid": card["id"],
        "title": card["title"],
        "slug": card["slug"],
        "html": whole_links(view, view.html(body.html)) if "html" in formats else None,
        "plaintext": body.text if "plaintext" in formats else None,
        "comment_id": card["id"],
        "feature_image": cover.get("src"),
        "feature_image_alt": cover.get("alt") or None,
        "feature_image_caption": cover.get("caption") or None,
        "featured": card["featured"],
        "visibility": "public",
        "created_at": _moment(card["published_at"]),
        "updated_at": _moment(card["updated_at"]),
        "published_at": _moment(card["published_at"]),
        "custom_excerpt": card["excerpt"] or None,
        "excerpt": card["excerpt"],
        "reading_time": card["reading_time"],
        "canonical_url": body.seo.get("canonical_url") or None,
        "meta_title": body.seo.get("title") or None,
        "meta_description": body.seo.get("description") or None,
        "url": card["url"],
        "access": True,
        "comments": False,
    }
    for name in ("html", "plaintext"):
        if name not in formats:
            del post[name]
    if "tags" in included:
        post["tags"] = [_tag(view, tag_ids[tag["slug"]], tag) for tag in card["tags"]]
        post["primary_tag"] = post["tags"][0] if post["tags"] else None
    if "authors" in included:
        post["authors"] = [_author(view, author_ids[author["slug"]], author) for author in card["authors"]]
        post["primary_author"] = post["authors"][0] if post["authors"] else None
    return post


def tags(view: View, tags: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    ids = _by_slug(view, Tag, [tag["slug"] for tag in tags])
    counted = "count.posts" in words("include")
    return [_tag(view, ids[tag["slug"]], tag) | ({"count": {"posts": tag["count"]}} if counted else {}) for tag in tags]


def _tag(view: View, tag_id: int, tag: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(tag_id),
        "name": tag["name"],
        "slug": tag["slug"],
        "description": tag.get("description") or None,
        "feature_image": None,
        "visibility": "public",
        "meta_title": None,
        "meta_description": None,
        "url": view.site.public(f"/tags/{tag['slug']}"),
    }


def authors(view: View, authors: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    ids = _by_slug(view, Author, [author["slug"] for author in authors])
    counted = "count.posts" in words("include")
    return [
        _author(view, ids[author["slug"]], author) | ({"count": {"posts": author["count"]}} if counted else {})
        for author in authors
    ]


def _author(view: View, author_id: int, author: Mapping[str, Any]) -> dict[str, Any]:
    name = ", ".join([author["name"], *author["credentials"]])
    return {
        "id": str(author_id),
        "name": name,
        "slug": author["slug"],
        "profile_image": (author.get("picture") or {}).get("src"),
        "cover_image": None,
        "bio": re.sub(r"<[^>]*>", "", author.get("bio_html") or "").strip() or None,
        "website": next(iter(author.get("same_as") or []), None),
        "location": None,
        "facebook": None,
        "twitter": None,
        "meta_title": None,
        "meta_description": None,
        "url": view.site.public(f"/api/v1/authors/{author['slug']}"),
    }


def _by_slug(view: View, table: type[Tag] | type[Author], slugs: Sequence[str]) -> dict[str, int]:
    rows = view.session.execute(sa.select(table.slug, table.id).where(table.slug.in_(set(slugs))))
    return {slug: id for slug, id in rows}  # noqa: C416 - a row is no pair of two types to the type checker


def _moment(text: str) -> str:
    return text.removesuffix("Z") + ".000+00:00"
