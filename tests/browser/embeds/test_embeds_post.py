"""<cms-post> on another website: found by its address, safe, indexable, private until a reader asks for a video."""

import json

import pytest
from playwright.sync_api import expect

from cms import auth, publishing
from cms.db import writing
from cms.posts import Content

pytestmark = pytest.mark.browser

TITLE = "Why foot strength matters more than you think"


def on_site(post_url: str, service) -> str:
    """embed.js for a site that says itself where its posts are read."""
    return f'<script src="{service.address}/embed.js" data-post-url="{post_url}" defer></script>'


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("https://practice.example/blog/{slug}", "/blog/foot-strength"),
        ("https://practice.example/blog/{slug}/", "/blog/foot-strength/"),
        ("/article?post={slug}", "/article?utm_source=x&post=foot-strength"),
        ("https://practice.example/read?lang=en&post-id={slug}", "/read?post-id=foot-strength"),
    ],
)
def test_one_template_page_serves_every_post(visit, website, service, pattern, address):
    website.put(
        address.split("?")[0], "<cms-post></cms-post><cms-related></cms-related>", head=on_site(pattern, service)
    )
    seen = visit(website.address + address)
    expect(seen.page.locator("cms-post h1")).to_have_text(TITLE)
    expect(seen.page.locator("cms-related a.link")).to_have_count(3)
    assert seen.page.title() == TITLE
    canonical = seen.page.locator("link[rel=canonical]")
    assert canonical.get_attribute("href") == f"{service.address}/posts/foot-strength"
    assert "Your feet have a core" in seen.page.locator("meta[name=description]").get_attribute("content")
    assert seen.problems == []


def test_without_more_being_said_the_address_is_matched_by_post_url(visit, website):
    website.put("/posts/foot-strength", "<cms-post></cms-post>")  # POST_URL is unset: …/posts/{slug}
    seen = visit(website.address + "/posts/foot-strength")
    expect(seen.page.locator("cms-post h1")).to_have_text(TITLE)


def test_a_post_placed_by_hand_leaves_the_page_its_own_title(visit, website):
    seen = visit(website.put("/by-hand", '<cms-post slug="foot-strength" level="2"></cms-post>'))
    expect(seen.page.locator("cms-post h2.title")).to_have_text(TITLE)
    assert seen.page.title() == "Practice"
    assert seen.page.locator("link[rel=canonical]").count() == 0


def test_search_engines_find_data_about_the_post(visit, website):
    seen = visit(website.put("/data", '<cms-post slug="foot-strength"></cms-post>'))
    expect(seen.page.locator("cms-post h1")).to_be_visible()
    data = json.loads(seen.page.locator("cms-post > script").text_content())
    assert data["@type"] == "MedicalWebPage"
    assert data["headline"] == TITLE
    assert data["author"][0]["honorificSuffix"] == "PT, DPT, SCS"


def test_a_post_that_is_not_there_says_so_and_asks_not_to_be_indexed(visit, website, service):
    website.put("/blog/never-was", "<cms-post></cms-post>", head=on_site("/blog/{slug}", service))
    seen = visit(website.address + "/blog/never-was")
    expect(seen.page.get_by_role("alert")).to_have_text("This article is not here.")
    expect(seen.page.locator("meta[name=robots]")).to_have_attribute("content", "noindex")


@pytest.mark.parametrize(("query", "asked"), [("?post=../tags", "..%2Ftags"), ("?post=a?b=c", "a%3Fb%3Dc"), ("", None)])
def test_a_slug_from_the_address_stays_a_slug(visit, website, service, query, asked):
    website.put("/article", "<cms-post></cms-post>", head=on_site("/article?post={slug}", service))
    seen = visit(website.address + "/article" + query)
    expect(seen.page.get_by_role("alert")).to_have_text("This article is not here.")
    posts = [url.split("/posts/")[1] for url in seen.requests if "/posts/" in url]
    assert posts == ([f"{asked}?"] if asked else [])


def test_a_network_that_fails_can_be_tried_again(visit, website):
    broken = [True]
    page = website.put("/fails", '<cms-post slug="foot-strength"></cms-post>')
    seen = visit(page, before=lambda p: p.route("**/posts/**", lambda r: r.abort() if broken[0] else r.continue_()))
    expect(seen.page.get_by_role("alert")).to_contain_text("This could not be loaded.")
    broken[0] = False
    seen.page.get_by_role("button", name="Try again").click()
    expect(seen.page.locator("cms-post h1")).to_have_text(TITLE)


