"""The sitemap (https://www.sitemaps.org/protocol.html), with each post's cover as Google's image extension has it.

Past 50,000 addresses it becomes an index of parts, as the protocol demands.
"""

from typing import Any
from xml.sax.saxutils import escape

import sqlalchemy as sa

from cms.feeds.rss import clean
from cms.posts import Post, post_address
from cms.shapes import View, public_now, rfc3339, stored_pictures
from cms.shapes.pictures import name_of

MOST = 50_000
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)

_COUNT = sa.select(sa.func.count().label("total")).select_from(Post).where(public_now())
_PART = (
    sa.select(Post.slug, Post.updated_at, Post.published_at, Post.cover, Post.seo)
    .where(public_now())
    .order_by(Post.published_at.desc(), Post.id.desc())
    .limit(sa.bindparam("limit"))
    .offset(sa.bindparam("offset"))
)


def sitemap(view: View) -> str:
    """All public posts, or an index of parts where there are too many."""
    total: int = view.rows(_COUNT, {"now": view.now})[0].total
    if total <= MOST:
        return part(view, 1)
    parts = "".join(
        f"<sitemap><loc>{escape(view.site.public(f'/sitemap-{number}.xml'))}</loc></sitemap>"
        for number in range(1, -(-total // MOST) + 1)
    )
    return f'{HEAD}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{parts}</sitemapindex>'


def part(view: View, number: int) -> str:
    """One part of the sitemap; the first is number 1. Empty past the last."""
    rows = view.rows(_PART, {"now": view.now, "limit": MOST, "offset": (number - 1) * MOST})
    covers = stored_pictures(view, [name for row in rows if (name := name_of(row.cover))])
    entries = "".join(entry for row in rows if (entry := _entry(view, row, covers)))
    return f"{HEAD}<urlset {NAMESPACES}>{entries}</urlset>" if entries or number == 1 else ""


def _entry(view: View, row: Any, covers: dict[str, dict[str, Any] | None]) -> str:
    address = post_address(view.site, row.slug)
    canonical = row.seo.get("canonical_url")
    if canonical and canonical != address:
        return ""  # the post says that its place is elsewhere
    cover = covers.get(name_of(row.cover))
    image = f"<image:image><image:loc>{_text(cover['src'])}</image:loc></image:image>" if cover else ""
    changed = rfc3339(row.updated_at or row.published_at)
    return f"<url><loc>{_text(address)}</loc><lastmod>{changed}</lastmod>{image}</url>"


def _text(text: str) -> str:
    return escape(clean(text).decode())
