"""What is changed here, or in a file: what an export touches, what an import does."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from cms import library, publishing
from cms.cli import cms as commands
from cms.db import reading
from cms.posts import Content, Post, Redirect, Revision, Tag

from .carrying import assert_round_trip, exported, text
from .odd_posts import ODD

pytestmark = pytest.mark.usefixtures("without_search")

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)


# What has changed here


def test_a_change_here_touches_only_its_own_lines(session: Session, odd: Path, tmp_path: Path) -> None:
    library.import_folder(session, odd)
    before = text(odd, "posts/2025-12-31-comments.md")
    post = session.get_one(Post, "COMMENTS")
    assert post.live
    content = post.live.content()
    content.title, content.featured, content.tags = "New: title", True, ["Foot strength"]
    publishing.save(session, post, content, base=post.live.token)
    publishing.publish(session, post)
    exported(odd)
    assert post.updated_at
    updated = post.updated_at.isoformat().replace("+00:00", "Z")
    expected = before
    for old, new in (
        ("title: 'It''s: \"quoted\"'   # a title\n", 'title: "New: title"\n'),
        (
            'tags:\n  # the first is the main one\n  - Foot strength\n  - "Injury prevention"\n',
            "tags: [Foot strength]\n",
        ),
        ("+02:00\n", f"+02:00\nupdated_at: {updated}\nfeatured: true\n"),
    ):
        assert old in expected
        expected = expected.replace(old, new)
    assert text(odd, "posts/2025-12-31-comments.md") == expected


def test_a_new_text_is_written_as_markdown_and_the_front_matter_stays(session: Session, odd: Path) -> None:
    library.import_folder(session, odd)
    for id, name in (("COMMENTS", "2025-12-31-comments.md"), ("CRLF", "2026-01-01-crlf.md"), ("FLOW", "flow.md")):
        post = session.get_one(Post, id)
        assert post.live
        content = post.live.content()
        content.source = "<h2>New</h2><p>A <strong>word</strong>.</p>"
        publishing.save(session, post, content, base=post.live.token)
        publishing.publish(session, post)
        exported(odd)
        written = (odd / "posts" / name).read_bytes().decode()
        assert written.replace("\r\n", "\n").endswith("---\n## New\n\nA **word**.\n")
        assert ("\r\n" in written) == (id == "CRLF")
        assert "Written in a hurry" in written or id != "COMMENTS"
    again = library.import_folder(session, odd)
    assert again.posts_changed == 0
    assert again.problems == []


def test_an_edit_open_on_a_live_post_is_a_draft_of_its_own(
    session: Session, odd: Path, tmp_path: Path, other: Callable[[], Any]
) -> None:
    library.import_folder(session, odd)
    post = session.get_one(Post, "UNI")
    assert post.live
    content = post.live.content()
    content.source = "<p>Not public yet</p>"
    publishing.save(session, post, content, base=post.live.token)
    first = assert_round_trip(tmp_path, other)
    assert b"Not public yet" not in first["posts/unicode.md"]
    assert b"Not public yet" in first["drafts/unicode.md"]
    assert b"status: draft" in first["drafts/unicode.md"]
    assert first["posts/unicode.md"] == ODD["unicode.md"]
    exported(odd)
    session.refresh(post)
    publishing.publish(session, post)
    result = library.export_folder(reading(), odd)
    assert result.stale == ["drafts/unicode.md"]
    assert (odd / "drafts" / "unicode.md").exists()
    reading().rollback()
    library.export_folder(reading(), odd, prune=True)
    assert not (odd / "drafts" / "unicode.md").exists()


def test_an_import_leaves_an_open_edit_open(session: Session, odd: Path) -> None:
    library.import_folder(session, odd)
    post = session.get_one(Post, "UNI")
    assert post.live
    publishing.save(session, post, Content(title="Mine", source="<p>My words</p>"), base=post.live.token)
    path = odd / "posts" / "unicode.md"
    path.write_bytes(ODD["unicode.md"].replace(b"## ", b"### "))
    assert library.import_folder(session, odd).posts_changed == 1
    post = session.get_one(Post, "UNI")
    assert "<h3" in post.html
    assert post.draft
    assert post.draft.title == "Mine"


def test_an_import_never_writes_over_a_draft(session: Session, odd: Path) -> None:
    library.import_folder(session, odd)
    post = session.get_one(Post, "DEEP")
    assert post.draft
    publishing.save(session, post, Content(title="Mine", source="<p>My words</p>"), base=post.draft.token)
    (odd / "posts" / "folder" / "deep.markdown").write_bytes(ODD["folder/deep.markdown"] + b"More.\n")
    assert library.import_folder(session, odd).posts_changed == 1
    post = session.get_one(Post, "DEEP")
    assert post.draft
    assert post.draft.title == "Deep"
    assert "Mine" in [revision.title for revision in publishing.history(session, post)]


def test_a_file_says_what_becomes_of_its_post(session: Session, odd: Path) -> None:
    """Published, moved, taken off, brought back from the bin: as the file says."""
    library.import_folder(session, odd)
    path = odd / "posts" / "2026-01-01-crlf.md"

    def change(old: bytes, new: bytes) -> Post:
        path.write_bytes(path.read_bytes().replace(old, new))
        imported = library.import_folder(session, odd)
        assert (imported.posts_changed, imported.problems) == (1, [])
        return session.get_one(Post, "CRLF")

    post = change(b"2026-01-01\r", b"2026-01-02T00:00:00Z\r")
    assert post.published_at == datetime(2026, 1, 2, tzinfo=UTC)
    assert session.scalar(sa.select(sa.func.count()).where(Revision.post_id == "CRLF")) == 1
    post = change(b"title: Lines\r\n", b"title: Lines\r\nslug: other\r\n")
    assert post.slug == "other"
    assert session.scalar(sa.select(Redirect.target).where(Redirect.source == "crlf")) == "CRLF"
    assert change(b"published\r\n", b"draft\r\n").state == "withdrawn"
    assert change(b"draft\r\n", b"published\r\n").state == "published"
    publishing.delete(session, session.get_one(Post, "CRLF"))
    assert change(b"Two", b"Three").deleted_at is None


def test_an_unchanged_file_does_not_undo_what_was_done_here(app: Flask, session: Session, odd: Path) -> None:
    library.import_folder(session, odd)
    publishing.delete(session, session.get_one(Post, "CRLF"))
    post = session.get_one(Post, "UNI")
    assert post.live
    content = post.live.content()
    content.title = "Changed here"
    publishing.save(session, post, content, base=post.live.token)
    publishing.publish(session, post)
    result = app.test_cli_runner().invoke(commands, ["import", str(odd)])
    assert result.exit_code == 0
    assert "2 of them were changed here" in result.output
    assert session.get_one(Post, "UNI", populate_existing=True).title == "Changed here"
    session.rollback()
    assert "2 changed posts" in app.test_cli_runner().invoke(commands, ["import", "--force", str(odd)]).output
    assert "Toe Yoga" in session.get_one(Post, "UNI", populate_existing=True).title
    assert session.get_one(Post, "CRLF", populate_existing=True).deleted_at is None


def test_posts_in_the_bin_are_not_exported_and_their_files_are_named(session: Session, odd: Path) -> None:
    library.import_folder(session, odd)
    (odd / "posts" / "readme.txt").write_text("mine")
    (odd / "posts" / "foreign.md").write_text("---\nid: FOREIGN\ntitle: x\n---\n")
    publishing.delete(session, session.get_one(Post, "UNI"))
    result = library.export_folder(reading(), odd)
    reading().rollback()
    assert result.stale == ["posts/unicode.md"]
    library.export_folder(reading(), odd, prune=True)
    assert not (odd / "posts" / "unicode.md").exists()
    assert (odd / "posts" / "readme.txt").read_text() == "mine"
    assert (odd / "posts" / "foreign.md").exists()


def test_renamed_and_merged_tags_lead_to_themselves(
    session: Session, odd: Path, tmp_path: Path, other: Callable[[], Any]
) -> None:
    library.import_folder(session, odd)
    tag = session.scalars(sa.select(Tag).where(Tag.slug == "foot-strength")).one()
    publishing.save_tag(session, tag, name="Strong feet", slug="strong-feet", description="D", aliases=["feet"])
    first = assert_round_trip(tmp_path, other)
    assert b"tags: [strong-feet, injury-prevention]" in first["posts/2025-12-31-comments.md"]
    assert b"old_slugs: [foot-strength]" in first["tags.yaml"]


def test_a_post_keeps_the_file_that_it_has(session: Session, tmp_path: Path, write_post: Callable[..., Post]) -> None:
    out = tmp_path / "out"
    post = write_post("First title", publish=False)
    twin = write_post("First title", publish=False)
    names = set(exported(out))
    assert len(names) == 2
    assert post.draft
    publishing.save(session, post, Content(title="Second", source="<p>x</p>"), base=post.draft.token)
    publishing.publish(session, post)
    assert set(exported(out)) == names
    (out / "posts" / "mine.md").write_bytes((out / sorted(names)[0]).read_bytes())
    (out / sorted(names)[0]).unlink()
    assert "posts/mine.md" in exported(out)
    assert twin.id


def test_a_draft_that_cannot_be_cleaned_is_named(
    session: Session, tmp_path: Path, write_post: Callable[..., Post]
) -> None:
    write_post("Deep", "<blockquote>" * 300, publish=False)
    result = library.export_folder(reading(), tmp_path / "out")
    assert len(result.problems) == 1
    assert "Open it in the editor" in result.problems[0].cure
