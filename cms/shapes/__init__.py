"""What the public sees, and in which shape: the contract (`schemas/`) and the functions that fill it."""

from cms.shapes.cards import Listing, cards_by_id, list_cards, public_now
from cms.shapes.drafts import draft_post
from cms.shapes.fields import rfc3339
from cms.shapes.found import found_shape, suggestion_shapes
from cms.shapes.people import list_authors, one_author
from cms.shapes.pictures import stored_pictures
from cms.shapes.posts import moved_to, public_id, public_post
from cms.shapes.related import related_cards
from cms.shapes.site import list_redirects, site_facts
from cms.shapes.tags import list_hashtags, list_tags, one_tag, tag_called
from cms.shapes.view import View

__all__ = [
    "Listing",
    "View",
    "cards_by_id",
    "draft_post",
    "found_shape",
    "list_authors",
    "list_cards",
    "list_hashtags",
    "list_redirects",
    "list_tags",
    "moved_to",
    "one_author",
    "one_tag",
    "public_id",
    "public_now",
    "public_post",
    "related_cards",
    "rfc3339",
    "site_facts",
    "stored_pictures",
    "suggestion_shapes",
    "tag_called",
]
