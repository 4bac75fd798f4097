"""<cms-posts>, <cms-related> and <cms-tags> on another website."""

import json
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ALL_FIVE = (
    '<cms-search></cms-search><cms-tags></cms-tags><cms-posts limit="3"></cms-posts>'
    '<cms-post slug="foot-strength"></cms-post><cms-related slug="foot-strength"></cms-related>'
)
TAGS = {
    "classic": '<script src="{}/embed.js" defer></script>',
    "classic as a module": '<script type="module" src="{}/embed.js"></script>',
    "module": '<script type="module" src="{}/embed/embed.mjs"></script>',
    "at the end, with a version": None,
}
LOOK = "e => [getComputedStyle(e).fontFamily, getComputedStyle(e).color]"
SHADOWS = """() => ['cms-search', 'cms-tags', 'cms-posts', 'cms-post', 'cms-related'].map(name => {
  const host = document.querySelector(name); return [...host.shadowRoot.childNodes].map(n => n.outerHTML).join('') })"""


def test_all_five_appear_on_another_site_under_a_strict_policy(visit, website):
    seen = visit(website.put("/", ALL_FIVE), java_script_enabled=True)
    expect(seen.page.locator("cms-posts a.link")).to_have_count(3)
    expect(seen.page.locator("cms-related a.link")).to_have_count(3)
    expect(seen.page.locator("cms-tags a").first).to_be_visible()
    expect(seen.page.locator("cms-post h1")).to_have_text("Why foot strength matters more than you think")
    expect(seen.page.get_by_role("combobox")).to_be_visible()
    assert seen.problems == []


def test_they_are_private(visit, website, service):
    seen = visit(website.put("/private", ALL_FIVE))
    expect(seen.page.locator("cms-related a.link")).to_have_count(3)
    seen.page.wait_for_load_state("networkidle")
    assert seen.page.context.cookies() == []
    assert seen.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert {re.match(r"https?://[^/]+", url)[0] for url in seen.requests} == {website.address, service.address}


@pytest.mark.parametrize("kind", TAGS)
def test_the_twins_make_the_same_page(visit, website, service, kind):
    head = TAGS[kind]
    body = ALL_FIVE if head else ALL_FIVE + f'<script src="{service.address}/embed.js?ver=6.5"></script>'
    plain = visit(website.put("/plain", ALL_FIVE))
    other = visit(website.put("/other", body, head=(head or "").format(service.address)))
    shadows = []
    for seen in (plain, other):
        expect(seen.page.locator("cms-related a.link")).to_have_count(3)
        expect(seen.page.locator("cms-posts a.link")).to_have_count(3)
        expect(seen.page.locator("cms-tags a").first).to_be_visible()
        expect(seen.page.locator("cms-post h1")).to_be_visible()
        shadows.append(seen.page.evaluate(SHADOWS))
    assert shadows[0] == shadows[1]
    assert other.problems == []


def test_a_script_tag_that_stands_twice_does_no_harm(visit, website, service):
    twice = f'<script src="{service.address}/embed.js" defer></script>' * 2
    seen = visit(website.put("/twice", "<cms-posts></cms-posts>", head=twice))
    expect(seen.page.locator("cms-posts a.link")).to_have_count(6)
    assert seen.problems == []


def test_posts_are_chosen_by_their_attributes(visit, website):
    seen = visit(
        website.put(
            "/chosen",
            '<cms-posts id="tag" tag="shoes" limit="20"></cms-posts><cms-posts id="author" author="sam-lee" limit="2">'
            '</cms-posts><cms-posts id="star" featured order="title"></cms-posts>'
            '<cms-posts id="hash" hashtag="RunStronger"></cms-posts>',
        )
    )
    expect(seen.page.locator("#author a.link")).to_have_count(2)
    expect(seen.page.locator("#tag a.link").first).to_be_visible()
    expect(seen.page.locator("#star a.link").first).to_be_visible()
    asked = [url.split("/api/v1")[1] for url in seen.requests if "/api/v1/posts?" in url]
    assert sorted(asked) == [
        "/posts?limit=2&author=sam-lee",
        "/posts?limit=6&featured=true&order=title",
        "/posts?limit=6&hashtag=RunStronger",
        "/posts?tag=shoes&limit=20",
    ]
    assert seen.problems == []


