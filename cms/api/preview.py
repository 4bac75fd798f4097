"""`/preview/{token}`: a draft, for whoever holds the link."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from cms.api.blueprint import PublicBlueprint, private_answer
from cms.auth import open_preview
from cms.errors import NotFound
from cms.shapes import View, draft_post
from cms.shapes.schemas import PostAnswer

preview = PublicBlueprint("preview", __name__, description="Drafts, by a link that an editor made.")


@preview.resource("/preview/<token>", PostAnswer, errors=(404,))
def get_preview(view: View, asked: Mapping[str, Any], token: str) -> Response:
    """Read a draft by its preview link. The link expires, and can be withdrawn."""
    post = open_preview(view.session, token)
    revision = post.working()
    if revision is None:
        raise NotFound
    return private_answer({"post": draft_post(view, post, revision)})
