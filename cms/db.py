"""The database: two engines, two sessions, the UTC type and the journal.

`reading()` gives a session that cannot write, `snapshot()` a connection that cannot; `writing()` gives a
session whose transactions begin with BEGIN IMMEDIATE, so that writers wait for each other instead of failing
half-way (https://www.sqlite.org/lang_transaction.html). All end with the application context.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from inspect import iscoroutinefunction
from typing import Any

import orjson
import sqlalchemy as sa
from flask import Flask, g
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from cms.errors import BadInput

BUSY_MILLISECONDS = 10_000
SNAPSHOT = "_midstance_snapshot"

db = SQLAlchemy()


def utcnow() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An aware datetime, kept as UTC; a naive one is refused rather than guessed at."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: give it a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this from the class
        datetime: UTCDateTime(),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
        list[str]: sa.JSON(),
    }


class Journal(Base):
    """What changed for the public, in order. Append only; every follower remembers the last `seq` it applied.

    `kind` is one of KINDS; `post_id` names the post it is about, if any.
    """

    __tablename__ = "journal"
    __table_args__ = ({"sqlite_autoincrement": True},)  # a seq is never used twice, even after a delete

    seq: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    kind: Mapped[str] = mapped_column(sa.String(32))
    post_id: Mapped[str | None] = mapped_column(sa.String(26), index=True)
    at: Mapped[datetime] = mapped_column(default=utcnow)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


KINDS = frozenset(
    {
        "post_published",  # a post went live (or will, at its due moment)
        "post_updated",  # what readers see of a live post changed
        "post_withdrawn",
        "post_deleted",
        "came_due",  # a scheduled post's moment has passed
        "tag_changed",
        "author_changed",
        "media_changed",
        "exercise_changed",
        "redirect_changed",
        "site_changed",
        "vocabulary_changed",
        "pins_changed",
    }
)


def record(session: Session, kind: str, post_id: str | None = None, **detail: Any) -> None:
    """Write one journal row into the running transaction."""
    if kind not in KINDS:
        raise ValueError(f"unknown journal kind {kind!r}")
    row = Journal(kind=kind, post_id=post_id, detail=detail)
    session.add(row)
    session.info.setdefault("recorded", []).append(row)


def recorded(session: Session) -> list[Journal]:
    """The journal rows that `session` has committed since this was last asked."""
    rows: list[Journal] = session.info.pop("recorded", [])
    return [row for row in rows if sa.inspect(row).has_identity]  # those rolled back have none


def newest_seq(session: Session) -> int:
    """The newest journal number, 0 for an empty journal."""
    return session.scalar(sa.select(sa.func.max(Journal.seq))) or 0


def init_db(app: Flask, url: str) -> None:
    """Register both engines on `app`."""
    options: dict[str, Any] = {"url": url, "json_serializer": _compact_json, "json_deserializer": orjson.loads}
    app.config["SQLALCHEMY_ENGINES"] = {"default": dict(options), "read": dict(options)}
    try:
        db.init_app(app)
        sa.make_url(url).get_dialect().import_dbapi()
    except (sa.exc.ArgumentError, ImportError) as error:
        raise BadInput(
            f"DATABASE_URL cannot be used ({error}). Write an address such as sqlite:////folder/blog.db, "
            "and install what your database needs."
        ) from error
    # We have no async engines; closing them would start a thread and an event loop after every request (290 µs).
    app.teardown_appcontext_funcs[:] = [
        close for close in app.teardown_appcontext_funcs if not iscoroutinefunction(close)
    ]
    app.teardown_appcontext(_end_snapshot)
    with app.app_context():
        for name in ("default", "read"):
            _prepare_engine(db.get_engine(name), writes=name == "default")


def reading() -> Session:
    """The read session of this application context: deferred, `query_only`."""
    return _session("read")


def snapshot() -> sa.Connection:
    """The read connection of this application context, which sees one moment from its first statement on.

    For statements that are built once: what a session does for objects would cost half as much again.
    """
    held: sa.Connection | None = g.get(SNAPSHOT)
    if held is None:
        held = db.get_engine("read").connect()
        setattr(g, SNAPSHOT, held)
    return held


def _end_snapshot(_error: BaseException | None) -> None:
    held = g.pop(SNAPSHOT, None)
    if held is not None:
        held.close()


def writing() -> Session:
    """The write session of this application context: BEGIN IMMEDIATE."""
    return _session("default")


def _session(name: str) -> Session:
    sessions: dict[str, Session] = g.setdefault("_sqlalchemy_sessions", {})
    if name not in sessions:
        sessions[name] = db.sessionmaker(bind=db.get_engine(name), autoflush=True, expire_on_commit=False)
    return sessions[name]


def _compact_json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _prepare_engine(engine: sa.Engine, *, writes: bool) -> None:
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        connection.create_function("regexp_replace", 4, _regexp_replace, deterministic=True)
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # the only level that survives a power cut
        cursor.execute("PRAGMA foreign_keys=ON")
        if not writes:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    if writes:

        @event.listens_for(engine, "begin")
        def _begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    else:  # where nobody listens to an engine, each statement is 10 µs quicker
        engine.dialect.do_begin = _begin_reading  # type: ignore[method-assign, assignment] # what a dialect of our own would say


def _regexp_replace(text: str | None, pattern: str, put: str, _flags: str) -> str | None:
    """PostgreSQL's function of this name, with the flag "g"."""
    return None if text is None else re.sub(pattern, put, text)


def _begin_reading(connection: Any) -> None:
    connection.execute("BEGIN")  # asks for no lock, so it cannot fail
