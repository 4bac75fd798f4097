"""The service under a prefix of a bare WSGI site, served over real HTTP by the standard library's own server.

The server speaks through `wsgiref.validate`, which refuses whatever breaks the rules of WSGI.
"""

import json
import re
import threading
import urllib.request
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from http.cookiejar import CookieJar
from socketserver import ThreadingMixIn
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.validate import validator

import pytest

from cms import auth, create_app, mount, publishing
from cms.db import writing
from cms.editor.build_assets import BUILT, build
from cms.posts import Content
from tests.conftest import close

PASSWORD = "correct horse battery"
ELEMENTS = """<!doctype html><html lang="en"><title>The practice</title><script src="/blog/embed.js" defer></script>
<cms-search></cms-search><cms-posts></cms-posts><cms-tags></cms-tags>
<cms-post slug="heel-pain"></cms-post><cms-related slug="heel-pain"></cms-related>"""


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """The standard library would write a line for each request."""


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def site(environ, start_response):
    """The practice's own site: a page with the five elements, and one that tells which cookies came."""
    body = environ.get("HTTP_COOKIE", "") if environ["PATH_INFO"] == "/cookies" else ELEMENTS
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [body.encode()]


@dataclass
class Mounted:
    address: str

    def get(self, path: str, **headers: str) -> Any:
        """An answer over HTTP, redirects followed; `path` may be a whole address of this host."""
        assert path.startswith(("/", self.address)), path
        address = path if path.startswith("http") else self.address + path
        return urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10)


@pytest.fixture(scope="module")
def mounted(tmp_path_factory):
    if not (BUILT / "manifest.json").exists():
        build()
    instance = tmp_path_factory.mktemp("mounted") / "instance"
    server = make_server("127.0.0.1", 0, lambda environ, start: both(environ, start), Server, Quiet)
    address = f"http://127.0.0.1:{server.server_port}"
    settings = {"INSTANCE": instance, "PUBLIC_URL": address}
    both = validator(mount(site, "/blog", settings))
    app = create_app({**settings, "PREFIX": "/blog"})
    with app.app_context():
        write(writing())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Mounted(address)
    server.shutdown()
    thread.join()
    server.server_close()
    close(app)


def write(session):
    auth.make_editor(session, "meg@example.com", password=PASSWORD)
    session.commit()
    for title in ("Heel pain", "Toe yoga", "Calf raises"):
        content = Content(title=title, source='<p>Feet. <a href="/posts/heel-pain">More</a>.</p>', tags=["Feet"])
        publishing.publish(session, publishing.start(session, content))


def test_the_site_keeps_its_pages_and_the_api_its_addresses_under_the_prefix(mounted):
    assert b"cms-posts" in mounted.get("/blogger").read()
    answer = mounted.get("/blog/api/v1/posts?limit=2")
    first = json.load(answer)
    assert {post["url"].rpartition("/")[0] for post in first["posts"]} == {f"{mounted.address}/blog/posts"}
    following = re.search(r'<([^>]+)>; rel="next"', answer.headers["Link"])[1]
    assert following == f"{mounted.address}/blog/api/v1/posts?limit=2&page=2"
    assert [post["slug"] for post in json.load(mounted.get(following))["posts"]] == ["heel-pain"]
    again = {"If-None-Match": answer.headers["ETag"]}
    with pytest.raises(HTTPError, match="304"):
        mounted.get("/blog/api/v1/posts?limit=2", **again)
    with pytest.raises(HTTPError, match="404") as nothing:
        mounted.get("/blog/api/v1/posts/nothing")
    assert json.load(nothing.value)["type"].startswith(f"{mounted.address}/blog/")


