"""Backups: made and brought back under a running service, verified, nothing destroyed. And `check`."""

import io
import json
import multiprocessing
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask, has_app_context
from PIL import Image
from sqlalchemy.orm import Session

from cms import auth, create_app, media, publishing, search
from cms.cli import cms as commands
from cms.commands import copying
from cms.db import db, newest_seq, reading, writing
from cms.instance import prepare
from cms.posts import Content, Post

WritePost = Callable[..., Post]


def run(app: Flask, *words: str) -> Result:
    """As from a shell: in a context of its own, with nothing open in this one."""
    if has_app_context():
        writing().rollback()
    with app.app_context():
        return app.test_cli_runner().invoke(commands, list(words))


def picture(session: Session) -> media.Picture:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(out, "PNG")
    return media.store(session, out.getvalue(), "teal.png")


@pytest.fixture
def saved(app: Flask, session: Session, write_post: WritePost, tmp_path: Path) -> Path:
    """A backup of a service with one post and one picture."""
    picture(session)
    write_post("Kept post", '<p>Kept words</p><p><img src="media/teal.png" alt="Teal"></p>', tags=["Feet"])
    auth.make_editor(session, "a@example.com", password="correct horse battery")
    session.commit()
    assert run(app, "backup", str(tmp_path / "saved.tar")).exit_code == 0
    return tmp_path / "saved.tar"


def elsewhere(tmp_path: Path) -> Flask:
    return create_app({"INSTANCE": tmp_path / "elsewhere"})


