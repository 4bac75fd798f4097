"""The ground: pragmas, waiting writers, the UTC type, the journal."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from cms.db import Base, Journal, newest_seq, reading, record, recorded, writing
from cms.instance import alembic, is_current, prepare
from cms.posts import Post

WRITER = """
import sys
from cms import create_app
from cms.db import record, writing
app = create_app({"INSTANCE": sys.argv[1], "PLUGINS": ""})
for n in range(int(sys.argv[2])):
    with app.app_context():
        session = writing()
        record(session, "site_changed", n=n)
        session.commit()
"""


def pragma(session, name):
    return session.execute(sa.text(f"PRAGMA {name}")).scalar()


def test_pragmas_are_those_that_survive_a_power_cut(session):
    assert pragma(session, "journal_mode") == "wal"
    assert pragma(session, "synchronous") == 2  # FULL
    assert pragma(session, "foreign_keys") == 1
    assert pragma(session, "busy_timeout") == 10_000


def test_the_reading_session_cannot_write(app):
    with app.app_context(), pytest.raises(sa.exc.OperationalError, match="readonly"):
        reading().execute(sa.text("DELETE FROM journal"))


def test_four_writers_at_once_wait_for_each_other(app):
    instance = app.extensions["midstance"].settings.instance
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(instance), "25"]) for _ in range(4)]
    assert [writer.wait() for writer in writers] == [0, 0, 0, 0]
    with app.app_context():
        assert newest_seq(reading()) == 100


def test_times_come_back_aware_and_in_utc(session):
    mountain = timezone(timedelta(hours=-7))
    post = Post(published_at=datetime(2026, 11, 22, 6, 43, tzinfo=mountain))
    session.add(post)
    session.commit()
    session.expire_all()
    assert session.get(Post, post.id).published_at == datetime(2026, 11, 22, 13, 43, tzinfo=UTC)


def test_a_time_without_zone_is_refused(session):
    session.add(Post(published_at=datetime(2026, 11, 22, 6, 43)))  # noqa: DTZ001 - the mistake under test
    with pytest.raises(sa.exc.StatementError, match="time zone"):
        session.flush()


def test_the_journal_tells_what_was_committed_and_not_what_was_rolled_back(session):
    record(session, "site_changed")
    session.rollback()
    record(session, "tag_changed")
    session.commit()
    assert [row.kind for row in recorded(session)] == ["tag_changed"]
    assert recorded(session) == []


def test_the_journal_never_uses_a_number_twice(session):
    record(session, "site_changed")
    session.commit()
    first = newest_seq(session)
    session.execute(sa.delete(Journal))
    record(session, "site_changed")
    session.commit()
    assert newest_seq(session) == first + 1


def test_an_unknown_kind_is_a_mistake_of_ours(session):
    with pytest.raises(ValueError, match="unknown"):
        record(session, "post_exploded")


def test_the_migrations_make_exactly_the_models(app):
    with app.app_context():
        assert is_current()
        missing = [change for change in alembic.compare_metadata() if "fk_post_" not in str(change)]
        assert missing == []  # the two cycles between post and revision, SQLite cannot add afterwards


def test_preparing_twice_changes_nothing(app):
    prepare(app)
    with app.app_context():
        assert writing().scalar(sa.select(sa.func.count()).select_from(Post)) == 0


def test_the_migration_can_be_taken_back(app):
    with app.app_context():
        alembic.downgrade("base")
        left = set(sa.inspect(writing().get_bind()).get_table_names()) & set(Base.metadata.tables)
        assert left == set()