def test_an_attribute_that_changes_shows_other_posts(visit, website):
    seen = visit(website.put("/changes", '<cms-posts limit="2"></cms-posts>'))
    first = seen.page.locator("cms-posts a.link").first
    expect(first).to_be_visible()
    before = first.inner_text()
    for name, value in (("tag", "shoes"), ("order", "published_at")):  # a builder may set them late
        seen.page.evaluate(f"document.querySelector('cms-posts').setAttribute('{name}', '{value}')")
        expect(first).not_to_have_text(before)
        before = first.inner_text()


def test_more_posts_come_below_and_the_keyboard_goes_on_there(visit, website):
    seen = visit(website.put("/more", '<cms-posts more limit="6"></cms-posts>'))
    expect(seen.page.locator("cms-posts a.link")).to_have_count(6)
    cards = seen.page.locator("cms-posts a.link")
    more = seen.page.get_by_role("button", name="More posts")
    shown = 6
    while more.count():
        more.press("Enter")
        expect(cards.nth(shown)).to_be_focused()
        before, shown = shown, cards.count()
        assert before < shown <= before + 6
    assert len(set(cards.evaluate_all("links => links.map(link => link.href)"))) == shown >= 30
    assert seen.problems == []


ODD_PAGE = "html { font-size: 62.5% } body { font: 18px/2 Courier, monospace; width: 44rem }"
OVERLAPS = """cards => cards.flatMap(card => {
  const [title, text, meta] = [...card.querySelectorAll('.text > *')].map(part => part.getBoundingClientRect());
  const end = card.getBoundingClientRect().bottom;
  return title.bottom > text.top || text.bottom > meta.top || meta.bottom > end ? [card.textContent] : [] })"""


def test_nothing_in_a_card_lies_over_anything_else_whatever_the_page_does(visit, website):
    """Many sites change what a rem is, and bring larger letters than ours."""
    lists = '<cms-posts limit="20"></cms-posts><cms-related slug="foot-strength"></cms-related>'
    seen = visit(website.put("/odd", f"<style>{ODD_PAGE}</style>{lists}", csp=False))
    cards = seen.page.locator("li.card:has(a)")
    expect(cards).to_have_count(23)
    assert cards.evaluate_all(OVERLAPS) == []


def test_tags_lead_to_a_list_that_shows_their_posts(visit, website):
    blog = website.put("/blog", '<cms-tags></cms-tags><cms-posts filter limit="50"></cms-posts>')
    seen = visit(blog)
    link = seen.page.locator("cms-tags a", has_text="Shoes & orthotics")
    count = int(link.locator(".count").inner_text())
    link.click()
    seen.page.wait_for_url("**/blog?tag=shoes")
    expect(seen.page.locator("cms-posts a.link")).to_have_count(count)
    chosen = seen.page.locator("cms-tags a[aria-current]")
    expect(chosen).to_have_count(1)
    chosen.click()  # once more: all again
    seen.page.wait_for_url("**/blog?tag=")
    expect(seen.page.locator("cms-tags a[aria-current]")).to_have_count(0)
    assert seen.page.locator("cms-posts a.link").count() > count or seen.page.locator("cms-posts [aria-busy]").count()


def test_related_articles_say_why(visit, website):
    seen = visit(website.put("/why", '<cms-related slug="foot-strength" heading="Read next" level="4"></cms-related>'))
    expect(seen.page.locator("cms-related h3")).to_have_text("Read next")
    expect(seen.page.locator("cms-related h4")).to_have_count(3)
    assert all(seen.page.locator("cms-related .reason").all_inner_texts())


def test_related_articles_that_cannot_be_had_leave_no_trace(visit, website):
    seen = visit(website.put("/none", '<cms-related slug="nothing-like-it"></cms-related>'))
    seen.page.wait_for_load_state("networkidle")
    assert seen.page.evaluate("document.querySelector('cms-related').getBoundingClientRect().height") == 0


def test_a_list_that_fails_says_so_and_can_be_tried_again(visit, website):
    broken = [True]

    def answer(route):
        route.abort() if broken[0] else route.continue_()

    seen = visit(website.put("/fails", "<cms-posts></cms-posts>"), before=lambda p: p.route("**/api/v1/**", answer))
    expect(seen.page.get_by_role("alert")).to_contain_text("This could not be loaded.")
    broken[0] = False
    seen.page.get_by_role("button", name="Try again").click()
    expect(seen.page.locator("cms-posts a.link")).to_have_count(6)
    expect(seen.page.get_by_role("alert")).to_have_count(0)


