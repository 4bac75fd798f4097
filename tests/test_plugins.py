"""Plugins: the loop that calls them, the bundled ones, and the example of the docs."""

import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from cms import publishing
from cms.config import BUNDLED_PLUGINS
from cms.errors import BadInput
from cms.hooks import Plugins, hookimpl
from cms.posts import current_site

ROOT = Path(__file__).parent.parent


def plugin(**functions):
    return SimpleNamespace(**{name: hookimpl(function) for name, function in functions.items()})


def test_all_bundled_plugins_load_by_default(app):
    assert app.extensions["midstance"].plugins.names() == list(BUNDLED_PLUGINS)


def test_an_unknown_plugin_is_named_with_the_cure():
    with pytest.raises(BadInput, match="no_such"):
        Plugins(["no_such"])


def test_a_misspelt_hook_fails_at_the_start():
    with pytest.raises(BadInput, match="post_publishd"):
        Plugins().add(plugin(post_publishd=lambda event: None), "wrong")


def test_a_failing_plugin_stops_neither_a_publish_nor_the_next_plugin(app, write_post, caplog):
    told = []

    def fails(event):
        raise RuntimeError("no")

    plugins = app.extensions["midstance"].plugins
    plugins.add(plugin(post_published=fails), "failing")
    plugins.add(plugin(post_published=lambda event: told.append(event.slug)), "listening")
    post = write_post("Toe yoga")
    assert post.state == "published"
    assert told == ["toe-yoga"]
    assert "failing" in caplog.text


def test_plugins_hear_of_each_change_once(app, session, write_post):
    told = []
    app.extensions["midstance"].plugins.add(
        plugin(
            post_published=lambda event: told.append("published"),
            post_updated=lambda event: told.append("updated"),
            post_withdrawn=lambda event: told.append("withdrawn"),
        ),
        "listening",
    )
    post = write_post("One")
    content = post.live.content()
    content.source = "<p>Two</p>"
    publishing.save(session, post, content, base=post.live.token)
    publishing.publish(session, post)
    publishing.withdraw(session, post)
    assert told == ["published", "updated", "withdrawn"]


def test_a_booking_block_takes_its_link_from_the_settings(session, write_post):
    publishing.save_site(session, {"booking_url": "https://example.com/book", "booking_label": "Book <now>"})
    post = write_post("Title", '<figure data-block="b"></figure>', blocks={"b": {"kind": "booking", "text": "Sore?"}})
    assert 'href="https://example.com/book" rel="noopener noreferrer">Book &lt;now&gt;</a>' in post.html
    assert post.blocks == [
        {"kind": "booking", "id": "b", "label": "Book <now>", "url": "https://example.com/book", "text": "Sore?"}
    ]


def test_a_booking_block_follows_the_settings_and_other_posts_stay(session, write_post):
    call = write_post("Call", '<figure data-block="b"></figure>', blocks={"b": {"kind": "booking"}})
    other = write_post("Other", "<p>The booking desk.</p>")
    moment = other.updated_at
    publishing.save_site(session, {"booking_url": "https://example.com/new", "booking_label": "Come in"})
    assert 'href="https://example.com/new"' in call.html
    assert "Come in" in call.html
    assert other.updated_at == moment


def test_a_reference_says_journal_and_year_unless_its_words_do(session, write_post):
    blocks = {
        "a": {"kind": "reference", "text": "The foot core", "journal": "Br J Sports Med", "year": 2015},
        "b": {"kind": "reference", "text": "Lee et al., 2021, Gait", "journal": "Gait", "year": "2021"},
    }
    post = write_post("T", '<figure data-block="a"></figure><figure data-block="b"></figure>', blocks=blocks)
    assert [row["text"] for row in post.references] == [
        "The foot core, Br J Sports Med, 2015",
        "Lee et al., 2021, Gait",
    ]
    assert "The foot core, Br J Sports Med, 2015" in post.html


