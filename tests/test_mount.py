"""The service inside somebody else's site: its own settings, sessions and database, under a prefix."""

import re
from pathlib import Path

import flask
import pytest
from flask_login import LoginManager, UserMixin, current_user, login_user
from werkzeug.test import Client

from cms import auth, create_app, mount
from cms.db import writing
from cms.errors import BadInput


class Member(UserMixin):
    id = "7"


@pytest.fixture
def host():
    """A site with a sign-in of its own, made with the same extension as ours."""
    host = flask.Flask("host")
    host.secret_key = "the host's own"
    logins = LoginManager(host)
    logins.user_loader(lambda _id: Member())

    @host.get("/")
    def home():
        return "signed in" if current_user.is_authenticated else "a stranger"

    @host.get("/sign-in")
    def sign_in():
        login_user(Member())
        return "welcome"

    @host.get("/blogroll")
    def blogroll():
        return "not the blog"

    return host


def test_the_host_keeps_its_pages_and_the_service_answers_under_the_prefix(host, tmp_path):
    mount(host, "/blog", {"INSTANCE": tmp_path, "PUBLIC_URL": "https://example.com"})
    client = host.test_client()
    assert client.get("/").text == "a stranger"
    assert client.get("/blogroll").text == "not the blog"
    answer = client.get("/blog/api/v1/posts")
    assert answer.json["posts"] == []
    assert client.get("/blog/api/v1/site").json["feeds"]["rss"].startswith("https://example.com/blog/")
    assert client.get("/api/v1/posts").status_code == 404


def test_the_docs_two_lines_mount_it(tmp_path, monkeypatch):
    monkeypatch.setenv("CMS_INSTANCE", str(tmp_path))
    page = (Path(__file__).parent.parent / "docs" / "operations.md").read_text()
    names = {"flask": flask}
    exec(re.search(r"<!-- test: mount -->\n```python\n(.*?)```", page, re.DOTALL)[1], names)
    assert names["app"].test_client().get("/blog/api/v1/posts").json["posts"] == []


def test_signing_in_to_the_host_is_not_signing_in_to_the_editor(host, tmp_path):
    mount(host, "/blog", {"INSTANCE": tmp_path})
    client = host.test_client()
    client.get("/sign-in")
    assert client.get("/").text == "signed in"
    answer = client.get("/blog/editor/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/blog/editor/sign-in")
    assert client.get("/").text == "signed in"


def test_signing_in_to_the_editor_is_not_signing_in_to_the_host(host, tmp_path):
    mount(host, "/blog", {"INSTANCE": tmp_path})
    service = create_app({"INSTANCE": tmp_path})
    with service.app_context():
        session = writing()
        auth.make_editor(session, "meg@example.com", password="correct horse battery")
        session.commit()
    client = host.test_client()
    page = client.get("/blog/editor/sign-in")
    token = page.text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    answer = client.post(
        "/blog/editor/sign-in",
        data={"email": "meg@example.com", "password": "correct horse battery", "csrf_token": token},
    )
    assert answer.status_code == 303
    assert client.get("/blog/editor/").status_code == 200
    assert client.get("/").text == "a stranger"
    paths = {cookie.partition("=")[0]: cookie for cookie in answer.headers.getlist("Set-Cookie")}
    assert all("Path=/blog" in cookie for cookie in paths.values())


def test_any_wsgi_site_can_carry_it(tmp_path):
    def site(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"any site"]

    client = Client(mount(site, "/a/blog", {"INSTANCE": tmp_path}))
    assert client.get("/").text == "any site"
    assert client.get("/a/blogger").text == "any site"
    assert client.get("/a/blog/healthz").status_code == 200


@pytest.mark.parametrize("prefix", ["blog", "/blog/", ""])
def test_a_prefix_that_cannot_be_used_is_refused(host, prefix):
    with pytest.raises(BadInput, match="/blog"):
        mount(host, prefix)
