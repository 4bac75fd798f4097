"""`/authors`: who writes."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from cms.api.blueprint import PublicBlueprint
from cms.api.paging import paged
from cms.api.queries import Paged
from cms.errors import NotFound
from cms.shapes import Listing, View, list_authors, list_cards, one_author
from cms.shapes.schemas import AuthorAnswer, AuthorsAnswer

authors = PublicBlueprint("authors", __name__, description="Authors of published posts.")


@authors.resource("/authors", AuthorsAnswer, query=Paged)
def list_all_authors(view: View, asked: Mapping[str, Any]) -> Response:
    """List authors and reviewers of public posts."""
    found, total = list_authors(view, asked["page"], asked["limit"])
    return paged(view, {"authors": found}, asked["page"], asked["limit"], total)


@authors.resource("/authors/<slug>", AuthorAnswer, query=Paged, errors=(404,))
def get_author(view: View, asked: Mapping[str, Any], slug: str) -> Response:
    """Read one author with the posts they wrote."""
    author = one_author(view, slug)
    if author is None:
        raise NotFound
    page, limit = asked["page"], asked["limit"]
    cards, total = list_cards(view, Listing(author=slug, page=page, limit=limit))
    return paged(view, {"author": author, "posts": cards}, page, limit, total)
