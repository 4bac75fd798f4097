"""What has to be asked again since the folder was last published."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.db import Journal
from cms.posts import Post, PostTag, Redirect, Tag
from cms.search.tables import RelatedPost
from cms.static_site.folder import Folder
from cms.static_site.plan import File, PublicPost

OF_ONE_POST = frozenset({"post_published", "post_updated", "post_withdrawn", "post_deleted", "came_due"})
UNSEEN = frozenset({"vocabulary_changed", "pins_changed"})  # they change search, which is no file
OUR_TEXT = (".json", ".html", ".md", ".xml", ".txt")
SHOW_RELATED = ("related", "index.html")
FALLBACK = re.compile(r'"kind": ?"recent"|"related": ?\[\]')


@dataclass(slots=True)
class Changes:
    """`everything`: ask for all files again. Else: the posts (ids) that changed or stand beside one that did, the
    slugs by which others name them, their tags (slugs), and the posts whose relations may have changed."""

    everything: bool = False
    posts: set[str] = field(default_factory=set)
    slugs: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    related: set[str] = field(default_factory=set)

    def touch(self, file: File, folder: Folder) -> bool:
        """Whether this file may say something new."""
        if self.everything or not folder.has(file.path) or not (file.post_id or file.tag):
            return True
        if file.post_id in self.posts or file.tag in self.tags:
            return True
        if not file.path.endswith(OUR_TEXT):
            return False
        if file.post_id in self.related and any(name in file.path for name in SHOW_RELATED):
            return True
        text = folder.text(file.path)
        return any(slug in text for slug in self.slugs)


def changes_since(session: Session, folder: Folder, settings: str, posts: Sequence[PublicPost]) -> Changes:
    """What the journal has told since the folder's `seq`. `posts` are the public ones, newest first."""
    if folder.seq < 0 or folder.settings != settings:
        return Changes(everything=True)
    rows = session.execute(sa.select(Journal.kind, Journal.post_id).where(Journal.seq > folder.seq)).all()
    if any(kind not in OF_ONE_POST and kind not in UNSEEN for kind, _ in rows):
        return Changes(everything=True)
    ids = {post_id for kind, post_id in rows if post_id and kind in OF_ONE_POST}
    slugs = set(session.scalars(sa.select(Post.slug).where(Post.id.in_(ids), Post.slug.is_not(None))))
    if len(slugs) < len(ids):
        return Changes(everything=True)  # one was erased for good: nobody knows any more where it was named
    moved = sa.select(Redirect.source).where(Redirect.kind == "post", Redirect.target.in_(ids))
    slugs |= set(session.scalars(moved))  # other posts may still name it by its old slug
    fresh = RelatedPost.made_at >= datetime.fromisoformat(folder.at)
    related = set(session.scalars(sa.select(RelatedPost.post_id).where(fresh).distinct()))
    related |= {post.id for post in posts if shows_newest(folder, post)}
    has = sa.select(Tag.slug).join(PostTag, PostTag.tag_id == Tag.id).where(PostTag.post_id.in_(ids))
    tags = set(session.scalars(has))
    return Changes(posts=ids | beside(ids, posts), slugs={slug for slug in slugs if slug}, tags=tags, related=related)


def shows_newest(folder: Folder, post: PublicPost) -> bool:
    """Whether the newest posts stand among its relations, for want of better ones."""
    path = f"posts/{post.slug}/related.json"
    return folder.has(path) and bool(FALLBACK.search(folder.text(path)))


def beside(ids: set[str], posts: Sequence[PublicPost]) -> set[str]:
    """The posts just before and after these, which name them as neighbours."""
    places = [place for place, post in enumerate(posts) if post.id in ids]
    return {posts[near].id for place in places for near in (place - 1, place + 1) if 0 <= near < len(posts)}
