"""The bundled plugin that speaks Ghost's Content API, asked by Ghost's own client over HTTP."""

import json
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from cms import create_app, publishing
from cms.db import writing
from cms.posts import Author, Content
from tests.conftest import FreshClient, close

HERE = Path(__file__).parent / "ghost"


@pytest.fixture(scope="session")
def client_folder(tmp_path_factory):
    """Ghost's client, installed from the committed lock file."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed: Ghost's client runs in Node")
    folder = tmp_path_factory.mktemp("ghost")
    for name in ("package.json", "package-lock.json", "client.cjs"):
        shutil.copy(HERE / name, folder)
    subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True, capture_output=True
    )
    return folder


@pytest.fixture(scope="module")
def ask(app, client_folder):
    """Run calls with Ghost's client: `ask(["posts", "browse", {...}])` gives what each of them resolved to."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def run(*calls):
        command = ["node", "client.cjs", f"http://127.0.0.1:{server.server_port}", json.dumps(calls)]
        said = subprocess.run(command, cwd=client_folder, capture_output=True, text=True, check=True, timeout=60)
        return json.loads(said.stdout)

    yield run
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def app(tmp_path_factory, empty_instance):
    """A site that every test here reads and none changes."""
    instance = shutil.copytree(empty_instance, tmp_path_factory.mktemp("ghost-site") / "instance")
    app = create_app({"INSTANCE": instance})
    app.test_client_class = FreshClient
    with app.app_context():
        write_site(writing())
    yield app
    close(app)


def write_site(session):
    publishing.save_author(session, Author(slug="alex-rivera"), {"name": "Alex Rivera", "credentials": ["PT", "DPT"]})
    publishing.save_author(session, Author(slug="sam-lee"), {"name": "Sam Lee"})
    publishing.save_site(session, {"site_name": "Stride & Sole", "language": "en-US"})
    for number in range(18):
        content = Content(
            title=f"Post {number:02}",
            source=f"<p>Words of post {number}.</p>",
            tags=["Feet"] if number % 2 else ["Knees", "Feet"],
            authors=["alex-rivera" if number % 3 else "sam-lee"],
            featured=number == 5,
        )
        publishing.publish(session, publishing.start(session, content))
    publishing.start(session, Content(title="A secret draft", source="<p>Some words.</p>"))


def test_a_front_end_browses_posts(ask):
    posts, second, all_of_them = ask(
        ["posts", "browse", {"include": "tags,authors"}],
        ["posts", "browse", {"limit": 5, "page": 2, "fields": "title,slug,url", "order": "title asc"}],
        ["posts", "browse", {"limit": "all", "formats": "plaintext", "fields": "id,plaintext"}],
    )
    assert posts["meta"]["pagination"] == {"page": 1, "limit": 15, "pages": 2, "total": 18, "next": 2, "prev": None}
    post = posts["data"][0]
    assert post["title"] == "Post 17"
    assert post["html"] == "<p>Words of post 17.</p>"
    assert post["primary_tag"]["slug"] == "feet"
    assert post["primary_author"]["name"] == "Alex Rivera, PT, DPT"
    assert post["visibility"] == "public"
    assert post["published_at"].endswith(".000+00:00")
    assert [row["title"] for row in second["data"]] == [f"Post {number:02}" for number in range(5, 10)]
    assert set(second["data"][0]) == {"title", "slug", "url"}
    assert second["meta"]["pagination"]["prev"] == 1
    assert len(all_of_them["data"]) == 18
    assert set(all_of_them["data"][0]) == {"id", "plaintext"}
    assert "secret" not in json.dumps([posts, second, all_of_them])


def test_a_front_end_filters_as_ghosts_themes_do(ask):
    def titles(answer):
        return [row["title"] for row in answer["data"]]

    one = ask(["posts", "browse", {"limit": 1}])[0]["data"][0]
    knees, sam, featured, others, either, both, any_of, grouped, recent, old = ask(
        ["posts", "browse", {"filter": "tag:knees", "limit": 20}],
        ["posts", "browse", {"filter": "author:sam-lee", "limit": 20}],
        ["posts", "browse", {"filter": "featured:true"}],
        ["posts", "browse", {"filter": f"id:-{one['id']}+tags:[feet]", "limit": 20}],
        ["posts", "browse", {"filter": "tags:[feet, knees]+featured:false", "limit": 20}],
        ["posts", "browse", {"filter": "primary_tag:knees+author:-sam-lee", "limit": 20}],
        ["posts", "browse", {"filter": "featured:true,slug:post-03", "limit": 20}],
        ["posts", "browse", {"filter": "(tag:knees,slug:post-05)+author:-sam-lee", "limit": 20}],
        ["posts", "browse", {"filter": "published_at:>'2020-01-01'+published_at:<=now-0d", "limit": 20}],
        ["posts", "browse", {"filter": "published_at:<now-2d", "limit": 20}],
    )
    assert titles(knees) == [f"Post {number:02}" for number in range(16, -1, -2)]
    assert len(titles(sam)) == 6
    assert titles(featured) == ["Post 05"]
    assert one["title"] not in titles(others)
    assert len(titles(others)) == 17
    assert len(titles(either)) == 17
    assert len(titles(both)) == 6
    assert titles(any_of) == ["Post 05", "Post 03"]
    assert sorted(titles(grouped)) == sorted([*titles(both), "Post 05"])
    assert (len(titles(recent)), titles(old)) == (18, [])


