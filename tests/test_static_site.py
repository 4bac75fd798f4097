"""`cms publish-static`: the public side as files, incremental by the journal, nothing left behind."""

import json
from datetime import timedelta

import pytest

from cms import publishing
from cms.db import utcnow
from cms.errors import BadInput
from cms.static_site import publish
from cms.static_site.hosting import redirects_file


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def run(app, out, session):
    """Publish, and tell what was done."""
    return lambda: publish(app, out)


def test_every_public_answer_is_a_file(client, run, out, write_post):
    for number in range(3):
        write_post(f"Post {number}", tags=["Feet"])
    run()
    for file, address in {
        "posts/index.json": "/api/v1/posts?limit=100",
        "posts/page/1.json": "/api/v1/posts?limit=100&page=1",
        "posts/post-1.json": "/api/v1/posts/post-1",
        "posts/post-1/related.json": "/api/v1/posts/post-1/related?limit=12",
        "posts/post-1/index.html": "/posts/post-1",
        "posts/post-1.md": "/posts/post-1.md",
        "tags/index.json": "/api/v1/tags?limit=100",
        "tags/feet/index.json": "/api/v1/tags/feet?limit=100",
        "tags/feet/feed.xml": "/tags/feet/feed.xml",
        "site.json": "/api/v1/site",
        "feed.xml": "/feed.xml",
        "sitemap.xml": "/sitemap.xml",
        "embed/fragment/posts.html": "/embed/fragment/posts",
        "embed/fragment/post/post-1.html": "/embed/fragment/post/post-1",
        "embed.js": "/embed.js",
    }.items():
        assert (out / file).read_bytes() == client.get(address).data, file
    assert "Access-Control-Allow-Origin: *" in (out / "_headers").read_text()
    assert json.loads((out / "search.json").read_text())["text"]["post-1"] == "Some words."


def test_the_search_file_keeps_lines_and_cells_apart(run, out, write_post):
    write_post(
        "Doses", "<p>Weekly:</p><ol><li>Sit</li><li>Lift</li></ol><table><tr><td>Heel</td><td>10 s</td></tr></table>"
    )
    run()
    assert json.loads((out / "search.json").read_text())["text"]["doses"] == "Weekly:\nSit\nLift\nHeel · 10 s"


def test_a_second_run_asks_only_for_lists_and_writes_nothing(run, write_post):
    for number in range(5):
        write_post(f"Post {number}")
    first, second = run(), run()
    assert first.written
    assert second.written == []
    assert second.asked < first.asked - 5 * 4


def test_a_change_rewrites_what_shows_it_and_nothing_else(run, out, session, write_post):
    posts = [write_post(f"Post {number}", tags=["Feet" if number < 2 else "Shoes"]) for number in range(6)]
    run()
    content = posts[0].live.content()
    content.title = "A new title"
    publishing.save(session, posts[0], content, base=posts[0].live.token)
    publishing.publish(session, posts[0])
    report = run()
    assert "posts/post-0.json" in report.written
    assert "posts/index.json" in report.written
    assert "tags/feet/index.json" in report.written
    assert "posts/post-1.json" in report.written  # its `previous` names the title
    assert "posts/post-4.json" not in report.written
    assert "A new title" in (out / "posts/post-0.json").read_text()


def test_an_incremental_run_equals_a_fresh_one(app, run, out, tmp_path, session, write_post):
    posts = [write_post(f"Post {number}", f"<p>Words {number} heel pain.</p>", tags=["Feet"]) for number in range(6)]
    run()
    publishing.withdraw(session, posts[2])
    content = posts[4].live.content()
    content.tags = ["Shoes"]
    publishing.save(session, posts[4], content, base=posts[4].live.token)
    publishing.publish(session, posts[4])
    run()
    write_post("A newcomer", "<p>Heel pain again.</p>", tags=["Feet"])
    run()
    publish(app, tmp_path / "fresh")
    assert files_of(out) == files_of(tmp_path / "fresh")


def test_a_renamed_post_is_linked_by_its_new_address_everywhere(app, run, out, tmp_path, session, write_post):
    post = write_post("Short foot")
    for number in range(4):
        write_post(f"Far away {number}")
    write_post("Toe yoga", '<p><a href="/posts/short-foot">the short foot</a></p>')
    run()
    content = post.live.content()
    content.slug = "foot-core"
    publishing.save(session, post, content, base=post.live.token)
    publishing.publish(session, post)
    run()
    assert "/posts/foot-core" in (out / "posts/toe-yoga.json").read_text()
    publish(app, tmp_path / "fresh")
    assert files_of(out) == files_of(tmp_path / "fresh")


