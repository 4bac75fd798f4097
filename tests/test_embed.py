"""What the embed room serves: the script and its twins, fragments, our own pages, rows for Duda."""

import gzip
import hashlib
import json
import re
from base64 import b64encode
from datetime import timedelta

import pytest

from cms import publishing
from cms.db import utcnow
from cms.embed import script
from cms.embed.compact import compact
from cms.embed.words import script_safe

SIX_KB = 6 * 1024


def test_the_whole_script_fits_in_six_kilobytes(client):
    for path in ("/embed.js", "/embed/embed.mjs"):
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(answer.data) <= SIX_KB
        for level in (6, 9):
            assert len(gzip.compress(gzip.decompress(answer.data), level)) <= SIX_KB


def test_no_html_is_written_from_strings():
    for source in (script.classic().body, script.module().body):
        text = source.decode()
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text)
        assert not re.search(r"document.cookie|localStorage|sessionStorage|indexedDB|sendBeacon", text)


def test_the_script_has_a_short_life_and_its_hash_a_long_one(client):
    plain = client.get("/embed.js?ver=6.5")
    assert plain.headers["Cache-Control"].startswith("public, max-age=300")
    pinned = client.get(f"/embed/embed.{script.classic().digest}.js")
    assert pinned.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert pinned.data == plain.data
    for answer in (plain, pinned):
        assert answer.content_type == "text/javascript; charset=utf-8"
        assert answer.headers.getlist("Access-Control-Allow-Origin") == ["*"]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in answer.headers


def test_the_integrity_value_is_that_of_the_bytes(client):
    body = client.get("/embed.js").data
    assert script.classic().integrity == "sha384-" + b64encode(hashlib.sha384(body).digest()).decode()


@pytest.mark.parametrize("path", ["/embed.js", "/embed/embed.css", "/embed/embed.mjs"])
def test_a_copy_that_is_still_good_is_not_sent_again(client, path):
    first = client.get(path, headers={"Accept-Encoding": "br"})
    assert first.headers["Content-Encoding"] == "br"
    again = client.get(path, headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200  # another encoding is another representation


def test_a_version_that_was_given_out_once_stays(app, client):
    client.get(f"/embed/embed.{script.classic().digest}.js")
    kept = list((app_instance(app) / "embed").iterdir())
    assert [path.name for path in kept] == [f"embed.{script.classic().digest}.js"]
    earlier = b"/* an earlier release */"
    digest = hashlib.sha256(earlier).hexdigest()[:16]
    (app_instance(app) / "embed" / f"embed.{digest}.js").write_bytes(earlier)
    assert client.get(f"/embed/embed.{digest}.js").data == earlier


def test_only_what_was_given_out_is_served(app, client):
    folder = app_instance(app) / "embed"
    folder.mkdir()
    (folder / "embed.0123456789abcdef.js").write_text("not what its name says")
    for path in ("0123456789abcdef.js", "feedfeedfeedfeed.js", "..%2f..%2fsecret_key.js", "x.php", "secret_key"):
        assert client.get(f"/embed/embed.{path}").status_code == 404, path


def test_scripts_are_open_to_all_even_where_answers_are_not(tmp_path):
    from cms import create_app
    from cms.instance import prepare

    app = create_app({"INSTANCE": tmp_path / "narrow", "CORS_ORIGINS": "https://practice.example"})
    prepare(app)
    client = app.test_client()
    for path in ("/embed.js", "/embed/assets/sample.css"):
        for origin in ("https://practice.example", "https://other.example"):
            with client.get(path, headers={"Origin": origin}) as answer:
                assert answer.headers.getlist("Access-Control-Allow-Origin") == ["*"], (path, origin)


def app_instance(app):
    return app.extensions["midstance"].settings.instance


# -- fragments --------------------------------------------------------------------------------------
def test_a_post_is_finished_html_with_data_beside_it(client, write_post):
    write_post("Toe yoga", "<p>Lift the big toe.</p>", tags=["Feet"], excerpt="Two weeks.")
    text = client.get("/embed/fragment/post/toe-yoga").text
    assert '<template shadowrootmode="open">' in text
    assert "<p>Lift the big toe.</p>" in text
    assert re.search(r"<h1[^>]*>Toe yoga</h1>", text)
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1])
    assert (data["@type"], data["headline"]) == ("Article", "Toe yoga")


def test_the_head_of_an_articles_page_comes_finished(client, write_post):
    write_post("Toe yoga & more", "<p>Lift the big toe.</p>", excerpt='Two "weeks".')
    text = client.get("/embed/fragment/head/toe-yoga-more").text
    assert "<title>Toe yoga &amp; more</title>" in text
    assert '<meta name="description" content="Two &#34;weeks&#34;.">' in text
    assert '<link rel="canonical" href="http://127.0.0.1:8000/posts/toe-yoga-more">' in text
    assert '<meta property="og:locale" content="en">' in text
    assert client.get("/embed/fragment/head/nothing").status_code == 404


