"""What the library remembers of the files that came in: see tables.py."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cms.library.tables import LibraryFile
from cms.posts import Content, Post, Revision


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a post stands now: enough to tell whether a file still says the same."""

    live: str
    draft: str
    deleted: bool

    def stamp(self, path: str) -> str:
        """What a file at this path speaks of: the live text, or the open draft."""
        is_draft = path.startswith("drafts/") or not self.live
        return self.draft if is_draft else self.live


def standings(session: Session) -> dict[str, Standing]:
    """Every post's standing, in one query."""
    draft = aliased(Revision)
    rows = session.execute(
        sa.select(
            Post.id,
            Post.state,
            Post.slug,
            Post.published_at,
            Post.updated_at,
            Post.deleted_at,
            Post.live_id,
            Post.draft_id,
            draft.version,
        ).outerjoin(draft, Post.draft_id == draft.id)
    )
    return {row[0]: _standing(*row[1:]) for row in rows}


def standing_of(post: Post) -> Standing:
    """One post's standing; its row must be up to date."""
    version = post.draft.version if post.draft else None
    return _standing(
        post.state,
        post.slug,
        post.published_at,
        post.updated_at,
        post.deleted_at,
        post.live_id,
        post.draft_id,
        version,
    )


def _standing(
    state: str,
    slug: str | None,
    published: datetime | None,
    updated: datetime | None,
    deleted: datetime | None,
    live: int | None,
    draft: int | None,
    version: int | None,
) -> Standing:
    moments = "|".join(moment.isoformat() if moment else "" for moment in (published, updated))
    return Standing(
        f"{live}|{state}|{slug}|{moments}" if live else "", f"{draft}.{version}" if draft else "", deleted is not None
    )


def remember(
    session: Session,
    path: str,
    data: bytes,
    stamps: dict[str, Any],
    *,
    post_id: str | None = None,
    whole: bool = False,
    is_new: bool = False,
) -> None:
    """Keep a file as it came, in the running transaction. `is_new` saves looking for what was kept before."""
    row = (None if is_new else session.get(LibraryFile, path)) or LibraryFile(path=path)
    row.digest, row.data, row.stamps = hashlib.sha256(data).hexdigest(), data, stamps
    row.post_id, row.whole = post_id, whole
    session.add(row)
    if post_id is not None and not is_new:  # the file may have been renamed
        folder = path.split("/", 1)[0]
        session.execute(
            sa.delete(LibraryFile).where(
                LibraryFile.post_id == post_id,
                LibraryFile.path != path,
                LibraryFile.path.startswith(f"{folder}/"),
            )
        )


def body_stamp(content: Content) -> str:
    """A fingerprint of what a body says: if it is unchanged, the body's own Markdown is still right."""
    return fingerprint([content.source, content.blocks])


def fingerprint(data: Any) -> str:
    plain = json.dumps(data, ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()[:32]
