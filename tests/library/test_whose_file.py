"""Which post a file without an id speaks of: no import may put another post's text in the place of one."""

import pytest
import sqlalchemy as sa

from cms import library
from cms.posts import Post, published


def folder(path, name, title, slug="", body="Some words."):
    posts = path / "posts"
    posts.mkdir(parents=True, exist_ok=True)
    line = f"slug: {slug}\n" if slug else ""
    (posts / name).write_text(f"---\ntitle: {title}\n{line}status: published\npublished_at: 2026-01-01\n---\n{body}\n")
    return path


def titles(session):
    session.expire_all()
    return sorted(session.scalars(published().with_only_columns(Post.title)))


def test_two_folders_with_files_of_one_name_are_two_posts(session, tmp_path):
    library.import_folder(session, folder(tmp_path / "a", "hello.md", "First", "hello-from-1"))
    imported = library.import_folder(session, folder(tmp_path / "b", "hello.md", "Second", "hello-from-2"))
    assert (imported.posts_new, imported.posts_changed) == (1, 0)
    assert titles(session) == ["First", "Second"]


def test_a_slug_that_another_post_has_is_a_problem_with_the_cure_and_its_text_stays(session, tmp_path, write_post):
    post_id = write_post("Foot strength", "<p>Long and careful.</p>").id
    imported = library.import_folder(session, folder(tmp_path, "dup.md", "Dup", "foot-strength"))
    assert titles(session) == ["Foot strength"]
    (problem,) = imported.problems
    assert post_id in str(problem)
    assert "foot-strength-2" in str(problem)


def test_the_same_file_again_updates_its_post_wherever_the_folder_is_now(session, tmp_path):
    library.import_folder(session, folder(tmp_path / "a", "feet.md", "Feet", "feet"))
    imported = library.import_folder(session, folder(tmp_path / "b", "feet.md", "Feet and toes", "feet"))
    assert (imported.posts_new, imported.posts_changed) == (0, 1)
    assert titles(session) == ["Feet and toes"]


def test_a_file_that_was_renamed_is_still_its_posts(session, tmp_path):
    folder(tmp_path, "feet.md", "Feet", "feet")
    library.import_folder(session, tmp_path)
    (tmp_path / "posts" / "feet.md").rename(tmp_path / "posts" / "toes.md")
    folder(tmp_path, "toes.md", "Toes", "feet")
    library.import_folder(session, tmp_path)
    assert titles(session) == ["Toes"]


@pytest.mark.parametrize("slug", ["toes", ""])
def test_a_new_slug_in_the_same_file_moves_the_post(session, client, tmp_path, slug):
    folder(tmp_path, "feet.md", "Feet", "foot-strength")
    library.import_folder(session, tmp_path)
    folder(tmp_path, "feet.md", "Feet", slug)
    library.import_folder(session, tmp_path)
    assert session.scalar(sa.select(sa.func.count()).select_from(Post)) == 1
    answer = client.get("/api/v1/posts/foot-strength")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/api/v1/posts/{slug or 'feet'}")
