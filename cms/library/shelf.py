"""The files beside the posts, in the order in which they are read.

Of each the module says which keys an entry has, how each is read, and where it goes: `put_…` writes entries
into the running transaction, `…_rows` gives what the database holds in the shape of the file. An import adds
and changes, it never deletes.
"""

from cms.library.entries import Entry, Kind, Row
from cms.library.shelf_people import AUTHORS, EXERCISES, PICTURES
from cms.library.shelf_words import PINS, REDIRECTS, TAGS, VOCABULARY, old_post_slugs

# Authors and exercises name pictures; pins name posts, so they come last, when the posts are in.
LISTS = (PICTURES, AUTHORS, EXERCISES, TAGS, VOCABULARY, REDIRECTS, PINS)

__all__ = ["LISTS", "PINS", "Entry", "Kind", "Row", "old_post_slugs"]
