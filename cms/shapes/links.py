"""Links within the site, made whole.

Authors link posts by path (`/posts/foot-strength`). Readers come from anywhere: another site, a feed reader,
a mount under a prefix. So on the way out a post's path becomes its public address, by its present slug, and
any other path an address on the author's own site.
"""

import html as entities
import re
from urllib.parse import unquote, urljoin

import sqlalchemy as sa

from cms.db import UTCDateTime
from cms.posts import Post, Redirect, is_public, post_address
from cms.shapes.view import View

LINK = re.compile(r'(<a\s(?:[^>]*\s)?href=")(/(?!/)[^"]*)(?=")')  # our own HTML: values are always quoted and escaped
POST = re.compile(r"/posts/([^/?#]+)/?([?#].*)?")

_MOVED = (  # of public posts only: the slug of any other is nobody's business
    sa.select(Redirect.source, Post.slug)
    .join(Post, Redirect.target == Post.id)
    .where(Redirect.kind == "post", is_public(sa.bindparam("now", type_=UTCDateTime())))
)


def whole_links(view: View, html: str) -> str:
    """Finished HTML with every path in a link made an absolute address."""
    if 'href="/' not in html:
        return html
    return LINK.sub(lambda link: link[1] + entities.escape(whole_address(view, entities.unescape(link[2]))), html)


def whole_address(view: View, path: str) -> str:
    """The absolute address of a path that begins with a slash."""
    post = POST.fullmatch(path)
    if post:
        slug = unquote(post[1])
        return post_address(view.site, _moved(view).get(slug, slug)) + (post[2] or "")
    return urljoin(view.site.post_url, path) if view.site.post_url else view.site.public(path)


def _moved(view: View) -> dict[str, str]:
    """Old slugs and the present ones; read once until the public side changes."""
    moved: dict[str, str] | None = view.memo.get("moved")
    if moved is None:
        moved = view.memo["moved"] = {row.source: row.slug for row in view.rows(_MOVED, {"now": view.now})}
    return moved