def files_of(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".midstance.json"
    }


def test_what_is_withdrawn_is_taken_away(run, out, session, write_post):
    write_post("Stays", tags=["Feet"])
    post = write_post("Goes", tags=["Shoes"])
    run()
    assert (out / "posts/goes.json").exists()
    publishing.withdraw(session, post)
    report = run()
    assert "posts/goes.json" in report.removed
    assert not [path for path in out.rglob("*") if "goes" in path.name or "shoes" in path.name]
    assert "goes" not in (out / "search.json").read_text()
    assert "Goes" not in (out / "feed.xml").read_text()


def test_a_post_erased_for_good_leaves_nothing(run, out, session, write_post):
    write_post("Stays")
    post = write_post("Goes")
    run()
    publishing.delete(session, post)
    publishing.erase(session, post)
    run()
    assert not any("Goes" in path.read_text(errors="ignore") for path in out.rglob("*.json"))


def test_what_is_not_public_is_no_file_and_the_next_moment_is_told(run, out, write_post):
    due = utcnow() + timedelta(hours=3)
    write_post("Draft", publish=False)
    write_post("Later", at=due)
    report = run()
    assert report.next_due == due
    assert not any("Later" in path.read_text(errors="ignore") for path in out.rglob("*") if path.is_file())


def test_settings_that_answers_show_make_everything_anew(app, run, out, session, write_post):
    from cms.posts import describe_site

    write_post("Toe yoga")
    run()
    describe_site(session, {"post_url": "https://practice.example/blog/{slug}"})
    session.commit()
    run()
    assert '"url":"https://practice.example/blog/toe-yoga"' in (out / "posts/toe-yoga.json").read_text()


def test_files_of_others_are_never_touched(run, out):
    out.mkdir()
    (out / "holiday.jpg").write_bytes(b"mine")
    with pytest.raises(BadInput, match="not ours"):
        run()
    assert [path.name for path in out.iterdir()] == ["holiday.jpg"]


def test_a_memory_that_cannot_be_read_is_told(run, out):
    out.mkdir()
    (out / ".midstance.json").write_text("{")
    with pytest.raises(BadInput, match="cannot be read"):
        run()


def test_an_old_slug_becomes_a_redirect(run, out, session, write_post):
    post = write_post("Toe yoga")
    content = post.live.content()
    content.slug = "toe-yoga-for-runners"
    publishing.save(session, post, content, base=post.live.token)
    publishing.publish(session, post)
    run()
    assert "/posts/toe-yoga /posts/toe-yoga-for-runners 301\n" in (out / "_redirects").read_text()
    for file in ("posts/{}.json", "posts/{}/related.json", "embed/fragment/head/{}.html"):  # asked for by either slug
        assert (out / file.format("toe-yoga-for-runners")).is_file()
        old, new = file.format("toe-yoga"), file.format("toe-yoga-for-runners")
        assert f"/{old} /{new} 301\n" in (out / "_redirects").read_text()


def test_a_redirect_cannot_smuggle_in_another_line():
    rows = [{"from": "/a b", "to": "/c", "status": 301}, {"from": "/a", "to": "/c\n/* /evil 200", "status": 301}]
    assert redirects_file(rows) == ""


def test_the_command_says_what_it_did(app, out, write_post):
    write_post("Toe yoga")
    write_post("Later", at=utcnow() + timedelta(hours=3))
    result = app.test_cli_runner().invoke(
        args=["cms", "publish-static", str(out), "--address", "https://cdn.example.com/"]
    )
    assert result.exit_code == 0, result.output
    assert "written, 0 removed." in result.output
    assert "The next scheduled post is due at" in result.output
    assert "https://cdn.example.com/posts/toe-yoga" in (out / "sitemap.xml").read_text()


def test_the_command_says_that_nobody_else_reaches_this_machine(app, out):
    result = app.test_cli_runner().invoke(args=["cms", "publish-static", str(out)])
    assert result.exit_code == 0
    assert "which nobody else can reach" in result.output


def test_the_command_refuses_what_is_no_address(app, out):
    result = app.test_cli_runner().invoke(args=["cms", "publish-static", str(out), "--address", "cdn"])
    assert result.exit_code == 1
    assert "no web address" in result.output
