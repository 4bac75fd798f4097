"""<cms-search> on another website: a combobox that keyboards, screen readers and bad networks can live with."""

import json
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TYPE = """async (input, words) => { for (const letter of words) {
  input.value += letter; input.dispatchEvent(new Event("input")); await new Promise(done => setTimeout(done, 20)) } }"""
SEARCH = '<cms-search placeholder="heel pain"></cms-search>'


def searches(seen):
    return [url for url in seen.requests if "/api/v1/search?" in url]


@pytest.fixture
def box(visit, website):
    """A page with a search box, and the box."""

    def go(body=SEARCH, before=None, **options):
        seen = visit(website.put("/search", body), before=before, **options)
        return seen, seen.page.get_by_role("combobox", name="Search the blog")

    return go


def test_results_come_while_somebody_types(box):
    seen, field = box()
    field.press_sequentially("heel", delay=30)
    expect(field).to_be_focused()
    options = seen.page.get_by_role("option")
    expect(options).to_have_count(6)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(seen.page.get_by_role("status")).to_contain_text("results")
    assert seen.page.locator("cms-search mark").first.inner_text().lower().startswith("heel")
    assert seen.problems == []


def test_a_fast_typist_asks_once(box):
    seen, field = box()
    field.evaluate(TYPE, "plantar fasciitis")
    expect(seen.page.get_by_role("option").first).to_be_visible()
    assert len(searches(seen)) == 1
    assert "q=plantar+fasciitis" in searches(seen)[0]


def test_a_newer_question_ends_an_older_one(box):
    held = []
    failed = []
    seen, field = box(before=lambda p: p.route("**/api/v1/search?q=heel&**", lambda route: held.append(route)))
    seen.page.on("requestfailed", lambda request: failed.append(request.url))
    field.fill("heel")
    while not held:
        seen.page.wait_for_timeout(20)
    field.fill("toe yoga")
    expect(seen.page.get_by_role("option").first).to_contain_text("Toe yoga")
    assert len(failed) == 1
    assert "q=heel" in failed[0]


def test_arrows_walk_through_the_results_and_enter_goes_there(box, service):
    seen, field = box()
    field.fill("toe yoga")
    options = seen.page.get_by_role("option")
    expect(options.first).to_be_visible()
    count = options.count()
    field.press("ArrowDown")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.nth(0).get_attribute("id")
    field.press("ArrowUp")  # back in the box
    expect(seen.page.locator("[aria-selected]")).to_have_count(0)
    field.press("ArrowUp")  # and from its top to the last
    expect(options.nth(count - 1)).to_have_attribute("aria-selected", "true")
    expect(options.nth(count - 1)).to_be_in_viewport()
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    seen.page.wait_for_url(re.compile(re.escape(service.address) + "/posts/"))


