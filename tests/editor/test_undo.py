"""What is deleted, merged or replaced beside the posts comes back with one press."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from PIL import Image

from cms import publishing
from cms.auth import Editor
from cms.db import utcnow
from cms.media import Picture
from cms.media.files import away_folder
from cms.posts import Aside, Author, Content, Exercise, Post, Redirect, Tag
from cms.search.tables import Concept


def undo(desk, answer) -> None:
    """Press Undo on the page that an action leads to."""
    assert answer.status_code == 303, answer.text
    page = desk.get(answer.headers["Location"]).text
    action = re.search(r'<form[^>]*action="([^"]+undo/\d+)"', page)
    assert action, page
    back = desk.send(action[1])
    assert back.status_code == 303, back.text
    assert "done=undone" in back.headers["Location"]
    assert desk.send(action[1]).status_code == 404  # once


def test_an_entry_of_the_vocabulary_comes_back(desk, session):
    session.add(Concept(concept="Knee", say=["runner's knee"], means=["pfp"], position=3, extra={"note": "x"}))
    session.commit()
    concept = session.scalars(sa.select(Concept)).one()
    undo(desk, desk.send(f"/editor/vocabulary/{concept.id}/delete"))
    session.rollback()
    session.expire_all()
    back = session.scalars(sa.select(Concept)).one()
    assert (back.concept, back.say, back.means, back.position, back.extra) == (
        "Knee",
        ["runner's knee"],
        ["pfp"],
        3,
        {"note": "x"},
    )


def test_what_has_been_made_anew_meanwhile_stays(desk, session):
    session.add(Concept(concept="Knee", say=["knee"], means=["pfp"]))
    session.commit()
    concept = session.scalars(sa.select(Concept)).one()
    answer = desk.send(f"/editor/vocabulary/{concept.id}/delete")
    desk.send("/editor/vocabulary", say="sore knee", means="Knee")
    aside = re.search(r"undo=(\d+)", answer.headers["Location"])[1]
    refused = desk.send(f"/editor/undo/{aside}")
    assert refused.status_code == 422
    assert "There is another “Knee” by now" in refused.text


def test_an_exercise_and_an_old_address_come_back(desk, session):
    desk.send("/editor/exercises/new", name="Toe yoga", steps="Sit.\nLift.", sets="3", stop_if="it hurts")
    undo(desk, desk.send("/editor/exercises/toe-yoga/delete"))
    session.rollback()
    back = session.get(Exercise, "toe-yoga")
    assert (back.steps, back.dose, back.stop_if) == (["Sit.", "Lift."], {"sets": "3"}, "it hurts")
    desk.send("/editor/site/redirects", **{"from": "/was", "to": "/is"})
    session.rollback()
    row = session.scalars(sa.select(Redirect)).one()
    undo(desk, desk.send(f"/editor/site/redirects/{row.id}/delete"))
    session.rollback()
    session.expire_all()
    assert session.scalars(sa.select(Redirect.target)).one() == "/is"
    assert desk.send("/editor/site/redirects/99/delete").status_code == 404


def test_a_merged_tag_is_taken_apart_again(desk, client, session, write_post):
    write_post("One", tags=["Feet"])
    write_post("Two", tags=["Foot"])
    write_post("Both", tags=["Foot", "Feet"])
    feet, foot = (session.scalar(sa.select(Tag).where(Tag.name == name)) for name in ("Feet", "Foot"))
    desk.send(f"/editor/tags/{feet.id}", name="Feet", slug="bare-feet", description="All ten toes.", aliases="tootsies")

    def tags() -> dict[str, list[str]]:
        posts = client.get("/api/v1/posts").json["posts"]
        return {post["title"]: sorted(tag["slug"] for tag in post["tags"]) for post in posts}

    before, dates = tags(), [post["updated_at"] for post in client.get("/api/v1/posts").json["posts"]]
    merged = desk.send(f"/editor/tags/{feet.id}/merge", into=str(foot.id))
    assert tags() == {"One": ["foot"], "Two": ["foot"], "Both": ["foot"]}
    assert client.get("/api/v1/tags/bare-feet").status_code == 301
    undo(desk, merged)
    assert tags() == before
    assert [post["updated_at"] for post in client.get("/api/v1/posts").json["posts"]] == dates
    shown = client.get("/api/v1/tags/bare-feet").json["tag"]
    assert (shown["description"], shown["aliases"]) == ("All ten toes.", ["tootsies"])
    assert client.get("/api/v1/tags/feet").headers["Location"].endswith("/tags/bare-feet")
    assert client.get("/api/v1/tags/foot").json["tag"]["aliases"] == []


def test_a_deleted_tag_comes_back(desk, session):
    desk.send("/editor/tags", name="Knees")
    session.rollback()
    made = session.scalars(sa.select(Tag)).one()
    desk.send(f"/editor/tags/{made.id}", name="Knees", slug="knees", description="", aliases="knee")
    undo(desk, desk.send(f"/editor/tags/{made.id}/delete"))
    session.rollback()
    session.expire_all()
    assert session.scalars(sa.select(Tag)).one().aliases == ["knee"]


def test_a_replaced_picture_shows_the_old_one_again(desk, client, session, write_post, picture):
    desk.send("/editor/pictures", file=(io.BytesIO(picture), "foot.png"))
    desk.send("/editor/exercises/new", name="Toe yoga", steps="Sit.", picture="foot.png")
    blocks = {"e1": {"kind": "exercise", "exercise": "toe-yoga"}}
    write_post("Shown in", '<p>Do:</p><figure data-block="e1"></figure>', blocks=blocks)

    def html() -> str:
        return client.get("/api/v1/posts/shown-in").json["post"]["html"]

    before, other = html(), io.BytesIO()
    Image.new("RGB", (500, 500), (1, 2, 3)).save(other, "PNG")
    replaced = desk.send("/editor/pictures/foot.png/file", file=(io.BytesIO(other.getvalue()), "other.png"))
    assert 'width="500"' in html()  # in an exercise, too
    undo(desk, replaced)
    assert html() == before
    page = desk.get("/editor/pictures/foot.png/about").text
    assert re.search(r"Toe yoga</span><span[^>]*>Exercise<", page)


def test_what_was_set_aside_is_forgotten_after_a_month(desk, session):
    session.add(Aside(kind="concept", words="Old", data={}, made_at=utcnow() - timedelta(days=31)))
    session.add(Concept(concept="Knee", say=["knee"], means=["pfp"]))
    session.commit()
    concept = session.scalars(sa.select(Concept)).one()
    desk.send(f"/editor/vocabulary/{concept.id}/delete")
    session.rollback()
    assert session.scalars(sa.select(Aside.words)).all() == ["Knee"]


@pytest.mark.parametrize("path", ["undo/99", "undo/0"])
def test_nothing_to_undo_is_said(desk, path):
    answer = desk.send(f"/editor/{path}")
    assert answer.status_code == 404
    assert "brought back already" in answer.text


def test_pictures_without_a_description_are_shown_apart(desk, session, picture):
    desk.send("/editor/pictures", file=(io.BytesIO(picture), "foot.png"))
    assert "Without a description" in desk.get("/editor/pictures").text
    assert "foot.png" in desk.get("/editor/pictures?show=bare").text
    desk.send("/editor/pictures/foot.png/about", alt="A foot", caption="", focal_x="", focal_y="")
    assert "Every picture has its description" in desk.get("/editor/pictures?show=bare").text
    assert session.scalars(sa.select(Post)).all() == []


def test_a_picture_nobody_uses_can_be_deleted_and_brought_back(desk, client, session, write_post, picture):
    desk.send("/editor/pictures", file=(io.BytesIO(picture), "foot.png"))
    session.rollback()
    file = session.scalars(sa.select(Picture)).one().file

    def status(path: str) -> int:
        with client.get(path) as answer:
            return answer.status_code

    shown = write_post("Shows it", '<figure><img src="media/foot.png" alt="A foot"></figure>')
    assert "Delete this picture" not in desk.get("/editor/pictures/foot.png/about").text
    refused = desk.send("/editor/pictures/foot.png/delete")
    assert refused.status_code == 422
    assert "used in one place" in refused.text
    assert "Shows it" in refused.text
    publishing.save(
        session, shown, Content(title="Shows it", source="<p>Not any more.</p>"), base=shown.working().token
    )
    publishing.publish(session, shown)
    assert "Delete this picture" in desk.get("/editor/pictures/foot.png/about").text
    assert status(f"/media/{file}") == 200
    deleted = desk.send("/editor/pictures/foot.png/delete")
    assert status(f"/media/{file}") == 404
    assert desk.get("/editor/pictures/foot.png/about").status_code == 404
    undo(desk, deleted)
    assert status(f"/media/{file}") == 200


def test_files_of_a_deleted_picture_go_with_the_last_chance_to_bring_it_back(desk, session, picture):
    desk.send("/editor/pictures", file=(io.BytesIO(picture), "foot.png"))
    desk.send("/editor/pictures/foot.png/delete")
    session.rollback()
    assert list(away_folder().iterdir()) != []
    session.execute(sa.update(Aside).values(made_at=utcnow() - timedelta(days=31)))
    session.add(Exercise(id="toe-yoga", name="Toe yoga", steps=[], dose={}))
    session.commit()
    desk.send("/editor/exercises/toe-yoga/delete")
    assert list(away_folder().iterdir()) == []


def test_an_author_of_no_post_can_be_deleted_and_brought_back(desk, session, write_post):
    desk.send("/editor/authors/new", name="Sam Lee", credentials="PT", bio="Hips.")
    desk.send("/editor/account", name="Alex", email="alex@example.com", author="sam-lee")
    session.rollback()
    post = write_post("Reviewed", authors=[], reviewed_by="sam-lee", publish=False)
    refused = desk.send("/editor/authors/sam-lee/delete")
    assert refused.status_code == 422
    assert "Give them another one first" in refused.text
    assert "Reviewed</span>" in refused.text
    publishing.delete(session, post)
    publishing.erase(session, post)
    undo(desk, desk.send("/editor/authors/sam-lee/delete"))
    session.rollback()
    session.expire_all()
    back = session.scalars(sa.select(Author)).one()
    assert (back.name, back.credentials, back.bio) == ("Sam Lee", ["PT"], "Hips.")
    assert session.scalars(sa.select(Editor.author_id)).one() == back.id


def test_a_picture_described_in_a_post_is_described_in_the_library(desk, session, write_post, picture):
    desk.send("/editor/pictures", file=(io.BytesIO(picture), "foot.png"))
    session.rollback()
    post = write_post("Feet", '<figure><img src="media/foot.png" alt="A &amp; B"></figure>', publish=False)
    assert desk.ask(f"/editor/api/posts/{post.id}/publish", {"now": True}).status_code == 200
    session.rollback()
    session.expire_all()
    assert session.scalars(sa.select(Picture.alt)).one() == "A & B"
    write_post("Others keep it", '<figure><img src="media/foot.png" alt="Another"></figure>')
    assert session.scalars(sa.select(Picture.alt)).one() == "A & B"
