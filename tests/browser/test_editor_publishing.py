"""Publish in one press with ten seconds to undo, later, update, withdraw, bin, history, preview."""

import json
import re
import urllib.error
import urllib.request

import pytest
from editor.service import (  # noqa: F401 - fixtures
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
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def public(service: Service, path: str) -> tuple[int, dict]:
    try:
        with urllib.request.urlopen(f"{service.url}/api/v1{path}") as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {}


def found(service: Service, words: str) -> int:
    return public(service, f"/search?q={words}")[1]["total"]


def test_publish_is_one_press_and_undo_really_undoes(page, service):
    write(page, service, "Zugzwang of the ankle", "About ankles.")
    button(page, "Publish").click()
    expect(page.get_by_text("It is live: readers can see it now.")).to_be_visible()
    seen = page.get_by_role("link", name="See it")
    expect(seen).to_have_attribute("href", f"{service.url}/posts/zugzwang-of-the-ankle")
    assert public(service, "/posts/zugzwang-of-the-ankle")[0] == 200
    assert found(service, "zugzwang") == 1
    button(page, "Undo").click()
    expect(page.get_by_text("Undone. It is as it was before.")).to_be_visible()
    assert public(service, "/posts/zugzwang-of-the-ankle")[0] == 404
    assert found(service, "zugzwang") == 0
    expect(button(page, "Publish")).to_be_visible()
    post(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" And more.")
    saved(page)
    button(page, "Publish").click()
    expect(button(page, "Update")).to_be_visible()
    assert "And more" in public(service, "/posts/zugzwang-of-the-ankle")[1]["post"]["html"]


def test_undo_goes_after_ten_seconds(page, service):
    write(page, service, "Ten seconds", "Words.")
    button(page, "Publish").click()
    expect(button(page, "Undo")).to_be_visible()
    page.wait_for_timeout(9_000)
    expect(button(page, "Undo")).to_be_visible()
    page.wait_for_timeout(1_700)
    expect(button(page, "Undo")).to_have_count(0)


def test_publish_takes_the_letters_typed_a_moment_ago(page, service):
    write(page, service, "Quick finger", "First.")
    post(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Last words.")
    button(page, "Publish").click()
    expect(button(page, "Undo")).to_be_visible()
    assert "Last words." in public(service, "/posts/quick-finger")[1]["post"]["html"]


def test_a_double_click_on_publish_makes_one_post(page, service):
    page.goto(f"{service.url}/editor/posts/new")
    page.get_by_role("textbox", name="Title").fill("Pressed twice")
    post(page).click()
    page.keyboard.type("Once.")
    button(page, "Publish").dblclick()
    expect(button(page, "Undo")).to_be_visible()
    titles = [card["title"] for card in public(service, "/posts?limit=100")[1]["posts"]]
    assert titles.count("Pressed twice") == 1
    page.goto(f"{service.url}/editor/?q=Pressed+twice")
    expect(page.get_by_role("link", name=re.compile("Pressed twice"))).to_have_count(1)


def test_edits_to_a_live_post_stay_a_draft_until_update(page, service):
    write(page, service, "Revised", "Old text.")
    button(page, "Publish").click()
    expect(button(page, "Update")).to_be_visible()
    post(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" New text.")
    saved(page)
    expect(page.get_by_text("Your changes are not public until you press Update.")).to_be_visible()
    assert "New text" not in public(service, "/posts/revised")[1]["post"]["html"]
    button(page, "Update").click()
    expect(page.get_by_text("Updated: readers see the new text now.")).to_be_visible()
    assert "New text" in public(service, "/posts/revised")[1]["post"]["html"]
    button(page, "Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert "New text" not in public(service, "/posts/revised")[1]["post"]["html"]
    expect(post(page)).to_have_text("Old text. New text.")


def test_discarding_a_draft_can_be_undone_at_once(page, service):
    write(page, service, "Put aside", "Kept text.")
    button(page, "Publish").click()
    expect(button(page, "Update")).to_be_visible()
    post(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Wanted after all.")
    page.get_by_role("textbox", name="Title").fill("Put aside twice")
    saved(page)
    button(page, "Discard draft").click()
    expect(post(page)).to_have_text("Kept text.")
    expect(page.get_by_role("textbox", name="Title")).to_have_value("Put aside")
    button(page, "Undo").click()
    expect(post(page)).to_have_text("Kept text. Wanted after all.")
    expect(page.get_by_role("textbox", name="Title")).to_have_value("Put aside twice")
    saved(page)
    assert "Wanted" not in public(service, "/posts/put-aside")[1]["post"]["html"]
    button(page, "Update").click()
    expect(page.get_by_text("Updated: readers see the new text now.")).to_be_visible()
    assert "Wanted after all" in public(service, "/posts/put-aside")[1]["post"]["html"]


def test_discarding_a_draft_can_be_undone_through_the_history(page, service):
    write(page, service, "Discarded", "Kept text.")
    button(page, "Publish").click()
    expect(button(page, "Update")).to_be_visible()
    post(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Not wanted.")
    saved(page)
    button(page, "Discard draft").click()
    expect(post(page)).to_have_text("Kept text.")
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name=re.compile("discarded")).click()
    expect(page.locator(".diff del").last).to_contain_text("Not wanted")
    button(page, "Bring this version back").click()
    expect(post(page)).to_have_text("Kept text. Not wanted.")


def test_later_says_when_in_words_and_is_not_public_before(page, service):
    write(page, service, "Scheduled post", "For spring.")
    button(page, "Later…").click()
    page.get_by_label("Day").fill("2020-03-14")
    expect(page.get_by_text("That time has passed.")).to_be_visible()
    expect(button(page, "Schedule")).to_be_disabled()
    page.get_by_label("Day").fill("2027-03-14")
    page.get_by_label("Time").fill("02:30")
    expect(page.get_by_text("Sunday, 14 March 2027, 3:30 am (Denver time)")).to_be_visible()
    expect(page.get_by_text("The clocks go forward that night")).to_be_visible()
    page.get_by_label("Time").fill("08:00")
    expect(page.get_by_text("Sunday, 14 March 2027, 8:00 am (Denver time)")).to_be_visible()
    button(page, "Schedule").click()
    expect(page.get_by_text("It goes out on Sunday, 14 March 2027, 8:00 am (Denver time).")).to_be_visible()
    assert public(service, "/posts/scheduled-post")[0] == 404
    assert page.locator(".bar-buttons button.main:visible").all_inner_texts() == ["Update"]
    button(page, "Later…").click()  # what it is now, to change from there
    expect(page.get_by_label("Day")).to_have_value("2027-03-14")
    expect(page.get_by_label("Time")).to_have_value("08:00")
    page.goto(f"{service.url}/editor/?show=scheduled")
    expect(page.get_by_role("link", name=re.compile("Scheduled post.*14 March 2027, 8:00 am"))).to_be_visible()


def test_withdraw_and_bin_and_back(page, service):
    write(page, service, "Comes and goes", "Words.")
    button(page, "Publish").click()
    expect(button(page, "Withdraw")).to_be_visible()
    button(page, "Withdraw").click()
    expect(page.get_by_text("Withdrawn: it is not public any more.")).to_be_visible()
    assert public(service, "/posts/comes-and-goes")[0] == 404
    button(page, "Publish").click()
    expect(button(page, "Withdraw")).to_be_visible()
    assert public(service, "/posts/comes-and-goes")[0] == 200
    button(page, "Move to bin").click()
    expect(page.get_by_text("Moved to the bin.")).to_be_visible()
    assert public(service, "/posts/comes-and-goes")[0] == 404
    button(page, "Undo").click()
    expect(page.get_by_text("Brought back from the bin")).to_be_visible()
    assert public(service, "/posts/comes-and-goes")[0] == 200
    button(page, "Move to bin").click()
    expect(button(page, "Restore")).to_be_visible()
    page.goto(f"{service.url}/editor/?show=bin")
    page.get_by_role("listitem").filter(has_text="Comes and goes").get_by_role("button", name="Restore").click()
    page.wait_for_url("**/editor/posts/*")
    assert public(service, "/posts/comes-and-goes")[0] == 200


def test_a_post_without_a_title_is_not_published_and_says_why(page, service):
    page.goto(f"{service.url}/editor/posts/new")
    post(page).click()
    page.keyboard.type("No title here.")
    saved(page)
    button(page, "Publish").click()
    expect(page.get_by_text("A post needs a title. Write it here, then press the button again.")).to_be_visible()
    title = page.get_by_role("textbox", name="Title")
    expect(title).to_be_focused()
    page.keyboard.type("Here it is")
    button(page, "Publish").click()
    expect(button(page, "Undo")).to_be_visible()


def test_hints_stand_beside_the_button_and_never_in_the_way(page, service):
    write(page, service, "Hints", "Call Mrs. Miller or write to jane.doe@example.org today.\n### Too small\n")
    hints = page.get_by_role("button", name=re.compile(r"^\d+ hints$"))
    hints.click()
    panel = page.get_by_role("region", name="Hints")
    for words in (
        "jane.doe@example.org",
        "Mrs. Miller",
        "There is no summary",
        "“Too small” is smaller than its place",
    ):
        expect(panel).to_contain_text(words)
    panel.get_by_role("button", name=re.compile("Show: “Mrs. Miller”")).click()
    assert page.evaluate("() => getSelection().toString()") == "Mrs. Miller"
    expect(panel).to_be_hidden()
    button(page, "Publish").click()
    expect(button(page, "Undo")).to_be_visible()


def test_publishing_reminds_of_a_picture_without_a_description(page, service, tmp_path):
    write(page, service, "Not described", "Look:")
    foot = tmp_path / "foot.png"
    Image.new("RGB", (300, 200), (200, 120, 90)).save(foot)
    page.get_by_label("Add picture").set_input_files(foot)
    alt = page.get_by_role("textbox", name="Describe the picture")
    expect(alt).to_be_focused()
    button(page, "Publish").click()
    expect(page.get_by_text("readers can see it now. One picture has no description yet.")).to_be_visible()
    expect(button(page, "Undo")).to_be_visible()
    button(page, "Describe it").click()
    expect(alt).to_be_focused()


LOOK = "() => { const s = getComputedStyle(document.querySelector('h1')); return [s.fontFamily, s.fontSize, s.color] }"


def test_preview_in_a_new_tab_and_by_a_link(page, context, browser, service):
    write(page, service, "Shown before", "Draft words, with #RunStronger in them.")
    with context.expect_page() as opened:
        button(page, "Preview").click()
    preview = opened.value
    trouble = watch(preview)
    expect(preview.get_by_role("heading", name="Shown before", level=1)).to_be_visible()
    preview.wait_for_load_state()
    look = preview.evaluate(LOOK)
    preview.get_by_text("In search results, and when shared").click()
    expect(preview.get_by_role("region", name="In search results")).to_contain_text("Draft words, with")
    expect(preview.get_by_role("region", name="When shared")).to_contain_text("Shown before")
    preview.get_by_role("button", name="Make a link").click()
    link = preview.get_by_label("Here:").input_value()
    stranger = browser.new_context().new_page()
    answer = stranger.goto(link)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    expect(stranger.get_by_text("Draft words")).to_be_visible()
    expect(stranger.get_by_role("button")).to_have_count(0)
    assert stranger.evaluate(LOOK) == look
    token = link.rsplit("/", 1)[1]
    assert public(service, f"/preview/{token}")[1]["post"]["title"] == "Shown before"
    preview.get_by_role("button", name="End all links").click()
    expect(preview.get_by_text("has stopped working")).to_be_visible()
    assert stranger.goto(link).status == 404
    assert public(service, f"/preview/{token}")[0] == 404
    button(page, "Publish").click()
    expect(button(page, "Undo")).to_be_visible()
    stranger.goto(f"{service.url}/posts/shown-before")
    assert stranger.evaluate(LOOK) == look  # the very look of the public page
    assert trouble == []
