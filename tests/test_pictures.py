"""Pictures as posts show them: replaced under their name, described, found again."""

import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from cms import media, publishing
from cms.errors import BadInput
from cms.posts import Author, Exercise, Post
from cms.publishing import pictures

WritePost = Callable[..., Post]
SHOWS = '<p>Words</p><figure><img src="media/feet.png" alt="Feet"></figure>'


def png(colour: str = "teal", width: int = 400) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, 300), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def feet(session: Session) -> media.Picture:
    return media.store(session, png(), "feet.png", alt="Feet")


def test_a_replaced_picture_keeps_its_name_and_every_post_shows_the_new_one(
    session: Session, feet: media.Picture, write_post: WritePost
) -> None:
    post = write_post("Feet", SHOWS)
    cover = write_post("Cover", cover={"src": "media/feet.png", "alt": "Feet"})
    exercise = Exercise(id="")
    publishing.save_exercise(session, exercise, {"name": "Toe yoga", "picture": "media/feet.png"})
    shown = write_post(
        "Exercise",
        '<p>Do:</p><figure data-block="toe-yoga"></figure>',
        blocks={"toe-yoga": {"kind": "exercise", "exercise": "toe-yoga"}},
    )
    other = write_post("Other", SHOWS.replace("feet.png", "feet.png2"))
    before = {row.id: (row.html, row.updated_at) for row in (post, cover, shown, other)}
    assert {row.id for row in pictures.posts_with_picture(session, "feet.png")} == {post.id, cover.id, shown.id}
    session.commit()
    publishing.replace_picture(session, feet, media.work_on(png("coral", 500)))
    assert (feet.name, feet.alt, feet.width) == ("feet.png", "Feet", 500)
    assert post.html != before[post.id][0]
    assert 'width="500"' in post.html
    assert shown.html != before[shown.id][0]
    assert (other.html, other.updated_at) == before[other.id]
    assert post.updated_at
    assert post.updated_at > before[post.id][1]


def test_a_picture_that_cannot_be_used_replaces_nothing(session: Session, feet: media.Picture) -> None:
    before = feet.file
    with pytest.raises(BadInput):
        publishing.replace_picture(session, feet, media.work_on(b"\xff\xd8\xff nothing"))
    assert session.scalars(sa.select(media.Picture.file)).all() == [before]


def test_what_is_said_of_a_picture_is_saved(session: Session, feet: media.Picture) -> None:
    pictures.save_picture(session, feet, alt=" Two feet ", caption="From above", focal=(0.5, 0.25))
    assert (feet.alt, feet.caption, feet.focal_x, feet.focal_y) == ("Two feet", "From above", 0.5, 0.25)
    pictures.save_picture(session, feet, alt="Two feet")
    assert feet.caption == "From above"


def test_every_place_where_a_picture_is_used_is_named(
    session: Session, feet: media.Picture, write_post: WritePost
) -> None:
    assert pictures.where_used(session, "feet.png") == []
    live = write_post("Live", SHOWS)
    draft = write_post("Draft", SHOWS, publish=False)
    binned = write_post("Binned", SHOWS)
    publishing.delete(session, binned)
    write_post("Named otherwise", SHOWS.replace("feet.png", "feet.png.png"))
    publishing.save_author(session, Author(slug="alex"), {"name": "Alex", "picture": "media/feet.png"})
    publishing.save_author(session, Author(slug="sam"), {"name": "Sam", "bio": "![Feet](media/feet.png)"})
    publishing.save_exercise(session, Exercise(id="toe"), {"name": "Toe", "picture": "media/feet.png"})
    used = pictures.where_used(session, "feet.png")
    assert {(use.kind, use.title) for use in used} == {
        ("post", "Live"),
        ("post", "Draft"),
        ("post", "Binned"),
        ("author", "Alex"),
        ("author", "Sam"),
        ("exercise", "Toe"),
    }
    assert {use.id for use in used} == {live.id, draft.id, binned.id, "alex", "sam", "toe"}
