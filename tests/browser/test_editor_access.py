"""For everybody: axe finds nothing on any page in any state, on a phone, in the dark; the keyboard is enough."""

import gzip
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from editor.service import (  # noqa: F401 - fixtures
    EMAIL,
    PASSWORD,
    Service,
    post,
    saved,
    service,
    signed_in,
    watch,
    write,
)
from PIL import Image
from playwright.sync_api import Page, expect

from cms.editor.build_assets import BUILT

pytestmark = pytest.mark.browser


def check(page: Page, what: str) -> None:
    """No finding of axe, nothing wider than the window."""
    found = Axe().run(page).response["violations"]
    assert [(what, one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), f"{what} scrolls sideways"


@pytest.fixture(params=["light-1280", "dark-360"])
def page(request, browser, signed_in):
    scheme, width = request.param.split("-")
    context = browser.new_context(
        storage_state=signed_in,
        color_scheme=scheme,
        viewport={"width": int(width), "height": 800},
        reduced_motion="reduce",
        bypass_csp=True,  # axe is put into the page from outside
    )
    context.set_default_timeout(10_000)
    made = context.new_page()
    trouble = watch(made)
    yield made
    context.close()
    assert trouble == []


def test_axe_finds_nothing_on_her_pages(page, service):
    for path in ("to-do", "pictures", "tags", "exercises", "exercises/new", "authors", "authors/new", "vocabulary"):
        page.goto(f"{service.url}/editor/{path}")
        check(page, path)
    for path in ("site", "account", "", "?show=bin", "?q=nothing+has+this", "posts/nonsense"):
        page.goto(f"{service.url}/editor/{path}")
        check(page, path)


def test_axe_finds_nothing_in_the_states_of_her_pages(page, service, tmp_path: Path):
    page.goto(f"{service.url}/editor/site")
    if page.viewport_size["width"] < 400:
        page.get_by_text("More", exact=True).click()
        expect(page.get_by_role("link", name="Vocabulary")).to_be_visible()
        check(page, "menu")
        page.keyboard.press("Escape")
        expect(page.get_by_text("More", exact=True)).to_be_focused()
    page.get_by_label("Where your posts stand").fill("my blog")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Where your posts stand")).to_be_focused()
    check(page, "settings, wrong")
    page.goto(f"{service.url}/editor/vocabulary")
    page.get_by_label("Visitors say").fill("sore heel")
    page.get_by_label("Posts write").fill("plantar fasciitis")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("heading", name="With this entry")).to_be_visible()
    check(page, "tried")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("link", name=re.compile("plantar fasciitis")).click()
    page.get_by_role("button", name="Delete this entry").click()
    check(page, "deleted")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("It is back.")).to_be_visible()
    page.get_by_role("link", name=re.compile("plantar fasciitis")).click()
    page.get_by_role("button", name="Delete this entry").click()  # as it was before this test
    foot = tmp_path / "foot.png"
    Image.new("RGB", (300, 200), (200, 120, 90)).save(foot)
    page.goto(f"{service.url}/editor/pictures")
    page.get_by_label("Add picture").set_input_files(foot)
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("#focal img").click(position={"x": 60, "y": 50})
    dot = page.get_by_role("button", name=re.compile("Focal point"))
    dot.press("ArrowRight")
    check(page, "focal point")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name=re.compile("Focal point"))).to_have_accessible_name(
        re.compile(r"25 %, 25 %")
    )
    for path in ("searches", "searches/about?q=heel", "replace?find=words&put=letters", "exercises/sheet"):
        page.goto(f"{service.url}/editor/{path}")
        check(page, path)


