"""Ghost's Content API over the same posts, so that front ends written for Ghost work unchanged.

Answers `/ghost/api/content/{posts,pages,tags,authors,settings,tiers}/`: browse, read by id and by slug, with
`include fields formats filter order limit page`; any `key` will do, for everything here is public.
Source of the shapes: https://docs.ghost.org/content-api (Ghost 6).
"""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request

from cms.caching import answer, memo
from cms.db import reading, snapshot
from cms.errors import CmsError, NotFound
from cms.hooks import hookimpl
from cms.plugins.ghost_content_api.asking import filters, order, page, words
from cms.plugins.ghost_content_api.shapes import authors, posts, tags
from cms.posts import Author, Post, Tag, published
from cms.shapes import View, list_authors, list_tags, one_author, one_tag, site_facts
from cms.shapes.paging import pages_of

VERSION = "v6.0"

ghost = Blueprint("ghost_content_api", __name__)
PREFIXES = ("/ghost/api/content", "/ghost/api/<any(v2, v3, v4, v5, canary):version>/content")


@hookimpl
def blueprints() -> list[Blueprint]:
    """The routes of this plugin: public and read only."""
    return [ghost]


Answering = Callable[..., Response]


def route(rule: str) -> Callable[[Answering], Answering]:
    """Serve a view under Ghost's present address and under those of older clients."""

    def declare(view: Answering) -> Answering:
        for number, prefix in enumerate(PREFIXES):
            ghost.add_url_rule(
                f"{prefix}{rule}", f"{view.__name__}_{number}", lambda version=None, **path: view(**path)
            )
        return view

    return declare


@ghost.errorhandler(CmsError)
def _ghost_error(error: CmsError) -> Response:
    """An error as Ghost's clients expect it."""
    kind = {404: "NotFoundError", 422: "BadRequestError"}.get(error.status, "InternalServerError")
    status = 400 if error.status == 422 else error.status
    detail = error.detail if error.status == 422 else "Resource not found error, cannot read."
    body = {"errors": [{"message": detail, "context": None, "type": kind, "details": None, "code": None, "id": None}]}
    return Response(
        json.dumps(body), status=status, content_type="application/json", headers={"Cache-Control": "no-store"}
    )


@route("/posts/")
def browse_posts() -> Response:
    """A page of posts, newest first."""
    view = _view()
    wanted = [*filters(request.args.get("filter", "")), sa.true()]
    number, limit = page()
    total = view.session.scalar(published(view.now).with_only_columns(sa.func.count()).where(*wanted)) or 0
    found = published(view.now).with_only_columns(Post.id).where(*wanted).order_by(*order())
    ids = view.session.scalars(found.limit(limit).offset((number - 1) * limit)).all()
    return _answer("posts", posts(view, ids), _pagination(number, limit, total))


@route("/posts/<post_id>/")
def read_post(post_id: str) -> Response:
    """One post by its id."""
    return _one_post(Post.id == post_id)


@route("/posts/slug/<slug>/")
def read_post_by_slug(slug: str) -> Response:
    """One post by its slug."""
    return _one_post(Post.slug == slug)


@route("/<any(pages, tiers, newsletters):name>/")
def browse_none(name: str) -> Response:
    """There are no pages, tiers and newsletters here, only posts."""
    return _answer(name, [], _pagination(*page(), 0))


@route("/pages/<path:which>/")
def read_page(which: str) -> Response:
    """No page, by id or by slug."""
    raise NotFound


@route("/tags/")
def browse_tags() -> Response:
    """A page of tags that public posts have."""
    view = _view()
    number, limit = page()
    listed, total = list_tags(view, "name", number, limit)
    return _answer("tags", tags(view, listed), _pagination(number, limit, total))


@route("/tags/<int:tag_id>/")
def read_tag(tag_id: int) -> Response:
    """One tag by its id."""
    return _one_tag(_view(), reading().scalar(sa.select(Tag.slug).where(Tag.id == tag_id)))


@route("/tags/slug/<slug>/")
def read_tag_by_slug(slug: str) -> Response:
    """One tag by its slug."""
    return _one_tag(_view(), slug)


@route("/authors/")
def browse_authors() -> Response:
    """A page of authors of public posts."""
    view = _view()
    number, limit = page()
    listed, total = list_authors(view, number, limit)
    return _answer("authors", authors(view, listed), _pagination(number, limit, total))


@route("/authors/<int:author_id>/")
def read_author(author_id: int) -> Response:
    """One author by id."""
    return _one_author(_view(), reading().scalar(sa.select(Author.slug).where(Author.id == author_id)))


@route("/authors/slug/<slug>/")
def read_author_by_slug(slug: str) -> Response:
    """One author by slug."""
    return _one_author(_view(), slug)


@route("/settings/")
def settings() -> Response:
    """The site."""
    view = _view()
    site = site_facts(view)
    nothing = ("logo", "cover_image", "facebook", "twitter", "codeinjection_head", "codeinjection_foot", "meta_title",
               "meta_description", "og_image", "og_title", "og_description", "twitter_image")  # fmt: skip
    body = dict.fromkeys(nothing) | {
        "title": site["name"],
        "description": site["description"],
        "icon": view.site.public("/favicon.ico"),
        "accent_color": "#0b6158",
        "lang": site["language"],
        "locale": site["language"],
        "timezone": site["time_zone"],
        "navigation": [],
        "secondary_navigation": [],
        "members_support_address": None,
        "comments_enabled": "off",
        "url": view.site.public("/"),
    }
    return _send({"settings": body, "meta": {}})


def _view() -> View:
    return View.of(snapshot(), memo())


def _one_post(condition: sa.ColumnElement[bool]) -> Response:
    view = _view()
    ids = view.session.scalars(published(view.now).with_only_columns(Post.id).where(condition)).all()
    if not ids:
        raise NotFound
    return _answer("posts", posts(view, ids))


def _one_tag(view: View, slug: str | None) -> Response:
    tag = one_tag(view, slug) if slug else None
    if tag is None:
        raise NotFound
    return _answer("tags", tags(view, [tag]))


def _one_author(view: View, slug: str | None) -> Response:
    author = one_author(view, slug) if slug else None
    if author is None:
        raise NotFound
    return _answer("authors", authors(view, [author]))


def _pagination(page: int, limit: int, total: int) -> dict[str, Any]:
    pages = max(1, pages_of(total, limit))
    following, before = page + 1 if page < pages else None, page - 1 if page > 1 else None
    return {"page": page, "limit": limit, "pages": pages, "total": total, "next": following, "prev": before}


def _answer(name: str, rows: list[dict[str, Any]], pagination: dict[str, Any] | None = None) -> Response:
    if fields := words("fields"):
        kept = fields | words("include") | ({"primary_tag"} if "tags" in words("include") else set())
        rows = [{key: value for key, value in row.items() if key in kept} for row in rows]
    body: dict[str, Any] = {name: rows}
    if pagination is not None:
        body["meta"] = {"pagination": pagination}
    return _send(body)


def _send(body: dict[str, Any]) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return answer(text, "application/json; charset=utf-8", headers={"Content-Version": VERSION})