def test_escape_closes_and_the_arrow_opens_again(box):
    seen, field = box()
    field.fill("toe yoga")
    expect(seen.page.get_by_role("listbox")).to_be_visible()
    field.press("Escape")
    expect(seen.page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("toe yoga")
    field.press("ArrowDown")
    expect(seen.page.get_by_role("listbox")).to_be_visible()


def test_the_count_is_announced_from_a_place_that_was_there_before(box):
    """Screen readers follow a live region only if it is in the page when its words change."""
    seen, field = box()
    status = seen.page.locator("cms-search [role=status]")
    expect(seen.page.locator("cms-search .popup")).to_have_attribute("hidden", "true")
    assert status.evaluate("e => e.checkVisibility()")
    assert seen.page.locator("cms-search .all").evaluate("e => !e.checkVisibility()")
    field.fill("toe yoga")
    expect(status).to_contain_text("results")


def test_leaving_closes(box):
    seen, field = box(SEARCH + "<button>Elsewhere</button>")
    field.fill("toe yoga")
    expect(seen.page.get_by_role("listbox")).to_be_visible()
    seen.page.get_by_role("button", name="Elsewhere").focus()
    expect(seen.page.get_by_role("listbox")).to_be_hidden()


def test_clearing_the_box_closes(box):
    seen, field = box()
    field.fill("toe yoga")
    expect(seen.page.get_by_role("listbox")).to_be_visible()
    field.fill("")
    expect(seen.page.get_by_role("listbox")).to_be_hidden()


def test_a_result_is_a_link_to_the_passage(box, service):
    seen, field = box()
    field.fill("heel pain in the morning")
    option = seen.page.get_by_role("option").first
    expect(option).to_be_visible()
    assert option.get_attribute("href").startswith(f"{service.address}/posts/")
    assert option.locator("a").count() == 0


def test_a_topic_narrows_the_results(box):
    seen, field = box()
    field.fill("pain")
    facet = seen.page.get_by_role("group", name="Topics").get_by_role("button").first
    expect(facet).to_have_attribute("aria-pressed", "false")
    count = facet.locator(".count").inner_text()
    facet.click()
    expect(facet).to_have_attribute("aria-pressed", "true")
    expect(seen.page.get_by_role("status")).to_have_text(re.compile(rf"^{count} results"))
    expect(field).to_be_focused()
    facet.click()
    expect(facet).to_have_attribute("aria-pressed", "false")


def test_all_results_are_a_page_away_with_enter_or_the_link(box, service):
    for leave in (lambda p, f: f.press("Enter"), lambda p, f: p.get_by_role("link", name="See all results").click()):
        seen, field = box()
        field.fill("heel pain")
        expect(seen.page.get_by_role("option").first).to_be_visible()
        leave(seen.page, field)
        seen.page.wait_for_url(f"{service.address}/embed/search?q=heel+pain")
        expect(seen.page.locator("ol.results li").first).to_be_visible()


def test_enter_does_not_wait_for_instant_results(box, service):
    seen, field = box()
    field.fill("toe yoga")
    field.press("Enter")
    seen.page.wait_for_url(f"{service.address}/embed/search?q=toe+yoga")


def test_all_results_can_be_a_page_of_the_website(visit, website):
    blog = website.put("/blog", '<cms-search results="/blog"></cms-search><cms-posts filter limit="4"></cms-posts>')
    seen = visit(blog)
    field = seen.page.get_by_role("combobox")
    field.fill("heel pain")
    field.press("Enter")
    seen.page.wait_for_url("**/blog?q=heel+pain")
    expect(seen.page.get_by_role("combobox")).to_have_value("heel pain")
    expect(seen.page.locator("cms-posts a.link")).to_have_count(4)
    expect(seen.page.locator("cms-posts [role=status]")).to_contain_text("results")
    expect(seen.page.locator("cms-posts mark").first).to_be_visible()


def test_the_page_of_all_results_may_have_a_query_of_its_own(box):
    seen, field = box('<cms-search results="/?page_id=7"></cms-search>')
    field.fill("heel pain")
    expect(seen.page.get_by_role("link", name="See all results")).to_have_attribute(
        "href", re.compile(r"/\?page_id=7&q=heel\+pain$")
    )


def test_nothing_found_is_said(box):
    seen, field = box()
    field.fill("xylophone quartz")
    expect(seen.page.get_by_role("status")).to_have_text("Nothing found. Try other words.")
    expect(seen.page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")


def test_a_repaired_spelling_is_said(box):
    def answer(route):
        body = route.fetch().json()
        body["query"]["corrected"] = "toe yoga"
        route.fulfill(json=body, headers={"Access-Control-Allow-Origin": "*"})

    seen, field = box(before=lambda p: p.route("**/api/v1/search?**", answer))
    field.fill("toe yoga")
    expect(seen.page.get_by_role("status")).to_contain_text("showing “toe yoga”")


def test_highlights_are_text_never_html(box):
    def answer(route):
        body = route.fetch().json()
        body["results"][0]["highlights"] = {"title": [["<img src=x onerror=hurt=1>", True]], "body": [[["<b>", False]]]}
        route.fulfill(json=body, headers={"Access-Control-Allow-Origin": "*"})

    seen, field = box(before=lambda p: p.route("**/api/v1/search?**", answer))
    field.fill("toe yoga")
    expect(seen.page.get_by_role("option").first).to_contain_text("<img src=x onerror=hurt=1>")
    assert seen.page.locator("cms-search :is(img, b)").count() == 0


def test_a_failing_network_is_said_and_can_be_tried_again(box):
    broken = [True]
    seen, field = box(
        before=lambda p: p.route("**/api/v1/search?**", lambda r: r.abort() if broken[0] else r.continue_())
    )
    field.fill("toe yoga")
    expect(seen.page.get_by_role("status")).to_contain_text("This could not be loaded.")
    broken[0] = False
    seen.page.get_by_role("button", name="Try again").click()
    expect(seen.page.get_by_role("option").first).to_contain_text("Toe yoga")


def test_a_slow_network_shows_that_it_is_busy(box):
    held = []
    seen, field = box(before=lambda p: p.route("**/api/v1/search?**", lambda route: held.append(route)))
    field.fill("toe yoga")
    expect(seen.page.locator("cms-search form")).to_have_attribute("aria-busy", "true")
    while not held:
        seen.page.wait_for_timeout(20)
    held[0].continue_()
    expect(seen.page.get_by_role("option").first).to_be_visible()
    expect(seen.page.locator("cms-search form[aria-busy]")).to_have_count(0)


def test_names_in_another_direction_stay_whole(box):
    def answer(route):
        body = route.fetch().json()
        body["results"][0]["highlights"]["title"] = [["آلام", True], [" foot (1)", False]]
        route.fulfill(body=json.dumps(body), headers={"Access-Control-Allow-Origin": "*"})

    seen, field = box(before=lambda p: p.route("**/api/v1/search?**", answer))
    field.fill("toe yoga")
    expect(seen.page.get_by_role("option").first.locator("bdi").first).to_have_text("آلام foot (1)")


def test_two_boxes_on_one_page_do_not_mix(visit, website):
    seen = visit(
        website.put("/two", '<cms-search label="One"></cms-search><cms-search label="Two" tag="shoes"></cms-search>')
    )
    seen.page.get_by_role("combobox", name="Two").fill("running")
    expect(seen.page.get_by_role("option").first).to_be_visible()
    assert "tag=shoes" in searches(seen)[0]
    expect(seen.page.get_by_role("combobox", name="One")).to_have_attribute("aria-expanded", "false")
