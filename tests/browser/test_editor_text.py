"""Writing in the page: Markdown as it is typed, paste, pictures, tags, hashtags, blocks, the plain form."""

import json
import re
import time
from pathlib import Path

import pytest
from editor.service import (  # noqa: F401 - fixtures
    Service,
    context,
    have_tag,
    page,
    post,
    saved,
    service,
    sign_in,
    signed_in,
    watch,
    write,
)
from PIL import Image
from playwright.sync_api import Page, expect

from cms.db import db, reading
from cms.markup.clean import clean
from cms.posts import Post

pytestmark = pytest.mark.browser

PASTE = """([html, text]) => {
  const data = new DataTransfer();
  if (html) data.setData('text/html', html);
  data.setData('text/plain', text);
  document.querySelector('.ProseMirror').dispatchEvent(
    new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def source(service: Service, page: Page) -> str:
    """What the server has of the post that is open in the page."""
    app = service.app()
    with app.app_context():
        text = reading().get(Post, re.search("[0-9A-Z]{26}", page.url)[0]).working().source
        for engine in db.engines.values():
            engine.dispose()
    return text


def paste(page: Page, html: str | None, text: str) -> None:
    post(page).click()
    with page.expect_response("**/editor/api/paste"):
        page.evaluate(PASTE, [html, text])
    expect(page.locator(".bringing")).to_have_count(0)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).strip()


def test_markdown_as_it_is_typed(page, service):
    typed = (
        "## Two\n### Three\nSome **bold** and *slanted* and `code` words.\n"
        "- one\ntwo\n\n1. first\nsecond\n\n> said\n\nSee https://example.com/a. Done"
    )
    write(page, service, "Typed Markdown", typed)
    assert source(service, page) == (
        "<h2>Two</h2><h3>Three</h3><p>Some <strong>bold</strong> and <em>slanted</em> and <code>code</code> words.</p>"
        "<ul><li>one</li><li>two</li></ul><ol><li>first</li><li>second</li></ol><blockquote><p>said</p></blockquote>"
        '<p>See <a href="https://example.com/a">https://example.com/a</a>. Done</p>'
    )


def test_undo_typing_and_redo_typing(page, service):
    write(page, service, "Undone", "Words.")
    page.get_by_role("button", name="Undo typing", exact=True).click()
    expect(post(page)).to_have_text("")
    page.get_by_role("button", name="Redo typing", exact=True).click()
    expect(post(page)).to_have_text("Words.")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_have_count(0)


def test_the_toolbar_by_keyboard_alone(page, service):
    write(page, service, "Keyboard", "Bold move")
    page.keyboard.press("Control+a")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Italic")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    saved(page)
    assert source(service, page) == "<p><strong>Bold move</strong></p>"


def test_links_through_the_panel(page, service):
    write(page, service, "Linked", "our practice")
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Link").click()
    page.get_by_label("Link to").fill("javascript:alert(1)")
    page.get_by_role("button", name="Set link").click()
    expect(page.get_by_text("Write an address that begins with https://")).to_be_visible()
    page.get_by_label("Link to").fill("example.com/practice")
    page.keyboard.press("Enter")
    saved(page)
    assert source(service, page) == '<p><a href="https://example.com/practice">our practice</a></p>'


@pytest.mark.parametrize(
    "name", ["pt-gdocs-input", "pt-gdocs-lists-input", "koenig-office-com-headings", "pt-guide.word-windows"]
)
def test_documents_become_honest_structure(page, service, shared, name):
    html = (shared / "data/paste" / f"{name}.html").read_text(encoding="utf-8", errors="replace")
    write(page, service, f"Pasted {name}", "")
    paste(page, html, "plain words")
    saved(page)
    kept = source(service, page)
    assert len(words(kept)) > 20
    assert clean(kept).html == kept
    assert not re.search(r"mso-|docs-internal-guid|data-ccp|file:///|style=|By By:", kept)


CLIPBOARDS = Path(__file__).parent.parent / "markup" / "clipboards"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("notion.html", ["<h3>Week one</h3><ul><li>Isometric holds<ul><li>5 × 45 seconds</li>"]),
        (
            "word-mac.html",
            ["<ul><li>Heel raises<ul><li>with a towel</li></ul></li>", "<p>[Picture: A foot on a step]</p>"],
        ),
        (
            "instagram.txt",
            ["<h2>2️⃣ Toe yoga</h2><p>Big toe up", "<ul><li>2 sets of 10</li>", ">www.strideandsole.example/"],
        ),
        ("markdown.txt", ["<ol><li>Lift</li><li>Lower<ul><li>slowly</li></ul></li></ol>"]),
    ],
)
def test_clipboards_of_other_writing_places(page, service, name, wanted):
    copied = (CLIPBOARDS / name).read_text(encoding="utf-8")
    html = copied if name.endswith(".html") else None
    write(page, service, f"Pasted {name}", "")
    paste(page, html, copied)
    saved(page)
    kept = source(service, page)
    assert [words for words in wanted if words not in kept] == []
    assert clean(kept).html == kept
    assert not re.search(r"mso-|style=|class=\"(?!language)|By By:", kept)
    note = page.get_by_role("group", name="Pasted")
    expect(note.get_by_role("button", name="Undo paste")).to_be_visible()
    note.get_by_role("button", name="Keep plain text").click()
    expect(post(page).locator("h2, h3, ul, ol, table")).to_have_count(0)


def test_the_line_she_writes_is_never_under_the_toolbar(page, service):
    page.set_viewport_size({"width": 360, "height": 640})
    write(page, service, "Long", "\n".join(f"Line {number}." for number in range(40)))
    for _ in range(39):
        page.keyboard.press("ArrowUp")
    page.keyboard.type("!")
    under = page.locator("#tools").bounding_box()
    caret = page.get_by_text(re.compile("Line 0[.!]|!Line 0")).bounding_box()
    assert caret["y"] >= under["y"] + under["height"] - 1


def test_the_paste_can_be_undone_or_kept_as_plain_text(page, service):
    html = '<h1 onclick="x()">Head</h1><p style="color:red">Words <b>bold</b></p><iframe src="https://x.example/"></iframe>'
    write(page, service, "Paste note", "Before. ")
    page.keyboard.press("Control+End")
    paste(page, html, "Head\nWords bold")
    expect(page.get_by_role("group", name="Pasted")).to_contain_text("Pasted as clean text.")
    expect(post(page).locator("h2")).to_have_text("Head")
    page.get_by_role("button", name="Keep plain text").click()
    expect(post(page).locator("h2, strong")).to_have_count(0)
    expect(post(page)).to_contain_text("Words bold")
    page.keyboard.press("Control+a")
    paste(page, html, "Head\nWords bold")
    page.get_by_role("button", name="Undo paste").click()
    expect(post(page).locator("h2")).to_have_count(0)
    expect(post(page)).to_contain_text("Before. ")


def test_the_title_of_a_document_goes_into_title_and_comes_back_with_the_paste(page, service):
    text = "<h1><span>Heel pain</span></h1><h2>Why</h2><p>Words. #Heels</p><p>#RunStronger</p>"
    html = f'<b id="docs-internal-guid-1">{text}</b>'
    page.goto(f"{service.url}/editor/posts/new")
    title = page.get_by_role("textbox", name="Title")
    paste(page, html, "Heel pain\nWhy\nWords.")
    expect(title).to_have_value("Heel pain")
    note = page.get_by_role("group", name="Pasted")
    expect(note).to_contain_text("“Heel pain” became the title.")
    expect(post(page).get_by_role("heading")).to_have_text(["Why"])
    expect(page.get_by_text("become the post's hashtags")).to_contain_text("#RunStronger")
    expect(page.get_by_text("become the post's hashtags")).not_to_contain_text("#Heels")
    note.get_by_role("button", name="Undo paste").click()
    expect(title).to_have_value("")
    expect(post(page)).to_have_text("")
    title.fill("Mine")
    paste(page, html, "Heel pain")
    expect(post(page).get_by_role("heading")).to_have_text(["Heel pain", "Why"])
    expect(title).to_have_value("Mine")


def test_a_slow_paste_lands_where_it_was_pasted_while_she_types_on(page, service):
    write(page, service, "Slow paste", "One.\nTwo.")
    page.get_by_text("One.").click()
    page.keyboard.press("End")
    page.route("**/editor/api/paste", lambda route: (time.sleep(1.5), route.continue_()))
    page.evaluate(PASTE, ["<p> <b>pasted</b></p><p>more</p>", "pasted"])
    page.get_by_text("Two.").click()
    page.keyboard.press("End")
    page.keyboard.type(" Typed on.", delay=30)
    expect(post(page)).to_contain_text("more")
    saved(page)
    assert words(source(service, page)) == "One. pasted more Two. Typed on."


def test_paste_without_a_network_uses_the_schema(page, context, service):
    write(page, service, "Offline paste", "")
    context.set_offline(True)
    post(page).click()
    html = (
        '<b style="font-weight:normal" id="docs-internal-guid-1"><h1 style="x">Head</h1>'
        '<p onclick="a()">Body <a href="javascript:1">l</a></p></b>'
    )
    page.evaluate(PASTE, [html, "Head"])
    expect(post(page).locator("h2")).to_have_text("Head")
    expect(page.get_by_text("Pasted without the server's help")).to_be_visible()
    context.set_offline(False)
    saved(page)
    assert source(service, page) == "<h2>Head</h2><p>Body l</p>"


def test_one_line_and_addresses_paste_at_once(page, service):
    write(page, service, "Lines", "see here")
    page.keyboard.press("Control+a")
    page.evaluate(PASTE, [None, "https://example.com/page"])
    page.keyboard.press("End")
    page.evaluate(PASTE, [None, " and more"])
    saved(page)
    assert source(service, page) == '<p><a href="https://example.com/page">see here</a> and more</p>'


def test_pasted_plain_text_gets_its_lists(page, service):
    write(page, service, "Bullets", "")
    paste(page, None, "What helps:\n• load\n• sleep\n\n1. warm up\n2. run")
    saved(page)
    kept = source(service, page)
    assert "<ul><li>load</li><li>sleep</li></ul>" in kept
    assert "<ol><li>warm up</li><li>run</li></ol>" in kept


@pytest.fixture
def foot(tmp_path: Path) -> Path:
    path = tmp_path / "My foot.png"
    Image.new("RGB", (640, 400), (200, 120, 90)).save(path)
    return path


def test_a_picture_is_described_right_there(page, service, foot):
    write(page, service, "Pictured", "Look:")
    page.get_by_label("Add picture").set_input_files(foot)
    alt = page.get_by_role("textbox", name="Describe the picture")
    expect(alt).to_be_focused()
    alt.fill("A bare foot")
    page.keyboard.press("Enter")
    page.keyboard.type("Below it.")
    saved(page)
    assert source(service, page) == (
        '<p>Look:</p><figure><img src="media/my-foot.png" alt="A bare foot"></figure><p>Below it.</p>'
    )
    page.get_by_label("Decorative").check()
    saved(page)
    assert '<img src="media/my-foot.png" alt="" data-decorative="">' in source(service, page)
    page.locator("figcaption").click()
    page.keyboard.type("My own foot")
    saved(page)
    assert "<figcaption>My own foot</figcaption>" in source(service, page)


def test_a_picture_that_cannot_be_sent_is_kept_for_another_try(page, context, service, foot):
    write(page, service, "Retry", "Look:")
    context.set_offline(True)
    page.get_by_label("Add picture").set_input_files(foot)
    expect(page.get_by_text("could not be sent. It is kept here")).to_be_visible()
    context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("textbox", name="Describe the picture")).to_be_visible()
    saved(page)
    assert 'src="media/my-foot.png"' in source(service, page)


def test_a_picture_from_the_library_goes_where_the_cursor_is(page, service, foot):
    write(page, service, "From the library", "")
    page.get_by_label("Add picture").set_input_files(foot)
    page.get_by_role("textbox", name="Describe the picture").fill("A bare foot")
    saved(page)
    page.get_by_role("button", name="Remove picture").click()
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_role("textbox", name="Describe the picture")).to_have_value("A bare foot")
    write(page, service, "Takes it", "One.\nTwo.")
    page.get_by_text("One.").click()
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Picture from the library").click()
    page.get_by_role("region", name="Pictures").get_by_role("button", name="my-foot.png").first.click()
    expect(page.get_by_role("textbox", name="Describe the picture")).to_be_focused()
    saved(page)
    assert re.fullmatch(
        r'<p>One.</p><figure><img src="media/my-foot[^"]*" alt=""></figure><p>Two.</p>', source(service, page)
    )


def test_what_is_no_picture_is_refused_in_plain_words(page, service, tmp_path):
    fake = tmp_path / "fake.png"
    fake.write_text("<svg onload=alert(1)>")
    write(page, service, "Fake", "Look:")
    page.get_by_label("Add picture").set_input_files(fake)
    expect(page.get_by_text("fake.png was not taken:")).to_be_visible()
    page.get_by_role("button", name="Leave it out").click()
    expect(page.get_by_text("fake.png")).to_have_count(0)


def test_dropped_pictures_are_taken(page, service, foot):
    write(page, service, "Dropped", "Look:")
    data = page.evaluate_handle(
        "async (bytes) => { const d = new DataTransfer(); "
        "d.items.add(new File([new Uint8Array(bytes)], 'drop.png', {type: 'image/png'})); return d; }",
        list(foot.read_bytes()),
    )
    box = post(page).bounding_box()
    page.dispatch_event(
        ".ProseMirror", "drop", {"dataTransfer": data, "clientX": box["x"] + 5, "clientY": box["y"] + 10}
    )
    expect(page.get_by_role("textbox", name="Describe the picture")).to_be_visible()


def test_tags_by_keyboard_with_counts_aliases_and_create(page, service):
    write(page, service, "Tagged", "Words.")
    tags = page.get_by_role("combobox", name="Tags")
    tags.fill("Foot strength")
    tags.press("Enter")
    saved(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("button", name="Update", exact=True)).to_be_visible()
    page.goto(f"{service.url}/editor/tags")
    page.get_by_role("link", name=re.compile("Foot strength")).click()
    page.get_by_label("Other names").fill("strong feet")
    page.get_by_role("button", name="Save").click()
    write(page, service, "Tagged too", "Words.")
    tags.click()
    tags.press_sequentially("strong")
    option = page.get_by_role("option", name=re.compile(r"Foot strength.*strong feet · 1"))
    expect(option).to_be_visible()
    expect(page.get_by_role("option", name="Create “strong”")).to_be_visible()
    tags.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    tags.press("Enter")
    expect(page.get_by_role("button", name="Remove Foot strength")).to_be_visible()
    tags.press_sequentially("Brand new")
    tags.press("ArrowUp")
    tags.press("Enter")
    expect(page.get_by_role("button", name="Remove Brand new")).to_be_visible()
    tags.press("Backspace")
    expect(page.get_by_role("button", name="Remove Brand new")).to_have_count(0)
    tags.press_sequentially("Left behind")
    page.get_by_role("textbox", name="Title").click()
    expect(page.get_by_role("button", name="Remove Left behind")).to_be_visible()
    saved(page)


def test_hashtags_are_offered_and_swallow_nothing(page, service):
    have_tag(service, "Foot strength")
    write(page, service, "Hashtags", "Go #foo")
    popup = page.get_by_role("listbox", name=re.compile("Tags of this site"))
    expect(popup.get_by_role("option", name=re.compile("#FootStrength"))).to_be_visible()
    page.keyboard.type(" space stays #foo")
    expect(popup).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("A new line #foo")
    expect(popup).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type(" and on")
    saved(page)
    assert source(service, page) == "<p>Go #foo space stays #foo</p><p>A new line #FootStrength and on</p>"


def test_blocks_are_written_once_and_placed_by_reference(page, service):
    page.goto(f"{service.url}/editor/exercises/new")
    page.get_by_label("Name").fill("Short foot")
    page.get_by_label("Steps").fill("Sit.\nDraw the arch up.")
    page.get_by_label("Sets").fill("3")
    page.get_by_label("Repetitions").fill("8")
    page.get_by_role("button", name="Save").click()
    write(page, service, "With blocks", "")
    post(page).click()
    for name in ("Exercise", "Call to book", "Video", "Question and answer", "Research reference"):
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_role("group", name="Add to the text").get_by_role("button", name=name, exact=True).click()
        fill_block(page, name)
        page.get_by_role("button", name="Done").click()
    saved(page)
    kept = blocks_of(service, page)
    assert [block["kind"] for block in kept.values()] == ["exercise", "booking", "video", "question", "reference"]
    assert next(iter(kept.values()))["exercise"] == "short-foot"
    assert list(kept.values())[2] | {"provider": "youtube", "video_id": "abcdefghijk"} == list(kept.values())[2]
    expect(page.get_by_text("3 sets of 8")).to_be_visible()
    page.reload()
    expect(page.get_by_text("3 sets of 8")).to_be_visible()
    expect(page.get_by_text("Does it hurt?")).to_be_visible()


def test_an_exercise_is_written_in_the_post_and_goes_into_the_library(page, service):
    write(page, service, "Writes an exercise", "Do this:")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("group", name="Add to the text").get_by_role("button", name="Exercise", exact=True).click()
    expect(page.get_by_label("Exercise from the library")).to_be_focused()
    done = page.get_by_role("button", name="Done", exact=True)
    expect(done).to_be_visible()
    page.get_by_role("button", name="Write a new exercise").click()
    expect(done).to_be_hidden()  # it would close the form on an exercise that no reader sees
    page.get_by_label("Name").fill("Towel curl")
    page.get_by_label("Steps").fill("Sit.\nCurl the towel.")
    page.get_by_label("Repetitions").fill("12")
    saved(page)
    page.reload()  # not in the library yet, and not lost
    expect(page.get_by_text("“Towel curl” is not in your library yet")).to_be_visible()
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Steps")).to_have_value("Sit.\nCurl the towel.")
    page.get_by_role("button", name="Save exercise").click()
    expect(page.get_by_text("Towel curl 12 times")).to_be_visible()
    saved(page)
    assert list(blocks_of(service, page).values()) == [{"kind": "exercise", "exercise": "towel-curl"}]
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("button", name="Change this exercise…").click()
    page.get_by_label("Repetitions").fill("15")
    page.get_by_role("button", name="Save exercise").click()
    expect(page.get_by_text("Towel curl 15 times")).to_be_visible()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("Towel curl 15 times")).to_have_count(0)
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_text("Towel curl 15 times")).to_be_visible()
    saved(page)
    assert len(blocks_of(service, page)) == 1


def fill_block(page: Page, name: str) -> None:
    if name == "Exercise":
        page.get_by_label("Exercise from the library").select_option("short-foot")
    elif name == "Call to book":
        page.get_by_label("Invitation").fill("Come and see us.")
    elif name == "Video":
        page.get_by_label("Address of the video").fill("https://www.youtube.com/watch?v=abcdefghijk&t=3")
        page.get_by_label("What the video shows").fill("Short foot, step by step")
    elif name == "Question and answer":
        page.get_by_label("Question", exact=True).fill("Does it hurt?")
        page.get_by_label("Answer").fill("No.")
    else:
        page.get_by_label("Authors and name of the study").fill("Mulligan 2013")
        page.get_by_label("DOI").fill("10.1016/j.math.2013.01.001")


def blocks_of(service: Service, page: Page) -> dict[str, dict[str, str]]:
    app = service.app()
    with app.app_context():
        blocks = reading().get(Post, page.url.rsplit("/", 1)[1]).working().content().blocks
        for engine in db.engines.values():
            engine.dispose()
    return json.loads(json.dumps(blocks))


def test_tables_and_pull_quotes(page, service):
    write(page, service, "Table", "")
    post(page).click()
    for name in ("Table", "Pull quote"):
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_role("group", name="Add to the text").get_by_role("button", name=name, exact=True).click()
        page.keyboard.type("Week")
        if name == "Table":
            page.keyboard.press("Tab")
            page.keyboard.type("Load")
            page.get_by_role("button", name="Delete row").click()
            page.keyboard.press("Control+End")
    saved(page)
    kept = source(service, page)
    assert '<blockquote class="pull"><p>Week</p></blockquote>' in kept
    assert clean(kept).html == kept


def test_the_plain_form_without_javascript(browser, service, signed_in):
    context = browser.new_context(storage_state=signed_in, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{service.url}/editor/")
    page.get_by_role("button", name="Write", exact=True).click()
    page.get_by_role("textbox", name="Title").fill("Plain and simple")
    post(page).fill("What helps:\n\n• load\n• sleep")
    page.get_by_role("textbox", name="Tags").fill("Feet, Calves")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Published")
    assert "<ul><li>load</li><li>sleep</li></ul>" in source(service, page)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_visible()
    post(page).fill("<h2>As HTML</h2><p>Now</p>")
    page.get_by_role("button", name="Later…").click()
    expect(page.get_by_role("status")).to_have_text("Scheduled")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("status")).to_have_text("Withdrawn")
    page.get_by_role("button", name="Move to bin").click()
    expect(page.get_by_role("status")).to_have_text("Moved to the bin")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_visible()
    context.close()
