"""The to-do page and the searches: reviews, what visitors did not find, dead links, posts that nothing leads to."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cms import publishing
from cms.db import utcnow
from cms.editor.to_do import letters, nearest, reviews_due
from cms.posts import Author, Content, Post
from cms.search.tables import Concept, SearchCount, SearchPin


@pytest.fixture
def searched(session):
    """Say what was searched: `searched("words", how often, how many found)`."""

    def note(query: str, count: int, found: int = 0) -> None:
        session.add(SearchCount(day=utcnow().date(), query=query, count=count, found=found))
        session.commit()

    return note


def page(desk, path: str = "to-do") -> str:
    answer = desk.get(f"/editor/{path}")
    assert answer.status_code == 200, answer.text
    return answer.text


def section(text: str, heading: str) -> str:
    return text.split(f"<h2>{heading}</h2>")[1].split("<h2>")[0]


def test_reviews_come_due_two_weeks_ahead(session, write_post):
    for title, day in (("Late", "2026-05-01"), ("Soon", "2026-05-20"), ("Far", "2026-06-20")):
        write_post(title, next_review_due=day)
    write_post("Draft", next_review_due="2026-05-01", publish=False)
    due = reviews_due(session, date(2026, 5, 10))
    assert [(one.post.title, one.day, one.late) for one in due] == [
        ("Late", "1 May 2026", True),
        ("Soon", "20 May 2026", False),
    ]


def test_a_reviewed_post_is_due_again_in_a_year_and_back(desk, client, session, write_post):
    sam = Author(slug="sam", name="Sam")
    session.add(sam)
    session.commit()
    desk.send("/editor/account", name="Alex", email="alex@example.com", author="sam")
    post = write_post("Heel pain", "<p>Words.</p>", next_review_due="2026-01-01")
    answer = desk.send("/editor/to-do/reviewed", post=post.id)
    shown = client.get("/api/v1/posts/heel-pain").json["post"]
    assert (shown["reviewed_by"]["slug"], shown["last_reviewed_at"]) == ("sam", utcnow().date().isoformat())
    after = desk.get(answer.headers["Location"]).text
    assert "None in the next two weeks" in after
    undo = re.search(r'action="/editor(/undo/\d+)"', after)[1]
    assert desk.send(f"/editor{undo}").status_code == 303
    assert client.get("/api/v1/posts/heel-pain").json["post"]["reviewed_by"] is None
    assert "overdue since 1 January 2026" in page(desk)
    session.expire_all()
    publishing.save(session, post, Content(title="Heel pain", source="<p>x</p>"), base=post.working().token)
    assert desk.send("/editor/to-do/reviewed", post=post.id).status_code == 422  # a draft waits: she decides
    assert desk.send("/editor/to-do/reviewed", post="none").status_code == 422


def test_links_that_lead_nowhere_and_posts_that_nothing_leads_to(desk, session, write_post):
    hub = write_post("Hub", '<p><a href="/posts/nowhere">see <b>there</b></a>, <a href="/posts/linked">x</a></p>')
    linked = write_post("Linked", "<p>Toe yoga.</p>")
    draft = write_post("Gone", publish=False)
    text = page(desk)
    dead = section(text, "Links that lead nowhere")
    assert "“<bdi>see there</bdi>” → /posts/nowhere" in dead
    assert "/posts/linked" not in dead
    alone = section(text, "Posts that nothing leads to")
    assert f"/posts/{hub.id}" in alone
    assert f"/posts/{linked.id}" not in alone
    assert draft.id not in text
    assert "Hub" in section(text, "Posts without a tag")
    assert "Hub" in page(desk, f"posts/{linked.id}/links")
    assert "No public post links to this one yet" in page(desk, f"posts/{hub.id}/links")
    content = Content(title="Linked", source="<p>x</p>", slug="moved")
    publishing.save(session, linked, content, base=linked.live.token)
    publishing.publish(session, linked)
    assert "/posts/linked" not in section(page(desk), "Links that lead nowhere")  # it answers with a redirect
    assert "Hub" in page(desk, f"posts/{linked.id}/links")


def test_a_search_in_vain_becomes_a_draft_with_one_press(desk, session, write_post, searched):
    write_post("Heel pain")
    searched("metatarsal", 4)
    for _ in range(2):  # pressed twice: one draft
        made = desk.send("/editor/to-do/draft", query="metatarsal")
    session.rollback()
    assert [post.working().title for post in session.scalars(sa.select(Post)) if post.state == "draft"] == [
        "Metatarsal"
    ]
    assert "Metatarsal" in desk.get(made.headers["Location"]).text
    assert "Go on with the draft" in page(desk)
    assert desk.send("/editor/to-do/draft", query="").status_code == 422


def test_a_search_in_vain_becomes_an_entry_with_one_press(desk, session, write_post, searched):
    write_post("Plantar fasciitis", "<p>Plantar fasciitis.</p>")
    searched("policemans", 4)
    for _ in range(2):
        made = desk.send("/editor/to-do/vocabulary", query="policemans")
    session.rollback()
    concept = session.scalars(sa.select(Concept)).one()
    assert (concept.say, concept.means) == (["policemans"], [])
    assert re.search('name="means"[^>]*autofocus', desk.get(made.headers["Location"]).text)
    assert "policemans" in page(desk)
    desk.send(f"/editor/vocabulary/{concept.id}", concept="policemans", say="policemans", means="plantar fasciitis")
    assert "policemans" not in page(desk)  # it would be found now
    assert desk.send("/editor/to-do/vocabulary", query=" ").status_code == 422


def test_a_search_in_vain_leads_to_a_post_with_one_press_and_back(desk, client, session, write_post, searched):
    post = write_post("Heel pain")
    searched("metatarsal", 4)
    assert f'<option value="{post.id}">Heel pain</option>' in page(desk)
    for _ in range(2):
        pinned = desk.send("/editor/to-do/pin", query="Metatarsal", post=post.id)
    session.rollback()
    assert session.scalars(sa.select(SearchPin)).one().query == "metatarsal"
    assert [one["id"] for one in client.get("/api/v1/search?q=metatarsal").json["results"]] == [post.id]
    after = desk.get(pinned.headers["Location"]).text
    assert 'value="unpin">Undo' in after
    assert "whoever searched found something" in after
    assert desk.send("/editor/searches/about", q="metatarsal", post=post.id, do="unpin").status_code == 303
    assert client.get("/api/v1/search?q=metatarsal").json["total"] == 0
    assert desk.send("/editor/to-do/pin", query="x", post="none").status_code == 422


def test_what_may_name_a_visitor_is_held_back(desk, write_post, searched):
    write_post("Heel pain")
    searched("johanna doe", 2)
    searched("heel bone", 1)
    for path in ("to-do", "searches", "searches/about?q=johanna+doe"):
        text = page(desk, path)
        assert "2 ×" not in text, path
        assert path.endswith("doe") or "johanna" not in text


def test_searches_are_listed_and_old_ones_left_out(desk, session, write_post, searched):
    write_post("Heel pain")
    searched("heel", 9, found=1)
    searched("metatarsal", 4)
    session.add(SearchCount(day=utcnow().date() - timedelta(days=40), query="last winter", count=9, found=0))
    session.commit()
    text = page(desk, "searches")
    assert re.search(r"heel</span>.*9 × · found 1", text)
    assert "metatarsal" in text
    assert "last winter" not in text
    assert ">heel<" not in page(desk, "searches?show=nothing")


def test_a_search_of_a_moment_ago_is_counted(desk, client, write_post):
    write_post("Heel pain")
    for _ in range(3):
        client.get("/embed/search?q=heel+pain")
    assert "heel pain</span>" in page(desk, "searches")


def test_posts_put_first_in_order_and_kept_out(desk, client, session, write_post):
    one, two, three = (write_post(f"Heel {name}", f"<p>heel {name}</p>") for name in ("one", "two", "three"))

    def place(post: Post, what: str) -> None:
        assert desk.send("/editor/searches/about", q="Heel", post=post.id, do=what).status_code == 303

    def found() -> list[str]:
        return [row["id"] for row in client.get("/api/v1/search?q=heel").json["results"]]

    place(one, "pin")
    place(two, "pin")
    place(three, "exclude")
    assert found() == [one.id, two.id]
    place(two, "up")
    assert found() == [two.id, one.id]
    place(three, "up")  # not first at all: nothing happens
    text = page(desk, "searches/about?q=heel")
    assert text.index("Heel two") < text.index("Heel one")
    assert "Never shown for this search" in text
    publishing.withdraw(session, two)
    assert "not public at this moment" in page(desk, "searches/about?q=heel")
    place(three, "unpin")
    assert three.id in found()
    assert "No public post has these words" in page(desk, "searches/about?q=heel&find=elbow")
    assert desk.get("/editor/searches/about?q=%20").status_code == 303
    assert "Where you chose what comes first" in page(desk, "searches")


def test_the_posts_offered_are_those_spelled_most_alike():
    posts = [(title, title, letters(title)) for title in ("Running shoes", "Metatarsal pain", "Sleep")]
    assert nearest("metatarsalgia", posts)[0][1] == "Metatarsal pain"
