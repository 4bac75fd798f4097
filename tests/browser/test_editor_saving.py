"""Never lose a letter: autosave over slow and failing networks, two tabs, a killed server, a lost session."""

import contextlib
import os
import re
import shutil
import signal
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from editor.service import (  # noqa: F401 - fixtures
    EMAIL,
    PASSWORD,
    Service,
    context,
    page,
    post,
    saved,
    service,
    signed_in,
    watch,
    write,
)
from playwright.sync_api import BrowserContext, Page, expect

from cms.auth.tables import EditorSession
from cms.db import db, reading, writing
from cms.posts import Post, Revision

pytestmark = pytest.mark.browser

OFFLINE = "Not saved: offline, kept on this device"


def status(page: Page):
    return page.get_by_role("status")


def source(service: Service, url: str) -> str:
    """What the server has of the post at this address."""
    app = service.app()
    with app.app_context():
        found = reading().get(Post, url.rsplit("/", 1)[1])
        text = found.working().source
        for engine in db.engines.values():
            engine.dispose()
    return text


def revisions(service: Service, url: str) -> int:
    app = service.app()
    with app.app_context():
        count = reading().scalar(
            sa.select(sa.func.count()).where(Revision.post_id == url.rsplit("/", 1)[1]).select_from(Revision)
        )
        for engine in db.engines.values():
            engine.dispose()
    return count


def slow(page: Page, seconds: float) -> None:
    def later(route):
        time.sleep(seconds)
        route.continue_()

    page.route("**/editor/api/posts/*", later)


def test_what_is_typed_is_saved_within_seconds(page, service):
    write(page, service, "First words", "Feet first. ")
    assert re.search(r"/editor/posts/[0-9A-Z]{26}$", page.url)
    assert source(service, page.url) == "<p>Feet first. </p>"


def test_saving_is_said_once_and_only_on_change(page, service):
    page.goto(f"{service.url}/editor/posts/new")
    page.evaluate(
        "() => { window.said = []; new MutationObserver("
        "() => said.push(document.querySelector('[role=status]').textContent))"
        ".observe(document.querySelector('[role=status]'), {childList: true, characterData: true, subtree: true}); }"
    )
    post(page).click()
    page.keyboard.type("one two three")
    saved(page)
    assert page.evaluate("() => said") == ["Saving…", "Saved"]


def test_typing_for_half_a_minute_through_slow_saves_changes_no_letter(page, service):
    write(page, service, "Slow network", "")
    slow(page, 2)
    post(page).click()
    typed = ""
    began = time.monotonic()
    while time.monotonic() - began < 30:
        typed += "The arch lifts, the toes stay long. "
        page.keyboard.type("The arch lifts, the toes stay long. ", delay=12)
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("!", delay=12)
    typed = typed[:-1] + "!" + typed[-1]
    saved(page)
    assert post(page).inner_text().replace("\u00a0", " ") == typed
    assert source(service, page.url) == f"<p>{typed}</p>"
    at = page.evaluate("() => { const s = getSelection(); return s.anchorOffset }")
    assert at == len(typed) - 1


def test_opening_without_typing_makes_no_revision(page, service):
    write(page, service, "Only looked at", "Words.")
    before = revisions(service, page.url)
    page.reload()
    expect(status(page)).to_have_text("Saved")
    post(page).click()
    page.wait_for_timeout(1500)
    assert revisions(service, page.url) == before
    page.goto(f"{service.url}/editor/")
    drafts = page.get_by_role("listitem").count()
    page.goto(f"{service.url}/editor/posts/new")
    post(page).click()
    page.wait_for_timeout(1500)
    page.goto(f"{service.url}/editor/")
    expect(page.get_by_role("listitem")).to_have_count(drafts)


