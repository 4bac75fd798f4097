"""Related articles: computed when a post changes, looked up when it is read.

`related_to` is the lookup. `catch_up` follows the journal and recomputes the posts that a change touches,
`refresh` given ones, `rebuild` all of them. `links_here` and `orphans` are the reverse view for the editor.
"""

from cms.related.follow import catch_up, rebuild, refresh
from cms.related.reading import Related, links_here, orphans, related_to

__all__ = ["Related", "catch_up", "links_here", "orphans", "rebuild", "refresh", "related_to"]
