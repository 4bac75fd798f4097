"""What each resource answers, beyond the shapes: order, filters, previews, redirects, health, limits."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from cms import auth, create_app, mount, publishing
from cms.caching import rate
from cms.db import db, utcnow, writing
from cms.instance import prepare
from cms.posts import Author, Content

ROOT = Path(__file__).parents[2]


def slugs(client, query=""):
    return [post["slug"] for post in client.get(f"/api/v1/posts{query}").json["posts"]]


@pytest.fixture
def posts(session, write_post):
    publishing.save_author(session, Author(slug="alex-rivera"), {"name": "Alex"})
    for year, title, more in (
        (2023, "Beta", {"tags": ["Feet"], "featured": True}),
        (2024, "alpha", {"tags": ["Feet", "Knees"], "authors": ["alex-rivera"]}),
        (2025, "Gamma", {"tags": ["Knees"], "hashtags": ["RunStronger"]}),
    ):
        write_post(title, at=datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC), **more)


def test_lists_are_filtered_and_ordered(client, posts):
    assert slugs(client) == ["gamma", "alpha", "beta"]
    assert slugs(client, "?order=published_at") == ["beta", "alpha", "gamma"]
    assert slugs(client, "?order=title") == ["alpha", "beta", "gamma"]
    assert slugs(client, "?tag=feet") == ["alpha", "beta"]
    assert slugs(client, "?tag=feet&tag=knees") == ["alpha"]
    assert slugs(client, "?tag=nothing") == []
    assert slugs(client, "?hashtag=%23runSTRONGER") == slugs(client, "?hashtag=runstronger") == ["gamma"]
    assert slugs(client, "?author=alex-rivera") == ["alpha"]
    assert slugs(client, "?year=2024") == ["alpha"]
    assert slugs(client, "?year=1") == slugs(client, "?year=9999") == []
    assert slugs(client, "?featured=true") == ["beta"]
    assert slugs(client, "?featured=false&tag=knees&year=2025") == ["gamma"]
    assert slugs(client, "?page=2&limit=2") == ["beta"]
    assert slugs(client, "?page=10000") == []


def test_updated_posts_come_first_where_that_is_asked(client, session, posts):
    post = publishing.start(session, Content(title="Delta"))
    publishing.publish(session, post, at=datetime(2020, 1, 1, tzinfo=UTC))
    content = post.working().content()
    content.title = "Delta, again"
    publishing.save(session, post, content, base=post.working().token)
    publishing.publish(session, post)
    assert slugs(client, "?order=-updated_at")[0] == "delta"
    assert slugs(client)[-1] == "delta"


def test_pagination_says_where_one_is(client, posts):
    answer = client.get("/api/v1/posts?limit=2&page=2")
    assert answer.json["meta"]["pagination"] == {
        "page": 2, "limit": 2, "pages": 2, "total": 3, "next": None, "prev": 1,
    }  # fmt: skip
    assert 'page=1>; rel="first"' in answer.headers["Link"]
    assert 'rel="next"' not in answer.headers["Link"]
    beyond = client.get("/api/v1/posts?page=9").json["meta"]["pagination"]
    assert (beyond["next"], beyond["prev"], beyond["pages"]) == (None, 1, 1)
    nothing = client.get("/api/v1/posts?tag=nothing").json["meta"]["pagination"]
    assert nothing == {"page": 1, "limit": 10, "pages": 0, "total": 0, "next": None, "prev": None}


def test_tags_and_hashtags_are_counted_over_public_posts(client, posts, write_post):
    write_post("Hidden", publish=False, tags=["Feet"])
    write_post("Later", at=utcnow() + timedelta(days=1), tags=["Feet", "Tomorrow"], hashtags=["RunStronger"])
    counts = {tag["slug"]: tag["count"] for tag in client.get("/api/v1/tags").json["tags"]}
    assert counts == {"feet": 2, "knees": 2}
    assert client.get("/api/v1/tags/tomorrow").status_code == 404
    assert client.get("/api/v1/hashtags").json["hashtags"] == [
        {"name": "RunStronger", "slug": "runstronger", "count": 1}
    ]
    write_post("Again", hashtags=["runstronger"])
    assert client.get("/api/v1/hashtags?order=-count").json["hashtags"] == [
        {"name": "RunStronger", "slug": "runstronger", "count": 2}  # as first spelled
    ]


def test_a_slug_may_be_in_any_script(client, session, write_post):
    post = write_post("Бег и стопа", "<p>Слова.</p>", tags=["Стопа"])
    for number, slug in enumerate(("足のトレーニング", "strasse-ß", "كعب")):
        write_post(f"T{number}", slug=slug)
    for card in client.get("/api/v1/posts").json["posts"]:
        assert client.get(f"/api/v1/posts/{card['slug']}").json["post"]["id"] == card["id"]
        assert card["url"].isascii()
        assert client.get(card["url"].removeprefix("http://127.0.0.1:8000")).status_code == 200
    content = post.working().content()
    content.slug = "новый"
    publishing.save(session, post, content, base=post.working().token)
    old = post.slug
    publishing.publish(session, post)
    moved = client.get(f"/api/v1/posts/{old}")
    assert moved.status_code == 301
    assert moved.headers["Location"].isascii()
    assert client.get(moved.headers["Location"]).json["post"]["id"] == post.id


def test_a_preview_shows_the_draft_to_whoever_has_the_link(client, session, write_post):
    post = write_post("Live title", "<p>Live words.</p>", tags=["Feet"])
    content = post.working().content()
    content.title, content.source, content.tags = "Draft title", "<p>Draft words.</p>", ["Feet", "Brand new"]
    publishing.save(session, post, content, base=post.working().token)
    answer = client.get(f"/api/v1/preview/{auth.make_preview(session, post)}")
    assert answer.json["post"]["title"] == "Draft title"
    assert answer.json["post"]["html"] == "<p>Draft words.</p>"
    assert [tag["name"] for tag in answer.json["post"]["tags"]] == ["Feet", "Brand new"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "ETag" not in answer.headers
    assert client.get("/api/v1/posts/live-title").json["post"]["title"] == "Live title"
    assert client.get("/api/v1/tags/brand-new").status_code == 404


def test_a_preview_of_something_never_published_works_too(client, session, write_post):
    post = write_post("Only a draft", "<p>Words.</p>", publish=False)
    token = auth.make_preview(session, post)
    assert client.get(f"/api/v1/preview/{token}").json["post"]["title"] == "Only a draft"
    auth.revoke_previews(session, post)
    gone = client.get(f"/api/v1/preview/{token}")
    assert gone.status_code == 404
    assert gone.data == client.get("/api/v1/preview/made-up").data
    assert client.get(f"/api/v1/preview/{token[:-1]}").status_code == 404


def test_a_redirect_to_a_hidden_post_is_not_told(client, session, write_post):
    post = write_post("Toe yoga")
    publishing.save_redirect(session, "/old", "/posts/toe-yoga")
    publishing.save_redirect(session, "/older", "https://elsewhere.example/")
    told = client.get("/api/v1/redirects").json["redirects"]
    assert told == [
        {"from": "/old", "to": "/posts/toe-yoga", "status": 301},
        {"from": "/older", "to": "https://elsewhere.example/", "status": 301},
    ]
    publishing.withdraw(session, post)
    assert [row["from"] for row in client.get("/api/v1/redirects").json["redirects"]] == ["/older"]


def test_health_tells_what_does_not_answer(app, client, write_post, monkeypatch, caplog):
    write_post("Toe yoga")
    assert client.get("/healthz").text == "ok\n"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["status"]) == (200, "ready")
    assert ready.headers["Cache-Control"] == "no-store"

    def broken(*_args, **_kwargs):
        raise OSError("no such file")

    monkeypatch.setattr("cms.search.find", broken)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["search"], ready.json["database"]) == (503, "does not answer", "ok")
    assert "Not ready: no such file" in caplog.text
    assert "Traceback" not in caplog.text


def test_figures_are_for_this_machine_only(client, write_post):
    write_post("Toe yoga")
    text = client.get("/metrics").text
    assert "\nmidstance_posts_public 1\n" in text
    for line in text.splitlines():
        assert line.startswith("#") or len(line.split()) == 2
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 404


def test_figures_may_be_shown_to_everybody(tmp_path):
    app = create_app({"INSTANCE": tmp_path, "METRICS": True})
    prepare(app)
    assert app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 200


class TestWithALimitOnSearch:
    @pytest.fixture
    def settings(self):
        return {"SEARCH_RATE": 3}

    def test_uncached_searches_are_limited_and_cached_answers_never(self, client, write_post):
        write_post("Toe yoga")
        answers = [client.get(f"/api/v1/search?q=word{number}") for number in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        refused = answers[-1]
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert refused.content_type == "application/problem+json"
        assert refused.json["title"] == "Too many requests"
        for _ in range(20):
            assert client.get("/api/v1/search?q=word0").status_code == 200
        other = client.get("/api/v1/search?q=another", environ_base={"REMOTE_ADDR": "192.0.2.7"})
        assert other.status_code == 200
        assert client.get("/api/v1/search/suggest?q=to").status_code == 200


def test_turns_come_back_with_time(app, monkeypatch):
    clock = [100_000.0]
    monkeypatch.setattr("cms.caching.rate.time.time", lambda: clock[0])
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        for _ in range(2):
            rate.take_turn("search", 2)
        with pytest.raises(rate.TooManyRequests) as refused:
            rate.take_turn("search", 2)
        assert refused.value.retry_after == 30
        clock[0] += 30
        rate.take_turn("search", 2)
        rate.take_turn("search", 0)
        clock[0] -= 1000  # the machine's clock was put right: nobody is punished for it
        with pytest.raises(rate.TooManyRequests):
            rate.take_turn("search", 2)
        clock[0] += 30
        rate.take_turn("search", 2)
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.2"}):
        rate.take_turn("search", 2)


def test_all_workers_count_together(tmp_path):
    code = f"""
