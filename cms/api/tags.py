"""`/tags` and `/hashtags`: what public posts are about."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from cms.api.blueprint import PublicBlueprint, moved
from cms.api.paging import paged
from cms.api.queries import Paged, TagsQuery
from cms.errors import NotFound
from cms.markup.hashtags import tag_key
from cms.shapes import Listing, View, list_cards, list_hashtags, list_tags, one_tag, tag_called
from cms.shapes.schemas import HashtagsAnswer, TagAnswer, TagsAnswer

tags = PublicBlueprint("tags", __name__, description="Tags and hashtags of published posts.")


@tags.resource("/tags", TagsAnswer, query=TagsQuery)
def list_all_tags(view: View, asked: Mapping[str, Any]) -> Response:
    """List tags that have public posts."""
    found, total = list_tags(view, asked["order"], asked["page"], asked["limit"])
    return paged(view, {"tags": found}, asked["page"], asked["limit"], total)


@tags.resource("/tags/<slug>", TagAnswer, query=Paged, errors=(404,), moves=True)
def get_tag(view: View, asked: Mapping[str, Any], slug: str) -> Response:
    """Read one tag with its posts.

    An alias or an old slug redirects to the tag.
    """
    tag = one_tag(view, slug)
    if tag is None:
        present = tag_called(view, slug, tag_key(slug))
        if present is None:
            raise NotFound
        return moved(f"tags/{present}")
    page, limit = asked["page"], asked["limit"]
    cards, total = list_cards(view, Listing(tags=(tag["slug"],), page=page, limit=limit))
    return paged(view, {"tag": tag, "posts": cards}, page, limit, total)


@tags.resource("/hashtags", HashtagsAnswer, query=TagsQuery)
def list_all_hashtags(view: View, asked: Mapping[str, Any]) -> Response:
    """List hashtags that stand in public posts."""
    found, total = list_hashtags(view, asked["order"], asked["page"], asked["limit"])
    return paged(view, {"hashtags": found}, asked["page"], asked["limit"], total)
