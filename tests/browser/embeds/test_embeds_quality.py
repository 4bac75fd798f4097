"""The demo website and the embeds in every state: accessible, steady, and whole without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PAGES = ("demo/", "demo/blog", "demo/article?post=foot-strength", "sample", "search?q=heel+pain")
SHIFTS = """() => { window.shifts = 0; new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value
}).observe({ type: 'layout-shift', buffered: true }) }"""


def violations(page):
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_on_our_pages(visit, service, path, scheme):
    seen = visit(f"{service.address}/embed/{path}", color_scheme=scheme)
    seen.page.wait_for_load_state("networkidle")
    assert seen.problems == []
    assert violations(seen.page) == []


STATES = {
    "results": ("heel pain", None),
    "nothing found": ("xylophone quartz", None),
    "failing": ("heel", "abort"),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state_of_the_search_box(visit, service, state, scheme):
    words, network = STATES[state]
    seen = visit(f"{service.address}/embed/demo/blog", color_scheme=scheme, width=360)
    if network:
        seen.page.route("**/api/v1/search?**", lambda route: route.abort())
    field = seen.page.get_by_role("combobox")
    field.fill(words)
    expect(seen.page.locator("cms-search .popup")).to_be_visible()
    expect(seen.page.locator("cms-search [role=status]")).not_to_be_empty()
    if state == "results":
        expect(seen.page.get_by_role("option").first).to_be_visible()
        field.press("ArrowDown")
    assert violations(seen.page) == []


def test_axe_finds_nothing_while_loading_and_after_a_failure(visit, website):
    body = '<h1>Blog</h1><cms-posts limit="2"></cms-posts><cms-tags></cms-tags><cms-post slug="x" level="2"></cms-post>'
    page = website.put("/waits", body, csp=False)
    seen = visit(page, before=lambda p: p.route("**/api/v1/**", lambda route: None))
    seen.page.wait_for_function("document.querySelector('cms-tags')?.shadowRoot?.querySelector('[aria-busy]')")
    assert violations(seen.page) == []
    seen = visit(page, before=lambda p: p.route("**/api/v1/**", lambda route: route.abort()))
    expect(seen.page.get_by_role("alert")).to_have_count(3)
    assert violations(seen.page) == []


# To the end, a window's height at a time; each place is painted before the next.
SCROLL = """async () => { for (let y = 0; y < document.documentElement.scrollHeight; y += 700) {
  scrollTo(0, y); await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))) } }"""


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize(
    "path", ["demo/", "demo/blog", "demo/article?post=foot-strength", "demo/article?post=toe-yoga"]
)
def test_nothing_moves_on_the_demo_while_it_loads(visit, service, path, width):
    address = f"{service.address}/embed/{path}"
    seen = visit(address, width=width, before=lambda p: p.add_init_script(f"({SHIFTS})()"))
    seen.page.wait_for_load_state("networkidle")
    seen.page.evaluate(SCROLL)
    seen.page.wait_for_timeout(200)  # for pictures that were asked for on the way
    assert seen.page.evaluate("window.shifts") == 0


@pytest.mark.parametrize("path", ["demo/", "demo/blog", "demo/article?post=foot-strength"])
def test_without_javascript_the_reader_has_links_and_a_form(visit, service, path):
    seen = visit(f"{service.address}/embed/{path}", java_script_enabled=False)
    assert seen.page.locator("main a[href*='article?post=']").count() >= 3
    if "article" not in path:
        field = seen.page.locator("main input[name=q]")
        field.fill("heel pain")
        field.press("Enter")
        expect(seen.page.locator("ol.results li").first).to_be_visible()


def test_with_javascript_off_an_article_is_whole(visit, service):
    seen = visit(f"{service.address}/embed/demo/article?post=foot-strength", java_script_enabled=False)
    expect(seen.page.get_by_role("heading", level=1)).to_have_text("Why foot strength matters more than you think")
    expect(seen.page.get_by_text("The foot has a core")).to_be_visible()
    assert seen.page.locator("cms-post article").evaluate("e => getComputedStyle(e).maxWidth") != "none"  # it is styled


def test_the_demo_keeps_its_readers(visit, service):
    seen = visit(f"{service.address}/embed/demo/")
    seen.page.locator("cms-posts a.link").first.click()
    seen.page.wait_for_url("**/embed/demo/article?post=*")
    seen.page.locator("cms-related a.link").first.click()
    seen.page.wait_for_url("**/embed/demo/article?post=*")
    seen.page.get_by_role("link", name="Blog", exact=True).click()
    seen.page.get_by_role("combobox").fill("toe yoga")
    seen.page.get_by_role("option").first.click()
    seen.page.wait_for_url("**/embed/demo/article?post=*")
    assert seen.problems == []


def test_the_chosen_option_can_be_seen_in_forced_colours(visit, website):
    seen = visit(website.put("/forced", "<cms-search></cms-search>"), forced_colors="active")
    field = seen.page.get_by_role("combobox")
    field.fill("toe yoga")
    expect(seen.page.get_by_role("option").first).to_be_visible()
    field.press("ArrowDown")
    style = seen.page.locator("[aria-selected=true]").evaluate("e => getComputedStyle(e).outlineStyle")
    assert style == "solid"


def test_nothing_moves_by_itself_where_readers_want_it_so(visit, website):
    seen = visit(website.put("/calm", "<cms-posts></cms-posts>"), reduced_motion="reduce")
    expect(seen.page.locator("cms-posts a.link")).to_have_count(6)
    assert seen.page.evaluate("document.getAnimations().length") == 0