def let_go(app: Flask) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def test_a_backup_holds_what_cannot_be_made_again_and_no_key(app: Flask, saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
    with tarfile.open(saved) as tar:
        names = tar.getnames()
        assert all(member.mode == 0o600 and member.isreg() for member in tar)
    assert names[:2] == ["midstance-backup.json", "midstance.db"]
    assert len([name for name in names if name.startswith("media/")]) == 3
    assert not {"secret_key", "index"} & set(names)
    key = (Path(app.instance_path) / "secret_key").read_bytes()
    assert key not in saved.read_bytes()
    assert not list(saved.parent.glob(".midstance-*"))


def test_a_backup_fills_an_empty_instance(saved: Path, tmp_path: Path) -> None:
    app = elsewhere(tmp_path)
    result = run(app, "restore", str(saved))
    assert result.exit_code == 0, result.output
    assert "1 public posts, 3 picture files" in result.output
    with app.app_context():
        post = reading().scalars(sa.select(Post)).one()
        assert (post.title, search.find(reading(), "kept").total) == ("Kept post", 1)
        assert [link.tag.slug for link in post.tag_links] == ["feet"]
        assert all(media.path_of(file) for file in media.files_of(reading().scalars(sa.select(media.Picture)).one()))
    assert run(app, "check").exit_code == 0
    assert (Path(app.instance_path) / "first_run_done").exists()
    let_go(app)


def test_a_backup_brought_back_sets_aside_what_was_there(
    app: Flask, session: Session, saved: Path, write_post: WritePost
) -> None:
    write_post("Later post", "<p>Later words</p>")
    before = newest_seq(session)
    session.rollback()
    token = auth.make_link(session, "sign_in", auth.find_editor(session, "a@example.com"))
    assert token
    session.commit()
    session.close()
    result = run(app, "restore", str(saved))
    assert result.exit_code == 0, result.output
    assert session.scalars(sa.select(Post.title)).all() == ["Kept post"]
    assert newest_seq(session) > before  # whoever follows the journal sees that something has happened
    assert search.find(reading(), "later").total == 0
    assert not session.scalars(sa.select(auth.OneTimeLink)).all()
    aside = list((Path(app.instance_path) / "set-aside").glob("*/midstance.db"))
    with closing(sqlite3.connect(aside[0])) as old:
        assert {row[0] for row in old.execute("SELECT title FROM post")} == {"Kept post", "Later post"}


def test_sessions_that_were_ended_do_not_come_back(app: Flask, session: Session, saved: Path, tmp_path: Path) -> None:
    editor = auth.find_editor(session, "a@example.com")
    assert editor
    auth.make_link(session, "sign_in", editor)
    session.commit()
    run(app, "backup", str(tmp_path / "with-link.tar"))
    other = elsewhere(tmp_path)
    assert run(other, "restore", str(tmp_path / "with-link.tar")).exit_code == 0
    with other.app_context():
        assert not reading().scalars(sa.select(auth.OneTimeLink)).all()
        assert auth.find_editor(reading(), "a@example.com")
    let_go(other)


def test_folders_take_backups_by_date_and_give_the_newest(
    app: Flask, saved: Path, write_post: WritePost, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    assert "There is no backup" in run(app, "restore", str(folder)).output
    assert run(app, "backup", str(folder)).exit_code == 0
    first = list(folder.glob("midstance-*.tar"))
    assert len(first) == 1
    write_post("Second")
    first[0].rename(folder / "midstance-2020-01-01-000000.tar")
    assert run(app, "backup", str(folder)).exit_code == 0
    other = elsewhere(tmp_path)
    assert "2 public posts" in run(other, "restore", str(folder)).output
    let_go(other)


def test_the_machines_own_settings_are_kept_where_there_are_none(app: Flask, saved: Path, tmp_path: Path) -> None:
    config = Path(app.instance_path) / "config.toml"
    config.write_text('site_name = "From the backup"\n')
    run(app, "backup", str(saved))
    other = elsewhere(tmp_path)
    run(other, "restore", str(saved))
    assert (Path(other.instance_path) / "config.toml").read_text() == 'site_name = "From the backup"\n'
    (Path(other.instance_path) / "config.toml").write_text('site_name = "Mine"\n')
    run(other, "restore", str(saved))
    assert "Mine" in (Path(other.instance_path) / "config.toml").read_text()
    let_go(other)


# What is no backup


def changed(saved: Path, change: Callable[[dict[str, bytes]], None], kind: bytes = tarfile.REGTYPE) -> Path:
    with tarfile.open(saved) as tar:
        parts = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr] # all files
    change(parts)
    with tarfile.open(saved, "w") as tar:
        for name, data in parts.items():
            member = tarfile.TarInfo(name)
            member.size, member.type, member.linkname = len(data), kind, "/etc/passwd"
            tar.addfile(member, io.BytesIO(data))
    return saved


def declare(parts: dict[str, bytes], name: str, data: bytes) -> None:
    import hashlib

    head = json.loads(parts["midstance-backup.json"])
    head["files"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    parts["midstance-backup.json"] = json.dumps(head).encode()
    parts[name] = data


def damaged_database(parts: dict[str, bytes]) -> None:
    data = bytearray(parts["midstance.db"])
    data[5000:9000] = b"x" * 4000
    declare(parts, "midstance.db", bytes(data))


def newer(parts: dict[str, bytes]) -> None:
    parts["midstance-backup.json"] = parts["midstance-backup.json"].replace(b'"format": 1', b'"format": 99')


def first_media(parts: dict[str, bytes]) -> str:
    return next(name for name in parts if name.startswith("media/"))


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts.pop("midstance.db"),
        lambda parts: parts.pop("midstance-backup.json"),
        lambda parts: parts.clear(),
        lambda parts: parts.update({"midstance.db": parts["midstance.db"][:-1] + b"?"}),
        lambda parts: parts.update({"extra": b"x"}),
        lambda parts: declare(parts, "../evil", b"x"),
        lambda parts: declare(parts, "/tmp/evil", b"x"),
        lambda parts: declare(parts, "media/../../evil", b"x"),
        lambda parts: declare(parts, "secret_key", b"x" * 40),
        lambda parts: declare(parts, "midstance.db", b"no database" * 400),
        lambda parts: parts.pop(first_media(parts)),
        damaged_database,
        newer,
    ],
)
def test_a_damaged_or_foreign_backup_changes_nothing(
    app: Flask, session: Session, saved: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    changed(saved, change)
    before = {path: path.stat().st_mtime_ns for path in Path(app.instance_path).glob("media/*")}
    session.close()
    result = run(app, "restore", str(saved))
    assert result.exit_code == 1
    assert "Nothing was changed" in result.output
    assert session.scalars(sa.select(Post.title)).all() == ["Kept post"]
    assert before == {path: path.stat().st_mtime_ns for path in Path(app.instance_path).glob("media/*")}
    assert not (Path(app.instance_path) / "set-aside").exists()
    assert not list(Path(app.instance_path).glob(".restore-*"))


@pytest.mark.parametrize("data", [b"", b"hello", b"\x1f\x8b broken gzip", b"x" * 20_000])
def test_what_is_no_backup_is_said_so(app: Flask, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.tar").write_bytes(data)
    result = run(app, "restore", str(tmp_path / "x.tar"))
    assert result.exit_code == 1
    assert "no backup of Midstance" in result.output
    assert "midstance-….tar" in result.output
    assert "ReadError" not in result.output
    assert len(result.output.splitlines()) == 1
    assert run(app, "restore", str(tmp_path / "nowhere.tar")).exit_code == 1


def test_links_in_a_backup_are_not_followed(app: Flask, saved: Path) -> None:
    changed(saved, lambda parts: None, kind=tarfile.SYMTYPE)
    assert "no backup" in run(app, "restore", str(saved)).output


def test_a_backup_of_a_newer_version_is_refused(app: Flask, saved: Path, tmp_path: Path) -> None:
    def from_the_future(parts: dict[str, bytes]) -> None:
        path = tmp_path / "future.db"
        path.write_bytes(parts["midstance.db"])
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.commit()
        declare(parts, "midstance.db", path.read_bytes())

    result = run(app, "restore", str(changed(saved, from_the_future)))
    assert "newer version" in result.output
    assert result.exit_code == 1


def test_a_damaged_database_is_set_aside_as_it_is(app: Flask, session: Session, saved: Path) -> None:
    session.close()
    let_go(app)
    database = Path(app.instance_path) / "midstance.db"
    database.write_bytes(b"this was a database" * 1000)
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    result = run(app, "restore", str(saved))
    assert result.exit_code == 0, result.output
    assert "Kept post" in session.scalars(sa.select(Post.title)).all()
    aside = next((Path(app.instance_path) / "set-aside").glob("*/midstance.db"))
    assert aside.read_bytes() == b"this was a database" * 1000


def test_there_must_be_something_to_save_and_somewhere_to_put_it(app: Flask, tmp_path: Path, saved: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "cannot be written" in run(app, "backup", str(tmp_path / "file" / "x.tar")).output
    assert "no database" in run(elsewhere(tmp_path), "backup", str(tmp_path / "y.tar")).output
    foreign = create_app({"INSTANCE": tmp_path / "pg", "DATABASE_URL": "sqlite:///:memory:"})
    assert "pg_dump" in run(foreign, "backup", str(tmp_path / "y.tar")).output


def test_missing_pictures_are_named_and_all_else_is_saved(app: Flask, session: Session, saved: Path) -> None:
    next(media.media_folder().glob("*.webp")).unlink()
    result = run(app, "backup", str(saved))
    assert result.exit_code == 1
    assert "Missing: media/" in result.output
    assert run(app, "restore", str(saved)).exit_code == 0


# While the service runs


def write_on(instance: str, stop: "multiprocessing.synchronize.Event") -> None:
    """A busy editor in another process."""
    app = create_app({"INSTANCE": instance})
    with app.app_context():
        number = 0
        while not stop.is_set():
            number += 1
            post = publishing.start(writing(), Content(title=f"Busy {number}", source="<p>x</p>" * 200))
            publishing.publish(writing(), post)


def test_backups_made_while_somebody_writes_are_whole(
    app: Flask, session: Session, saved: Path, tmp_path: Path
) -> None:
    session.close()
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    writer = context.Process(target=write_on, args=(app.instance_path, stop))
    writer.start()
    try:
        counts = []
        for number in range(6):
            path = tmp_path / f"busy-{number}.tar"
            assert run(app, "backup", str(path)).exit_code == 0
            with tarfile.open(path) as tar:
                (tmp_path / f"{number}.db").write_bytes(tar.extractfile("midstance.db").read())
            with closing(sqlite3.connect(tmp_path / f"{number}.db")) as copy:
                assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert not copy.execute("PRAGMA foreign_key_check").fetchall()
                live, posts = copy.execute("SELECT count(live_id), count(*) FROM post").fetchone()
                journal = copy.execute("SELECT count(*) FROM journal WHERE kind = 'post_published'").fetchone()[0]
                assert live == journal
                assert posts - live <= 1  # at most the one being written
                counts.append(posts)
    finally:
        stop.set()
        writer.join(30)
    assert writer.exitcode == 0


def test_copies_of_odd_paths_can_be_made(tmp_path: Path) -> None:
    path = tmp_path / "odd ?#% name.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.commit()
    copying.copy_database(path, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_size > 0
    assert copying.newest_seq(path) == 0
    assert copying.newest_seq(tmp_path / "none.db") == 0


# Check


def test_check_finds_nothing_in_a_sound_instance(app: Flask, saved: Path) -> None:
    result = run(app, "check")
    assert (result.exit_code, result.output) == (0, "All is well.\n")


def test_check_finds_missing_and_damaged_pictures(app: Flask, session: Session, saved: Path) -> None:
    first, second, *_ = sorted(media.media_folder().glob("*.webp"))
    first.unlink()
    second.write_bytes(b"damaged")
    result = run(app, "check")
    assert result.exit_code == 1
    assert f"teal.png is missing: media/{first.name}" in result.output
    assert f"teal.png is damaged: media/{second.name}" in result.output
    assert "Upload teal.png again" in result.output


def test_check_finds_posts_that_differ_and_mends_them(app: Flask, session: Session, saved: Path) -> None:
    session.execute(sa.update(Post).values(html="<p>Tampered</p>"))
    session.commit()
    result = run(app, "check")
    assert result.exit_code == 1
    assert "Kept post" in result.output
    assert "--mend" in result.output
    result = run(app, "check", "--mend")
    assert (result.exit_code, "Rendered 1 posts anew" in result.output) == (0, True)


def test_check_finds_an_index_out_of_step_and_mends_it(app: Flask, session: Session, saved: Path) -> None:
    session.execute(sa.update(Post).values(state="withdrawn"))  # behind the desk's back
    session.commit()
    result = run(app, "check")
    assert result.exit_code == 1
    assert "not public" in result.output
    assert run(app, "check", "--mend").exit_code == 0


def test_check_finds_rows_that_point_nowhere(app: Flask, session: Session, saved: Path) -> None:
    session.close()
    with closing(sqlite3.connect(Path(app.instance_path) / "midstance.db")) as connection:
        connection.execute("DELETE FROM tag")
        connection.commit()
    result = run(app, "check")
    assert result.exit_code == 1
    assert "points to a row of tag that is gone" in result.output


def test_check_wants_the_newest_schema(session: Session, tmp_path: Path) -> None:
    app = elsewhere(tmp_path)
    result = run(app, "check")
    assert result.exit_code == 1
    assert "cms init" in result.output
    prepare(app)
    run(app, "catch-up")
    assert run(app, "check").exit_code == 0
    let_go(app)


def test_check_sees_who_can_read_the_key(app: Flask, saved: Path) -> None:
    Path(app.instance_path).chmod(0o755)
    result = run(app, "check")
    assert (result.exit_code, "chmod go-rwx" in result.output) == (0, True)
    (Path(app.instance_path) / "secret_key").chmod(0o644)
    assert run(app, "check").exit_code == 1
