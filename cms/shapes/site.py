"""The site as its author describes it, and where its old addresses lead."""

from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa

from cms.posts import Post, Redirect, is_public, post_address
from cms.shapes.cards import NOW, PUBLIC
from cms.shapes.view import View

_PATHS = sa.select(Redirect.source, Redirect.target, Redirect.status).where(Redirect.kind == "path").order_by(
    Redirect.source
)  # fmt: skip
_OLD_SLUGS = (
    sa.select(Redirect.source, Post.slug, Redirect.status)
    .join(Post, Post.id == Redirect.target)
    .where(Redirect.kind == "post", PUBLIC)
    .order_by(Redirect.source)
)
_HIDDEN = sa.select(Post.slug).where(Post.slug.is_not(None), sa.not_(is_public(NOW)))


_KEPT = sa.select(Redirect.target, Redirect.status).where(
    Redirect.kind == "path", Redirect.source == sa.bindparam("path")
)


def site_facts(view: View) -> dict[str, Any]:
    """What `/site` answers."""
    site = view.site
    booking = {"label": site.booking_label or site.booking_url, "url": site.booking_url} if site.booking_url else None
    return {
        "name": site.site_name,
        "description": site.description,
        "language": site.language,
        "time_zone": site.time_zone,
        "post_url": site.post_url or site.public("/posts/{slug}"),
        "disclaimer": site.disclaimer,
        "booking": booking,
        "feeds": {
            "rss": site.public("/feed.xml"),
            "atom": site.public("/atom.xml"),
            "json": site.public("/feed.json"),
            "sitemap": site.public("/sitemap.xml"),
        },
    }


def list_redirects(view: View) -> list[dict[str, Any]]:
    """Old paths of the author's site: old slugs of public posts, and what the author wrote down.

    One that leads to a post which is not public is left out, so that it tells nobody of the post.
    """
    redirects = [
        {"from": path_of(post_address(view.site, old)), "to": path_of(post_address(view.site, slug)), "status": status}
        for old, slug, status in view.rows(_OLD_SLUGS, {"now": view.now})
    ]
    hidden = hidden_addresses(view)
    for source, target, status in view.rows(_PATHS, {}):
        if unquote(target) not in hidden and target not in hidden:
            redirects.append({"from": source, "to": target, "status": status})
    return redirects


def kept_redirect(view: View, path: str) -> tuple[str, int] | None:
    """Where the author's own redirect of this path leads, and with which status."""
    rows = view.rows(_KEPT, {"path": path})
    if not rows or hidden_addresses(view) & {rows[0].target, unquote(rows[0].target)}:
        return None
    return str(rows[0].target), int(rows[0].status)


def hidden_addresses(view: View) -> set[str]:
    """Addresses and paths of posts that are not public."""
    addresses = {post_address(view.site, row.slug) for row in view.rows(_HIDDEN, {"now": view.now})}
    return addresses | {path_of(address) for address in addresses}


def path_of(address: str) -> str:
    """The path (with its query) of an address."""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
