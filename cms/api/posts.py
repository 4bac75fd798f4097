"""`/posts`: the list, one post, what is related to it."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from cms.api.blueprint import PublicBlueprint, moved
from cms.api.paging import paged
from cms.api.queries import PostQuery, PostsQuery, RelatedQuery
from cms.errors import NotFound
from cms.shapes import Listing, View, list_cards, moved_to, public_id, public_post, related_cards
from cms.shapes.schemas import PostAnswer, PostsAnswer, RelatedAnswer

posts = PublicBlueprint("posts", __name__, description="Published posts.")


@posts.resource("/posts", PostsAnswer, query=PostsQuery)
def list_posts(view: View, asked: Mapping[str, Any]) -> Response:
    """List posts, newest first.

    Past the last page the list is empty.
    """
    only = asked["fields_"]
    listing = Listing(
        tags=tuple(asked["tag"]),
        hashtag=asked["hashtag"],
        author=asked["author"],
        year=asked["year"],
        featured=asked["featured"],
        order=asked["order"],
        page=asked["page"],
        limit=asked["limit"],
        html="html" in asked["include"],
    )
    cards, total = list_cards(view, listing)
    if only:
        wanted = {*only, *asked["include"]}
        cards = [{name: value for name, value in card.items() if name in wanted} for card in cards]
    return paged(view, {"posts": cards}, listing.page, listing.limit, total)


@posts.resource("/posts/<slug>", PostAnswer, query=PostQuery, errors=(404,), moves=True)
def get_post(view: View, asked: Mapping[str, Any], slug: str) -> Any:
    """Read one post.

    An old slug redirects to the present one.
    """
    post = public_post(view, slug, asked["formats"])
    if post is None:
        return _moved(view, slug, "")
    if "related" in asked["include"]:
        post["related"] = related_cards(view, post["id"], 3)
    return {"post": post}


@posts.resource("/posts/<slug>/related", RelatedAnswer, query=RelatedQuery, errors=(404,), moves=True)
def get_related(view: View, asked: Mapping[str, Any], slug: str) -> Any:
    """Posts to read next, best first, each with the reasons why."""
    post_id = public_id(view, slug)
    if post_id is None:
        return _moved(view, slug, "/related")
    return {"related": related_cards(view, post_id, asked["limit"])}


def _moved(view: View, slug: str, rest: str) -> Response:
    present = moved_to(view, slug)
    if present is None:
        raise NotFound
    return moved(f"posts/{present}{rest}")
