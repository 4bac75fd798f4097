"""Elements filled by the server, for PHP, SSI, a reverse proxy or a build step: finished HTML without a script.

Each is the custom element with its shadow root declared inside (https://html.spec.whatwg.org/#attr-template-shadowrootmode),
so that it looks the same before, after and without embed.js; what search engines want stands beside as JSON-LD.
Parameters that are not understood are passed over: these addresses are written by hand into templates.
"""

from collections.abc import Mapping
from gettext import gettext as _
from typing import Any

from flask import Response, redirect, render_template, request

from cms.caching import answer, memo
from cms.db import snapshot
from cms.embed import files
from cms.embed.headers import HTML
from cms.errors import NotFound
from cms.shapes import Listing, View, list_cards, list_tags, moved_to, public_id, public_post, related_cards
from cms.shapes.cards import ORDERS
from cms.shapes.paging import asked_number

Asked = Mapping[str, str]


def posts() -> Response:
    """GET /embed/fragment/posts"""
    return answer(posts_html(_view(), request.args), HTML)


def tags() -> Response:
    """GET /embed/fragment/tags"""
    return answer(tags_html(_view(), request.args), HTML)


def post(slug: str) -> Any:
    """GET /embed/fragment/post/<slug>. Raises NotFound where nothing public stands."""
    view = _view()
    html = post_html(view, slug, request.args)
    return answer(html, HTML) if html is not None else _moved(view, slug, "post")


def head(slug: str) -> Any:
    """GET /embed/fragment/head/<slug>: title, description, canonical address and what shows when the page is shared.

    Raises NotFound where nothing public stands.
    """
    view = _view()
    found = public_post(view, slug)
    if found is None:
        return _moved(view, slug, "head")
    return answer(render_template("embed/fragment_head.html", site=view.site, post=found), HTML)


def related(slug: str) -> Any:
    """GET /embed/fragment/related/<slug>. Raises NotFound where nothing public stands."""
    view = _view()
    html = related_html(view, slug, request.args)
    return answer(html, HTML) if html is not None else _moved(view, slug, "related")


def posts_html(view: View, asked: Asked) -> str:
    """`<cms-posts>` filled. `asked` may hold tag, hashtag, author, featured, order, page, limit, level."""
    order = asked.get("order", "")
    listing = Listing(
        tags=tuple(filter(None, [asked.get("tag")])),
        hashtag=asked.get("hashtag") or None,
        author=asked.get("author") or None,
        featured=True if "featured" in asked else None,
        order=order if order in ORDERS else "-published_at",
        page=_number(asked, "page", 1, 10_000),
        limit=_number(asked, "limit", 6, 100),
    )
    cards, _total = list_cards(view, listing)
    return _render("posts", view, asked, posts=cards, level=_level(asked, 3), json_ld=blog_data(view, cards))


def tags_html(view: View, asked: Asked) -> str:
    """`<cms-tags>` filled. `asked` may hold order, limit and href (the address of a tag, with {slug})."""
    order = asked.get("order", "")
    found, _total = list_tags(view, order if order == "-count" else "name", 1, _number(asked, "limit", 30, 100))
    href = asked.get("href", "")
    if not href.startswith(("/", "?", "https://", "http://")):
        href, asked = "?tag={slug}", {key: value for key, value in asked.items() if key != "href"}
    return _render("tags", view, asked, tags=found, href=href)


def post_html(view: View, slug: str, asked: Asked) -> str | None:
    """`<cms-post>` filled, or None where nothing public has this slug. `asked` may hold level (0: no title)."""
    found = public_post(view, slug)
    if found is None:
        return None
    return _render("post", view, {**asked, "slug": slug}, post=found, level=_level(asked, 1, lowest=0))


def related_html(view: View, slug: str, asked: Asked) -> str | None:
    """`<cms-related>` filled, or None where nothing public has this slug. `asked` may hold limit, level, heading."""
    post_id = public_id(view, slug)
    if post_id is None:
        return None
    cards = related_cards(view, post_id, _number(asked, "limit", 3, 12))
    heading = asked.get("heading") or _("Related articles")
    more = {"related": cards, "level": _level(asked, 3, lowest=2), "heading": heading}
    return _render("related", view, {**asked, "slug": slug}, **more)


SHOWN = ("slug", "tag", "hashtag", "author", "featured", "order", "page", "limit", "level", "heading", "layout")


def _render(name: str, view: View, asked: Asked, **values: Any) -> str:
    """A fragment. What was asked stands on the element, so that the script would ask the same."""
    shown = (*SHOWN, "href") if name == "tags" else SHOWN
    attributes = {key: asked[key] for key in shown if asked.get(key) is not None}
    return render_template(
        f"embed/fragment_{name}.html",
        site=view.site,
        attributes=attributes,
        style_address=files.address("css"),
        **values,
    )


def blog_data(view: View, cards: list[dict[str, Any]]) -> dict[str, Any]:
    """https://schema.org/Blog of the posts shown."""
    listed = [
        {"@type": "BlogPosting", "headline": card["title"], "url": card["url"], "datePublished": card["published_at"]}
        for card in cards
    ]
    return {"@context": "https://schema.org", "@type": "Blog", "name": view.site.site_name, "blogPost": listed}


def _view() -> View:
    return View.of(snapshot(), memo())


def _moved(view: View, slug: str, kind: str) -> Any:
    present = moved_to(view, slug)
    if present is None:
        raise NotFound
    return redirect(f"{request.script_root}/embed/fragment/{kind}/{present}", 301)


def _number(asked: Asked, name: str, otherwise: int, most: int) -> int:
    return asked_number(asked.get(name, ""), otherwise, 1, most)


def _level(asked: Asked, otherwise: int, lowest: int = 1) -> int:
    value = asked.get("level", "")
    return max(int(value), lowest) if value in {"0", "1", "2", "3", "4", "5", "6"} else otherwise
