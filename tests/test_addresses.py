"""Addresses in public answers: whole, never from the Host header, one cached answer for one question."""

import pytest

from cms import publishing


@pytest.fixture
def settings():
    return {"POST_URL": "https://stride.example/blog/{slug}", "PUBLIC_URL": "https://cms.stride.example"}


@pytest.fixture
def linked(session, write_post):
    write_post("Short foot", "<p>Words.</p>")
    source = (
        '<p><a href="/posts/short-foot#dose">the short foot</a>, <a href="/book?a=1&amp;b=2">book</a>, '
        '<a href="#here">here</a>, <a href="https://other.example/posts/x">away</a></p>'
    )
    return write_post("Toe yoga", source)


WHOLE = 'href="https://stride.example/blog/short-foot#dose"'


def test_links_between_posts_are_whole_wherever_they_are_read(client, linked):
    for path in ("/api/v1/posts/toe-yoga", "/api/v1/posts?include=html", "/feed.json"):
        assert WHOLE.replace('"', '\\"') in client.get(path).text, path
    for path in ("/posts/toe-yoga", "/embed/fragment/post/toe-yoga"):
        assert WHOLE in client.get(path).text, path
    for path in ("/posts/toe-yoga.md", "/feed.xml", "/atom.xml"):
        text = client.get(path).text
        assert "https://stride.example/blog/short-foot#dose" in text, path
        assert '"/posts/' not in text, path


def test_other_paths_lead_to_the_authors_own_site_and_the_rest_stays(client, linked):
    html = client.get("/api/v1/posts/toe-yoga").json["post"]["html"]
    assert 'href="https://stride.example/book?a=1&amp;b=2"' in html
    assert 'href="#here"' in html
    assert 'href="https://other.example/posts/x"' in html


def test_a_renamed_post_is_linked_by_its_new_address(session, client, linked):
    assert WHOLE.replace('"', '\\"') in client.get("/api/v1/posts/toe-yoga").text
    post = publishing.start(session)  # an unrelated draft changes nothing
    assert post.state == "draft"
    short_foot = next(post for post in session.query(type(post)) if post.slug == "short-foot")
    content = short_foot.live.content()
    content.slug = "foot-core"
    publishing.save(session, short_foot, content, base=short_foot.live.token)
    publishing.publish(session, short_foot)
    assert "https://stride.example/blog/foot-core#dose" in client.get("/api/v1/posts/toe-yoga").text


@pytest.mark.parametrize("path", ["/embed/demo", "/api/v1//posts", "/editor"])
@pytest.mark.parametrize("host", ["evil.example", "a b", "[::1"])
def test_no_redirect_repeats_the_host(client, path, host):
    answer = client.get(path, headers={"Host": host})
    assert answer.headers.get("Location", "/").startswith("/")
    assert not answer.headers.get("Location", "/").startswith("//")


def test_two_questions_are_never_one_cached_answer(client, write_post):
    write_post("Café running", "<p>féx and fÃ©x</p>")
    escaped = client.get("/api/v1/search?limit=1&q=f%C3%83%C2%A9x").json["query"]["q"]
    raw = client.get("/", environ_overrides={"PATH_INFO": "/api/v1/search", "QUERY_STRING": "limit=1&q=f\xc3\xa9x"})
    spelled = client.get("/api/v1/search?q=f%c3%a9x&limit=1").json["query"]["q"]
    assert (escaped, raw.json["query"]["q"], spelled) == ("fÃ©x", "féx", "féx")


class TestNarrowedOrigins:
    @pytest.fixture
    def settings(self):
        return {"CORS_ORIGINS": "https://stride.example"}

    @pytest.mark.parametrize("path", ["/embed.js", "/embed/embed.mjs", "/embed/fragment/posts", "/media/none.webp"])
    def test_scripts_and_pictures_are_for_everybody(self, client, path):
        for _ in range(2):  # from Flask, then from the cache
            answer = client.get(path, headers={"Origin": "https://other.example"})
            assert answer.headers.getlist("Access-Control-Allow-Origin") == ["*"]

    def test_json_is_for_those_named(self, client):
        for origin, allowed in (("https://stride.example", ["https://stride.example"]), ("https://o.example", [])):
            answer = client.get("/api/v1/posts", headers={"Origin": origin})
            assert answer.headers.getlist("Access-Control-Allow-Origin") == allowed


def test_redirects_from_the_time_before_posts_had_another_address_go_on(session, client, write_post):
    write_post("Toe yoga")
    publishing.save_redirect(session, "/posts/heel-pain", "/posts/toe-yoga")
    publishing.save_redirect(session, "/posts/prices", "/fees")
    assert client.get("/posts/heel-pain").headers["Location"] == "/posts/toe-yoga"
    assert client.get("/posts/prices").headers["Location"] == "https://stride.example/fees"


class TestWhereThisServiceIsTheSite:
    @pytest.fixture
    def settings(self):
        return {}

    def test_the_redirects_an_author_keeps_are_answered(self, session, client, write_post):
        write_post("Toe yoga")
        publishing.save_redirect(session, "/posts/heel-pain", "/posts/toe-yoga")
        publishing.save_redirect(session, "/posts/away", "https://other.example/", 302)
        answer = client.get("/posts/heel-pain")
        assert (answer.status_code, answer.headers["Location"]) == (301, "/posts/toe-yoga")
        answer = client.get("/posts/away")
        assert (answer.status_code, answer.headers["Location"]) == (302, "https://other.example/")
        assert client.get("/posts/nowhere").status_code == 404

    def test_a_renamed_tags_feed_goes_on(self, session, client, write_post):
        write_post("Toe yoga", tags=["Foot"])
        tag = publishing.find_tag(session, "Foot")
        publishing.save_tag(session, tag, name="Feet", slug="feet", description="", aliases=["Foot"])
        answer = client.get("/tags/foot/feed.xml")
        assert (answer.status_code, answer.headers["Location"]) == (301, "/tags/feet/feed.xml")
