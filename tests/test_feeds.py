"""Feeds, sitemap, plain pages, pictures: valid, complete, safe."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser

import pytest

from cms import media, publishing
from cms.feeds import sitemap
from cms.feeds.rss import ATOM, CONTENT, DUBLIN_CORE
from cms.posts import Author, settings
from cms.shapes.page_words import day, script_json
from tests.api.conftest import everything, png

NASTY = 'Feet & <toes> "]]> \u000b\ufffe 👣'


@pytest.fixture
def site(session, write_post):
    publishing.save_author(session, Author(slug="alex-rivera"), {"name": "Alex Rivera", "credentials": ["PT", "DPT"]})
    publishing.save_author(session, Author(slug="sam-lee"), {"name": "Sam Lee", "credentials": ["OCS"]})
    about = {"site_name": "Stride & Sole", "description": "Running <well>.", "language": "en-US"}
    more = {"disclaimer": "General education.", "booking_url": "https://example.com/book"}
    publishing.save_site(session, about | more)
    media.store(session, png("teal"), "feet.png", alt="Two bare feet")
    write_post("Toe yoga", "<p>Lift the big toe.</p>", tags=["Feet"])
    post = publishing.start(session, everything(title=NASTY, slug="foot-strength"))
    return publishing.publish(session, post)


def tree(client, path, content_type):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == f"{content_type}; charset=utf-8"
    return ET.fromstring(answer.data)  # raises on anything that is not well formed


def test_rss_has_what_readers_need(client, site):
    channel = tree(client, "/feed.xml", "application/rss+xml").find("channel")
    assert [channel.find(name).text for name in ("title", "link", "description", "language")] == [
        "Stride & Sole", "http://127.0.0.1:8000/", "Running <well>.", "en-US",
    ]  # fmt: skip
    assert channel.find(f"{{{ATOM}}}link").get("href") == "http://127.0.0.1:8000/feed.xml"
    items = channel.findall("item")
    assert [item.find("link").text.rpartition("/")[2] for item in items] == ["foot-strength", "toe-yoga"]
    item = items[0]
    assert item.find("title").text == 'Feet & <toes> "]]>  👣'
    assert item.find("guid").attrib == {"isPermaLink": "false"}
    assert item.find("guid").text == site.id
    assert parsedate_to_datetime(item.find("pubDate").text).tzinfo is not None
    assert [creator.text for creator in item.findall(f"{{{DUBLIN_CORE}}}creator")] == ["Alex Rivera", "Sam Lee"]
    assert {category.text for category in item.findall("category")} >= {"Feet"}
    body = item.find(f"{{{CONTENT}}}encoded").text
    assert "http://127.0.0.1:8000/media/" in body
    assert "midstance-media" not in body


def test_atom_has_what_its_standard_asks_for(client, site):
    feed = tree(client, "/atom.xml", "application/atom+xml")
    ids = [feed.find(f"{{{ATOM}}}id").text]
    assert datetime.fromisoformat(feed.find(f"{{{ATOM}}}updated").text).tzinfo is not None
    assert feed.find(f"{{{ATOM}}}author/{{{ATOM}}}name").text
    entries = feed.findall(f"{{{ATOM}}}entry")
    assert len(entries) == 2
    for entry in entries:
        for name in ("title", "id", "updated", "published", "content", "summary"):
            assert entry.find(f"{{{ATOM}}}{name}") is not None, name
        assert entry.find(f"{{{ATOM}}}link").get("rel") == "alternate"
        ids.append(entry.find(f"{{{ATOM}}}id").text)
    assert len(set(ids)) == 3
    relations = {link.get("rel"): link.get("href") for link in feed.findall(f"{{{ATOM}}}link")}
    assert relations == {"self": "http://127.0.0.1:8000/atom.xml", "alternate": "http://127.0.0.1:8000/"}


def test_json_feed_has_what_its_standard_asks_for(client, site):
    answer = client.get("/feed.json")
    assert answer.content_type == "application/feed+json; charset=utf-8"
    feed = answer.json
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://127.0.0.1:8000/feed.json"
    item = feed["items"][0]
    assert item["id"] == site.id
    assert item["authors"] == [{"name": "Alex Rivera"}, {"name": "Sam Lee"}]
    assert item["image"].startswith("http://127.0.0.1:8000/media/")
    assert item["content_html"]


def test_feeds_of_an_empty_site_are_valid(client):
    for path in ("/feed.xml", "/atom.xml", "/sitemap.xml"):
        assert ET.fromstring(client.get(path).data) is not None
    assert client.get("/feed.json").json["items"] == []
    assert client.get("/").status_code == 200
    assert client.get("/llms.txt").status_code == 200


def test_a_tag_has_a_feed_while_it_has_posts(client, session, site):
    channel = tree(client, "/tags/feet/feed.xml", "application/rss+xml").find("channel")
    assert channel.find("title").text == "Feet · Stride & Sole"
    assert len(channel.findall("item")) == 2
    assert len(tree(client, "/tags/foot-strength/feed.xml", "application/rss+xml").findall("channel/item")) == 1
    publishing.withdraw(session, site)
    assert client.get("/tags/foot-strength/feed.xml").status_code == 404
    assert client.get("/tags/nothing/feed.xml").status_code == 404


def test_the_sitemap_names_every_post_with_its_date_and_picture(client, session, site, write_post):
    write_post("Elsewhere", seo={"canonical_url": "https://elsewhere.example/post"})
    root = tree(client, "/sitemap.xml", "application/xml")
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9",
             "image": "http://www.google.com/schemas/sitemap-image/1.1"}  # fmt: skip
    assert [found.text for found in root.findall("s:url/s:loc", space)] == [
        "http://127.0.0.1:8000/posts/foot-strength",
        "http://127.0.0.1:8000/posts/toe-yoga",
    ]
    assert datetime.fromisoformat(root.find("s:url/s:lastmod", space).text).tzinfo is not None
    assert root.find("s:url/image:image/image:loc", space).text.startswith("http://127.0.0.1:8000/media/")
    assert client.get("/sitemap-2.xml").status_code == 404


def test_a_large_sitemap_is_split(client, site, monkeypatch):
    monkeypatch.setattr(sitemap, "MOST", 1)
    root = tree(client, "/sitemap.xml", "application/xml")
    parts = [found.text for found in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert parts == [f"http://127.0.0.1:8000/sitemap-{number}.xml" for number in (1, 2)]
    locations = [
        found.text
        for path in parts
        for found in tree(client, path.removeprefix("http://127.0.0.1:8000"), "application/xml").iter(
            "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
        )
    ]
    assert [address.rpartition("/")[2] for address in locations] == ["foot-strength", "toe-yoga"]


def test_robots_may_read_all_but_the_editor_and_drafts(client, site):
    text = client.get("/robots.txt").text
    assert "Disallow: /editor/" in text
    assert "Disallow: /api/v1/preview/" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text
    assert "Disallow: /\n" not in text


def test_language_models_find_titles_links_and_topics(client, site):
    text = client.get("/llms.txt").text
    assert text.startswith("# Stride & Sole\n\n> Running <well>.\n")
    assert "- [Toe yoga](http://127.0.0.1:8000/posts/toe-yoga.md): Lift the big toe." in text
    assert "- [Feet](http://127.0.0.1:8000/tags/feet): 2" in text


def test_a_post_as_markdown_stands_alone(client, site):
    answer = client.get("/posts/foot-strength.md")
    assert answer.content_type == "text/markdown; charset=utf-8"
    assert answer.headers["Link"] == '<http://127.0.0.1:8000/posts/foot-strength>; rel="canonical"'
    assert "By Alex Rivera, PT, DPT, Sam Lee, OCS" in answer.text
    assert "Reviewed by Sam Lee, OCS, 2026-10-01" in answer.text
    assert "## References\n\n1. " in answer.text
    assert answer.text.rstrip().endswith("General education.")
    assert client.get("/posts/nothing.md").status_code == 404


class Page(HTMLParser):
    """What stands in a page's head, and whether its elements are closed."""

    def __init__(self, text):
        super().__init__()
        self.links, self.metas, self.open, self.scripts = {}, {}, [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        assert not [name for name in given if name.startswith("on") or name == "style"], (tag, given)
        if tag == "link":
            self.links.setdefault(given["rel"], given["href"])
        elif tag == "meta":
            self.metas[given.get("property") or given.get("name")] = given.get("content")
        if tag not in {"link", "meta", "img", "br", "hr", "source", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] == ["script"]:
            self.scripts.append(data)


def test_a_posts_page_is_whole_without_a_script(client, site):
    answer = client.get("/posts/foot-strength", headers={"Accept": "text/html"})
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "script-src" not in policy
    assert "unsafe" not in policy
    page = Page(answer.text)
    assert page.open == []
    assert page.links["canonical"] == "http://127.0.0.1:8000/posts/foot-strength"
    assert page.metas["og:title"] == "Foot strength for runners"
    assert page.metas["og:image"].startswith("http://127.0.0.1:8000/media/")
    assert page.metas["description"] == "Strong feet."
    data = json.loads(page.scripts[0])
    assert data["@type"] == "MedicalWebPage"
    assert data["headline"] == NASTY.strip()
    assert answer.text.count("</script>") == 1
    for words in (
        "Reviewed by Sam Lee, OCS",
        "General education.",
        "https://example.com/book",
        "Read next",
        "Toe yoga",
    ):
        assert words in answer.text
    assert "&lt;toes&gt;" in answer.text


def test_lists_are_pages_too(client, site, write_post):
    for number in range(20):
        write_post(f"Post {number}")
    first, second = client.get("/"), client.get("/?page=2")
    assert Page(first.text).open == []
    assert 'rel="next" href="http://127.0.0.1:8000/?page=2"' in first.text
    assert "Toe yoga" in second.text
    assert 'rel="prev" href="http://127.0.0.1:8000/"' in second.text
    tag = client.get("/tags/feet")
    assert "<h1>Feet</h1>" in tag.text
    assert Page(tag.text).links["alternate"].endswith("/tags/feet/feed.xml") or "/tags/feet/feed.xml" in tag.text
    assert client.get("/tags/nothing").status_code == 404
    assert Page(second.text).links["canonical"] == "http://127.0.0.1:8000/?page=2"
    assert [client.get(f"/?page={page}").status_code for page in ("3", "0", "x", "9" * 5000)] == [404, 200, 200, 200]


def test_old_addresses_lead_to_the_new_ones(client, session, site):
    content = site.working().content()
    content.slug = "strong-feet"
    publishing.save(session, site, content, base=site.working().token)
    publishing.publish(session, site)
    tag = publishing.find_tag(session, "Feet")
    publishing.save_tag(session, tag, name="Feet", slug="bare-feet", description="", aliases=["soles"])
    moves = {
        "/posts/foot-strength": "/posts/strong-feet",
        "/posts/foot-strength.md": "/posts/strong-feet.md",
        "/tags/feet": "/tags/bare-feet",
        "/tags/soles": "/tags/bare-feet",
        "/api/v1/posts/foot-strength?formats=text": "/api/v1/posts/strong-feet?formats=text",
        "/api/v1/posts/foot-strength/related": "/api/v1/posts/strong-feet/related",
        "/api/v1/tags/feet": "/api/v1/tags/bare-feet",
        "/api/v1/tags/soles": "/api/v1/tags/bare-feet",
    }
    for old, new in moves.items():
        answer = client.get(old)
        assert (answer.status_code, answer.headers["Location"]) == (301, new)
        assert client.get(new).status_code == 200
    assert {"from": "/posts/foot-strength", "to": "/posts/strong-feet", "status": 301} in client.get(
        "/api/v1/redirects"
    ).json["redirects"]
    assert len(client.get("/api/v1/posts?tag=soles").json["posts"]) == 2


class TestOnTheAuthorsOwnSite:
    @pytest.fixture
    def settings(self):
        return {"POST_URL": "https://example.com/blog/{slug}", "PUBLIC_URL": "https://api.example.com"}

    def test_posts_live_there_and_files_here(self, client, site):
        post = client.get("/api/v1/posts/foot-strength").json["post"]
        assert post["url"] == post["seo"]["canonical_url"] == "https://example.com/blog/foot-strength"
        assert post["cover"]["src"].startswith("https://api.example.com/media/")
        page = Page(client.get("/posts/foot-strength").text)
        assert page.links["canonical"] == "https://example.com/blog/foot-strength"
        assert "<loc>https://example.com/blog/foot-strength</loc>" in client.get("/sitemap.xml").text
        assert "<link>https://example.com/</link>" in client.get("/feed.xml").text

    def test_oembed_knows_both_addresses_of_a_post(self, client, site):
        for address in ("https://example.com/blog/foot-strength", "http://example.com/blog/foot-strength/?utm=1#top",
                        "https://api.example.com/posts/foot-strength"):  # fmt: skip
            link = client.get("/oembed", query_string={"url": address, "format": "json", "maxwidth": "400"}).json
            assert link["type"] == "link"
            assert link["version"] == "1.0"
            assert link["author_name"] == "Alex Rivera, Sam Lee"
            assert link["thumbnail_width"] > 0
        for address in ("https://example.com/about", "https://evil.example/blog/foot-strength", "foot-strength",
                        "javascript:alert(1)", "https://example.com/blog/nothing"):  # fmt: skip
            assert client.get("/oembed", query_string={"url": address}).status_code == 404
        assert client.get("/oembed").status_code == 422
        assert client.get("/oembed?url=x&format=xml").status_code == 501


def test_pictures_never_change_and_cannot_be_anything_else(client, session, site):
    cover = client.get("/api/v1/posts/foot-strength").json["post"]["cover"]
    addresses = [cover["src"], *(part.split()[0] for part in cover["srcset"].split(","))]
    for address in addresses:
        answer = client.get(address.removeprefix("http://127.0.0.1:8000"))
        assert answer.status_code == 200
        assert answer.content_type.startswith("image/")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "Last-Modified" not in answer.headers
        again = client.get(
            address.removeprefix("http://127.0.0.1:8000"), headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert again.status_code == 304
    for name in ("..%2fmidstance.db", "feet.png", "0" * 32 + ".svg", "%2e%2e", "0" * 32 + ".webp"):
        assert client.get(f"/media/{name}").status_code == 404


def test_the_small_files(client):
    assert client.get("/favicon.ico").data.startswith(b"\x00\x00\x01\x00")
    style = client.get("/page.css")
    assert style.content_type == "text/css; charset=utf-8"
    assert "@import" not in style.text
    assert "url(" not in style.text


def test_a_day_is_the_authors_day(app, session):
    publishing.save_site(session, {"time_zone": "America/New_York"})
    site = replace(settings(), time_zone="America/New_York")
    assert day("2026-01-01T03:00:00Z", site) == "31 December 2025"
    assert day("2026-10-01", site) == "1 October 2026"
    assert day("2026-01-01T03:00:00Z", replace(site, language="de")) == "2025-12-31"


def test_json_cannot_end_its_script():
    assert re.search("[<>&]", script_json({"a": "</script><!-- & -->"})) is None
    assert json.loads(script_json({"a": "</script>"})) == {"a": "</script>"}
