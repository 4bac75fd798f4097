"""What feed readers, search engines and language models fetch: feeds, sitemap, plain pages, pictures."""

from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from cms.caching import answer
from cms.errors import NotFound
from cms.feeds import json_feed, oembed, pages, rss, sitemap, texts
from cms.feeds.pages import view_now
from cms.media import path_of
from cms.shapes import Listing, View, list_cards, one_tag

ITEMS = 20
XML = "application/xml; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
FOREVER = "public, max-age=31536000, immutable"
PICTURES = {
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
}
ASSETS = Path(__file__).parent / "assets"

blueprint = Blueprint("feeds", __name__, template_folder="templates")
blueprint.add_url_rule("/", view_func=pages.home_page)
blueprint.add_url_rule("/posts/<slug>", view_func=pages.post_page)
blueprint.add_url_rule("/posts/<slug>.md", view_func=pages.markdown_page)
blueprint.add_url_rule("/tags/<slug>", view_func=pages.tag_page)
blueprint.add_url_rule("/oembed", view_func=oembed.oembed)


@blueprint.get("/feed.xml")
def rss_feed() -> Response:
    """The newest posts as RSS 2.0."""
    view = view_now()
    return _xml(rss.rss(_about(view, "/feed.xml"), _newest(view)), "application/rss+xml")


@blueprint.get("/atom.xml")
def atom_feed() -> Response:
    """The newest posts as Atom."""
    view = view_now()
    return _xml(rss.atom(_about(view, "/atom.xml"), _newest(view)), "application/atom+xml")


@blueprint.get("/feed.json")
def json_feed_answer() -> Response:
    """The newest posts as JSON Feed."""
    view = view_now()
    feed = json_feed.json_feed(_about(view, "/feed.json"), _newest(view))
    return answer(feed, "application/feed+json; charset=utf-8", ignores_query=True)


@blueprint.get("/tags/<slug>/feed.xml")
def tag_feed(slug: str) -> Any:
    """The newest posts of a tag as RSS 2.0. An alias or an old slug redirects."""
    view = view_now()
    tag = one_tag(view, slug)
    if tag is None:
        return pages.moved_tag(view, slug, "/feed.xml")
    about = _about(view, "") | {
        "title": f"{tag['name']} · {view.site.site_name}",
        "description": tag["description"],
        "home": tag["url"],
        "self": f"{tag['url']}/feed.xml",
    }
    return _xml(rss.rss(about, _newest(view, slug)), "application/rss+xml")


@blueprint.get("/sitemap.xml")
def whole_sitemap() -> Response:
    """Every public post, or an index of parts."""
    return answer(sitemap.sitemap(view_now()), XML, ignores_query=True)


@blueprint.get("/sitemap-<int:number>.xml")
def sitemap_part(number: int) -> Response:
    """One part of a large sitemap."""
    text = sitemap.part(view_now(), number) if 1 <= number <= 10_000 else ""
    if not text:
        raise NotFound
    return answer(text, XML, ignores_query=True)


@blueprint.get("/robots.txt")
def robots_txt() -> Response:
    """For crawlers."""
    return answer(texts.robots(view_now()), PLAIN, ignores_query=True)


@blueprint.get("/llms.txt")
def llms_txt() -> Response:
    """For language models."""
    return answer(texts.llms(view_now()), "text/markdown; charset=utf-8", ignores_query=True)


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """The icon."""
    return answer(_asset("favicon.ico"), "image/x-icon", ignores_query=True)


@blueprint.get("/page.css")
def page_style() -> Response:
    """The style sheet of the plain pages."""
    return answer(_asset("page.css"), "text/css; charset=utf-8", ignores_query=True)


@blueprint.get("/media/<file>")
def media(file: str) -> Response:
    """A picture. Its name is a hash of its content, so it never changes."""
    path = path_of(file)
    response = Response(path.read_bytes(), content_type=PICTURES[path.suffix])
    response.headers["Cache-Control"] = FOREVER
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.set_etag(file)
    return cast(Response, response.make_conditional(request.environ))


def _xml(feed: bytes, content_type: str) -> Response:
    return answer(feed, f"{content_type}; charset=utf-8", ignores_query=True)


def _newest(view: View, tag: str | None = None) -> list[dict[str, Any]]:
    cards, _ = list_cards(view, Listing(tags=(tag,) if tag else (), limit=ITEMS, html=True))
    return cards


def _about(view: View, path: str) -> dict[str, str]:
    site = view.site
    own = urlsplit(site.post_url)
    return {
        "title": site.site_name,
        "description": site.description,
        "language": site.language,
        "home": f"{own.scheme}://{own.netloc}/" if own.netloc else site.public("/"),
        "self": site.public(path),
    }


@lru_cache(maxsize=8)
def _asset(name: str) -> bytes:
    return (ASSETS / name).read_bytes()
