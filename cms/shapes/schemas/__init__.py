"""The public contract: every field that the API may show, and nothing else; one file a noun, `answers.py` the whole.

The API documents itself from these schemas, and a test holds every answer against them (an unknown or a
missing field fails). The answers themselves are built by the plain functions beside this folder, because
marshmallow's `dump` takes longer than reading the rows.
"""

from cms.shapes.schemas.answers import (
    AuthorAnswer,
    AuthorsAnswer,
    Found,
    HashtagsAnswer,
    PostAnswer,
    PostsAnswer,
    Problem,
    RedirectsAnswer,
    RelatedAnswer,
    SuggestAnswer,
    TagAnswer,
    TagsAnswer,
)
from cms.shapes.schemas.people import Author
from cms.shapes.schemas.pictures import Picture
from cms.shapes.schemas.posts import Card, Post
from cms.shapes.schemas.search import Suggestion
from cms.shapes.schemas.site import Site
from cms.shapes.schemas.tags import Tag

__all__ = [
    "Author",
    "AuthorAnswer",
    "AuthorsAnswer",
    "Card",
    "Found",
    "HashtagsAnswer",
    "Picture",
    "Post",
    "PostAnswer",
    "PostsAnswer",
    "Problem",
    "RedirectsAnswer",
    "RelatedAnswer",
    "Site",
    "SuggestAnswer",
    "Suggestion",
    "Tag",
    "TagAnswer",
    "TagsAnswer",
]
