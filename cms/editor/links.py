"""Links between public posts: which lead nowhere, which posts nothing leads to, and who links to a post."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import sqlalchemy as sa
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cms import related
from cms.db import reading
from cms.editor.hints import own_slug
from cms.editor.working import find_post
from cms.posts import Post, Redirect, current_site, is_public

# Finished HTML is written by our own renderer, so this reads it whole and is 30 times faster than a parser.
LINK = re.compile(r'<a (?:[^>]* )?href="([^"]*)"[^>]*>(.*?)</a>', re.S)
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class InnerLink:
    """A link in the text of a public post to a post of ours."""

    post_id: str
    title: str
    href: str
    slug: str
    words: str


def add_routes(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/posts/<post_id>/links", view_func=links)


def links(post_id: str) -> ResponseReturnValue:
    """Who links to this post: in the text, and among related articles."""
    session = reading()
    post = find_post(session, post_id)
    found = [link for link in inner_links(session) if link.slug in slugs_of(session, post) and link.post_id != post.id]
    showing = related.links_here(session, post.id)
    titles: dict[str, str] = dict(session.execute(sa.select(Post.id, Post.title).where(Post.id.in_(showing))).all())
    return render_template(
        "editor/links.html", post=post, links=found, showing=[(one, titles[one]) for one in showing if one in titles]
    )


def inner_links(session: Session) -> Iterator[InnerLink]:
    """Every link from one public post to one of ours, in the order of titles."""
    site = current_site(session)
    rows = session.execute(sa.select(Post.id, Post.title, Post.slug, Post.html).where(is_public()).order_by(Post.title))
    for post_id, title, own, html in rows:
        for written, words in LINK.findall(html):
            href = unescape(written)
            slug = own_slug(href, site)
            if slug and slug != own:
                yield InnerLink(post_id, title, href, slug, unescape(TAG.sub("", words)).strip())


def dead_links(session: Session) -> list[InnerLink]:
    """Links to posts of ours that are not public and were not moved; each address once a post."""
    alive = set(session.scalars(sa.select(Post.slug).where(Post.state == "published", Post.deleted_at.is_(None))))
    alive |= set(session.scalars(sa.select(Redirect.source).where(Redirect.kind == "post")))
    found = {(link.post_id, link.href): link for link in inner_links(session) if link.slug not in alive}
    return list(found.values())


def orphans(session: Session) -> list[Post]:
    """Public posts that no other post links to and none shows among its related ones, oldest first."""
    alone = related.orphans(session)
    if not alone:
        return []
    linked = {link.slug for link in inner_links(session)}
    posts = session.scalars(sa.select(Post).where(Post.id.in_(alone)).order_by(Post.published_at, Post.id))
    return [post for post in posts if not linked & slugs_of(session, post)]


def slugs_of(session: Session, post: Post) -> set[str]:
    """Every slug that leads to a post: its own and its old ones."""
    old = session.scalars(sa.select(Redirect.source).where(Redirect.kind == "post", Redirect.target == post.id))
    return {*old, *([post.slug] if post.slug else [])}
