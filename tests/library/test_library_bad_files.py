"""Bad files: each is named with its line and the cure, nothing of it is imported, the good ones are."""

import os
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from cms import library, search
from cms.cli import cms as commands
from cms.db import Journal, reading
from cms.errors import BadInput
from cms.posts import Author, Post, Revision, Tag

GOOD = "---\ntitle: A good post\nstatus: published\npublished_at: 2026-01-02T03:04:05Z\n---\nHealthy words.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "posts").mkdir(parents=True)
    (folder / "posts" / "2026-01-02-good.md").write_text(GOOD)
    return folder


def front(text: str, body: str = "Words.") -> bytes:
    return f"---\ntitle: Bad\n{text}\n---\n{body}\n".encode()


BAD = {
    "no front matter": (b"Just text.\n", 1, "Begin it with a line ---"),
    "empty": (b"", 1, "Begin it"),
    "no end": (b"---\ntitle: x\n", 1, "Put a line ---"),
    "not UTF-8": (b"---\ntitle: x\n---\nok\n\xff\xfe\n", 5, "UTF-8"),
    "a surrogate": ("---\ntitle: x\n---\n\ud800\n".encode("utf-8", "surrogatepass"), 4, "UTF-8"),
    "NUL": (b"---\ntitle: x\n---\na\x00b\n", 4, "Delete it"),
    "NUL escaped": (b'---\ntitle: "a\\0b"\n---\n', 2, "NUL"),
    "bad YAML": (front("tags: [a, b"), 4, "Mend this line"),
    "a colon": (b"---\ntitle: Feet: the basics\n---\n", 2, "quotes"),
    "a tab": (front("seo:\n\ttitle: x"), 4, "YAML"),
    "a control character": (b"---\ntitle: x\nseo: a\x01b\n---\n", 3, "does not allow"),
    "a surrogate escaped": (b'---\ntitle: "\\ud800"\n---\n', 2, "YAML"),
    "a list": (b"---\n- title\n---\n", 2, "name: value"),
    "only text": (b"---\ntitle\n---\n", 2, "name: value"),
    "no title": (b"---\nslug: x\n---\n", 2, "Add a line such as title"),
    "no keys": (b"---\n---\n", 2, "Add a line such as title"),
    "empty title": (b"---\ntitle:\nstatus: published\n---\n", 2, "Write one"),
    "title twice": (front("title: Again"), 3, "Delete one"),
    "a key that is a list": (front("[a]: b"), 3, "one word"),
    "status": (front("status: live"), 3, "draft or published"),
    "a date": (front("published_at: 2026-02-30"), 3, "2026-11-22T06:43:00Z"),
    "a time": (front("updated_at: 2026-02-03T25:00:00Z"), 3, "2026-11-22T06:43:00Z"),
    "a date in words": (front("published_at: next week"), 3, "2026-11-22"),
    "a date out of reach": (front("published_at: 0001-01-01T00:00:00+14:00"), 3, "2026"),
    "a review": (front("last_reviewed_at: soon"), 3, "2026-11-22"),
    "an id": (front("id: 'a b'"), 3, "Delete the line"),
    "a flag": (front("featured: perhaps"), 3, "true or false"),
    "tags": (front("tags: {a: b}"), 3, "[one, two]"),
    "a tag": (front("tags: [[a]]"), 3, "in quotes"),
    "authors": (front("authors:\n  - {a: b}"), 4, "in quotes"),
    "cover outside": (front("cover: {src: ../../etc/passwd}"), 3, "media/"),
    "cover outside, hidden": (front("cover: {src: media/../secret.jpg}"), 3, "media/"),
    "cover without src": (front("cover: {alt: x}"), 3, "cover: {src"),
    "focal point": (front("cover: {src: media/x.jpg, focal_point: [2, 0]}"), 3, "[0.5, 0.4]"),
    "focal points": (front("cover:\n  src: media/x.jpg\n  focal_point: [1]"), 5, "[0.5, 0.4]"),
    "focal NaN": (front("cover: {src: media/x.jpg, focal_point: [.nan, 0]}"), 3, "[0.5, 0.4]"),
    "seo": (front("seo: [a]"), 3, "name: value"),
    "related": (front("related: x"), 3, "name: value"),
    "published and withdrawn": (front("status: published\nwithdrawn: true"), 4, "Delete one"),
    "too long": (front("excerpt: " + "x" * 10_001), 3, "10,000"),
    "too deep": (front("deep: " + "[" * 200_000), 3, "simpler"),
    "deep in lines": (front("deep:\n" + "\n".join(" " * n + "- " for n in range(1, 60))), None, "simpler"),
    "laughs": (
        front(
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "\n".join(
                f"{c}: &{c} [{','.join('*' + p for _ in range(9))}]"
                for p, c in zip("abcdefgh", "bcdefghi", strict=True)
            )
        ),
        None,
        "Write it out",
    ),
    "an anchor in itself": (front("a: &a [*a]"), 3, "Write it out"),
    "an alias of nothing": (front("a: *b"), 3, "YAML"),
    "a body too large": (front("x: 1", "word " * 60_000), None, ""),
    "a body too deep": (front("x: 1", "<blockquote>" * 300), 5, "remove the outer levels"),
    "quotes too deep": (front("x: 1", "Words.\n\n" + "> " * 150 + "lost"), 7, "Take out the outer levels"),
    "lists too deep": (front("x: 1", "\n".join("  " * n + "- x" for n in range(70))), 55, "Take out the outer levels"),
    "a block": (front("x: 1", "\n```exercise\nid: [\n```\n"), None, ""),
    "too large": (b"---\ntitle: x\n---\n" + b"x" * 2_000_001, None, "Make it smaller"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_with_its_line_and_the_cure_and_left_out(session: Session, folder: Path, name: str) -> None:
    data, line, cure = BAD[name]
    (folder / "posts" / "bad.md").write_bytes(data)
    imported = library.import_folder(session, folder)
    assert [problem.file for problem in imported.problems] == ["posts/bad.md"]
    problem = imported.problems[0]
    if line is not None:
        assert problem.line == line
    assert cure in f"{problem.message} {problem.cure}"
    assert str(problem).startswith("posts/bad.md")
    assert imported.posts_new == 1
    assert session.scalars(sa.select(Post.title)).all() == ["A good post"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Revision)) == 1
    assert search.find(reading(), "healthy").total == 1


def test_lines_of_a_body_are_those_of_the_file(session: Session, folder: Path) -> None:
    (folder / "posts" / "bad.md").write_bytes(front("x: 1", "One.\n\n```exercise\nid: [\n```"))
    problem = library.import_folder(session, folder).problems[0]
    assert problem.line is not None
    assert 6 <= problem.line <= 9


def test_deep_quotes_keep_their_words(session: Session, folder: Path) -> None:
    (folder / "posts" / "deep.md").write_bytes(front("slug: deep\nstatus: published", "> " * 60 + "innermost"))
    assert library.import_folder(session, folder).problems == []
    assert search.find(reading(), "innermost").total == 1


def test_what_readers_will_not_see_is_told(session: Session, folder: Path) -> None:
    text = (
        "![A foot](media/gone.png)\n\n```exercise\nid: no-such\n```\n\n```block quiz\nid: my-quiz\na: 1\n```\n\n"
        "```video\nprovider: youtube\n```\n\n```question\nquestion: Why?\nanswer: So.\n```\n\n<script>x()</script>\n"
    )
    (folder / "posts" / "odd.md").write_bytes(front("cover: media/cover.png\nstatus: published", text))
    imported = library.import_folder(session, folder)
    assert (imported.problems, imported.posts_new) == ([], 2)
    found = [(note.file, note.line, note.message.split(",")[0]) for note in imported.notes]
    assert found == [
        ("posts/odd.md", 3, "The picture media/cover.png is missing"),
        ("posts/odd.md", 6, "The picture media/gone.png is missing"),
        ("posts/odd.md", 9, "There is no exercise “no-such”"),
        ("posts/odd.md", 13, "Nothing is shown for this block of the kind “quiz”."),
        ("posts/odd.md", 17, "Nothing is shown for this block of the kind “video”."),
        ("posts/odd.md", 26, "“script” was taken out once"),
    ]
    assert all(note.cure for note in imported.notes)


def test_keys_of_other_programs_and_pictures_of_a_website_are_told(session: Session, folder: Path) -> None:
    keys = "date: 2021-05-03\ndraft: false\ncategories: [Feet]\nsummary: Short.\nexcerpt: Ours.\nodd: kept"
    (folder / "posts" / "hugo.md").write_bytes(front(keys, "![A knee](/images/knee.jpg) ![A foot](media/f.jpg)"))
    imported = library.import_folder(session, folder)
    assert imported.problems == []
    assert [(note.line, note.message.split(" is ")[0], note.cure) for note in imported.notes] == [
        (10, "The picture media/f.jpg", "Put it into the folder media/ and import again, or take it out here."),
        (10, "The picture /images/knee.jpg", "Put it into the folder media/ and write media/ and its name here."),
        (3, "“date”", "Write it as published_at if you mean that."),
        (4, "“draft”", "Write it as status if you mean that."),
        (5, "“categories”", "Write it as tags if you mean that."),
    ]


def test_a_text_full_of_beginnings_of_pictures_is_looked_through_once(session: Session, folder: Path) -> None:
    body = "![" * 100_000 + "\n\n" + "<img " * 50_000  # each beginning would look through all the rest: hours
    (folder / "posts" / "odd.md").write_bytes(front("slug: odd", f"```\n{body}\n```"))
    assert library.import_folder(session, folder).notes == []


def test_two_files_cannot_be_one_post(session: Session, folder: Path) -> None:
    posts = folder / "posts"
    (posts / "a.md").write_bytes(front("id: AAA\nslug: one"))
    (posts / "b.md").write_bytes(front("id: AAA\nslug: two"))
    (posts / "c.md").write_bytes(front("id: CCC\nslug: One"))
    (posts / "one.md").write_bytes(front("x: y"))
    problems = library.import_folder(session, folder).problems
    assert [(problem.file, problem.line) for problem in problems] == [
        ("posts/b.md", 3),
        ("posts/c.md", 4),
        ("posts/one.md", 2),
    ]
    assert all("posts/a.md" in problem.message for problem in problems)
    again = library.import_folder(session, folder)
    assert (again.posts_same, len(again.problems)) == (2, 3)


def test_a_slug_of_a_post_written_here_is_not_taken_from_it(session: Session, folder: Path, write_post: object) -> None:
    written = write_post("Good", slug="good").id  # type: ignore[operator] # the fixture's function
    (problem,) = library.import_folder(session, folder).problems  # no id in the file: it may be another post
    assert (problem.file, "good-2" in problem.cure, written in problem.cure) == ("posts/2026-01-02-good.md", True, True)
    (folder / "posts" / "2026-01-02-good.md").write_text(GOOD.replace("title", "id: OTHER\ntitle"))
    problem = library.import_folder(session, folder).problems[0]
    assert "“good”" in problem.message
    assert "“good-2” is free" in problem.message
    assert session.get(Post, "OTHER") is None
    assert session.get_one(Post, written).title == "Good"


def test_nothing_of_a_batch_is_lost_when_one_of_it_fails(session: Session, folder: Path) -> None:
    for number in range(5):
        (folder / "posts" / f"p{number}.md").write_bytes(
            front(f"slug: p{number}\nstatus: published\nauthors: [new-{number}]\ntags: [t{number}]")
        )
    (folder / "posts" / "p2b.md").write_bytes(front("slug: other\nold_slugs: [p1]\nstatus: published\nauthors: [gone]"))
    imported = library.import_folder(session, folder)
    assert imported.posts_new == 6
    assert [(problem.file, problem.line) for problem in imported.problems] == [("posts/p2b.md", 4)]
    assert len(imported.notes) == 5 + 1
    assert not session.scalar(sa.select(Author.id).where(Author.slug == "gone"))
    assert session.scalar(sa.select(sa.func.count()).select_from(Tag)) == 5


# What leads out of the folder


def test_links_that_lead_out_of_the_folder_are_not_followed(session: Session, folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(GOOD)
    (folder / "posts" / "link.md").symlink_to(secret)
    (folder / "posts" / "circle.md").symlink_to("circle.md")
    (folder / "posts" / "gone.md").symlink_to(tmp_path / "nothing")
    (folder / "authors.yaml").symlink_to(secret)
    (folder / "site.yaml").symlink_to(tmp_path / "nothing")
    (folder / "media").mkdir()
    (folder / "media" / "x.jpg").symlink_to(secret)
    (folder / "posts" / "inside.md").symlink_to("2026-01-02-good.md")
    imported = library.import_folder(session, folder)
    assert sorted(problem.file for problem in imported.problems) == [
        "authors.yaml",
        "media/x.jpg",
        "posts/circle.md",
        "posts/gone.md",
        "posts/link.md",
        "site.yaml",
    ]
    assert imported.posts_new == 2


def test_a_folder_of_posts_elsewhere_is_not_read(session: Session, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.md").write_text(GOOD)
    (folder / "posts" / "2026-01-02-good.md").unlink()
    (folder / "posts").rmdir()
    (folder / "posts").symlink_to(other)
    assert [problem.file for problem in library.import_folder(session, folder).problems] == ["posts/x.md"]


def test_what_is_no_plain_file_is_not_read(session: Session, folder: Path) -> None:
    os.mkfifo(folder / "posts" / "pipe.md")  # reading it would wait for ever
    (folder / "posts" / "folder.md").mkdir()
    imported = library.import_folder(session, folder)
    assert [(problem.file, problem.cure) for problem in imported.problems] == [
        ("posts/pipe.md", "Put a plain file in its place.")
    ]


def test_a_file_name_that_is_no_text_is_named(session: Session, folder: Path) -> None:
    with open(os.fsencode(folder) + b"/posts/\xff.md", "wb") as file:  # noqa: PTH123 - no Path holds such a name
        file.write(GOOD.encode())
    imported = library.import_folder(session, folder)
    assert "Rename it" in imported.problems[0].cure
    str(imported.problems[0]).encode("utf-8", "surrogateescape")


def test_a_folder_that_is_none_is_said_so(session: Session, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no folder"):
        library.import_folder(session, tmp_path / "nowhere")
    with pytest.raises(BadInput, match="no folder posts/"):
        library.import_folder(session, tmp_path)


# Files beside the posts

BAD_SHELF = {
    ("site.yaml", "name: x\ntime_zone: Mars/Olympus\n"): [2],
    ("site.yaml", "name: ''\npost_url: ftp://x\nbooking:\n  url: javascript:x\n"): [1, 2, 4],
    ("site.yaml", "- a\n"): [1],
    ("site.yaml", "booking: x\n"): [1],
    ("authors.yaml", "- name: A\n- slug: x\n- name: B\n  credentials: {a: b}\n- just text\n"): [2, 4, 5],
    ("authors.yaml", "name: A\n"): [1],
    ("authors.yaml", "- slug: a\n  name: A\n- slug: a\n  name: B\n"): [3],
    ("authors.yaml", "- name: A\n  picture: ../x.jpg\n"): [2],
    ("tags.yaml", "- name: Feet\n  aliases: [foot]\n- name: Toes\n  aliases: [foot]\n"): [3],
    ("tags.yaml", "- name: '- -'\n"): [1],
    ("redirects.yaml", "- from: no-slash\n  to: /x\n"): [1],
    ("redirects.yaml", "- from: /x\n  to: /y\n  status: 200\n"): [3],
    ("redirects.yaml", "- from: /x\n"): [1],
    ("vocabulary.yaml", "- say: [x]\n"): [1],
    ("exercises.yaml", "- id: x\n"): [1],
    ("search.yaml", "- query: feet\n  pins: [no-such-post]\n"): [1],
    ("media.yaml", "- name: x.jpg\n  focal_point: [9, 9]\n"): [2],
    ("tags.yaml", "\tx"): [1],
}


@pytest.mark.parametrize(("file", "text"), BAD_SHELF)
def test_a_bad_file_beside_the_posts_is_named_and_left_out_whole(
    session: Session, folder: Path, file: str, text: str
) -> None:
    (folder / file).write_text(text)
    imported = library.import_folder(session, folder)
    assert [(problem.file, problem.line) for problem in imported.problems] == [
        (file, line) for line in BAD_SHELF[file, text]
    ]
    assert imported.posts_new == 1
    assert not session.scalar(sa.select(Author.id))
    assert not session.scalar(sa.select(Tag.id))
    kinds = set(session.scalars(sa.select(Journal.kind)))
    assert kinds == {"post_published"}


def test_bad_pictures_are_named_and_the_others_taken(session: Session, folder: Path) -> None:
    from PIL import Image

    (folder / "media" / "more").mkdir(parents=True)
    Image.new("RGB", (40, 30)).save(folder / "media" / "good.png")
    (folder / "media" / "drawn.svg").write_text("<svg/>")
    (folder / "media" / "with space.png").write_bytes((folder / "media" / "good.png").read_bytes())
    (folder / "media" / "more" / "deep.png").write_bytes((folder / "media" / "good.png").read_bytes())
    (folder / "media" / "broken.jpg").write_bytes(b"\xff\xd8\xffnothing")
    (folder / "media" / ".DS_Store").write_bytes(b"x")
    imported = library.import_folder(session, folder)
    assert imported.pictures == 1
    assert sorted(problem.file for problem in imported.problems) == [
        "media/broken.jpg",
        "media/drawn.svg",
        "media/more/deep.png",
        "media/with space.png",
    ]


# The command


def test_the_command_ends_non_zero_and_says_what_to_mend(app: Flask, folder: Path) -> None:
    (folder / "posts" / "bad.md").write_bytes(BAD["status"][0])
    result = app.test_cli_runner().invoke(commands, ["import", str(folder)])
    assert result.exit_code == 1
    assert "Imported 1 new" in result.output
    assert "posts/bad.md, line 3: “live” is no status. Write draft or published" in result.output
    assert "1 file was not imported" in result.output
    (folder / "posts" / "bad.md").unlink()
    assert app.test_cli_runner().invoke(commands, ["import", str(folder)]).exit_code == 0
    assert app.test_cli_runner().invoke(commands, ["import", str(folder / "nowhere")]).exit_code == 1


def test_a_dry_run_tells_the_same_and_writes_nothing(app: Flask, session: Session, folder: Path) -> None:
    from PIL import Image

    (folder / "posts" / "bad.md").write_bytes(BAD["status"][0])
    (folder / "posts" / "more.md").write_bytes(front("authors: [new-one]\ntags: [new]\nstatus: published"))
    (folder / "tags.yaml").write_text("- name: Feet\n")
    (folder / "media").mkdir()
    Image.new("RGB", (40, 30)).save(folder / "media" / "good.png")
    result = app.test_cli_runner().invoke(commands, ["import", "--dry-run", str(folder)])
    assert result.exit_code == 1
    assert "Would import 2 new" in result.output
    assert "1 pictures" in result.output
    session.rollback()
    for table in (Post, Author, Tag, Revision, Journal):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    assert not list((Path(app.instance_path) / "media").iterdir())
