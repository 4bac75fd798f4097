"""Posts, revisions, tags, authors, and the gate to what is public."""

from cms.posts.aside import Aside
from cms.posts.content import Content
from cms.posts.gate import is_public, next_due, published
from cms.posts.people import Author, post_author
from cms.posts.post import Exercise, Post, Redirect, Revision, SiteValue, new_id
from cms.posts.site import current_site, describe_site, post_address, settings, zone
from cms.posts.tags import PostHashtag, PostTag, Tag, TagName

__all__ = [
    "Aside",
    "Author",
    "Content",
    "Exercise",
    "Post",
    "PostHashtag",
    "PostTag",
    "Redirect",
    "Revision",
    "SiteValue",
    "Tag",
    "TagName",
    "current_site",
    "describe_site",
    "is_public",
    "new_id",
    "next_due",
    "post_address",
    "post_author",
    "published",
    "settings",
    "zone",
]