def test_a_booking_block_never_carries_a_script_address(session, write_post):
    post = write_post("T", '<figure data-block="b"></figure>', blocks={"b": {"kind": "booking", "url": "javascript:x"}})
    assert "javascript" not in post.html
    assert post.blocks[0]["url"] == ""


def test_references_are_numbered_once_and_get_their_doi_link(session, write_post):
    post = write_post(
        "T",
        '<figure data-block="r"></figure><figure data-block="s"></figure>',
        blocks={
            "r": {"kind": "reference", "text": "A <study>", "doi": "10.1111/sms.12313", "shows": "Slow is fine."},
            "s": {"kind": "reference", "text": "The same study", "doi": "10.1111/SMS.12313"},
        },
        references=[
            {"text": "Again", "doi": "10.1111/sms.12313"},
            {"text": "Only listed", "url": "https://example.org/x"},
        ],
    )
    assert [(row["n"], row["text"], row["url"]) for row in post.references] == [
        (1, "A <study>", "https://doi.org/10.1111/sms.12313"),
        (2, "Only listed", "https://example.org/x"),
    ]
    assert post.html.count("[1]") == 2
    assert "A &lt;study&gt;" in post.html
    assert "Slow is fine." in post.html


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Write to jo.doe@example.com.", "jo.doe@example.com"),
        ("Call (303) 555-0123 today.", "(303) 555-0123"),
        ("My patient Joanna Brown ran again.", "Joanna Brown"),
        ("Mrs. Miller came back in May.", "Miller"),
        ("Joanna, 42, ran again.", "Joanna"),
        ("Joanna Brown (42) ran again.", "Joanna Brown"),
        ("She was seen in June (born on 3 May 1980).", "born on 3 May 1980"),
        ("Call 303-555-9999, or 001 303 555 9999.", None),
        ("In Denver, 42 runners met. Strava, 12-week plans, Tuesday, 14 May.", None),
        ("3 sets of 8-12 at 10-15 kg, 2026-11-22, 5-10-15 minutes.", None),
        ("Write to us: hello@stride.example", None),
    ],
)
def test_the_privacy_guard_flags_what_may_tell_who_a_patient_is(app, session, text, hint):
    publishing.save_site(session, {"own_contacts": "hello@stride.example, +1 303 555 9999"})
    plugins = app.extensions["midstance"].plugins
    hints = [
        hint
        for found in plugins.answers("check_post", title="", text=text, site=current_site(session))
        for hint in found
    ]
    if hint is None:
        assert hints == []
    else:
        assert [hint in found.message for found in hints] == [True]


class TestBuildHook:
    @pytest.fixture
    def calls(self):
        calls: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                calls.append(self.path)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.address = f"http://127.0.0.1:{server.server_port}/build"
        yield calls
        server.shutdown()
        thread.join()
        server.server_close()

    def test_several_changes_ask_for_one_build(self, calls):
        from cms.plugins import build_hook

        for _ in range(5):
            build_hook.ask_for_a_build(self.address)
        build_hook._waiting[self.address].join()
        assert calls == ["/build"]

    def test_a_build_service_that_is_down_is_logged_and_no_more(self, caplog):
        from cms.plugins import build_hook

        build_hook._send("http://127.0.0.1:9/nobody")
        assert "did not answer" in caplog.text


def test_the_plugin_of_the_docs_works(app, write_post):
    source = re.search(r"```python\n(.*?)```", (ROOT / "docs/hooks.md").read_text(), re.DOTALL)[1]
    assert len(source.splitlines()) <= 20
    module = ModuleType("example")
    exec(source, module.__dict__)
    app.extensions["midstance"].plugins.add(module, "example")
    post = write_post("T", '<figure data-block="c"></figure>', blocks={"c": {"kind": "callout", "text": "Ease <in>."}})
    assert '<p class="callout">Ease &lt;in&gt;.</p>' in post.html
    assert post.blocks == [{"kind": "callout", "id": "c", "text": "Ease <in>."}]