def test_lists_are_links_to_the_website_of_the_practice(tmp_path, client, write_post):
    write_post("Toe yoga", tags=["Feet"])
    write_post("Short foot", tags=["Feet"])
    posts = client.get("/embed/fragment/posts?limit=1&tag=feet&level=2").text
    assert re.findall(r'href="([^"]*/posts/[^"]*)"', posts) == ["http://127.0.0.1:8000/posts/short-foot"]
    assert "<h2" in posts
    assert '<cms-posts tag="feet" limit="1" level="2">' in posts
    tags = client.get("/embed/fragment/tags?href=/blog?tag={slug}").text
    assert 'href="/blog?tag=feet"' in tags
    related = client.get("/embed/fragment/related/toe-yoga").text
    assert "short-foot" in related


def test_an_empty_blog_says_so(client):
    assert "No posts yet." in client.get("/embed/fragment/posts").text
    assert "<li>" not in client.get("/embed/fragment/tags").text


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-1", "limit=x", "limit=99999999999", "page=٣", "order=evil", "level=9", "nonsense=1"]
)
def test_parameters_that_are_not_understood_are_passed_over(client, write_post, query):
    write_post("Toe yoga")
    answer = client.get(f"/embed/fragment/posts?{query}")
    assert answer.status_code == 200
    assert "Toe yoga" in answer.text


def test_words_from_outside_never_become_markup(client, write_post):
    write_post("</script><b>Bold", "<p>x</p>", excerpt='"><img src=x>')
    for path in ("posts", "post/script-b-bold", "tags", "related/script-b-bold"):
        for evil in ('"><script>alert(1)</script>', "javascript:alert(1)//{slug}"):
            text = client.get(
                f"/embed/fragment/{path}", query_string={"heading": evil, "href": evil, "layout": evil}
            ).text
            assert "<script>alert" not in text
            assert "<b>Bold" not in text
            assert "<img src=x>" not in text
            assert 'href="javascript' not in text


def test_a_script_that_holds_data_cannot_be_ended_by_it():
    text = script_safe({"a": "</script><!-- \u2028 & <"})
    assert not set(text) & set("<>&\u2028")
    assert json.loads(text) == {"a": "</script><!-- \u2028 & <"}


@pytest.mark.parametrize("kind", ["post", "related", "head"])
def test_what_is_not_public_is_not_there(client, session, write_post, kind):
    write_post("Draft", publish=False)
    write_post("Later", at=utcnow() + timedelta(days=1))
    gone = write_post("Gone")
    publishing.withdraw(session, gone)
    bodies = {client.get(f"/embed/fragment/{kind}/{slug}").data for slug in ("draft", "later", "gone", "never-was")}
    assert len(bodies) == 1
    for path in (
        "/embed/fragment/posts",
        "/feeds/duda.json",
        "/embed/demo/",
        "/embed/demo/blog",
        "/embed/search?q=gone",
    ):
        text = client.get(path).text
        assert not re.search(r"Draft|Later|posts/gone", text), path


def test_an_old_slug_leads_to_the_new_one(client, session, write_post):
    post = write_post("Toe yoga")
    content = post.live.content()
    content.slug = "toe-yoga-for-runners"
    publishing.save(session, post, content, base=post.live.token)
    publishing.publish(session, post)
    for kind in ("post", "related", "head"):
        answer = client.get(f"/embed/fragment/{kind}/toe-yoga")
        assert answer.status_code == 301
        assert answer.headers["Location"].endswith(f"/embed/fragment/{kind}/toe-yoga-for-runners")


def test_fragments_are_kept_by_validators_that_move_with_the_post(client, session, write_post):
    post = write_post("Toe yoga")
    first = client.get("/embed/fragment/post/toe-yoga")
    headers = {"If-None-Match": first.headers["ETag"]}
    write_post("Short foot")
    assert client.get("/embed/fragment/post/toe-yoga", headers=headers).status_code == 304
    content = post.live.content()
    content.source = "<p>New words.</p>"
    publishing.save(session, post, content, base=post.live.token)
    publishing.publish(session, post)
    assert "New words." in client.get("/embed/fragment/post/toe-yoga", headers=headers).text


# -- our own pages ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path", ["/embed/sample", "/embed/demo/", "/embed/demo/blog", "/embed/search", "/embed/demo/article"]
)
def test_our_own_pages_allow_nothing_inline(client, write_post, path):
    write_post("Toe yoga", tags=["Feet"])
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*src=)(?![^>]*ld\+json)|<style|style=|\son\w+=", answer.text)


def test_the_demo_pins_the_script_it_loads(client):
    text = client.get("/embed/demo/").text
    present = script.classic()
    assert f'src="/embed/embed.{present.digest}.js" integrity="{present.integrity}"' in text


