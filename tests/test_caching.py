"""Answers kept ahead of Flask: never stale, in every encoding, bounded, cheap."""

import contextvars
import gzip
import http.client
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import brotli
import pytest
import sqlalchemy as sa
import zstandard
from sqlalchemy.orm import Session
from werkzeug.test import create_environ

from cms import create_app, publishing
from cms.caching.encodings import choose, takes
from cms.caching.headers import cache_control
from cms.caching.layer import matches, normalised
from cms.caching.pulse import Pulse, shared_memory
from cms.db import Base, Journal, db, record, utcnow, writing
from cms.instance import prepare
from cms.posts import Author, Content, Post, SiteValue
from tests.conftest import close

ROOT = Path(__file__).parent.parent


def asked(app):
    """How often Flask itself was asked, counted by wrapping what the layer calls."""
    calls = []
    inner = app.wsgi_app._app
    app.wsgi_app._app = lambda environ, start: calls.append(environ["PATH_INFO"]) or inner(environ, start)
    return calls


def test_a_second_visitor_is_answered_without_flask(app, client, write_post):
    write_post("Toe yoga")
    calls = asked(app)
    first, second = client.get("/api/v1/posts"), client.get("/api/v1/posts")
    assert first.data == second.data
    assert dict(first.headers) == dict(second.headers)
    assert len(calls) == 1