def test_axe_finds_nothing_while_signing_in(page, service):
    page.context.clear_cookies()
    page.goto(f"{service.url}/editor/")
    check(page, "sign in")
    page.get_by_role("textbox", name="Email").fill(EMAIL)
    page.get_by_role("textbox", name="Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("is not right")
    check(page, "signed in wrongly")


def test_axe_finds_nothing_in_any_state_of_the_write_page(page, service, tmp_path: Path):
    write(page, service, "States", "## Heading\nWords of Mrs. Miller.")
    check(page, "saved")
    page.get_by_role("button", name=re.compile("hints?$")).click()
    check(page, "hints")
    page.get_by_role("button", name="Later…").click()
    expect(page.get_by_text(re.compile(r"\d (?:am|pm) \("))).to_be_visible()
    check(page, "later")
    page.get_by_role("button", name="Cancel").click()
    for name in ("Exercise", "Call to book", "Video", "Question and answer", "Research reference", "Table"):
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_role("group", name="Add to the text").get_by_role("button", name=name, exact=True).click()
    check(page, "blocks")
    foot = tmp_path / "foot.png"
    Image.new("RGB", (300, 200), (200, 120, 90)).save(foot)
    page.get_by_label("Add picture").set_input_files(foot)
    expect(page.get_by_role("textbox", name="Describe the picture")).to_be_visible()
    check(page, "picture")
    page.get_by_text("More about this post").click()
    page.get_by_role("button", name="Choose a cover").click()
    page.get_by_role("region", name="Pictures").get_by_role("button").first.click()
    page.get_by_role("button", name="Add reference").click()
    check(page, "more")
    tags = page.get_by_role("combobox", name="Tags")
    tags.fill("Feet")
    expect(page.get_by_role("option", name=re.compile("Feet"))).to_be_visible()
    check(page, "tags")
    tags.press("Enter")
    saved(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_visible()
    check(page, "published")
    page.goto(page.url + "/preview")
    page.get_by_role("button", name="Make a link").click()
    page.get_by_text("In search results, and when shared").click()
    check(page, "preview")
    page.goto(page.url.replace("/preview", "/history"))
    check(page, "history")
    page.get_by_role("link", name=re.compile("Public now")).click()
    check(page, "version")


def test_axe_finds_nothing_in_a_conflict(page, service):
    write(page, service, "Conflict", "Same words.")
    other = page.context.new_page()
    other.goto(page.url)
    for tab, word in ((other, " Theirs."), (page, " Mine.")):
        post(tab).click()
        tab.keyboard.press("Control+End")
        tab.keyboard.type(word)
        if tab is other:
            saved(tab)
    expect(page.get_by_role("button", name="Keep both")).to_be_visible()
    check(page, "conflict")
    other.close()


def test_writing_and_publishing_with_the_keyboard_alone(page, service):
    page.goto(f"{service.url}/editor/posts/new")
    expect(page.get_by_role("textbox", name="Title")).to_be_focused()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    expect(post(page)).to_be_focused()
    page.keyboard.type("Words.")
    saved(page)
    page.get_by_role("button", name="Publish", exact=True).focus()
    page.keyboard.press("Enter")
    undo = page.get_by_role("button", name="Undo", exact=True)
    expect(undo).to_be_visible()
    undo.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("Undone.")).to_be_visible()


def test_right_to_left_text_runs_right_to_left(page, service):
    write(page, service, "עברית", "שלום עולם")
    assert post(page).evaluate("(box) => getComputedStyle(box).direction") == "rtl"


def test_names_that_others_rely_on_are_there_once(page, service):
    write(page, service, "Names", "Words.")
    assert page.get_by_role("textbox", name="Title").count() == 1
    assert page.get_by_role("textbox", name="Post", exact=True).count() == 1
    assert page.get_by_role("combobox", name="Tags").count() == 1
    assert page.get_by_label("Add picture").count() == 1
    for name in ("Preview", "Later…", "Publish", "Move to bin", "Undo typing", "Redo typing"):
        assert page.get_by_role("button", name=name, exact=True).count() == 1, name


def test_the_script_weighs_less_than_100_kb():
    sizes = {path.name.split("-")[0]: len(gzip.compress(path.read_bytes(), 9)) for path in BUILT.glob("*.js")}
    assert sizes["write"] <= 100_000
    assert sizes["more"] <= 8_000  # fetched when a panel of it is first opened
    assert sizes["pages"] <= 5_000


def test_settings_that_are_not_saved_are_not_thrown_away_by_another_button(page, service):
    page.goto(f"{service.url}/editor/site")
    name = page.get_by_role("textbox", name="Name of the site")
    name.fill("Strides of the day")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Add", exact=True).click()
    expect(name).to_have_value("Strides of the day")
    assert "lose those changes" in asked[0]
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Add", exact=True).click()
    expect(name).not_to_have_value("Strides of the day")