from pathlib import Path
from cms.caching import rate
rate.time.time = lambda: 1000.0
turns = rate.Turns(Path({str(tmp_path / "turns")!r}), "secret")
print(sum(turns.take("192.0.2.1", 5000) >= 1 for _ in range(4000)))
"""
    command = [sys.executable, "-W", "error", "-c", code]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) for _ in range(2)]
    assert sum(int(worker.communicate()[0]) for worker in workers) == 5000


def test_behind_a_proxy_each_visitor_has_turns_of_their_own(tmp_path):
    app = create_app({"INSTANCE": tmp_path, "TRUSTED_PROXIES": 1})
    for visitor in ("192.0.2.1", "192.0.2.2"):
        with app.test_request_context(headers={"X-Forwarded-For": visitor}):
            rate.take_turn("search", 1)
            with pytest.raises(rate.TooManyRequests):
                rate.take_turn("search", 1)


def test_statements_do_not_grow_with_the_page(app, client, session, write_post):
    for number in range(25):
        write_post(f"Post {number}", tags=[f"Tag {number}", "Feet"], hashtags=[f"Hash{number}"])
    counted = []
    here = threading.get_ident()

    def count(statement):
        if threading.get_ident() == here and statement.startswith(("SELECT", "WITH")):
            counted.append(statement)

    @event.listens_for(db.get_engine("read"), "checkout")
    def listen(driver, *_rest):
        driver.set_trace_callback(count)

    def statements(path):
        app.wsgi_app.pulse.close()  # a new epoch: nothing remembered
        client.get("/healthz")
        counted.clear()
        assert client.get(path).status_code == 200
        return len(counted)

    assert statements("/api/v1/posts?limit=2") == statements("/api/v1/posts?limit=25") <= 6
    assert statements("/api/v1/tags?limit=2") == statements("/api/v1/tags?limit=25") <= 4
    assert statements("/api/v1/tags/feet?limit=2") == statements("/api/v1/tags/feet?limit=20") <= 8
    assert statements("/api/v1/posts/post-3") <= 6
    assert statements("/feed.xml") <= 6
    assert statements("/sitemap.xml") <= 4


def test_the_api_works_under_a_prefix(tmp_path):

    host = Flask("host")
    mount(host, "/blog", {"INSTANCE": tmp_path, "PUBLIC_URL": "https://example.com"})
    service = create_app({"INSTANCE": tmp_path})
    with service.app_context():
        session = writing()
        post = publishing.start(session, Content(title="Toe yoga", tags=["Feet"]))
        publishing.publish(session, post)
        content = post.working().content()
        content.slug = "toes"
        publishing.save(session, post, content, base=post.working().token)
        publishing.publish(session, post)
    client = host.test_client()
    for _ in range(2):
        answer = client.get("/blog/api/v1/posts")
        assert answer.json["posts"][0]["url"] == "https://example.com/blog/posts/toes"
        assert answer.headers["Link"].startswith("<https://example.com/blog/api/v1/posts?page=1>")
        assert client.get("/blog/api/v1/posts/toe-yoga").headers["Location"] == "/blog/api/v1/posts/toes"
        assert client.get("/blog/posts/toe-yoga").headers["Location"] == "/blog/posts/toes"
        assert "https://example.com/blog/page.css" in client.get("/blog/posts/toes").text
        assert "Disallow: /blog/editor/" in client.get("/blog/robots.txt").text
