"""What has to be asked again since the folder was last published."""

import re
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.db import Journal
from cms.posts import Post, Redirect
from cms.search.tables import RelatedPost
from cms.static_site.folder import Folder
from cms.static_site.plan import File

OF_ONE_POST = frozenset({"post_published", "post_updated", "post_withdrawn", "post_deleted", "came_due"})
UNSEEN = frozenset({"vocabulary_changed", "pins_changed"})  # they change search, which is no file
OUR_TEXT = (".json", ".html", ".md", ".xml", ".txt")
FALLBACK = re.compile(r'"kind": ?"recent"|"related": ?\[\]')


@dataclass(slots=True)
class Changes:
    """`everything`: ask for all files again. Else: the posts (ids, slugs) that changed, and whose relations did."""

    everything: bool = False
    posts: set[str] = field(default_factory=set)
    slugs: set[str] = field(default_factory=set)
    related: set[str] = field(default_factory=set)

    def touch(self, file: File, folder: Folder) -> bool:
        """Whether this file may say something new."""
        if self.everything or not folder.has(file.path) or not (file.post_id or file.tag):
            return True
        if file.post_id in self.posts:
            return True
        if not file.path.endswith(OUR_TEXT):
            return False
        text = folder.text(file.path)
        if "related" in file.path and (file.post_id in self.related or FALLBACK.search(text)):
            return True
        return any(slug in text for slug in self.slugs)


def changes_since(session: Session, folder: Folder, settings: str) -> Changes:
    """What the journal has told since the folder's `seq`."""
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
    return Changes(posts=ids, slugs={slug for slug in slugs if slug}, related=related)
