"""The demo: a small website of an invented practice that uses all five embeds against this service.

It is what a web person would write by hand, with their server filling in what search engines should read.
"""

from typing import Any

from flask import Response, g, render_template, request

from cms.caching import memo
from cms.db import snapshot
from cms.embed import files, fragments, script
from cms.embed.headers import page
from cms.shapes import Listing, View, list_authors, list_cards, list_tags, public_post


def home() -> Response:
    """GET /embed/demo/"""
    view = _view()
    authors, _ = list_authors(view, 1, 3)
    return _page("home", view, authors=authors, posts_fragment=fragments.posts_html(view, {"limit": "3"}))


def blog() -> Response:
    """GET /embed/demo/blog: search, tags and posts, fetched by the script; links where there is none."""
    view = _view()
    tag = request.args.get("tag")
    posts, _ = list_cards(view, Listing(tags=(tag,) if tag else (), limit=100))
    return _page("blog", view, posts=posts, json_ld=fragments.blog_data(view, posts))


def article() -> Response:
    """GET /embed/demo/article?post={slug}: one page of the website that serves every post."""
    view = _view()
    slug = request.args.get("post", "")
    post = public_post(view, slug) if slug else None
    more: dict[str, Any] = {"post": post}
    if post:
        more["post_fragment"] = fragments.post_html(view, slug, {})
        more["related_fragment"] = fragments.related_html(view, slug, {"heading": "Read next"})
    response = _page("article", view, **more)
    if slug and post is None:
        response.status_code = 404
    return response


def _view() -> View:
    g.post_pattern = f"{request.script_root}/embed/demo/article?post={{slug}}"
    return View.of(snapshot(), memo())


def _page(name: str, view: View, **values: Any) -> Response:
    root = request.script_root
    present = script.classic()
    tags, _ = list_tags(view, "-count", 1, 30)
    html = render_template(
        f"embed/demo/{name}.html",
        page=name,
        root=root,
        tags=tags,
        script={"src": f"{root}/embed/embed.{present.digest}.js", "integrity": present.integrity},
        style_address=files.address("css"),
        **values,
    )
    return page(html, view.site, video=True)