def test_every_address_in_feeds_and_pages_answers_under_the_prefix(mounted):
    addresses = set()
    for path, mime in {"/feed.xml": "rss", "/atom.xml": "atom", "/sitemap.xml": "xml", "/feed.json": "json"}.items():
        answer = mounted.get(f"/blog{path}")
        assert mime in answer.headers["Content-Type"]
        text = answer.read().decode()
        if path != "/feed.json":
            ET.fromstring(text)
        addresses |= set(re.findall(r"https?://127[^\s\"'<>&\\]+", text))
    addresses |= set(re.findall(r'(?:href|src)="([^"#]+)"', mounted.get("/blog/posts/heel-pain").read().decode()))
    addresses |= set(re.findall(r'(?:href|src)="([^"#]+)"', mounted.get("/blog/embed/demo/blog").read().decode()))
    ours = {address for address in addresses if address.startswith((mounted.address, "/"))}
    assert len(ours) > 12
    for address in ours:
        assert address.removeprefix(mounted.address).startswith("/blog/"), address
        assert mounted.get(address).status == 200, address


def test_redirects_stay_under_the_prefix(mounted):
    assert mounted.get("/blog").url == f"{mounted.address}/blog"
    assert mounted.get("/blog/embed/demo").url == f"{mounted.address}/blog/embed/demo/"
    assert mounted.get("/blog/tags/FEET").url == f"{mounted.address}/blog/tags/feet"
    assert mounted.get("/blog/editor/").url == f"{mounted.address}/blog/editor/sign-in"


def test_an_editors_cookies_are_for_the_prefix_only(mounted):
    jar = CookieJar()
    open_ = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar)).open
    page = open_(f"{mounted.address}/blog/editor/sign-in").read().decode()
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)[1]
    form = urlencode({"email": "meg@example.com", "password": PASSWORD, "csrf_token": token}).encode()
    assert open_(f"{mounted.address}/blog/editor/sign-in", form).url.startswith(f"{mounted.address}/blog/editor/")
    assert open_(f"{mounted.address}/blog/editor/posts/new").status == 200
    assert {cookie.path for cookie in jar} == {"/blog"}
    assert open_(f"{mounted.address}/cookies").read() == b""


@pytest.mark.browser
def test_the_embeds_find_their_service_under_the_prefix(mounted, browser):
    page = browser.new_page()
    page.set_default_timeout(10_000)
    problems, asked = [], []
    page.on("console", lambda said: problems.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda request: asked.append(request.url.removeprefix(mounted.address)))
    page.goto(mounted.address)
    page.locator("cms-related a.link").nth(1).wait_for()
    page.locator("cms-tags a").first.wait_for()
    assert page.locator("cms-posts a.link").count() == 3
    assert page.locator("cms-posts .cover").count() == 0  # no post has a picture, so no place is left empty
    assert page.locator("cms-post h1").inner_text() == "Heel pain"
    assert page.locator("cms-post .body a").get_attribute("href") == f"{mounted.address}/blog/posts/heel-pain"
    page.get_by_role("combobox").fill("toe")
    page.get_by_role("option").first.click()
    page.wait_for_url(f"{mounted.address}/blog/posts/toe-yoga*")
    assert [path for path in asked if path != "/" and not path.startswith("/blog/")] in ([], ["/favicon.ico"])
    assert problems == []
    page.close()


@pytest.mark.browser
def test_the_editor_works_under_the_prefix(mounted, browser):
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(10_000)
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("response", lambda answer: problems.append(answer.url) if answer.status >= 400 else None)
    page.goto(f"{mounted.address}/blog/editor/")
    page.get_by_role("textbox", name="Email").fill("meg@example.com")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/blog/editor/")
    page.goto(f"{mounted.address}/blog/editor/posts/new")
    page.get_by_role("textbox", name="Title").fill("Under a prefix")
    page.get_by_role("textbox", name="Post", exact=True).click()
    page.keyboard.type("Written there.")
    page.get_by_role("status").get_by_text("Saved").wait_for()
    assert page.url.startswith(f"{mounted.address}/blog/editor/")
    assert {cookie["path"] for cookie in context.cookies()} == {"/blog"}
    assert problems == []
    context.close()
