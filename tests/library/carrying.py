"""Carry posts to another instance and back, and compare."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cms import library
from cms.db import reading
from cms.posts import Post

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def exported(folder: Path) -> dict[str, bytes]:
    result = library.export_folder(reading(), folder)
    reading().rollback()
    assert result.problems == []
    return files_of(folder)


def assert_round_trip(folder: Path, other: Callable[[], Any]) -> dict[str, bytes]:
    """Export what is here, import it elsewhere, export that: the same files."""
    before = seen()
    first = exported(folder / "first")
    with other() as session:
        imported = library.import_folder(session, folder / "first")
        assert imported.problems == []
        assert not [note for note in imported.notes if "author" in note.message]
        assert exported(folder / "second") == first
        assert seen() == before
        again = library.import_folder(session, folder / "second")
        assert (again.posts_new, again.posts_changed, again.pictures) == (0, 0, 0)
    return first


def seen() -> dict[str, Any]:
    """Everything that readers and editors see of the posts."""
    session = reading()
    found = {}
    for post in session.scalars(sa.select(Post).where(Post.deleted_at.is_(None))):
        draft = post.draft
        found[post.id] = (
            post.state,
            post.slug if post.live_id else None,
            (post.title, post.excerpt, post.html, post.cover, post.seo, post.outline, post.references, post.blocks),
            (post.published_at, post.updated_at, post.featured, post.last_reviewed_at, post.next_review_due),
            [author.slug for author in post.authors],
            [(link.tag.slug, link.tag.name, link.tag.aliases, link.from_hashtag) for link in post.tag_links],
            [link.name for link in post.hashtag_links],
            (post.pinned, post.excluded, post.reviewed_by.slug if post.reviewed_by else None),
            draft and (draft.title.strip(), draft.clean, draft.fields["extra"]),
        )
    session.rollback()
    return found


def text(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")
