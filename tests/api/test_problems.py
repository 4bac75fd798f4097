"""What cannot be understood is refused with the cure, in one body; nothing from outside makes a 500."""

import json

import pytest

from cms.api.queries import read_once

BAD = [
    ("/api/v1/posts?colour=red", "colour"),
    ("/api/v1/posts?page=1&page=2", "page"),
    ("/api/v1/posts?page=0", "page"),
    ("/api/v1/posts?page=10001", "page"),
    ("/api/v1/posts?page=9223372036854775808", "page"),
    (f"/api/v1/posts?page={'9' * 5000}", "page"),
    ("/api/v1/posts?page=1e3", "page"),
    ("/api/v1/posts?page=NaN", "page"),
    ("/api/v1/posts?page=%2B1", "page"),
    ("/api/v1/posts?page=-1", "page"),
    ("/api/v1/posts?page=%D9%A1", "page"),
    ("/api/v1/posts?page=1_0", "page"),
    ("/api/v1/posts?page=", "page"),
    ("/api/v1/posts?limit=101", "limit"),
    ("/api/v1/posts?limit=0", "limit"),
    ("/api/v1/posts?year=0", "year"),
    ("/api/v1/posts?year=10000", "year"),
    ("/api/v1/posts?featured=maybe", "featured"),
    ("/api/v1/posts?order=random", "order"),
    ("/api/v1/posts?order=published_at&order=title", "order"),
    ("/api/v1/posts?fields=slug,secret", "fields"),
    ("/api/v1/posts?fields=", "fields"),
    ("/api/v1/posts?fields=html", "fields"),
    ("/api/v1/openapi.json?x=1", "x"),
    ("/api/v1/docs?x=1", "x"),
    ("/api/v1/posts?include=everything", "include"),
    ("/api/v1/posts?tag=", "tag"),
    (f"/api/v1/posts?tag={'x' * 201}", "tag"),
    ("/api/v1/posts?author=", "author"),
    ("/api/v1/posts/foot-strength?formats=pdf", "formats"),
    ("/api/v1/posts/foot-strength?page=1", "page"),
    ("/api/v1/posts/foot-strength/related?limit=13", "limit"),
    ("/api/v1/tags?order=-name", "order"),
    ("/api/v1/search", "q"),
    ("/api/v1/search?q=", "q"),
    ("/api/v1/search?q=%20%00", "q"),
    (f"/api/v1/search?q={'a' * 201}", "q"),
    ("/api/v1/search?q=a&q=b", "q"),
    ("/api/v1/search?q=a&author=x&author=y", "author"),
    ("/api/v1/search/suggest?q=" + "a" * 81, "q"),
    ("/api/v1/search/suggest?q=a&limit=11", "limit"),
    ("/api/v1/site?x=1", "x"),
    ("/api/v1/redirects?x=1", "x"),
    ("/api/v1/authors?order=name", "order"),
]


