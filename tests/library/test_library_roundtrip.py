"""Export, import into an empty instance, export again: identical bytes. And nothing is lost on the way."""

import json
import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms import library, publishing
from cms.db import Journal, reading
from cms.library.tables import LibraryFile
from cms.posts import Content, Post, Redirect, Revision

from .carrying import assert_round_trip, files_of

pytestmark = pytest.mark.usefixtures("without_search")

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)


# The starter content


def test_the_starter_content_comes_back_as_it_is(session: Session, tmp_path: Path, other: Callable[[], Any]) -> None:
    content = tmp_path / "content"
    shutil.copytree(ROOT / "content", content, ignore=shutil.ignore_patterns("*.webp"))
    for name in ("short-foot", "portrait-alex", "knee"):
        (content / "media").mkdir(exist_ok=True)
        shutil.copy(ROOT / "content" / "media" / f"{name}.webp", content / "media")
    before = files_of(content)
    imported = library.import_folder(session, content)
    assert imported.problems == []
    assert imported.posts_new >= 16
    first = assert_round_trip(tmp_path, other)
    assert first == before
    times = {path: path.stat().st_mtime_ns for path in content.rglob("*")}
    result = library.export_folder(reading(), content)
    assert result.written == 0
    assert {path: path.stat().st_mtime_ns for path in times if path.is_file()} == {
        path: time for path, time in times.items() if path.is_file()
    }


# Odd posts


def test_odd_files_come_back_as_they_came(
    session: Session, odd: Path, tmp_path: Path, other: Callable[[], Any]
) -> None:
    imported = library.import_folder(session, odd)
    assert imported.problems == []
    assert len(imported.notes) == 3  # two authors that nobody has described, and a script
    first = assert_round_trip(tmp_path, other)
    came = files_of(odd)
    assert {name: first[name] for name in came} == came
    assert set(first) - set(came) == {"authors.yaml", "tags.yaml"}


def test_odd_files_say_what_they_say(session: Session, odd: Path) -> None:
    library.import_folder(session, odd)
    crlf = session.get_one(Post, "CRLF")
    assert crlf.published_at == datetime(2026, 1, 1, 7, tzinfo=UTC)  # midnight in Denver
    assert crlf.updated_at == crlf.published_at
    comments = session.get_one(Post, "COMMENTS")
    assert comments.title == 'It\'s: "quoted"'
    assert comments.published_at == datetime(2026, 1, 1, 6, tzinfo=UTC)
    assert comments.live
    extra = comments.live.content().extra
    assert list(extra) == ["zebra", "mood", "a b c", "last"]
    assert extra["mood"] == ["calm", {"deep": [1, 2, {"x": "y"}], "when": "2026-01-01", "yes": False}]
    blocks = session.get_one(Post, "BLOCKS")
    assert [author.slug for author in blocks.authors] == ["new-author"]
    assert blocks.authors[0].name == "New Author"
    assert blocks.reviewed_by
    assert blocks.reviewed_by.name == "New Reviewer"
    assert blocks.featured
    assert blocks.excerpt == "Folded text."
    assert blocks.updated_at == datetime(2026, 2, 6, tzinfo=UTC)
    assert "script" not in blocks.html
    assert {block["kind"] for block in blocks.blocks} >= {"exercise", "question", "video", "booking", "reference"}
    assert session.get_one(Post, "PLANNED").state == "draft"
    assert session.get_one(Post, "WITHDRAWN").state == "withdrawn"
    scheduled = session.get_one(Post, "SCHEDULED")
    assert (scheduled.state, scheduled.came_due) == ("published", False)
    deep = session.get_one(Post, "DEEP").draft
    assert deep
    assert deep.content().slug == "Deep_Slug"
    unicode = session.get_one(Post, "UNI")
    assert [link.name for link in unicode.hashtag_links] == ["RunStronger", "足の力", "Füße"]
    sources = set(session.scalars(sa.select(Redirect.source).where(Redirect.target == "BLOCKS")))
    assert sources == {"blocks-old", "older"}


