"""A small site with everything in it that the public API can show."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image

from cms import create_app, media, publishing
from cms.db import writing
from cms.instance import prepare
from cms.posts import Author, Content, Exercise, Post
from tests.conftest import close


@dataclass
class World:
    """What was written: two posts by two authors, one of them with everything."""

    full: Post
    plain: Post


def png(colour: str, width: int = 640) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, width // 2), colour).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def world(session: Any) -> World:
    return write_world(session)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A client of one site that a whole module reads and nobody changes."""
    app = create_app({"INSTANCE": tmp_path_factory.mktemp("read") / "instance"})
    prepare(app)
    with app.app_context():
        write_world(writing())
    yield app.test_client()
    close(app)


def write_world(session: Any) -> World:
    publishing.save_author(
        session,
        Author(slug="alex-rivera"),
        {"name": "Alex Rivera", "credentials": ["PT", "DPT", "SCS"], "bio": "Runs, *slowly*.",
         "same_as": ["https://social.example/alex"]},
    )  # fmt: skip
    publishing.save_author(session, Author(slug="sam-lee"), {"name": "Sam Lee", "credentials": ["PT", "OCS"]})
    media.store(session, png("teal"), "feet.png", alt="Two bare feet", caption="Feet.", focal=(0.5, 0.4))
    publishing.save_exercise(
        session,
        Exercise(id="short-foot"),
        {
            "name": "Short foot",
            "steps": ["Sit.", "Draw the arch up."],
            "dose": {"sets": 3},
            "picture": "media/feet.png",
        },
    )
    plain = publishing.start(session, Content(title="Toe yoga", source="<p>Lift the big toe.</p>", tags=["Feet"],
                                              authors=["sam-lee"]))  # fmt: skip
    publishing.publish(session, plain)
    full = publishing.start(session, everything())
    publishing.publish(session, full)
    return World(full, plain)


def everything(**changes: Any) -> Content:
    """A post that uses every field."""
    values: dict[str, Any] = {
        "title": "Why foot strength matters",
        "source": '<p>Your feet &amp; you. <em>Strong</em> #RunStronger feet.</p><h2>How to start 1️⃣</h2>'
        '<figure data-block="short-foot"></figure><figure><img src="media/feet.png" alt="Feet"></figure>'
        '<figure data-block="cite"></figure><p>#FootCore #feet</p>',
        "slug": "foot-strength",
        "tags": ["Foot strength", "Feet"],
        "authors": ["alex-rivera", "sam-lee"],
        "cover": {"src": "media/feet.png", "alt": "Feet from above", "caption": "", "focal_point": [0.2, 0.3]},
        "featured": True,
        "seo": {"title": "Foot strength for runners", "description": "Strong feet."},
        "reviewed_by": "sam-lee",
        "last_reviewed_at": "2026-10-01",
        "references": [{"text": "A study of feet, 2015", "url": "https://doi.example/1", "doi": "10.1/x"}],
        "blocks": {
            "short-foot": {"kind": "exercise", "exercise": "short-foot"},
            "cite": {"kind": "reference", "text": "Another study, 2020", "url": "https://doi.example/2"},
        },
    }  # fmt: skip
    return Content(**(values | changes))