@pytest.mark.parametrize(("path", "field"), BAD)
def test_a_bad_parameter_is_named_with_its_cure(reader, path, field):
    answer = reader.get(path)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    body = answer.json
    assert list(body) == ["type", "title", "status", "detail", "errors"]
    assert body["status"] == 422
    assert body["errors"][field][0].endswith(".")
    assert field in body["detail"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" not in answer.headers


def test_a_repeated_parameter_that_is_needed_is_called_repeated(reader):
    assert reader.get("/api/v1/search?q=a&q=b").json["errors"] == {"q": ["Give it once."]}


ODD = [
    "/api/v1/posts?tag=%FF",
    "/api/v1/posts?%FF=1",
    "/api/v1/search?q=%ED%A0%80",
    "/api/v1/search?q=%F0%9F%A6%B6",
    "/api/v1/posts/%FF%FE",
    "/api/v1/posts/%ED%A0%80",
    "/api/v1/posts/%00",
    "/api/v1/tags/%00%FF",
    "/api/v1/authors/%F4%90%80%80",
    "/api/v1/preview/%FF",
    "/api/v1/preview/" + "a" * 3000,
    "/api/v1/posts/" + "a" * 5000,
    "/api/v1/posts/..%2F..%2Fetc%2Fpasswd",
    "/api/v1/posts?" + "&".join(f"tag=t{number}" for number in range(63)),
    "/api/v1/posts?" + "&".join(f"tag=t{number}" for number in range(65)),
    "/api/v1/posts?" + "&" * 3000,
    "/api/v1/posts?=",
    "/api/v1/posts?%",
    "/api/v1/posts?page",
    "/api/v1/search?q=" + "%22(" * 40,
    "/api/v1/search?q=NOT+NOT+a+AND+(status:draft)",
    "/api/v1/search?q=" + "+".join(["word"] * 40),
    "/api/v1/search?q=%D9%83%D8%B9%D8%A8&tag=%E8%B6%B3",
    "/posts/%FF",
    "/posts/%00.md",
    "/tags/%FF/feed.xml",
    "/media/..%2f..%2fsecret_key",
    "/media/%00",
    "/sitemap-0.xml",
    "/sitemap-99999999999999999999.xml",
    "/oembed?url=%FF",
    "/oembed?url=http://[",
    "/?page=9999999999999999999999",
    "/?page=%D9%A1",
    "//",
    "/api/v1",
    "/api/v1/",
    "/api/v2/posts",
]


@pytest.mark.parametrize("path", ODD)
def test_nothing_in_an_address_breaks_it(reader, path):
    answer = reader.get(path)
    assert answer.status_code in {200, 308, 404, 422}, answer.status
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json"
        json.loads(answer.data)


def test_a_redirect_of_routing_never_names_the_host_that_was_asked(reader):
    answer = reader.get("/api/v1//posts", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.location, answer.data) == (308, "/api/v1/posts", b"")


@pytest.mark.parametrize(
    "header", ["Accept", "Accept-Encoding", "If-None-Match", "Origin", "If-Modified-Since", "Cookie"]
)
@pytest.mark.parametrize("value", ["", ",", ";q=", "*", '"', "W/", "a" * 9000, "x;q=nan", "*/*;q=-1,;;,=", "é\x80"])
def test_nothing_in_a_header_breaks_it(reader, header, value):
    for path in ("/api/v1/posts", "/feed.xml", "/posts/toe-yoga"):
        for _ in range(2):  # once made, once kept
            assert reader.get(path, headers={header: value}).status_code in {200, 304, 406}, path


def test_words_after_the_thirty_second_are_ignored(reader):
    many = "+".join(["foot", "strength", *["x"] * 30, "zzz"])
    assert reader.get(f"/api/v1/search?q={many}").status_code == 200


def test_every_missing_thing_answers_with_the_same_bytes(reader):
    missing = ["/api/v1/posts/a", "/api/v1/posts/b/related", "/api/v1/tags/c", "/api/v1/authors/d", "/api/v1/e",
               "/api/v1/preview/f", "/api/v1/posts/g?formats=text", "/api/v1/posts/h/i", "/api/v1/posts/"]  # fmt: skip
    answers = {(answer.status_code, answer.data) for answer in map(reader.get, missing)}
    assert len(answers) == 1
    assert answers.pop()[0] == 404


def test_writing_is_refused_with_what_is_allowed(reader):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = reader.open("/api/v1/posts", method=method, data="x" * 1000)
        assert answer.status_code == 405
        assert answer.json["status"] == 405
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_format_we_do_not_have_is_refused(reader):
    for _ in range(2):  # also when the answer is already kept
        answer = reader.get("/api/v1/posts", headers={"Accept": "application/xml"})
        assert answer.status_code == 406
        assert answer.content_type == "application/problem+json"
        assert "application/json" in answer.json["detail"]
        for accept in ("application/json", "*/*", "application/*;q=0.1", "text/html,*/*;q=0.8", ""):
            assert reader.get("/api/v1/posts", headers={"Accept": accept}).status_code == 200
    assert reader.get("/api/v1/posts", headers={"Accept": "application/json;q=0, */*"}).status_code == 406


def test_our_own_failure_has_the_same_body_and_tells_nothing(app, client, world, monkeypatch):
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("cms.shapes.View.of", lambda *_: 1 / 0)
    answer = client.get("/api/v1/site")
    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    assert "division" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_the_editors_own_addresses_are_the_editors(reader):
    missing, alike = reader.get("/nothing"), reader.get("/editorial")
    assert alike.data == missing.data
    assert alike.headers == missing.headers


def test_a_reader_who_looks_for_a_page_gets_a_page(reader):
    chromium = "text/html,application/xhtml+xml,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
    answer = reader.get("/posts/nothing", headers={"Accept": chromium})
    assert answer.status_code == 404
    assert answer.content_type.startswith("text/html")
    assert "There is no page at this address." in answer.text


def test_a_long_query_is_answered_and_not_kept_in_memory(client):
    long = "&".join(f"tag={number}{'x' * 150}" for number in range(20))
    kept = read_once.cache_info().currsize
    assert client.get(f"/api/v1/posts?{long}").json["posts"] == []
    assert read_once.cache_info().currsize == kept
