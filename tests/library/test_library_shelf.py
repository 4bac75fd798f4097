"""The files beside the posts, and pictures."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from cms import library, media, publishing
from cms.cli import cms as commands
from cms.db import reading, writing
from cms.errors import BadInput
from cms.posts import Author, Exercise, Post, SiteValue, Tag
from cms.publishing.pictures import put_picture
from cms.search.tables import Concept, SearchPin

from .carrying import assert_round_trip, exported, text
from .odd_posts import SHELF

pytestmark = pytest.mark.usefixtures("without_search")

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)


def test_files_beside_the_posts_come_back_as_they_came(
    session: Session, shelf: Path, tmp_path: Path, other: Callable[[], Any]
) -> None:
    assert library.import_folder(session, shelf).problems == []
    first = assert_round_trip(tmp_path, other)
    for name in ("site.yaml", "vocabulary.yaml", "redirects.yaml", "exercises.yaml", "search.yaml", "media.yaml"):
        assert first[name].decode() == SHELF[name], name
    assert first["authors.yaml"].decode().startswith(SHELF["authors.yaml"])  # and those whom posts named
    assert first["tags.yaml"].decode().startswith(SHELF["tags.yaml"])
    alex = session.scalars(sa.select(Author).where(Author.slug == "alex")).one()
    assert (alex.picture, alex.extra) == ("media/x.png", {"pronouns": "she"})
    assert session.get_one(Exercise, "short-foot").steps == ["Sit.", "Lift: slowly"]
    assert session.scalars(sa.select(Concept.concept)).all() == ["heel", "toe"]
    assert session.scalar(sa.select(sa.func.count()).select_from(SearchPin)) == 3
    picture = session.scalars(sa.select(media.Picture)).one()
    assert (picture.alt, picture.caption, picture.focal_y) == ("Red", "A red field", 0.25)
    assert session.get_one(SiteValue, "booking_label").value == "Book"


def test_changes_beside_the_posts_touch_only_their_own_entries(session: Session, shelf: Path) -> None:
    library.import_folder(session, shelf)
    alex = session.scalars(sa.select(Author).where(Author.slug == "alex")).one()
    publishing.save_author(session, alex, {"name": "Alex R. Rivera", "credentials": []})
    publishing.save_site(session, {"site_name": "Stride & Sole", "booking_label": "Book now", "language": "de"})
    exercise = session.get_one(Exercise, "short-foot")
    publishing.save_exercise(session, exercise, {"dose": {"sets": "4"}})
    publishing.make_tag(session, "New: tag")
    session.execute(sa.delete(SearchPin))
    session.commit()
    publishing.save_redirect(session, "/a", "/z")
    exported(shelf)
    assert text(shelf, "authors.yaml").startswith(
        SHELF["authors.yaml"].replace("name: Alex Rivera\n  credentials: [PT, DPT]\n", "name: Alex R. Rivera\n")
    )
    assert text(shelf, "site.yaml") == (
        "# Our site\nname: Stride & Sole\nmotto: run well   # unknown\ntime_zone: America/Denver\n"
        "booking: {note: kept, label: Book now, url: https://example.com/book}\nlanguage: de\n"
    )
    assert "level: 2" in text(shelf, "exercises.yaml")
    assert "sets: " in text(shelf, "exercises.yaml")
    assert "reps" not in text(shelf, "exercises.yaml")
    assert '- slug: new-tag\n  name: "New: tag"\n' in text(shelf, "tags.yaml")
    assert text(shelf, "search.yaml") == ""
    assert text(shelf, "redirects.yaml").startswith("- from: /a\n  to: /z\n- from: /c\n")
    assert library.import_folder(session, shelf).problems == []


def test_entries_in_one_line_can_change_too(session: Session, shelf: Path) -> None:
    (shelf / "tags.yaml").write_text("[{name: A, colour: red}, {name: B}]\n")
    library.import_folder(session, shelf)
    tag = session.scalars(sa.select(Tag).where(Tag.slug == "a")).one()
    publishing.save_tag(session, tag, name="A", slug="a", description="New", aliases=[])
    exported(shelf)
    assert text(shelf, "tags.yaml").startswith("- name: A\n  colour: red\n  slug: a\n  description: New\n- name: B\n")


def test_an_alias_may_move_from_one_tag_to_another(session: Session, shelf: Path) -> None:
    library.import_folder(session, shelf)
    (shelf / "tags.yaml").write_text("- name: Foot strength\n- slug: toes\n  name: Toes\n  aliases: [feet]\n")
    assert library.import_folder(session, shelf).problems == []
    assert {
        tag.slug: tag.aliases for tag in session.scalars(sa.select(Tag).where(Tag.slug.in_(["toes", "foot-strength"])))
    } == {
        "foot-strength": [],
        "toes": ["feet"],
    }


def test_an_exercise_changed_in_its_file_changes_the_posts_that_show_it(session: Session, shelf: Path) -> None:
    library.import_folder(session, shelf)
    (shelf / "exercises.yaml").write_text(SHELF["exercises.yaml"].replace("Short foot", "Foot dome"))
    library.import_folder(session, shelf)
    blocks = session.get_one(Post, "BLOCKS").blocks
    assert [block["name"] for block in blocks if block["kind"] == "exercise"] == ["Foot dome"]


# Pictures


def test_pictures_come_back_byte_for_byte(
    session: Session, shelf: Path, tmp_path: Path, other: Callable[[], Any]
) -> None:
    library.import_folder(session, shelf)
    first = assert_round_trip(tmp_path, other)
    assert first["media/x.png"] == (shelf / "media" / "x.png").read_bytes()


def test_a_changed_picture_is_taken_and_posts_show_it(session: Session, shelf: Path) -> None:
    library.import_folder(session, shelf)
    before = session.get_one(Post, "BLOCKS").html
    session.rollback()
    Image.new("RGB", (50, 30), "blue").save(shelf / "media" / "x.png")
    assert library.import_folder(session, shelf).pictures == 1
    after = session.get_one(Post, "BLOCKS").html
    assert after != before
    assert 'width="50"' in after


def test_an_original_with_private_data_is_not_written_over(session: Session, shelf: Path, tmp_path: Path) -> None:
    data = Image.Exif()
    data[0x010E] = "private"
    Image.new("RGB", (50, 30), "blue").save(shelf / "media" / "photo.jpg", exif=data)
    original = (shelf / "media" / "photo.jpg").read_bytes()
    library.import_folder(session, shelf)
    exported(shelf)
    assert (shelf / "media" / "photo.jpg").read_bytes() == original
    assert b"private" not in exported(tmp_path / "elsewhere")["media/photo.jpg"]


def test_a_missing_picture_file_is_named(session: Session, shelf: Path, tmp_path: Path) -> None:
    library.import_folder(session, shelf)
    for path in media.media_folder().iterdir():
        path.unlink()
    result = library.export_folder(reading(), tmp_path / "out")
    assert [problem.file for problem in result.problems] == ["media/x.png"]


def test_put_picture_makes_one(session: Session) -> None:
    import io

    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG")
    assert put_picture(session, media.work_on(out.getvalue()), "nine.png").width == 9


# Where it is written


def test_an_export_stays_in_its_folder(session: Session, tmp_path: Path, write_post: Callable[..., Post]) -> None:
    write_post("One")
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "posts").symlink_to(outside)
    with pytest.raises(BadInput, match="leads elsewhere"):
        library.export_folder(reading(), tmp_path / "out")
    reading().rollback()
    assert not list(outside.iterdir())
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput, match="Nothing can be written"):
        library.export_folder(reading(), tmp_path / "file")


def test_the_command_says_what_it_wrote(app: Flask, tmp_path: Path, write_post: Callable[..., Post]) -> None:
    write_post("One")
    publishing.delete(writing(), write_post("Two"))
    write_post("Deep", "<blockquote>" * 300, publish=False)
    runner = app.test_cli_runner()
    result = runner.invoke(commands, ["export", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "Wrote 1 files" in result.output
    assert "Open it in the editor" in result.output
