"""Preview: the draft as readers will see it, a link to show it to others, and how search results and
social networks will show it."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from cms.auth import make_preview, open_preview, open_previews, revoke_previews
from cms.db import reading, writing
from cms.editor.working import find_post, state_of
from cms.errors import NotFound
from cms.posts import Post, current_site, settings
from cms.shapes import View, draft_post


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
    return _page(post, links=links_of(token))


def links_of(token: str) -> dict[str, str]:
    """Where a preview link leads: our own page, and her own site where the embed shows it."""
    site = current_site(reading())
    links = {"here": settings().public(url_for("editor.shared_preview", token=token).removeprefix(request.script_root))}
    if site.post_url:
        links["site"] = f"{site.post_url.replace('{slug}', 'preview')}#cms_preview={token}"
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
    shape = draft_post(View.of(session), found, revision)
    return render_template(
        "editor/preview.html",
        post=shape,
        body=Markup(shape["html"]),  # noqa: S704 - cleaned, then finished by our own renderer
        post_id=found.id,
        state=state_of(found),
        shared=shared,
        open_links=0 if shared else open_previews(session, found),
        **more,
    )