def test_room_is_kept_while_a_slow_network_answers(visit, website):
    held = []
    page = website.put("/slow", '<cms-posts limit="3"></cms-posts><p id="below">Below</p>')
    seen = visit(page, before=lambda p: p.route("**/api/v1/**", lambda route: held.append(route)))
    seen.page.wait_for_function("document.querySelector('cms-posts')?.shadowRoot?.querySelector('[aria-busy]')")
    before = seen.page.locator("#below").bounding_box()
    while not held:
        seen.page.wait_for_timeout(20)
    held[0].continue_()
    expect(seen.page.locator("cms-posts a.link")).to_have_count(3)
    assert seen.page.locator("#below").bounding_box() == before


def test_a_page_may_bring_its_own_words_and_language(visit, website):
    words = json.dumps({"{n} min read": "{n} Min. Lesezeit", "More posts": "Mehr Artikel"})
    body = f'<script type="application/json" id="cms-words">{words}</script><cms-posts more></cms-posts>'
    seen = visit(website.put("/de", body, lang="de"))
    expect(seen.page.get_by_role("button", name="Mehr Artikel")).to_be_visible()
    meta = seen.page.locator("cms-posts .meta").first.inner_text()
    assert re.fullmatch(r"\d\d\.\d\d\.\d{4} · \d+ Min\. Lesezeit", meta)
    assert seen.problems == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_nothing_is_wider_than_a_small_phone(visit, website, direction):
    page = website.put("/small", ALL_FIVE)
    seen = visit(page, width=320)
    seen.page.evaluate(f"document.documentElement.dir = '{direction}'")
    expect(seen.page.locator("cms-related a.link")).to_have_count(3)
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_fonts_and_colours_come_from_the_page_and_parts_can_be_styled(visit, website):
    sheet = "body { font-family: Papyrus; color: rgb(1, 2, 3) } cms-posts::part(title) { color: rgb(9, 8, 7) }"
    body = f"<style>{sheet}</style><cms-posts></cms-posts>"
    seen = visit(website.put("/theme", body, csp=False))
    expect(seen.page.locator("cms-posts a.link")).to_have_count(6)
    style = (
        "(name) => { const s = getComputedStyle(document.querySelector('cms-posts').shadowRoot.querySelector(name));"
    )
    assert seen.page.evaluate(style + " return s.fontFamily }", ".title") == "Papyrus"
    assert seen.page.evaluate(style + " return s.color }", ".title") == "rgb(9, 8, 7)"


HOSTS = {
    "light": "body { background: #fff; color: #222 }",
    "cream": "body { background: #f6ecd9; color: #33271a }",
    "dark": "html { color-scheme: dark } body { background: #182026; color: #eee }",
    "dark without color-scheme": "body { background: #182026; color: #eee }",
}
GROUND = """(name) => { const look = document.createElement('canvas').getContext('2d');
  const grey = (colours) => { for (const colour of colours) { look.fillStyle = colour; look.fillRect(0, 0, 1, 1) }
    return look.getImageData(0, 0, 1, 1).data.slice(0, 3).reduce((sum, one) => sum + one) / 3 };
  const [host, part] = name.split(' '), { shadowRoot } = document.querySelector(host);
  const inner = getComputedStyle(shadowRoot.querySelector(part));
  const page = getComputedStyle(document.body).backgroundColor;
  return [grey([page]), grey([page, inner.backgroundColor]), grey([inner.color])] }"""


@pytest.mark.parametrize("host", HOSTS)
def test_words_can_be_read_whatever_the_page_looks_like(visit, website, host):
    body = f'<style>{HOSTS[host]}</style><cms-search></cms-search><cms-posts limit="2"></cms-posts>'
    seen = visit(website.put("/ground", body, csp=False))
    seen.page.get_by_role("combobox").fill("heel")
    expect(seen.page.get_by_role("option").first).to_be_visible()
    expect(seen.page.locator("cms-posts a.link")).to_have_count(2)
    for part in ("cms-posts .card", "cms-search .input", "cms-search .popup"):
        page, ground, words = seen.page.evaluate(GROUND, part)
        assert abs(ground - words) > 120, part
        assert part.endswith("popup") or ground == page  # cards stand on the page itself


def test_a_list_without_posts_says_so_and_a_mistake_is_told_to_the_developer(visit, website):
    body = '<cms-posts id="none" tag="nope"></cms-posts><cms-posts id="six" limit="six"></cms-posts>'
    seen = visit(website.put("/mistakes", body))
    expect(seen.page.locator("#none")).to_contain_text("No posts yet.")
    expect(seen.page.locator("#six").get_by_role("alert")).to_be_visible()
    assert any("limit" in problem and "422" not in problem for problem in seen.problems), seen.problems