def test_offline_text_is_kept_and_saved_when_the_network_is_back(page, context, service):
    write(page, service, "On the train", "Before. ")
    context.set_offline(True)
    post(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type("In the tunnel. ")
    expect(status(page)).to_have_text(OFFLINE)
    page.keyboard.type("Still in it. ")
    context.set_offline(False)
    saved(page)
    assert source(service, page.url) == "<p>Before. In the tunnel. Still in it. </p>"


def test_offline_then_closed_then_opened_again_brings_the_text_back(page, context, service):
    write(page, service, "Closed too soon", "Before. ")
    address = page.url
    context.set_offline(True)
    post(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type("Typed offline.")
    expect(status(page)).to_have_text(OFFLINE)
    page.close()
    context.set_offline(False)
    again = context.new_page()
    trouble = watch(again)
    again.goto(address)
    expect(again.get_by_text("has been brought back")).to_be_visible()
    expect(post(again)).to_have_text("Before. Typed offline.")
    saved(again)
    assert source(service, address) == "<p>Before. Typed offline.</p>"
    again.reload()
    expect(post(again)).to_have_text("Before. Typed offline.")
    expect(again.get_by_text("has been brought back")).to_have_count(0)
    assert trouble == []


def test_copies_of_two_closed_windows_are_both_brought_back(page, context, service):
    write(page, service, "Two windows", "One.\nTwo.\nThree.")
    other = context.new_page()
    other.goto(page.url)
    expect(status(other)).to_have_text("Saved")
    context.set_offline(True)
    for tab, line in ((page, "One."), (other, "Three.")):
        click_end_of(tab, line)
        tab.keyboard.type(" More.")
        expect(status(tab)).to_have_text(OFFLINE)
    address = page.url
    page.close()
    other.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(address)
    expect(post(again)).to_have_text("One. More.Two.Three. More.")
    saved(again)
    assert source(service, address) == "<p>One. More.</p><p>Two.</p><p>Three. More.</p>"


def test_a_new_post_that_never_reached_the_server_is_found_again(page, context, service):
    page.goto(f"{service.url}/editor/posts/new")
    context.set_offline(True)
    page.get_by_role("textbox", name="Title").fill("Born offline")
    post(page).click()
    page.keyboard.type("Never sent.")
    expect(status(page)).to_have_text(OFFLINE)
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{service.url}/editor/")
    again.get_by_role("link", name="Born offline").click()
    expect(post(again)).to_have_text("Never sent.")
    expect(again.get_by_role("textbox", name="Title")).to_have_value("Born offline")
    saved(again)
    assert source(service, again.url) == "<p>Never sent.</p>"


def test_kill_9_of_the_server_while_typing_loses_nothing(page, service):
    write(page, service, "Power cut", "Start. ")
    post(page).click()
    page.keyboard.press("Control+End")
    typed = "Start. "
    for number in range(12):
        words = f"Sentence {number} of many. "
        page.keyboard.type(words, delay=15)
        typed += words
        if number == 5:
            service.stop(signal.SIGKILL)
    expect(status(page)).to_have_text(OFFLINE, timeout=15_000)
    service.start()
    saved(page)
    assert source(service, page.url) == f"<p>{typed}</p>"
    assert post(page).inner_text().replace("\u00a0", " ") == typed


def test_a_power_cut_takes_no_letter_that_was_typed_a_second_before(browser, signed_in, service, tmp_path):
    """Every process of the browser is killed at once: what it has not written to the disk is gone."""

    def start() -> BrowserContext:
        made = browser.browser_type.launch_persistent_context(
            tmp_path, executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        made.add_cookies(signed_in["cookies"])
        return made

    context = start()
    page = context.new_page()
    write(page, service, "Lights out", "Before. ")
    context.set_offline(True)
    for number in range(20):
        page.keyboard.type(f"Sentence {number}. ", delay=10)
    expect(status(page)).to_have_text(OFFLINE)
    page.keyboard.type("Last words.")
    page.wait_for_timeout(1000)
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"--user-data-dir={tmp_path}\0".encode() in (folder / "cmdline").read_bytes():
                os.kill(int(folder.name), signal.SIGKILL)
    address = page.url
    again = start()
    page = again.new_page()
    page.goto(address)
    expect(page.get_by_text("has been brought back")).to_be_visible()
    expect(post(page)).to_contain_text("Sentence 19. Last words.")
    saved(page)
    again.close()


def test_a_device_without_room_says_so(page, context, service):
    page.add_init_script("indexedDB.open = () => { throw new Error('none') }; Storage.prototype.setItem = null")
    write(page, service, "No room", "Before. ")
    context.set_offline(True)
    page.keyboard.type("More.")
    expect(status(page)).to_have_text("Not saved: offline, and this device has no room. Keep this page open")
    context.set_offline(False)
    saved(page)


def test_a_duplicated_tab_keeps_a_copy_of_its_own(page, context, service):
    write(page, service, "Two of one", "Before. ")
    name = "midstance:tab"
    mine = page.evaluate("name => sessionStorage[name]", name)
    twin = context.new_page()
    twin.add_init_script(f"sessionStorage['{name}'] ??= '{mine}'")  # as a duplicate inherits it
    twin.goto(page.url)
    expect(status(twin)).to_have_text("Saved")
    twin.wait_for_function("([name, mine]) => sessionStorage[name] !== mine", arg=[name, mine])


def test_server_errors_keep_the_text(page, service):
    write(page, service, "Bad day", "A. ")
    page.route("**/editor/api/posts/*", lambda route: route.fulfill(status=500, body="oh no"))
    post(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type("B. ")
    expect(status(page)).to_have_text(OFFLINE)
    page.unroute("**/editor/api/posts/*")
    saved(page)
    assert source(service, page.url) == "<p>A. B. </p>"


def test_an_answer_that_got_lost_makes_nothing_twice(page, service):
    write(page, service, "Lost answer", "A. ")

    def lose(route):
        route.fetch()  # the server has stored it …
        route.abort()  # … but its answer never arrives

    page.route("**/editor/api/posts/*", lose, times=1)
    post(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type("B. ")
    expect(status(page)).to_have_text(OFFLINE)
    page.keyboard.type("C. ")
    saved(page)
    assert source(service, page.url) == "<p>A. B. C. </p>"
    assert page.get_by_role("button", name="Keep yours").count() == 0


def test_signing_in_over_the_text(page, context, service):
    write(page, service, "Signed out", "A. ")
    app = service.app()
    with app.app_context():
        kept = [row.id_hash for row in writing().scalars(sa.select(EditorSession))]
        cookies = [cookie for cookie in context.cookies() if cookie["name"] == "midstance"]
        writing().rollback()
        for engine in db.engines.values():
            engine.dispose()
    assert kept
    context.clear_cookies()
    post(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type("B. ")
    email = page.get_by_role("textbox", name="Email")
    expect(email).to_be_visible()
    expect(status(page)).to_have_text("Not saved: signed out, kept on this device")
    page.keyboard.type("C. ")  # she has not looked up: no word goes into the password
    expect(post(page)).to_have_text("A. B. C. ")
    email.fill(EMAIL)
    page.get_by_role("textbox", name="Password").fill("wrong one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("is not right")).to_be_visible()
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(email).to_have_count(0)
    saved(page)
    assert source(service, page.url) == "<p>A. B. C. </p>"
    context.clear_cookies()
    context.add_cookies(cookies)


def two_tabs(context: BrowserContext, page: Page, service: Service, title: str, text: str) -> tuple[Page, Page]:
    write(page, service, title, text)
    other = context.new_page()
    other.goto(page.url)
    expect(status(other)).to_have_text("Saved")
    return page, other


def click_end_of(page: Page, words: str) -> None:
    page.get_by_text(words).click()
    page.keyboard.press("End")


def test_two_tabs_in_different_places_merge_without_a_word(page, context, service):
    one, two = two_tabs(context, page, service, "Two tabs", "First line.\nSecond line.\nThird line.")
    click_end_of(two, "Third line.")
    two.keyboard.type(" More of it.")
    saved(two)
    click_end_of(one, "First line.")
    one.keyboard.type(" And more")
    saved(one)
    one.keyboard.type(" still.")
    saved(one)
    wanted = "<p>First line. And more still.</p><p>Second line.</p><p>Third line. More of it.</p>"
    assert source(service, one.url) == wanted
    expect(post(one)).to_contain_text("Third line. More of it.")
    assert one.get_by_role("button", name="Keep yours").count() == 0


def test_two_tabs_in_different_words_of_one_paragraph_merge_too(page, context, service):
    one, two = two_tabs(context, page, service, "One paragraph", "Alpha beta gamma delta epsilon.")
    post(two).click()
    two.keyboard.press("Control+End")
    two.keyboard.type(" Zeta.")
    saved(two)
    post(one).click()
    one.keyboard.press("Control+Home")
    one.keyboard.type("Now ")
    saved(one)
    one.keyboard.type("then ")
    saved(one)
    assert source(service, one.url) == "<p>Now then Alpha beta gamma delta epsilon. Zeta.</p>"


def test_tags_of_two_tabs_are_put_together(page, context, service):
    one, two = two_tabs(context, page, service, "Tags meet", "Words.")
    for tab, tag in ((two, "Feet"), (one, "Calves")):
        field = tab.get_by_role("combobox", name="Tags")
        field.fill(tag)
        field.press("Enter")
        saved(tab)
    expect(one.get_by_role("button", name="Remove Feet")).to_be_visible()
    expect(one.get_by_role("button", name="Remove Calves")).to_be_visible()


@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        ("Keep yours", "<p>The arch is a bridge.</p>"),
        ("Take the other", "<p>The arch is a spring.</p>"),
        ("Keep both", "<p>The arch is a bridge.</p><p>The arch is a spring.</p>"),
    ],
)
def test_the_same_words_stand_side_by_side(page, context, service, choice, wanted):
    one, two = two_tabs(context, page, service, f"Overlap {choice}", "The arch is a thing.")
    for tab, word in ((two, "spring."), (one, "bridge.")):
        click_end_of(tab, "The arch is a thing.")
        for _ in "thing.":
            tab.keyboard.press("Backspace")
        tab.keyboard.type(word)
        if tab is two:
            saved(tab)
    expect(status(one)).to_have_text(re.compile(r"^Not saved: changed elsewhere at \d\d:\d\d$"))
    panel = one.get_by_role("region", name="Changed elsewhere, in the same place")
    expect(panel).to_contain_text("The arch is a bridge.")
    expect(panel).to_contain_text("The arch is a spring.")
    expect(post(one)).to_have_text("The arch is a bridge.")
    one.get_by_role("button", name=choice).click()
    saved(one)
    assert source(service, one.url) == wanted


def test_a_conflict_survives_a_reload(page, context, service):
    one, two = two_tabs(context, page, service, "Reloaded conflict", "The arch is a thing.")
    for tab, word in ((two, " Theirs."), (one, " Mine.")):
        click_end_of(tab, "The arch is a thing.")
        tab.keyboard.type(word)
        if tab is two:
            saved(tab)
    expect(one.get_by_role("button", name="Keep both")).to_be_visible()
    one.reload()
    expect(one.get_by_role("button", name="Keep both")).to_be_visible()
    one.get_by_role("button", name="Keep both").click()
    saved(one)
    assert source(service, one.url) == "<p>The arch is a thing. Mine.</p><p>The arch is a thing. Theirs.</p>"


def test_both_change_the_title(page, context, service):
    one, two = two_tabs(context, page, service, "Old title", "Words.")
    two.get_by_role("textbox", name="Title").fill("Their title")
    saved(two)
    one.get_by_role("textbox", name="Title").fill("My title")
    expect(one.get_by_role("button", name="Take the other")).to_be_visible()
    expect(one.get_by_role("textbox", name="Title")).to_have_value("My title")
    one.get_by_role("button", name="Take the other").click()
    expect(one.get_by_role("textbox", name="Title")).to_have_value("Their title")
    saved(one)


def test_leaving_sends_the_last_words(page, context, service):
    write(page, service, "Last words", "A. ")
    address = page.url
    post(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type("B, typed just before leaving.")
    page.goto(f"{service.url}/editor/")
    page.goto(address)
    expect(post(page)).to_have_text("A. B, typed just before leaving.")
    saved(page)
    assert source(service, address) == "<p>A. B, typed just before leaving.</p>"
