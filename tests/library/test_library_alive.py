"""An import beside a running service: killed, disturbed, and disturbing nobody."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from cms import library, publishing, related, search
from cms.db import Journal, reading
from cms.library import beside, posts_in
from cms.library.tables import LibraryFile
from cms.posts import Content, Post, Revision
from cms.search.tables import RelatedPost

ROOT = Path(__file__).parents[2]
POSTS = 600


@pytest.fixture
def many(tmp_path: Path) -> Path:
    posts = tmp_path / "many" / "posts"
    posts.mkdir(parents=True)
    for number in range(POSTS):
        words = " ".join(f"word{number * 7 % 91 + n}" for n in range(60))
        (posts / f"p{number:04}.md").write_text(
            f"---\ntitle: Post {number}\nstatus: published\npublished_at: 2026-01-01T00:00:00Z\n"
            f"tags: [tag-{number % 9}]\nauthors: [writer-{number % 3}]\n---\n## Heading\n\n{words}\n\n#Feet #Toes\n"
        )
    return posts.parent


def importing(app: Flask, folder: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "cms", "import", str(folder)]
    environment = {**os.environ, "CMS_INSTANCE": app.instance_path}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )


def wait_for_posts(app: Flask, count: int, process: "subprocess.Popen[bytes]") -> None:
    with closing(sqlite3.connect(Path(app.instance_path) / "midstance.db")) as connection:
        while connection.execute("SELECT count(*) FROM post").fetchone()[0] < count:
            assert process.poll() is None, "the import ended before it could be killed"
            time.sleep(0.01)


def test_an_import_that_is_killed_leaves_whole_posts_and_goes_on_the_next_time(
    app: Flask, session: Session, many: Path
) -> None:
    reached = []
    for stop_at in (1, 150, 350):
        process = importing(app, many)
        wait_for_posts(app, stop_at, process)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()
        assert session.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
        assert not session.execute(sa.text("PRAGMA foreign_key_check")).all()
        posts = session.scalar(sa.select(sa.func.count()).select_from(Post)) or 0
        for table in (LibraryFile, Revision):
            assert session.scalar(sa.select(sa.func.count()).select_from(table)) == posts
        assert session.scalar(sa.select(sa.func.count()).where(Journal.kind == "post_published")) == posts
        assert not session.scalars(sa.select(Post.id).where(Post.live_id.is_(None))).all()
        reached.append(posts)
        session.rollback()
    assert reached == sorted(reached)
    assert reached[-1] < POSTS
    imported = library.import_folder(session, many)
    assert imported.problems == []
    assert (imported.posts_same, imported.posts_new) == (reached[-1], POSTS - reached[-1])
    assert search.check() == []
    assert search.find(reading(), "heading").total == POSTS


def test_editors_go_on_writing_while_an_import_runs(app: Flask, session: Session, many: Path) -> None:
    process = importing(app, many)
    wait_for_posts(app, 50, process)
    longest, written = 0.0, 0
    while process.poll() is None:
        start = time.perf_counter()
        post = publishing.start(session, Content(title=f"Urgent {written}", source="<p>Urgent words</p>"))
        longest = max(longest, time.perf_counter() - start)
        publishing.publish(session, post)
        written += 1
    output, _ = process.communicate()
    assert process.returncode == 0
    assert f"Imported {POSTS} new".encode() in output
    assert written >= 2
    assert longest < 8  # waiting for a batch, not for the import
    assert search.check() == []
    assert search.find(reading(), "urgent").total == written


def test_what_was_imported_is_found_at_once(app: Flask, session: Session, many: Path) -> None:
    process = importing(app, many)
    process.communicate()
    assert process.returncode == 0
    assert search.find(reading(), "heading").total == POSTS
    assert app.test_client().get("/api/v1/posts/p0123").status_code == 200


def test_a_long_import_is_indexed_beside(
    app: Flask, session: Session, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "WORTH_IT", 100)
    monkeypatch.setattr(beside, "EVERY", 100)
    seen: list[int] = []

    def settled_last(_session: Session) -> None:
        seen.append(search.find(reading(), "heading").total)  # before this process has indexed anything

    monkeypatch.setattr("cms.library.importing.settle", settled_last)
    library.import_folder(session, many)
    assert seen == [POSTS]
    lists = sa.select(RelatedPost.post_id, RelatedPost.other_id, RelatedPost.position, RelatedPost.score)
    related.rebuild()
    alone = session.execute(lists.order_by(*lists.selected_columns)).all()
    session.execute(sa.delete(RelatedPost))
    session.commit()
    monkeypatch.setattr("cms.related.follow.WORTH_IT", 100)
    assert related.rebuild() == POSTS
    assert session.execute(lists.order_by(*lists.selected_columns)).all() == alone != []


def test_a_helper_that_fails_stops_nothing(
    app: Flask, session: Session, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "WORTH_IT", 100)
    monkeypatch.setattr(beside, "EVERY", 100)
    monkeypatch.setattr("cms.related.follow.WORTH_IT", 100)
    monkeypatch.setattr("cms.second_process.PROGRAM", "raise SystemExit(1)")
    assert library.import_folder(session, many).posts_new == POSTS
    lists = sa.select(RelatedPost.post_id, RelatedPost.other_id).order_by(RelatedPost.post_id, RelatedPost.position)
    found = session.execute(lists).all()
    monkeypatch.undo()
    related.rebuild()
    assert found == session.execute(lists).all() != []
    assert search.check() == []


def test_batches_are_short(monkeypatch: pytest.MonkeyPatch, session: Session, many: Path) -> None:
    """Between two batches the writers' lock is free."""
    free: list[bool] = []
    path = Path(session.get_bind().url.database)  # type: ignore[union-attr] # an engine
    original: Callable[..., object] = posts_in.post_file.of_bytes

    def read(*arguments: object) -> object:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
                other.execute("ROLLBACK")
                free.append(True)
            except sqlite3.OperationalError:
                free.append(False)
        return original(*arguments)

    monkeypatch.setattr(posts_in.post_file, "of_bytes", read)
    library.import_folder(session, many)
    assert free == [True] * POSTS