def test_the_demo_serves_every_post_on_one_page(client, write_post):
    write_post("Toe yoga", "<p>Lift.</p>")
    answer = client.get("/embed/demo/article?post=toe-yoga")
    assert "<p>Lift.</p>" in answer.text
    assert "<title>Toe yoga · Stride &amp; Sole Physio</title>" in answer.text
    assert client.get("/embed/demo/article?post=nothing").status_code == 404


def test_search_works_as_a_plain_form(client, write_post):
    for number in range(12):
        write_post(f"Heel pain {number}", "<p>The heel hurts.</p>", tags=["Feet"] if number < 5 else ["Shoes"])
    page = client.get("/embed/search?q=heel").text
    assert "12 results" in page
    assert page.count("<li><h2>") == 10
    assert "<mark>Heel</mark>" in page
    assert 'href="?q=heel&amp;page=2" rel="next"' in page
    assert client.get("/embed/search?q=heel&page=2").text.count("<li><h2>") == 2
    assert "5 results" in client.get("/embed/search?q=heel&tag=feet").text
    assert 'href="?q=heel&amp;tag=feet"' in page


@pytest.mark.parametrize(
    "query",
    ["", "q=", "q=%20", "q=zzzz", "q=heel&page=0", "q=heel&page=x", "q=heel&page=" + "0" * 5000, "q=" + "x" * 201],
)
def test_search_takes_whatever_comes(client, write_post, query):
    write_post("Heel pain")
    answer = client.get(f"/embed/search?{query}")
    assert answer.status_code == 200
    if len(query) == 203:
        assert "Keep it to 200 characters." in answer.text


def test_search_has_the_limit_that_the_api_has(tmp_path):
    from cms import create_app
    from cms.instance import prepare

    app = create_app({"INSTANCE": tmp_path / "limited", "SEARCH_RATE": "2"})
    prepare(app)
    client = app.test_client()
    visitor = {"environ_base": {"REMOTE_ADDR": "192.0.2.77"}}
    statuses = [client.get(f"/embed/search?q=word{n}", **visitor).status_code for n in range(3)]
    assert statuses == [200, 200, 429]


def test_only_searches_that_somebody_meant_are_counted(app, client, session, write_post):
    from cms import search
    from cms.search import learning

    write_post("Heel pain")
    search.rebuild()
    client.get("/api/v1/search?q=he&instant=1")
    client.get("/api/v1/search?q=heel&instant=true")
    client.get("/api/v1/search?q=heel+pain")
    client.get("/embed/search?q=pain")
    learning.flush(session)
    assert {row.query for row in learning.searched(session)} <= {"heel pain", "pain"}
    assert sum(row.count for row in learning.searched(session)) == 2


def test_search_words_never_become_markup(client):
    text = client.get("/embed/search", query_string={"q": '"><script>alert(1)</script>', "tag": '"><b>'}).text
    assert "<script>alert" not in text
    assert "<b>" not in text


def test_duda_gets_flat_rows(client, write_post):
    write_post("Toe yoga", "<p>Lift.</p>", tags=["Feet"], excerpt="Two weeks.")
    answer = client.get("/feeds/duda.json?utm_source=x")
    assert answer.content_type == "application/json"
    (row,) = answer.json
    assert row["slug"] == "toe-yoga"
    assert row["html"] == "<p>Lift.</p>"
    assert all(isinstance(value, str | int) for value in row.values())


# -- the compact form -------------------------------------------------------------------------------
def test_compact_leaves_strings_properties_and_expressions_alone():
    source = """
    // a comment with "quotes"
    const greeting = (name, other) => `Hello  ${name},  {n} /* not a comment */`;
    const shape = { name: 1, greeting: "a  // b" };
    /* gone */ const match = text.replace(/[/"]\\s+/g, "  ");
    """
    small = compact(source)
    assert "Hello  ${name},  {n} /* not a comment */" in small  # `name` is a property elsewhere: left alone
    assert '"a  // b"' in small
    assert '/[/"]\\s+/g' in small
    assert "comment with" not in small
    assert "other" not in small


def test_compact_shortens_what_is_ours_alone_and_declares_together():
    source = """
    const first = 1; const second = 2;
    class Box { _shut = first;
      open(one) { this._shut = one + second; const last = this.id; return last; } }
    for (const each of [first]) { each; } const third = 3;
    """
    small = compact(source)
    assert "_shut" not in small
    assert "this.id" in small
    parts = (
        r"let (\w)=1,(\w)=2;class \w\{(\w)=\1;",
        r"open\((\w)\)\{this\.\3=\4\+\2;let (\w)=this\.id;return \5\}\}",
        r"for\(let (\w) of\[\1\]\)\{\6\}let \w=3;$",
    )
    assert re.match("".join(parts), small), small