def test_every_encoding_is_right_and_has_a_validator_of_its_own(client, write_post):
    for number in range(5):
        write_post(f"Post {number}")
    plain = client.get("/api/v1/posts")
    seen = {plain.headers["ETag"]}
    decoders = {
        "br": brotli.decompress,
        "gzip": gzip.decompress,
        "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body, max_output_size=10**6),
    }
    for name, decode in decoders.items():
        for _ in range(2):
            answer = client.get("/api/v1/posts", headers={"Accept-Encoding": name})
            assert answer.headers["Content-Encoding"] == name
            assert answer.headers["Content-Length"] == str(len(answer.data))
            assert decode(answer.data) == plain.data
            assert answer.headers["Vary"] == "Accept-Encoding"
        seen.add(answer.headers["ETag"])
        again = client.get("/api/v1/posts", headers={"Accept-Encoding": name, "If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert "Content-Encoding" not in again.headers
    assert len(seen) == 4


def test_head_is_get_without_the_body(client, write_post):
    write_post("Toe yoga")
    for path in ("/api/v1/posts", "/feed.xml", "/posts/toe-yoga", "/api/v1/posts/nothing", "/healthz"):
        for _ in range(2):
            head, get = client.head(path), client.get(path)
            assert head.data == b""
            assert head.status_code == get.status_code
            assert dict(head.headers) == dict(get.headers), path


def test_a_validator_answers_304_and_a_date_alone_never_does(client, write_post):
    write_post("Toe yoga")
    answer = client.get("/api/v1/posts")
    tag = answer.headers["ETag"]
    assert tag.startswith('"')
    for value in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get("/api/v1/posts", headers={"If-None-Match": value})
        assert (again.status_code, again.data) == (304, b""), value
        assert again.headers["ETag"] == tag
        assert {name for name, _ in again.headers} == {
            "ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"
        }  # fmt: skip
        assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/v1/posts", headers={"If-None-Match": '"other"'}).status_code == 200
    for path in ("/api/v1/posts", "/feed.xml", "/sitemap.xml", "/posts/toe-yoga"):
        later = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
        assert client.get(path, headers=later).status_code == 200, path


def test_the_order_and_spelling_of_parameters_do_not_matter(app, client, write_post):
    write_post("Toe yoga", tags=["Feet"])
    calls = asked(app)
    for query in ("tag=feet&limit=5", "limit=5&tag=feet", "limit=5&tag=%66eet"):
        assert client.get(f"/api/v1/posts?{query}").status_code == 200
    assert len(calls) == 1


def test_what_a_feed_ignores_is_left_out_of_its_key(app, client, write_post):
    write_post("Toe yoga")
    calls = asked(app)
    for query in ("", "?utm_source=mail", "?utm_source=x&fbclid=1"):
        assert client.get(f"/feed.xml{query}").status_code == 200
    assert len(calls) == 1


def test_the_host_header_neither_keys_nor_shows(client, write_post):
    write_post("Toe yoga")
    one = client.get("/api/v1/posts", headers={"Host": "evil.example"})
    other = client.get("/api/v1/posts")
    assert one.data == other.data
    assert b"evil" not in one.data
    assert client.get("/posts/toe-yoga", headers={"Host": "evil.example"}).text.count("evil") == 0


def test_errors_are_not_kept_and_cannot_fill_it(app, client, write_post):
    write_post("Toe yoga")
    client.get("/api/v1/posts")
    epoch = app.wsgi_app.pulse.epoch()
    before = len(epoch.answers)
    for number in range(300):
        client.get(f"/api/v1/posts?no_such={number}")
        client.get(f"/api/v1/posts/nothing-{number}")
    assert len(epoch.answers) == before


class TestWithLittleRoom:
    @pytest.fixture
    def settings(self):
        return {"CACHE_BYTES": 200_000}

    def test_it_keeps_to_its_room_and_keeps_what_is_asked_for(self, app, client, write_post):
        write_post("Toe yoga")
        calls = asked(app)
        for number in range(300):
            client.get(f"/api/v1/search?q=word{number}")
            client.get("/api/v1/posts")
        epoch = app.wsgi_app.pulse.epoch()
        assert epoch.size <= 200_000
        assert len(epoch.answers) < 200
        assert calls.count("/api/v1/posts") == 1


class TestWithNoRoom:
    @pytest.fixture
    def settings(self):
        return {"CACHE_BYTES": 0}

    def test_nothing_is_kept_and_validators_work(self, app, client, write_post):
        write_post("Toe yoga")
        calls = asked(app)
        tag = client.get("/api/v1/posts").headers["ETag"]
        assert client.get("/api/v1/posts", headers={"If-None-Match": tag}).status_code == 304
        assert client.get("/api/v1/posts", headers={"Accept-Encoding": "gzip"}).status_code == 200
        assert len(calls) == 3


class TestWithNamedOrigins:
    @pytest.fixture
    def settings(self):
        return {"CORS_ORIGINS": "https://one.example, https://two.example"}

    def test_only_they_may_read(self, client, write_post):
        write_post("Toe yoga")
        for path in ("/api/v1/posts", "/api/v1/posts?x=1", "/feed.xml"):
            for _ in range(2):
                for origin in ("https://one.example", "https://two.example"):
                    answer = client.get(path, headers={"Origin": origin})
                    assert answer.headers.getlist("Access-Control-Allow-Origin") == [origin]
                    assert "Origin" in answer.headers["Vary"]
                for headers in ({}, {"Origin": "https://three.example"}):
                    assert "Access-Control-Allow-Origin" not in client.get(path, headers=headers).headers


def test_any_origin_may_read_and_nothing_is_asked_beforehand(client, write_post):
    write_post("Toe yoga")
    paths = ["/api/v1/posts", "/api/v1/posts/nothing", "/api/v1/posts?x=1", "/api/v1/none", "/embed.js", "/media/x.png",
             "/feed.json", "/embed/fragment/posts"]  # fmt: skip
    for path in paths:
        answer = client.get(path, headers={"Origin": "https://example.com"})
        assert answer.headers.getlist("Access-Control-Allow-Origin") == ["*"], path
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    options = client.options("/api/v1/posts", headers={"Origin": "https://example.com"})
    assert options.status_code in {200, 204}
    assert options.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


class TestBehindACdn:
    @pytest.fixture
    def settings(self):
        return {"EDGE_SECONDS": 600}

    def test_a_cdn_keeps_an_answer_but_never_past_the_next_due_moment(self, client, session, write_post):
        write_post("Toe yoga")
        assert client.get("/api/v1/posts").headers["Cache-Control"].endswith("s-maxage=600")
        write_post("Later", at=utcnow() + timedelta(seconds=90))
        for _ in range(2):
            edge = int(client.get("/api/v1/posts").headers["Cache-Control"].rpartition("=")[2])
            assert 80 <= edge <= 90


def test_cache_control_counts_down_to_the_due_moment():
    assert cache_control(0, 100.0, 0.0) == "public, max-age=0, must-revalidate"
    assert cache_control(60, float("inf"), 0.0).endswith("s-maxage=60")
    assert cache_control(60, 30.9, 0.0).endswith("s-maxage=30")
    assert cache_control(60, 5.0, 9.0).endswith("s-maxage=0")


def test_a_scheduled_post_is_public_on_time_and_its_word_is_spread(app, client, session, write_post):
    write_post("Toe yoga")
    due = utcnow() + timedelta(seconds=1.2)
    write_post("The scheduled one", "<p>Gastrocnemius.</p>", at=due)
    while utcnow() < due:
        assert len(client.get("/api/v1/posts").json["posts"]) == 1
        time.sleep(0.05)
    assert len(client.get("/api/v1/posts").json["posts"]) == 2
    end = time.time() + 10
    while client.get("/api/v1/search?q=gastrocnemius").json["total"] == 0 and time.time() < end:
        time.sleep(0.05)  # the journal row is written in a thread of its own
    assert client.get("/api/v1/search?q=gastrocnemius").json["total"] == 1
    session.rollback()
    assert session.get(Post, client.get("/api/v1/posts").json["posts"][0]["id"]).came_due


def test_each_kind_of_change_is_seen_at_once(client, session, write_post):
    post = write_post("Toe yoga", tags=["Feet"], authors=["alex-rivera"])
    steps = [
        (lambda: write_post("Second"), "/api/v1/posts"),
        (lambda: publishing.save_site(session, {"site_name": "Stride"}), "/api/v1/site"),
        (lambda: publishing.save_author(session, Author(slug="alex-rivera"), {"name": "Alex"}), "/api/v1/site"),
        (lambda: publishing.save_redirect(session, "/old", "/new"), "/api/v1/redirects"),
        (lambda: publishing.withdraw(session, post), "/api/v1/tags"),
        (lambda: publishing.publish(session, post), "/api/v1/tags"),
        (lambda: publishing.delete(session, post), "/api/v1/posts/toe-yoga"),
        (lambda: publishing.restore(session, post), "/api/v1/posts/toe-yoga"),
    ]
    for number, (change, path) in enumerate(steps):
        before = client.get(path).data
        change()
        assert (client.get(path).data != before) is (number != 2), number
    tag = publishing.find_tag(session, "Feet")
    publishing.save_tag(session, tag, name="Strong feet", slug="feet", description="", aliases=[])
    assert client.get("/api/v1/posts/toe-yoga").json["post"]["tags"][0]["name"] == "Strong feet"


def test_saving_a_draft_throws_nothing_away(app, client, session, write_post):
    post = write_post("Toe yoga")
    client.get("/api/v1/posts")
    calls = asked(app)
    content = post.working().content()
    content.title = "Not yet"
    publishing.save(session, post, content, base=post.working().token)
    client.get("/api/v1/posts")
    assert calls == []


def test_a_restored_database_with_the_same_numbers_is_another_one(app, session):
    pulse = Pulse(db.get_engine("read"))
    with_row = pulse.epoch()
    record(session, "site_changed")
    session.commit()
    first = pulse.epoch()
    assert first is not with_row
    session.query(Journal).update({"at": utcnow() + timedelta(seconds=1)})
    session.commit()
    assert pulse.epoch() is not first
    pulse.close()
    assert pulse.epoch().seq == first.seq
    pulse.close()


def test_a_server_sees_each_commit_in_shared_memory_without_a_statement(app, session):
    pulse = Pulse(db.get_engine("read"))
    pulse.watch()
    before, statements = pulse.epoch(), []
    pulse._held.set_trace_callback(statements.append)
    record(session, "site_changed")
    assert pulse.epoch() is before  # not committed
    session.commit()
    after = pulse.epoch()
    assert after.seq == before.seq + 1
    session.execute(sa.insert(SiteValue).values(name="a draft, say", value=1))
    session.commit()
    assert pulse.epoch() is after  # a change, but none that readers see
    file = str(session.get_bind().url.database)
    for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "UPDATE journal SET at = datetime(at, '+1 second')"):
        assert pulse.epoch() is after
        script = f"import sqlite3; sqlite3.connect({file!r}, isolation_level=None).execute({statement!r})"
        subprocess.run([sys.executable, "-c", script], check=True)
    assert pulse.epoch() is not after
    assert statements == []
    pulse.close()


def test_without_shared_memory_the_database_is_asked(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path}/plain.db")  # no WAL, so nothing to look at
    Base.metadata.create_all(engine)
    pulse = Pulse(engine)
    pulse.watch()
    before = pulse.epoch()
    with Session(engine) as session:
        record(session, "site_changed")
        session.commit()
    assert pulse.epoch().seq == before.seq + 1
    pulse.close()
    engine.dispose()
    alone = sqlite3.connect(tmp_path / "plain.db")
    for statement in ("PRAGMA locking_mode=EXCLUSIVE", "PRAGMA journal_mode=WAL", "SELECT 1 FROM journal"):
        alone.execute(statement).fetchall()
    assert shared_memory(alone, str(tmp_path / "plain.db")) is None  # in WAL mode, but it shares with nobody
    alone.close()


def test_no_database_means_an_error_and_not_an_old_answer(tmp_path):
    app = create_app({"INSTANCE": tmp_path})  # never prepared: no tables
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/api/v1/posts")
    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    prepare(create_app({"INSTANCE": tmp_path}))  # as a command beside the server does
    assert app.test_client().get("/api/v1/posts").status_code == 200


def test_a_hit_takes_microseconds(app, client, write_post):
    write_post("Toe yoga")
    client.get("/api/v1/posts?limit=5")
    environ = create_environ("/api/v1/posts?limit=5")
    took = []
    for _ in range(2000):
        began = time.perf_counter()
        app(dict(environ), lambda *_: None)
        took.append(time.perf_counter() - began)
    assert sorted(took)[len(took) // 2] < 50e-6  # measured: 5 µs; the bound leaves room for a busy machine


def test_threads_of_one_worker_never_see_an_old_answer(app, session, write_post):
    """Four readers ask without end while posts are published; none sees a post missing that was there before."""
    stop, wrong, published = threading.Event(), [], []

    def read():
        client = app.test_client()
        while not stop.is_set():
            known = len(published)
            total = client.get("/api/v1/posts").json["meta"]["pagination"]["total"]
            if total < known:
                wrong.append((known, total))

    threads = [threading.Thread(target=contextvars.Context().run, args=(read,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10):
        published.append(write_post(f"Post {number}").id)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("", ""),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, zstd", "zstd"),
        ("gzip", "gzip"),
        ("GZIP;Q=1", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("*", "br"),
        ("*;q=0", ""),
        ("identity", ""),
        ("identity, gzip;q=0.5", ""),
        ("deflate", ""),
        ("gzip;q=nonsense", ""),
    ],
)
def test_the_encoding_is_the_best_that_the_visitor_takes(header, encoding):
    assert choose(header) == encoding


def test_small_parts():
    assert takes("", "application/json")
    assert takes("text/html, application/*", "application/json")
    assert not takes("text/html", "application/json")
    assert not takes("application/json;q=0", "application/json")
    assert matches('W/"a", "b"', '"a"')
    assert not matches('"a-br"', '"a"')
    assert normalised("b=2&a=1") == normalised("a=1&b=%32")
    assert normalised("q=%FF") != normalised("q=%EF%BF%BD")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def two_workers(tmp_path):
    """The real server with two worker processes, on an instance of its own."""
    port = free_port()
    env = {**os.environ, "CMS_INSTANCE": str(tmp_path / "instance"), "PORT": str(port), "CMS_CONTENT": ""}
    prepare(create_app({"INSTANCE": tmp_path / "instance"}))
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2",
               "--blocking-threads", "4", "--log-level", "warning", "wsgi:app"]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        end = time.time() + 30
        while time.time() < end:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def test_500_publishes_are_each_seen_at_once_by_both_workers(two_workers, tmp_path):
    """Another process publishes, as the command line does; every connection reads it back at once."""
    writer = create_app({"INSTANCE": tmp_path / "instance"})
    connections = to_both(two_workers)
    stale = []
    with writer.app_context():
        session = writing()
        for number in range(500):
            post = publishing.start(session, Content(title=f"Post {number}", source="<p>Some words.</p>"))
            publishing.put_live(session, post, post.working())
            session.commit()
            for connection in connections:
                if f'"slug":"post-{number}"'.encode() not in ask(connection, "/api/v1/posts?limit=1"):
                    stale.append(number)
        publishing.settle(session)
        found = [json.loads(ask(connection, "/api/v1/search?q=post+499"))["total"] for connection in connections]
    close(writer)
    for connection in connections:
        connection.close()
    assert min(found) >= 1
    assert stale == []


def to_both(port):
    """Eight connections, some to each worker: the second may take a while to be there."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=20) for _ in range(8)]
        figures = [ask(connection, "/metrics") for connection in connections]
        if len({re.search(rb"\nprocess_start_time_seconds (.*)", figure)[1] for figure in figures}) == 2:
            return connections
        for connection in connections:
            connection.close()
    raise AssertionError("only one worker answers")


def ask(connection, path):
    connection.request("GET", path)
    return connection.getresponse().read()
