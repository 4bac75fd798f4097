"""Preview: the draft on the page that readers will see, a link that shows it to others there or on the author's own
site, and how search results and social networks will show it."""

from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from cms import publishing
from cms.auth import make_preview, open_preview, open_previews, revoke_previews
from cms.db import reading, writing
from cms.editor.working import find_post
from cms.errors import NotFound
from cms.posts import Post, current_site, is_public, post_address, settings
from cms.shapes import View, draft_post, related_cards
from cms.shapes.page_words import page_words


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/posts/<post_id>/preview", view_func=preview)
    add("/posts/<post_id>/preview", view_func=share, methods=["POST"])
    add("/preview/<token>", view_func=shared_preview)


def preview(post_id: str) -> ResponseReturnValue:
    """The draft for its author."""
    return _page(find_post(reading(), post_id))


def share(post_id: str) -> ResponseReturnValue:
    """Make a link that shows the draft to whoever has it for 24 hours, or end all such links."""
    session = writing()
    post = find_post(session, post_id)
    if request.form.get("do") == "revoke":
        ended = revoke_previews(session, post)
        return _page(post, ended=ended)
    token = make_preview(session, post)
    return _page(post, links=links_of(session, post, token))


def links_of(session: Session, post: Post, token: str) -> dict[str, str]:
    """Where a preview link leads: our own page, and her own site, where the embed shows the draft.

    Where each post has a page of its own there, a post that was never public has none yet: then the newest one's
    shows the draft, and `borrowed` is the title of that one.
    """
    site = current_site(session)
    links = {"here": settings().public(url_for("editor.shared_preview", token=token).removeprefix(request.script_root))}
    revision = post.working()
    if site.post_url and revision is not None:
        slug = publishing.coming_slug(session, post, revision.content())
        one_page_for_all = "{slug}" not in urlsplit(site.post_url).path
        if not one_page_for_all and not publishing.is_out(post):
            newest = sa.select(Post.slug, Post.title).where(is_public()).order_by(Post.published_at.desc()).limit(1)
            if borrowed := session.execute(newest).first():
                slug, links["borrowed"] = borrowed.slug or slug, borrowed.title
        links["site"] = f"{post_address(site, slug)}#cms_preview={token}"
    return links


def shared_preview(token: str) -> ResponseReturnValue:
    """The draft for somebody who holds the link."""
    return _page(open_preview(reading(), token), shared=True)


def _page(post: Post, *, shared: bool = False, **more: Any) -> ResponseReturnValue:
    session = reading()
    found = find_post(session, post.id)
    revision = found.working()
    if revision is None:
        raise NotFound("There is nothing to preview yet.")
    view = View.of(session)
    shape = draft_post(view, found, revision)
    return render_template(
        "editor/preview.html",
        **page_words(view),
        post=shape,
        body=Markup(shape["html"]),  # noqa: S704 - cleaned, then finished by our own renderer
        related=related_cards(view, found.id, 3),
        post_id=found.id,
        shared=shared,
        open_links=0 if shared else open_previews(session, found),
        **more,
    )
