"""`cms check-embed`: what search engines find on a page with embeds, told in words that help."""

import re
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from cms.embed.check import judge, read_page

BLOG = "https://blog.example.com"
SCRIPT = f'<script src="{BLOG}/embed.js" defer></script>'
FILLED = (
    '<cms-post slug="x"><template shadowrootmode="open"><article><h1>Toe yoga</h1><p>'
    + "word " * 80
    + '<a href="/x">link</a></p></article></template>'
    + '<script type="application/ld+json">{"@type": "Article"}</script></cms-post>'
)


def findings(html, url="https://practice.example/blog/x", headers=None):
    return {finding.about: finding for finding in judge(read_page(html, url, headers))}


def page(body, head=SCRIPT):
    return f"<html><head><title>Toe yoga</title>{head}</head><body>{body}</body></html>"


HEAD = (
    '<link rel="canonical" href="/blog/x"><meta name="description" content="Two weeks.">'
    '<meta property="og:image" content="https://blog.example.com/media/x.webp">'
)


def test_a_page_that_has_everything_is_told_so():
    found = findings(page(FILLED, SCRIPT + HEAD))
    assert all(finding.good and not finding.cure for finding in found.values())
    assert set(found) == {
        "embed.js",
        "Title",
        "canonical",
        "Description",
        "Picture for sharing",
        "<cms-post>",
        "JSON-LD",
    }
    assert found["canonical"].says == "https://practice.example/blog/x"
    assert found["JSON-LD"].says == "Article"


def test_an_empty_element_is_told_where_its_html_is():
    found = findings(page("<cms-posts></cms-posts>"))
    assert not found["<cms-posts>"].good
    assert "/embed/fragment/posts" in found["<cms-posts>"].cure
    assert not found["JSON-LD"].good


def test_each_thing_that_is_missing_has_its_cure():
    found = findings(f'<html><head><meta name="robots" content="noindex"></head><body>{FILLED}</body></html>')
    assert found["embed.js"].good  # it is filled; yet the advice is given
    for about in ("embed.js", "Title", "canonical", "robots"):
        assert about == "embed.js" or not found[about].good, about
        assert found[about].cure, about


@pytest.mark.parametrize(
    ("canonical", "good"),
    [
        ("/blog/x?utm_source=a", True),
        ("/blog/x/", True),
        ("/blog/y", False),
        (f"{BLOG}/blog/x", False),
        ("?p=1", False),
    ],
)
def test_a_canonical_address_must_be_that_of_the_page(canonical, good):
    found = findings(page(FILLED, SCRIPT + f'<link rel="canonical" href="{canonical}">'))["canonical"]
    assert found.good is good
    assert good or "post address" in found.cure


def test_a_policy_in_the_page_itself_is_read():
    meta = f'<meta http-equiv="Content-Security-Policy" content="script-src {BLOG}; connect-src \'self\'">'
    found = findings(page(FILLED, SCRIPT + meta))["Content security policy"]
    assert not found.good
    assert f"connect-src {BLOG}" in found.cure


def test_cures_name_sections_that_the_docs_have():
    docs = (Path(__file__).parents[1] / "docs/embedding.md").read_text("utf-8")
    cure = findings(page("<cms-search></cms-search>"))["<cms-search>"].cure
    assert f"\n## {re.search('“(.+)”', cure)[1]}\n" in docs


def test_a_form_is_enough_for_search():
    found = findings(
        page('<cms-search><form action="/search"><label>Search</label><input name="q"></form></cms-search>')
    )
    assert found["<cms-search>"].good
    assert not findings(page("<cms-search></cms-search>"))["<cms-search>"].good


def test_a_page_without_embeds_is_told_so():
    (only,) = judge(read_page("<p>Hello</p>", "https://practice.example/"))
    assert not only.good
    assert "no cms- element" in only.says


def test_a_script_over_http_on_a_page_over_https_cannot_work():
    found = findings(page(FILLED, '<script src="http://blog.example.com/embed.js"></script>'))
    assert not found["embed.js"].good
    assert "going-live" in found["embed.js"].cure


@pytest.mark.parametrize(
    ("policy", "good"),
    [
        (f"default-src 'none'; script-src {BLOG}; connect-src {BLOG}; img-src {BLOG}", True),
        (f"default-src 'self' {BLOG}", True),
        ("script-src https:; object-src 'none'", True),
        ("object-src 'none'", True),
        ("default-src 'self'", False),
        (f"default-src 'self'; script-src {BLOG}; img-src *", False),
    ],
)
def test_the_hosts_own_policy_is_read(policy, good):
    found = findings(page(FILLED), headers={"content-security-policy": policy})["Content security policy"]
    assert found.good is good
    assert good or f"connect-src {BLOG}" in found.cure


def test_data_that_was_changed_on_the_way_is_told():
    broken = FILLED.replace('{"@type": "Article"}', "{&quot;@type&quot;: 1}")
    assert any(finding.says == "cannot be read" for finding in judge(read_page(page(broken), "https://x.example/")))


@pytest.fixture
def website():
    """A web server that answers every path with what the test has put there."""
    pages = {}

    def answer(environ, start_response):
        status, body, *kinds = pages.get(environ["PATH_INFO"], (404, ""))
        kind = kinds[0] if kinds else "text/html; charset=latin-1"
        return Response(body.encode("latin-1"), status, content_type=kind)(environ, start_response)

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield pages, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_command_fetches_and_says(app, website):
    pages, address = website
    script = f'<script src="{address}/embed.js"></script>'
    pages["/embed.js"] = (200, "let x;", "text/javascript")
    pages["/blog/x"] = (200, page(FILLED, script + HEAD).replace("Toe yoga", "Café"))
    run = app.test_cli_runner()
    good = run.invoke(args=["cms", "check-embed", f"{address}/blog/x"])
    assert good.exit_code == 0, good.output
    assert "ok       Title: “Café”" in good.output
    pages["/bad"] = (200, page("<cms-post></cms-post>", script.replace("embed.js", "embedd.js")))
    bad = run.invoke(args=["cms", "check-embed", f"{address}/bad"])
    assert bad.exit_code == 1
    assert "MISSING  <cms-post>" in bad.output
    assert f"MISSING  embed.js: {address}/embedd.js answers 404" in bad.output
    pages["/blog/x"] = (200, page(FILLED, HEAD))
    filled = run.invoke(args=["cms", "check-embed", f"{address}/blog/x"])
    assert filled.exit_code == 0, filled.output
    assert "note     embed.js: is not on the page" in filled.output


def test_the_command_says_why_it_cannot_fetch(app, website):
    _, address = website
    run = app.test_cli_runner()
    for url, says in (
        (f"{address}/none", "answers 404"),
        ("ftp://x", "no web address"),
        ("http://127.0.0.1:1/", "does not answer"),
    ):
        result = run.invoke(args=["cms", "check-embed", url])
        assert result.exit_code == 1
        assert says in result.output
