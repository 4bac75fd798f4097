"""Plain, legible pages: the list of posts, a tag, a post. They need no script and stand in search engines."""

from typing import Any
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit

from flask import Response, redirect, render_template, request
from markupsafe import Markup

from cms.caching import answer, memo
from cms.db import snapshot
from cms.errors import NotFound
from cms.feeds.texts import as_markdown, markdown_address
from cms.markup.hashtags import tag_key
from cms.shapes import Listing, View, list_cards, moved_to, one_tag, public_post, related_cards, tag_called
from cms.shapes.page_words import page_words, script_json
from cms.shapes.paging import asked_number, pages_of
from cms.shapes.site import kept_redirect

HTML = "text/html; charset=utf-8"
ON_A_PAGE = 20
MOST_PAGES = 10_000


def view_now() -> View:
    return View.of(snapshot(), memo())


def post_page(slug: str) -> Any:
    """A post as a page. An old slug redirects."""
    view = view_now()
    post = public_post(view, slug)
    if post is None:
        return _moved(view, slug, "")
    page = render_template(
        "feeds/post.html",
        **page_words(view),
        post=post,
        body=Markup(post["html"]),  # noqa: S704 - cleaned and finished when it was published
        json_ld=script_json(post["json_ld"]),
        related=related_cards(view, post["id"], 3),
        markdown_url=markdown_address(view, slug),
        oembed_url=view.site.public("/oembed?" + urlencode({"url": post["url"]})),
    )
    return html_answer(view, page)


def markdown_page(slug: str) -> Any:
    """A post as Markdown. An old slug redirects."""
    view = view_now()
    post = public_post(view, slug, ("markdown",))
    if post is None:
        return _moved(view, slug, ".md")
    headers = {"Link": f'<{post["seo"]["canonical_url"]}>; rel="canonical"'}
    return answer(as_markdown(view, post), "text/markdown; charset=utf-8", headers=headers, ignores_query=True)


def home_page() -> Response:
    """The newest posts."""
    view = view_now()
    return _list_page(view, view.site.site_name, view.site.description, view.site.public("/"), "", Listing())


def tag_page(slug: str) -> Any:
    """A tag's posts. An alias or an old slug redirects."""
    view = view_now()
    tag = one_tag(view, slug)
    if tag is None:
        return moved_tag(view, slug, "")
    feed = f"{tag['url']}/feed.xml"
    return _list_page(view, tag["name"], tag["description"], tag["url"], feed, Listing(tags=(slug,)))


def _list_page(view: View, heading: str, words: str, address: str, feed: str, posts: Listing) -> Response:
    number = asked_number(request.args.get("page", ""), 1, 1, MOST_PAGES)
    cards, total = list_cards(view, Listing(tags=posts.tags, page=number, limit=ON_A_PAGE))
    if not cards and total:  # past the end
        raise NotFound
    page = render_template(
        "feeds/list.html",
        **page_words(view),
        heading=heading,
        words=words,
        address=address,
        feed=feed,
        cards=cards,
        page=number,
        pages=pages_of(total, ON_A_PAGE),
    )
    return html_answer(view, page, ignores_query=False)


def html_answer(view: View, page: str, *, ignores_query: bool = True) -> Response:
    """A page that may load pictures and our style sheet, and nothing else."""
    own = urlsplit(view.site.public_url)
    policy = (
        f"default-src 'none'; style-src 'self' {own.scheme}://{own.netloc}; img-src 'self' https: data: "
        f"{own.scheme}://{own.netloc}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    return answer(page, HTML, headers={"Content-Security-Policy": policy}, ignores_query=ignores_query)


def moved_tag(view: View, slug: str, ending: str) -> Any:
    """A redirect from an alias or an old slug to the tag's present address; NotFound if there is none."""
    present = tag_called(view, slug, tag_key(slug))
    if present is None:
        raise NotFound
    return redirect(f"{request.script_root}/tags/{quote(present, safe='')}{ending}", code=301)


def _moved(view: View, slug: str, ending: str) -> Any:
    """Where a post went: by its old slug, or by a redirect the author keeps.

    Such a redirect is one of her site's. That may have become another than this service since, whose old
    addresses go on leading somewhere.
    """
    present = moved_to(view, slug)
    if present is not None:
        return redirect(f"{request.script_root}/posts/{quote(present, safe='')}{ending}", code=301)
    kept = kept_redirect(view, f"/posts/{slug}")
    if kept is None:
        raise NotFound
    target, status = kept
    if target.startswith("/"):
        own = public_post(view, unquote(target.removeprefix("/posts/"))) is not None or not view.site.post_url
        target = request.script_root + target if own else urljoin(view.site.post_url, target)
    return redirect(target, code=status)