def test_a_front_end_reads_one_thing_by_id_and_by_slug(ask):
    by_slug = ask(["posts", "read", {"slug": "post-03"}, {"include": "tags"}])[0]["data"]
    tag = ask(["tags", "read", {"slug": "feet"}, {"include": "count.posts"}])[0]["data"]
    author = ask(["authors", "read", {"slug": "sam-lee"}, {"include": "count.posts"}])[0]["data"]
    by_id, tag_by_id, author_by_id = (
        answer["data"]
        for answer in ask(
            ["posts", "read", {"id": by_slug["id"]}],
            ["tags", "read", {"id": tag["id"]}],
            ["authors", "read", {"id": author["id"]}],
        )
    )
    assert by_id["title"] == by_slug["title"] == "Post 03"
    assert tag["count"] == {"posts": 18}
    assert author["count"] == {"posts": 6}
    assert tag_by_id["slug"] == "feet"
    assert author_by_id["slug"] == "sam-lee"


def test_a_front_end_lists_tags_authors_and_settings(ask):
    tags, authors, settings, pages, tiers = ask(
        ["tags", "browse", {"limit": "all", "include": "count.posts"}],
        ["authors", "browse", {}],
        ["settings", "browse"],
        ["pages", "browse"],
        ["tiers", "browse"],
    )
    assert [(tag["name"], tag["count"]["posts"]) for tag in tags["data"]] == [("Feet", 18), ("Knees", 9)]
    assert [author["slug"] for author in authors["data"]] == ["alex-rivera", "sam-lee"]
    assert (settings["data"]["title"], settings["data"]["lang"]) == ("Stride & Sole", "en-US")
    assert pages["data"] == tiers["data"] == []


def test_what_is_not_there_or_not_understood_is_said_as_ghost_says_it(ask):
    missing, draft, tag, author, filter_, other, order, limit = ask(
        ["posts", "read", {"slug": "nothing"}],
        ["posts", "read", {"slug": "a-secret-draft"}],
        ["tags", "read", {"slug": "nothing"}],
        ["authors", "read", {"id": "999"}],
        ["posts", "browse", {"filter": "title:~'x'"}],
        ["posts", "browse", {"filter": "(tag:feet"}],
        ["posts", "browse", {"order": "random desc"}],
        ["posts", "browse", {"limit": "-1"}],
    )
    assert {answer["error"] for answer in (missing, draft, tag, author)} == {"NotFoundError"}
    assert missing == draft
    assert {answer["error"] for answer in (filter_, other, order, limit)} == {"BadRequestError"}


@pytest.mark.parametrize(
    "text",
    [
        "((((((((((((tag:feet))))))))))))",
        "tag:feet,",
        "+tag:feet",
        "published_at:>x",
        "published_at:>now-9999y",
        "published_at:>'0001-01-01T00:00:00+14:00'",
        "title:>3",
        "tag:>feet",
        "a" * 3000,
        "tag:feet)",
    ],
)
def test_a_filter_that_is_not_understood_never_fails(client, text):
    answer = client.get("/ghost/api/content/posts/", query_string={"filter": text})
    assert answer.status_code == 400
    assert answer.json["errors"][0]["type"] == "BadRequestError"


def test_an_order_may_name_a_column_again(client):
    one, many = (
        client.get(f"/ghost/api/content/posts/?order={order}") for order in ("title", "title," * 3000 + "title")
    )
    assert many.status_code == 200
    assert [post["id"] for post in many.json["posts"]] == [post["id"] for post in one.json["posts"]]


def test_any_key_and_older_addresses_will_do(client):
    now = client.get("/ghost/api/content/posts/?key=x&limit=1")
    assert now.headers["Content-Version"] == "v6.0"
    assert now.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/ghost/api/content/posts/?limit=1").json == now.json
    assert client.get("/ghost/api/v3/content/posts/?limit=1").json == now.json
    options = client.options("/ghost/api/content/posts/", headers={"Access-Control-Request-Headers": "Accept-Version"})
    assert options.headers["Access-Control-Allow-Headers"] == "*"
    assert client.get("/ghost/api/content/posts/", headers={"If-None-Match": "x"}).status_code == 200