def test_importing_twice_changes_nothing(session: Session, odd: Path) -> None:
    first = library.import_folder(session, odd)
    counts = [session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Revision, Journal, Redirect)]
    session.rollback()
    second = library.import_folder(session, odd)
    assert (second.posts_new, second.posts_changed, second.posts_same) == (0, 0, first.posts_new)
    assert second.notes == []
    session.execute(sa.delete(LibraryFile))  # even if nothing is remembered
    session.commit()
    third = library.import_folder(session, odd)
    assert (third.posts_new, third.posts_changed, third.posts_same) == (0, 0, first.posts_new)
    assert counts == [
        session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Revision, Journal, Redirect)
    ]


def test_what_was_never_a_file_becomes_one_and_comes_back(
    session: Session, tmp_path: Path, odd: Path, other: Callable[[], Any]
) -> None:
    """The same odd posts when nothing is remembered of their files: all is written in standard form."""
    library.import_folder(session, odd)
    session.execute(sa.delete(LibraryFile))
    session.commit()
    first = assert_round_trip(tmp_path, other)
    assert not any(b"Written in a hurry" in data for data in first.values())
    assert b"zebra" in first["posts/2025-12-31-comments.md"]


# Hostile and odd texts


def vectors(shared: Path, count: int) -> list[str]:
    lines = (shared / "data" / "xss" / "vectors.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["html"] for line in random.Random(11).sample(lines, count)]


def test_hostile_texts_written_here_round_trip(
    session: Session, shared: Path, tmp_path: Path, other: Callable[[], Any]
) -> None:
    for number, html in enumerate(vectors(shared, 300)):
        content = Content(
            title=f"{number} {html[:60]}",
            source=f"{html}<p>Words {number}</p>",
            tags=[f"Tag {number % 7}", f"“{number}” & <b>"],
            excerpt=html[:120],
            seo={"title": html[:50], html[:10]: html[-10:], "year": 2020, "on": True},
            cover={"src": "media/x.png", "alt": html[:40], "focal_point": [0.1, 0.9]},
            references=[{"text": html[:30], "url": "https://example.com"}],
            extra={html[:9] or "x": {"deep": [html, None, 1.5, True]}},
            hashtags=["Feet"],
            related={"pinned": [f"words-{number}"]},
        )
        post = publishing.start(session, content)
        if number % 5:
            publishing.publish(session, post, at=NOW + timedelta(days=200) if number % 7 == 0 else NOW)
        if number % 5 and number % 3 == 0:
            assert post.live
            changed = Content(title=f"Draft {number}", source=f"<p>{number}</p>{html}", slug=post.slug or "")
            publishing.save(session, post, changed, base=post.live.token)
        if number % 5 and number % 13 == 0:
            publishing.withdraw(session, post)
    first = assert_round_trip(tmp_path, other)
    assert len([name for name in first if name.startswith("drafts/")]) == 80


def test_hostile_files_round_trip(session: Session, shared: Path, tmp_path: Path, other: Callable[[], Any]) -> None:
    posts = tmp_path / "hostile" / "posts"
    posts.mkdir(parents=True)
    for number, html in enumerate(vectors(shared, 300)):
        body = html.encode("utf-8", "replace").decode().replace("\x00", "")
        front = f"id: V{number}\ntitle: {json.dumps(body[:50])}\nstatus: published\nextra: {json.dumps(body)}\n"
        text = f"---\n{front}---\n{body}\n"
        (posts / f"v{number}.md").write_bytes(text.encode())
    imported = library.import_folder(session, posts.parent)
    assert len(imported.problems) < 30  # escapes and characters that YAML refuses
    first = assert_round_trip(tmp_path, other)
    assert len([name for name in first if name.startswith("posts/")]) == imported.posts_new > 270