def test_a_preview_link_shows_a_draft_that_nobody_else_sees(visit, website, service):
    with (app := service.app()).app_context():
        session = writing()
        post = publishing.start(session, Content(title="Half written", source="<p>Not for everybody yet.</p>"))
        token = auth.make_preview(session, post)
        session.commit()
        assert app
    seen = visit(website.put("/draft", "<cms-post></cms-post>") + f"#cms_preview={token}")
    expect(seen.page.locator("cms-post h1")).to_have_text("Half written")
    expect(seen.page.locator("cms-post")).to_contain_text("Draft, not public")
    assert seen.page.locator("cms-post > script").count() == 0
    assert not any(token in url for url in seen.requests if url.startswith(website.address))


def test_an_address_with_a_heading_scrolls_there(visit, website):
    page = website.put("/anchor", '<cms-post slug="foot-strength"></cms-post>')
    seen = visit(page + "#toe-spread")
    heading = seen.page.locator("cms-post h2#toe-spread, cms-post #toe-spread").first
    expect(heading).to_be_in_viewport()
    assert seen.page.evaluate("scrollY") > 500


def test_a_link_to_a_heading_scrolls_there_each_time(visit, website, service):
    with service.app().app_context():
        post = publishing.start(
            writing(),
            Content(
                title="Far down", source='<p><a href="#the-end">Down</a></p>' + "<p>More.</p>" * 90 + "<h2>The end</h2>"
            ),
        )
        publishing.publish(writing(), post)
    seen = visit(website.put("/far", '<cms-post slug="far-down"></cms-post>'))
    for _ in range(2):
        seen.page.locator("cms-post a", has_text="Down").click()
        expect(seen.page.locator("cms-post h2")).to_be_in_viewport()
        seen.page.evaluate("scrollTo(0, 0)")
    assert seen.page.url.endswith("#the-end")


HOSTILE = (
    "<p>Fine</p><img src=x onerror='window.hurt=1'><script>window.hurt=1</script>"
    "<a href='  javascript:window.hurt=1' id=bad>x</a><iframe srcdoc='<script>top.hurt=1</script>'></iframe>"
    "<svg onload='window.hurt=1'></svg><p style='position:fixed'>x</p><details open ontoggle='window.hurt=1'></details>"
)


def test_html_that_should_never_have_come_does_nothing(visit, website):
    """The service cleans; this is the second lock, for the day when something else stands in its place."""

    def answer(route):
        body = route.fetch().json()
        body["post"]["html"] = HOSTILE
        route.fulfill(json=body, headers={"Access-Control-Allow-Origin": "*"})

    page = website.put("/hostile", '<cms-post slug="foot-strength"></cms-post>', csp=False)
    seen = visit(page, before=lambda p: p.route("**/api/v1/posts/foot-strength?", answer))
    expect(seen.page.locator("cms-post .body")).to_contain_text("Fine")
    seen.page.locator("#bad").click()
    seen.page.wait_for_timeout(300)
    assert seen.page.evaluate("window.hurt") is None
    assert seen.page.locator("cms-post .body :is(script, iframe, [style], [onerror], [onload], [href])").count() == 0


def test_a_video_asks_nothing_of_others_before_a_click(visit, website, service):
    with service.app().app_context():
        block = {"kind": "video", "provider": "youtube", "video_id": "abcdefghijk", "title": "Toe yoga"}
        content = Content(title="Watch", source='<p>x</p><figure data-block="v"></figure>', blocks={"v": block})
        publishing.publish(writing(), publishing.start(writing(), content))
    page = website.put("/watch", '<cms-post slug="watch"></cms-post>')
    seen = visit(page, before=lambda p: p.route("https://**", lambda route: route.fulfill(body="player")))
    link = seen.page.locator("cms-post .ms-video a")
    expect(link).to_contain_text("Toe yoga")
    assert not [url for url in seen.requests if "youtube" in url]
    link.click()
    expect(seen.page.locator("cms-post iframe")).to_have_attribute(
        "src", "https://www.youtube-nocookie.com/embed/abcdefghijk"
    )
    assert seen.problems == []


def test_a_post_filled_by_the_server_is_left_as_it_is(visit, website, service):
    fragment = service.app().test_client().get("/embed/fragment/post/foot-strength").text
    seen = visit(website.put("/filled", fragment))
    expect(seen.page.locator("cms-post h1")).to_have_text(TITLE)
    seen.page.wait_for_load_state("networkidle")
    assert not [url for url in seen.requests if "/api/" in url]
    assert seen.problems == []
