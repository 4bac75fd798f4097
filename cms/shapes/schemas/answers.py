"""Whole answers, one for each address, and the one error."""

from marshmallow import fields

from cms.shapes.schemas.ground import Shape, about, many, number, one, string
from cms.shapes.schemas.people import Author
from cms.shapes.schemas.posts import Card, ListedPost, Post, RelatedCard
from cms.shapes.schemas.search import Facets, FoundCard, Query, Suggestion
from cms.shapes.schemas.site import Redirect
from cms.shapes.schemas.tags import Hashtag, Tag


class Pagination(Shape):
    page = number("This page.", 1)
    limit = number("Posts on a page.", 10)
    pages = number("How many pages there are; 0 if nothing was found.", 3)
    total = number("How many there are in all.", 24)
    next = number("The next page, or null.", 2, none=True)
    prev = number("The page before, or null.", 1, none=True)


class Meta(Shape):
    pagination = one(Pagination, "Where in the list this answer stands.")


class PostsAnswer(Shape):
    posts = many(ListedPost, "Newest first unless `order` says otherwise.")
    meta = one(Meta, "Pagination.")


class PostAnswer(Shape):
    post = one(Post, "The post.")


class RelatedAnswer(Shape):
    related = many(RelatedCard, "Best first.")


class TagsAnswer(Shape):
    tags = many(Tag, "Only tags with public posts.")
    meta = one(Meta, "Pagination.")


class TagAnswer(Shape):
    tag = one(Tag, "The tag.")
    posts = many(Card, "Its posts, newest first.")
    meta = one(Meta, "Pagination.")


class HashtagsAnswer(Shape):
    hashtags = many(Hashtag, "Only hashtags of public posts.")
    meta = one(Meta, "Pagination.")


class AuthorsAnswer(Shape):
    authors = many(Author, "Only those who wrote or reviewed a public post.")
    meta = one(Meta, "Pagination.")


class AuthorAnswer(Shape):
    author = one(Author, "The author.")
    posts = many(Card, "The author's posts, newest first.")
    meta = one(Meta, "Pagination.")


class Found(Shape):
    degraded = fields.Boolean(metadata=about("True while the index is being rebuilt: simpler results.", False))
    query = one(Query, "How the question was understood.")
    total = number("How many posts were found.", 3)
    results = many(FoundCard, "Best first.")
    facets = one(Facets, "For filters.")
    meta = one(Meta, "Pagination.")


class SuggestAnswer(Shape):
    suggestions = many(Suggestion, "Best first.")


class RedirectsAnswer(Shape):
    redirects = many(Redirect, "For your site's own server.")


class Problem(Shape):
    """The one error body, RFC 9457."""

    type = string("What kind of problem.", "about:blank")
    title = string("The problem in a few words.", "This cannot be used as it is")
    status = number("The HTTP status again.", 422)
    detail = string("What to change.", "limit is 1 to 100.")
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata=about("What is wrong with which field.", {"limit": ["Write a whole number from 1 to 100."]}),
    )
