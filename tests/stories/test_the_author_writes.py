"""The author's story, from the link in the terminal to a post that her readers find."""

import json
import urllib.request

import pytest
from editor.service import Service, new_service, page, post, saved  # noqa: F401 - fixtures
from playwright.sync_api import Page, expect

from cms import auth

pytestmark = pytest.mark.browser


@pytest.fixture
def context(browser):
    made = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, timezone_id="Asia/Tokyo")
    made.set_default_timeout(10_000)
    yield made
    made.close()


def get(service: Service, path: str) -> dict:
    with urllib.request.urlopen(f"{service.url}/api/v1{path}") as answer:
        return json.load(answer)


def set_up_link(service: Service) -> str:
    with service.session() as session:
        token = auth.make_link(session, "set_up")
    return f"{service.url}/editor/set-up/{token}"


def test_she_sets_herself_up_writes_on_her_phone_and_is_found(page: Page, new_service: Service):
    page.goto(set_up_link(new_service))
    page.get_by_role("textbox", name="Your name").fill("Sam Lee")
    page.get_by_role("textbox", name="Email").fill("sam@example.com")
    page.get_by_role("textbox", name="Password").fill("four plain words here")
    expect(page.get_by_label("Your time zone")).to_have_value("Asia/Tokyo")  # as her phone has it
    page.get_by_role("button", name="Begin").click()

    page.get_by_role("button", name="Write", exact=True).click()
    page.get_by_role("textbox", name="Title").fill("Three minutes for your arches")
    post(page).click()
    page.keyboard.type("Strong arches make easy miles. #RunStronger\n## How to begin\n- Sit down\nLift the arch\n")
    tags = page.get_by_role("combobox", name="Tags")
    tags.fill("Foot strength")
    tags.press("Enter")
    saved(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_visible()

    told = get(new_service, "/posts/three-minutes-for-your-arches")["post"]
    assert told["html"].startswith("<p>Strong arches make easy miles. #RunStronger</p>")
    assert "<ul><li>Sit down</li><li>Lift the arch</li></ul>" in told["html"]
    assert [tag["name"] for tag in told["tags"]] == ["Foot strength"]
    assert told["hashtags"] == ["RunStronger"]
    assert [author["name"] for author in told["authors"]] == ["Sam Lee"]
    assert [found["slug"] for found in get(new_service, "/search?q=arch")["results"]] == [
        "three-minutes-for-your-arches"
    ]

    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Withdrawn: it is not public any more.")).to_be_visible()
    assert get(new_service, "/search?q=arch")["results"] == []

    page.get_by_role("link", name="Posts").click()
    page.goto(f"{new_service.url}/editor/site")
    expect(page.get_by_label("Your time zone")).to_have_value("Asia/Tokyo")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
