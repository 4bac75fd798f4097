"""Who may write: sign-in, sessions, the throttle, one-time and preview links, the cookie."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from cms import auth
from cms.auth import door, throttle, visits
from cms.auth.passwords import password_fits
from cms.auth.tables import EditorSession, OneTimeLink, PreviewLink, SignInFailure
from cms.db import utcnow
from cms.errors import BadInput, NotFound
from cms.posts import current_site

EMAIL, PASSWORD = "alex@example.com", "correct horse battery"


@pytest.fixture
def editor(session):
    made = auth.make_editor(session, EMAIL, name="Alex Rivera", password=PASSWORD)
    session.commit()
    return made


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def sign_in(client: FlaskClient, email=EMAIL, password=PASSWORD, **options):
    page = client.get("/editor/sign-in", **options)
    form = {"csrf_token": token_of(page.text), "email": email, "password": password}
    return client.post("/editor/sign-in", data=form, **options)


def cookie(answer) -> str:
    return "; ".join(line for line in answer.headers.getlist("Set-Cookie") if "midstance" in line)


# -- passwords -------------------------------------------------------------------------------------


def test_an_address_is_one_however_it_is_written(session, editor):
    assert auth.find_editor(session, "  Alex@Example.COM ") is editor
    with pytest.raises(BadInput, match="already"):
        auth.make_editor(session, "ALEX@example.com")


@pytest.mark.parametrize("address", ["", "alex", "@example.com", "alex@", "a b@example.com", "a@" + "x" * 260])
def test_what_is_no_address_is_refused(session, address):
    with pytest.raises(BadInput):
        auth.make_editor(session, address)


@pytest.mark.parametrize("password", ["", "short", "x" * 1001, "new@example.com"])
def test_a_password_that_is_none_is_refused(session, password):
    with pytest.raises(BadInput) as refusal:
        auth.make_editor(session, "new@example.com", password=password)
    assert "password" in refusal.value.errors


def test_the_password_is_kept_as_an_argon2_hash_only(editor):
    assert editor.password_hash.startswith("$argon2id$")
    assert PASSWORD not in editor.password_hash


def test_nobody_has_no_password(session, editor):
    without = auth.make_editor(session, "link@example.com")
    assert not password_fits(None, "nobody signs in with this")
    assert not password_fits(without, "nobody signs in with this")
    assert password_fits(editor, PASSWORD)


# -- signing in and out ----------------------------------------------------------------------------


def test_signing_in_and_out(client, editor):
    assert client.get("/editor/").headers["Location"] == "/editor/sign-in"
    answer = sign_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/editor/")
    page = client.get("/editor/")
    assert page.status_code == 200
    assert client.get("/editor/sign-in").headers["Location"] == "/editor/"
    out = client.post("/editor/sign-out", data={"csrf_token": token_of(page.text)})
    assert out.headers["Location"] == "/editor/sign-in"
    assert client.get("/editor/").status_code == 303


def test_a_session_that_ended_cannot_be_used_again(app, client, editor):
    sign_in(client)
    stolen = client.get_cookie("midstance").value
    client.post("/editor/sign-out", data={"csrf_token": token_of(client.get("/editor/").text)})
    thief = app.test_client()
    thief.set_cookie("midstance", stolen)
    assert thief.get("/editor/").status_code == 303


def test_the_same_answer_for_an_unknown_address_and_a_wrong_password(client, editor):
    wrong = sign_in(client, password="not it, sorry")
    unknown = sign_in(client, email="nobody@example.com", password="not it, sorry")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace(EMAIL, "X") == re.sub("nobody@example.com", "X", unknown.text).replace(
        token_of(unknown.text), token_of(wrong.text)
    )


def test_an_unknown_address_costs_the_same_work(client, editor, monkeypatch):
    verified = []
    real = door.password_fits
    monkeypatch.setattr(door, "password_fits", lambda found, password: verified.append(found) or real(found, password))
    sign_in(client, email="nobody@example.com", password="not it, sorry")
    assert verified == [None]  # and password_fits(None, …) verifies a hash that nothing fits


def test_a_fresh_id_at_sign_in(client, editor):
    client.get("/editor/sign-in")
    before = client.get_cookie("midstance").value
    sign_in(client)
    assert client.get_cookie("midstance").value != before


def test_the_database_keeps_no_session_id(client, session, editor):
    sign_in(client)
    secret = client.get_cookie("midstance").value
    row = session.scalars(sa.select(EditorSession)).one()
    assert row.id_hash == visits.fingerprint(secret)
    assert secret not in row.id_hash


def test_sessions_expire_and_go_on_while_they_are_used(client, session, editor):
    sign_in(client)
    row = session.scalars(sa.select(EditorSession)).one()
    row.seen_at, row.expires_at = utcnow() - timedelta(days=20), utcnow() + timedelta(days=10)
    session.commit()
    answer = client.get("/editor/")
    assert "midstance=" in cookie(answer)
    session.refresh(row)
    assert row.expires_at > utcnow() + timedelta(days=29)
    row.expires_at = utcnow() - timedelta(seconds=1)
    session.commit()
    assert client.get("/editor/").status_code == 303


def test_a_new_password_ends_every_other_session(app, client, session, editor):
    other = app.test_client()
    sign_in(other)
    sign_in(client)
    token = token_of(client.get("/editor/account").text)
    form = {"csrf_token": token, "old": PASSWORD, "new": "another horse battery"}
    assert client.post("/editor/account/password", data=form).status_code == 303
    assert client.get("/editor/").status_code == 200
    assert other.get("/editor/").status_code == 303
    assert sign_in(app.test_client()).status_code == 422
    assert sign_in(app.test_client(), password="another horse battery").status_code == 303


def test_the_present_password_is_asked_for(client, editor):
    sign_in(client)
    form = {"csrf_token": token_of(client.get("/editor/account").text), "old": "a guess", "new": "another horse"}
    answer = client.post("/editor/account/password", data=form)
    assert answer.status_code == 422
    assert "not your present password" in answer.text


def test_other_browsers_can_be_signed_out(app, client, session, editor):
    others = [app.test_client() for _ in range(2)]
    for other in others:
        sign_in(other, headers={"User-Agent": "Mozilla/5.0 (iPhone) Version/17 Mobile Safari/604"})
    sign_in(client)
    page = client.get("/editor/account")
    assert "Safari on iPhone" in page.text
    token = token_of(page.text)
    one = visits.fingerprint(others[0].get_cookie("midstance").value)
    client.post("/editor/account/sessions", data={"csrf_token": token, "session": one})
    assert [other.get("/editor/").status_code for other in others] == [303, 200]
    client.post("/editor/account/sessions", data={"csrf_token": token})
    assert [other.get("/editor/").status_code for other in others] == [303, 303]
    assert client.get("/editor/").status_code == 200


def test_nobody_can_end_another_editors_session(app, client, session, editor):
    auth.make_editor(session, "sam@example.com", password=PASSWORD)
    session.commit()
    sam = app.test_client()
    sign_in(sam, email="sam@example.com")
    sign_in(client)
    theirs = visits.fingerprint(sam.get_cookie("midstance").value)
    token = token_of(client.get("/editor/account").text)
    client.post("/editor/account/sessions", data={"csrf_token": token, "session": theirs})
    assert sam.get("/editor/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) AppleWebKit Chrome/140 Safari/537 Edg/140", "Edge on Mac"),
        ("curl/8", "A browser"),
    ],
)
def test_browsers_are_named(agent, words):
    assert visits.describe_browser(agent) == words


# -- CSRF ------------------------------------------------------------------------------------------


def test_nothing_is_changed_without_the_token(client, editor):
    assert client.post("/editor/sign-in", data={"email": EMAIL, "password": PASSWORD}).status_code == 400
    sign_in(client)
    assert client.post("/editor/sign-out").status_code == 400
    answer = client.post("/editor/api/paste", json={"text": "x"})
    assert answer.status_code == 400
    assert answer.json["csrf"] is True


def test_the_token_ends_with_its_session(client, editor):
    sign_in(client)
    token = token_of(client.get("/editor/account").text)
    client.post("/editor/sign-out", data={"csrf_token": token})
    sign_in(client)
    assert client.post("/editor/sign-out", data={"csrf_token": token}).status_code == 400


# -- the throttle ----------------------------------------------------------------------------------


def test_an_account_is_throttled_known_or_not(client, session, editor):
    for address in (EMAIL, "nobody@example.com"):
        session.execute(sa.delete(SignInFailure))
        session.commit()
        answers = [sign_in(client, email=address, password="not it, sorry") for _ in range(throttle.PER_ACCOUNT + 1)]
        assert [answer.status_code for answer in answers] == [422] * throttle.PER_ACCOUNT + [429]
        assert "Too many attempts" in answers[-1].text
    session.execute(sa.update(SignInFailure).values(at=utcnow() - throttle.WINDOW - timedelta(seconds=1)))
    session.commit()
    assert sign_in(client).status_code == 303


def test_the_right_password_waits_too_while_the_account_is_throttled(client, session, editor):
    for _ in range(throttle.PER_ACCOUNT):
        sign_in(client, password="not it, sorry")
    assert sign_in(client).status_code == 429


def test_an_address_is_throttled_over_many_accounts(client, session, editor):
    for number in range(throttle.PER_ADDRESS):
        assert sign_in(client, email=f"guess{number}@example.com", password="not it").status_code == 422
    assert sign_in(client, email="fresh@example.com").status_code == 429
    assert sign_in(client, environ_overrides={"REMOTE_ADDR": "10.0.0.7"}).status_code == 303


@pytest.mark.parametrize(
    ("settings", "address"),
    [({}, "127.0.0.1"), ({"TRUSTED_PROXIES": "1"}, "10.0.0.2"), ({"TRUSTED_PROXIES": "2"}, "10.0.0.1")],
)
def test_only_trusted_proxies_are_believed(app, settings, address):
    with app.test_request_context(
        headers={"X-Forwarded-For": "6.6.6.6, 10.0.0.1, 10.0.0.2"}, environ_base={"REMOTE_ADDR": "127.0.0.1"}
    ):
        assert door.caller() == address


def test_success_forgets_the_failures(client, session, editor):
    for _ in range(3):
        sign_in(client, password="not it, sorry")
    sign_in(client)
    assert session.scalar(sa.select(sa.func.count()).select_from(SignInFailure)) == 0


def test_failures_name_nobody(client, session, editor):
    sign_in(client, password="not it, sorry")
    row = session.scalars(sa.select(SignInFailure)).one()
    assert re.fullmatch("[0-9a-f]{64}", row.account)
    assert re.fullmatch("[0-9a-f]{64}", row.address)


# -- one-time links --------------------------------------------------------------------------------


def set_up(client, token, **form):
    page = client.get(f"/editor/set-up/{token}")
    assert page.status_code == 200
    values = {"csrf_token": token_of(page.text), "name": "Alex Rivera", "email": EMAIL, "password": PASSWORD}
    return client.post(f"/editor/set-up/{token}", data=values | form)


def test_the_first_editor_sets_herself_up_once(app, client, session):
    token = auth.make_link(session, "set_up")
    assert set_up(client, token).headers["Location"] == "/editor/"
    assert client.get("/editor/").status_code == 200
    session.rollback()
    made = auth.find_editor(session, EMAIL)
    assert made.author_id is not None
    stranger = app.test_client()
    assert stranger.get(f"/editor/set-up/{token}").status_code == 404
    assert "flask cms sign-in-link" in stranger.get(f"/editor/set-up/{token}").text


def test_the_set_up_link_ends_when_an_editor_comes_another_way(client, session):
    token = auth.make_link(session, "set_up")
    page = client.get(f"/editor/set-up/{token}")
    auth.make_editor(session, EMAIL, password=PASSWORD)  # as `cms add-editor` does
    session.commit()
    assert client.get(f"/editor/set-up/{token}").status_code == 404
    form = {"csrf_token": token_of(page.text), "email": "x@example.com", "name": "X", "password": "long enough words"}
    assert client.post(f"/editor/set-up/{token}", data=form).status_code == 404
    assert auth.find_editor(session, "x@example.com") is None


def test_too_many_attempts_say_when_to_come_back(client, editor, monkeypatch):
    monkeypatch.setattr(throttle, "PER_ACCOUNT", 1)
    assert sign_in(client, password="not the password").status_code == 422
    answer = sign_in(client)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= throttle.WINDOW.total_seconds() + 1


def test_a_mistake_does_not_use_the_link_up(client, session):
    token = auth.make_link(session, "set_up")
    answer = set_up(client, token, password="short")
    assert answer.status_code == 422
    assert 'value="alex@example.com"' in answer.text
    assert set_up(client, token, name=" ").status_code == 422
    assert set_up(client, token).status_code == 303


@pytest.mark.parametrize(
    "password",
    ["password", "Password1", "12345678", "qwertyuiop", "aaaaaaaa", "Alex Rivera", "alexrivera", EMAIL, "MyBlogMyBlog"],
)
def test_what_anybody_would_try_first_is_no_password(client, session, password):
    answer = set_up(client, auth.make_link(session, "set_up"), password=password)
    assert answer.status_code == 422
    assert "unrelated words" in answer.text


def test_the_time_zone_is_offered_at_the_set_up(client, session):
    token = auth.make_link(session, "set_up")
    assert "America/Denver" in client.get(f"/editor/set-up/{token}").text
    wrong = set_up(client, token, time_zone="Mars/Olympus")
    assert wrong.status_code == 422
    assert set_up(client, token, time_zone="America/Denver").status_code == 303
    session.rollback()
    assert current_site(session).time_zone == "America/Denver"


def test_links_age_and_are_replaced(client, session, editor):
    first = auth.make_link(session, "sign_in", editor)
    second = auth.make_link(session, "sign_in", editor)
    assert client.get(f"/editor/sign-in-link/{first}").status_code == 404
    assert client.get(f"/editor/sign-in-link/{second}").status_code == 200
    session.execute(sa.update(OneTimeLink).values(expires_at=utcnow()))
    session.commit()
    assert client.get(f"/editor/sign-in-link/{second}").status_code == 404


def test_a_link_opens_only_what_it_was_made_for(client, session, editor):
    token = auth.make_link(session, "sign_in", editor)
    assert client.get(f"/editor/set-up/{token}").status_code == 404
    assert client.get("/editor/sign-in-link/made-up").status_code == 404
    with pytest.raises(ValueError, match="set_up without"):
        auth.make_link(session, "sign_in")


def test_a_forgotten_password_is_made_new_by_link(app, client, session, editor):
    old = app.test_client()
    sign_in(old)
    token = auth.make_link(session, "sign_in", editor)
    page = client.get(f"/editor/sign-in-link/{token}")
    client.get(f"/editor/sign-in-link/{token}")  # a mail program that looks ahead uses nothing up
    form = {"csrf_token": token_of(page.text), "password": "short"}
    assert client.post(f"/editor/sign-in-link/{token}", data=form).status_code == 422
    form["password"] = "another horse battery"
    assert client.post(f"/editor/sign-in-link/{token}", data=form).status_code == 303
    assert client.get("/editor/").status_code == 200
    assert old.get("/editor/").status_code == 303
    assert app.test_client().get(f"/editor/sign-in-link/{token}").status_code == 404


# -- preview links ---------------------------------------------------------------------------------


def test_a_preview_link_shows_the_draft_until_it_is_revoked(session, write_post):
    post = write_post("Secret", publish=False)
    token, other = auth.make_preview(session, post), auth.make_preview(session, post)
    assert auth.open_preview(session, token).id == post.id
    assert auth.open_previews(session, post) == 2
    assert auth.revoke_previews(session, post) == 2
    for gone in (token, other, "made-up", ""):
        with pytest.raises(NotFound):
            auth.open_preview(session, gone)


def test_a_preview_link_ages_and_does_not_open_the_bin(session, write_post):
    post = write_post("Secret", publish=False)
    token = auth.make_preview(session, post)
    post.deleted_at = utcnow()
    session.commit()
    with pytest.raises(NotFound):
        auth.open_preview(session, token)
    post.deleted_at = None
    session.execute(sa.update(PreviewLink).values(expires_at=utcnow()))
    session.commit()
    with pytest.raises(NotFound):
        auth.open_preview(session, token)


# -- the cookie ------------------------------------------------------------------------------------


def test_the_cookie_on_this_machine(client, editor):
    answer = sign_in(client)
    assert re.match(r"midstance=[\w-]{43}; ", cookie(answer))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie(answer).split("; "))
    assert "Secure" not in cookie(answer)


@pytest.mark.parametrize("settings", [{"PUBLIC_URL": "https://blog.example.com"}])
def test_the_cookie_behind_https(client, editor):
    answer = sign_in(client, base_url="https://blog.example.com", headers={"Referer": "https://blog.example.com/"})
    assert cookie(answer).startswith("__Host-midstance=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie(answer).split("; "))


@pytest.mark.parametrize("settings", [{"PUBLIC_URL": "https://example.com/blog"}])
def test_the_cookie_under_a_prefix(client, editor):
    where = {"base_url": "https://example.com/blog", "headers": {"Referer": "https://example.com/"}}
    answer = client.get("/editor/sign-in", **where)
    assert cookie(answer).startswith("__Secure-midstance=")
    assert {"Secure", "Path=/blog"} <= set(cookie(answer).split("; "))


@pytest.mark.parametrize("settings", [{}, {"INSECURE_HTTP": "1"}])
def test_plain_http_is_for_this_machine_only(client, editor, settings):
    answer = client.get("/editor/sign-in", base_url="http://192.168.1.5:8000")
    if settings:
        assert "midstance=" in cookie(answer)
    else:
        assert cookie(answer) == ""
        assert "over plain http anybody on the way could read along" in answer.text
        assert client.get("/editor/api/visit", base_url="http://192.168.1.5:8000").status_code == 403


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1:8000", True),
        ("localhost", True),
        ("blog.localhost:80", True),
        ("[::1]:8000", True),
        ("127.0.0.1.example.com", False),
        ("localhost.example.com", False),
        ("10.0.0.1", False),
    ],
)
def test_loopback(host, own):
    assert door.is_loopback(host) is own


def test_public_paths_know_no_cookies(app: Flask, client, editor, write_post):
    write_post("Toe yoga")
    sign_in(client)
    for path in ("/api/v1/posts", "/posts/toe-yoga", "/feed.xml", "/editor/static/icon.svg"):
        client.set_cookie("remember_token", "1|abc")
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        answer.close()


def test_a_host_sites_cookies_mean_nothing_here(client, editor):
    client.set_cookie("session", "eyJfdXNlcl9pZCI6IjEifQ.abc.def")
    client.set_cookie("remember_token", "1|" + "0" * 128)
    assert client.get("/editor/").status_code == 303


def test_sign_in_again_over_the_text(client, session, editor):
    first = client.get("/editor/api/visit").json
    assert first["email"] is None
    answer = client.post(
        "/editor/api/sign-in", json={"email": EMAIL, "password": PASSWORD}, headers={"X-CSRFToken": first["csrf"]}
    )
    assert answer.json["email"] == EMAIL
    assert client.get("/editor/api/visit").json["email"] == EMAIL
    assert client.get("/editor/api/tags").status_code == 200


def test_unsigned_scripts_are_told_to_sign_in(client):
    answer = client.get("/editor/api/tags")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert "Sign in again" in answer.json["detail"]
