"""The commands of whoever keeps the machine: editors, links, index, and one sentence where something is wrong."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cms import auth, create_app, mount, served
from cms.db import reading, writing
from cms.instance import prepare

ROOT = Path(__file__).parent.parent


def cms(app, *words, **more):
    return app.test_cli_runner().invoke(args=["cms", *words], **more)


def test_an_editor_is_added_with_a_password_from_standard_input(app):
    assert cms(app, "add-editor", "Meg@Example.com", "--password-stdin", input="correct horse battery\n").exit_code == 0
    with app.app_context():
        editor = auth.find_editor(reading(), "meg@example.com")
        assert auth.passwords.password_fits(editor, "correct horse battery")
    again = cms(app, "add-editor", "meg@example.com", "--password-stdin", input="correct horse battery")
    assert (again.exit_code, "already" in again.output) == (1, True)


def test_an_editor_without_a_password_gets_a_link_that_works_once(app):
    output = cms(app, "add-editor", "meg@example.com", "--name", "Meg").output
    path = re.search(r"http://127\.0\.0\.1:8000(/editor/\S+)", output)[1]
    assert app.test_client().get(path).status_code == 200
    other = cms(app, "sign-in-link", "meg@example.com").output
    assert "/editor/sign-in-link/" in other
    assert app.test_client().get(path).status_code == 404  # the newer link replaced it


def test_a_link_leads_to_where_the_service_was_last_served(tmp_path):
    app = create_app({"INSTANCE": tmp_path})
    site = app.extensions["midstance"].settings
    prepare(app)
    assert "http://127.0.0.1:8000/editor/set-up/" in cms(app, "init", env={"CMS_CONTENT": ""}).output
    served.note(site, served.Served("http://127.0.0.1:8951"))
    assert "http://127.0.0.1:8951/editor/set-up/" in cms(app, "init").output
    mount(lambda environ, start: [], "/blog", {"INSTANCE": tmp_path})
    assert "http://127.0.0.1:8000/blog/editor/set-up/" in cms(app, "init").output
    app = create_app({"INSTANCE": tmp_path, "PUBLIC_URL": "https://blog.example.com"})
    served.note(site, served.Served("http://127.0.0.1:8951"))
    assert "https://blog.example.com/editor/set-up/" in cms(app, "init").output
    (tmp_path / "served.json").write_text("half a lin")
    assert "https://blog.example.com/editor/set-up/" in cms(app, "init").output
    (tmp_path / "served.json").rename(tmp_path / "kept.json")
    (tmp_path / "served.json").mkdir()  # not to be written
    served.note(site, served.Served("http://127.0.0.1:8951"))
    assert "https://blog.example.com/editor/set-up/" in cms(app, "init").output


@pytest.mark.parametrize(
    ("words", "given", "said"),
    [
        (["sign-in-link", "nobody@example.com"], None, "Nobody signs in"),
        (["add-editor", "no-address"], None, "name@example.com"),
        (["add-editor", "m@example.com", "--password-stdin"], "short", "characters"),
        (["add-editor", "m@example.com", "--password-stdin"], b"\xff\xfe\xfd password", "UTF-8"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(app, words, given, said):
    answer = cms(app, *words, input=given)
    assert answer.exit_code == 1
    assert said in answer.output
    assert "Traceback" not in answer.output


def test_where_no_blog_is_yet_a_command_says_how_to_make_one(tmp_path):
    app = create_app({"INSTANCE": tmp_path / "nothing"})
    said = app.test_cli_runner().invoke(args=["cms", "publish-static", str(tmp_path / "out")])
    assert said.exit_code == 1
    assert "There is no blog in this instance yet" in said.output
    assert "cms init" in said.output


def test_the_index_is_caught_up_and_rebuilt(app, write_post):
    write_post("Toe yoga")
    assert "up to date" in cms(app, "catch-up").output
    assert "Indexed 1 posts" in cms(app, "rebuild-index").output


def test_init_may_run_twice(app, monkeypatch):
    monkeypatch.setenv("CMS_CONTENT", "")
    prepare(app)
    first, second = cms(app, "init"), cms(app, "init")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "/editor/set-up/" in first.output
    with app.app_context():
        assert writing().query(auth.Editor).count() == 0


def test_a_setting_that_cannot_be_used_is_one_sentence_in_every_command(tmp_path):
    environment = {**os.environ, "CMS_INSTANCE": str(tmp_path), "CMS_PUBLIC_URL": "nonsense"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "cms", "catch-up"]
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert answer.returncode == 1
    assert "PUBLIC_URL" in answer.stderr
    assert "Traceback" not in answer.stderr
