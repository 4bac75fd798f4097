"""What is known while posts come in: what the database holds, and what the folder has said so far."""

from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.library import kept
from cms.library.tables import LibraryFile
from cms.media import Picture
from cms.posts import Post


@dataclass(slots=True)
class Known:
    """What the database holds, looked at once before the first file, and what the folder has said so far."""

    root: str  # the folder that is imported
    standings: dict[str, kept.Standing]
    files: dict[str, LibraryFile]
    posts: dict[str, str] = field(default_factory=dict)  # slug -> id of the post that has it
    ids: dict[str, str] = field(default_factory=dict)  # folder/id -> file that speaks for it
    slugs: dict[str, str] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)  # as posts write them -> slug
    tags: dict[int, str] = field(default_factory=dict)  # id -> slug
    pictures: frozenset[str] = frozenset()

    def forget_made(self) -> None:
        """After a rollback: authors and tags that were just made are gone."""
        self.authors.clear()
        self.tags.clear()

    def came_before(self, path: str, digest: str) -> LibraryFile | None:
        """What is remembered of this very file, if its post is still there."""
        row = self.files.get(path)
        if row is None or row.digest != digest or row.post_id not in self.standings:
            return None
        return row

    def brought(self, path: str) -> str | None:
        """The id of the post that this file of this very folder brought before."""
        row = self.files.get(path)
        return row.post_id if row is not None and row.stamps.get("root") == self.root else None

    def may_speak_for(self, path: str, post_id: str) -> bool:
        """Whether a file without an id is this post's: it brought it, or another file did that is gone by now."""
        row = self.files.get(path)
        if row is not None and row.post_id == post_id:
            return True
        before = [other for other, row in self.files.items() if row.post_id == post_id]
        return any(self.brought(other) and not Path(self.root, other).exists() for other in before)

    def was_changed_here(self, row: LibraryFile) -> bool:
        """Whether something has happened to the post since its file came."""
        standing = self.standings[str(row.post_id)]
        return standing.deleted or row.stamps.get("post") != standing.stamp(row.path)


def look(session: Session, root: Path) -> Known:
    """Look at what the database holds before the folder `root` comes in."""
    files = {row.path: row for row in session.scalars(sa.select(LibraryFile))}
    known = Known(str(root.resolve()), kept.standings(session), files)
    known.posts = {slug: id for id, slug in session.execute(sa.select(Post.id, Post.slug)) if slug}
    known.pictures = frozenset(session.scalars(sa.select(Picture.name)))
    session.expunge_all()  # the rows are looked at long after this transaction
    session.rollback()
    return known
