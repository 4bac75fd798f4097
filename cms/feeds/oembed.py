"""oEmbed (https://oembed.com): a link to a post, with its title and picture, for editors that ask."""

import json
import re
from gettext import gettext as _
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Response, request

from cms.caching import answer
from cms.errors import BadInput, CmsError, NotFound
from cms.feeds.pages import view_now
from cms.shapes import View, public_post


class NotThisFormat(CmsError):
    status = 501
    title = "Not available in that format"


def oembed() -> Response:
    """Describe the post at `url`. Raises BadInput without an address, NotFound for what is no public post."""
    address = request.args.get("url", "")
    if not address:
        raise BadInput(_("Give the address of a post in the parameter url."), {"url": [_("This is needed.")]})
    if request.args.get("format", "json") != "json":
        raise NotThisFormat(_("This address answers JSON only: leave out format, or write format=json."))
    view = view_now()
    slug = slug_in(view, address)
    post = public_post(view, slug, ()) if slug else None
    if post is None:
        raise NotFound
    return answer(json.dumps(_link(view, post), ensure_ascii=False, separators=(",", ":")))


def slug_in(view: View, address: str) -> str | None:
    """The slug in the address of a post, on the author's site or here."""
    asked = _without_scheme(address)
    for pattern in filter(None, (view.site.post_url, view.site.public("/posts/{slug}"))):
        before, _slug, after = _without_scheme(pattern).partition("{slug}")
        match = re.fullmatch(f"{re.escape(before)}([^/?#&]+?){re.escape(after)}/?(?:[?#&].*)?", asked)
        if match:
            return unquote(match[1])
    return None


def _without_scheme(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address[len(parts.scheme) + 3 :] if parts.scheme in {"http", "https"} else ""


def _link(view: View, post: dict[str, Any]) -> dict[str, Any]:
    link: dict[str, Any] = {
        "version": "1.0",
        "type": "link",
        "title": post["title"],
        "provider_name": view.site.site_name,
        "provider_url": view.site.public("/"),
    }
    if post["authors"]:
        link["author_name"] = ", ".join(author["name"] for author in post["authors"])
    if cover := post["cover"]:
        link |= {
            "thumbnail_url": cover["src"],
            "thumbnail_width": cover["width"],
            "thumbnail_height": cover["height"],
        }
    return link
