"""Authors, exercises and pictures as their files say them."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from yaml import MappingNode, Node

from cms.db import record
from cms.library import yaml_read
from cms.library.entries import Entry, Kind, Row
from cms.library.fields import Reader
from cms.media import Picture, set_focal
from cms.posts import Author, Exercise
from cms.publishing import fill_author, fill_exercise, posts_showing, rerender


def _picture(reader: Reader, node: Node) -> Any:
    """A picture as `media/<name>`, or `{src, alt}`."""
    if isinstance(node, MappingNode):
        return {
            key: reader.media(value) if key == "src" else yaml_read.plain(value, reader.first_line)
            for key, _, value in yaml_read.pairs(node, reader.first_line)
        }
    return reader.media(node) or None


def _lines(reader: Reader, node: Node) -> list[str]:
    return [text for item in yaml_read.items(node, reader.first_line) if (text := reader.text(item).strip())]


def _picture_name(session: Session, picture: Any) -> str | None:
    """The address alone; an alt text given with it is kept with the picture, if that has none yet."""
    if not isinstance(picture, Mapping):
        return picture or None
    src, alt = str(picture.get("src") or ""), str(picture.get("alt") or "")
    row = session.scalar(sa.select(Picture).where(Picture.name == src.removeprefix("media/"))) if alt else None
    if row is not None and not row.alt:
        row.alt = alt
    return src or None


def put_authors(session: Session, entries: list[Entry]) -> None:
    for entry in entries:
        slug = AUTHORS.name_of(entry.values)
        author = session.scalar(sa.select(Author).where(Author.slug == slug)) or Author(slug=slug)
        values = {"credentials": [], "bio": "", "picture": None, "same_as": [], **entry.values}
        fill_author(author, values | {"picture": _picture_name(session, values["picture"])})
        author.position, author.extra = entry.position, entry.extra
        session.add(author)
        if session.is_modified(author):
            session.flush()
            record(session, "author_changed", author=author.id)


def author_rows(session: Session) -> Iterator[Row]:
    for author in session.scalars(sa.select(Author).order_by(Author.position, Author.id)):
        yield {name: getattr(author, name) for name in AUTHORS.fields}


def put_exercises(session: Session, entries: list[Entry]) -> None:
    for entry in entries:
        wanted = EXERCISES.name_of(entry.values)
        exercise = session.get(Exercise, wanted) or Exercise(id=wanted)
        values = {"steps": [], "dose": {}, "stop_if": "", "picture": None, **entry.values}
        fill_exercise(exercise, values | {"picture": _picture_name(session, values["picture"])})
        exercise.position, exercise.extra = entry.position, entry.extra
        session.add(exercise)
        if session.is_modified(exercise):
            session.flush()
            for post in posts_showing(session, exercise.id):
                rerender(session, post)
            record(session, "exercise_changed", exercise=exercise.id)


def exercise_rows(session: Session) -> Iterator[Row]:
    for exercise in session.scalars(sa.select(Exercise).order_by(Exercise.position, Exercise.id)):
        yield {name: getattr(exercise, name) for name in EXERCISES.fields}


def put_pictures(session: Session, entries: list[Entry]) -> None:
    """What is said about pictures that are there; a line about one that is missing waits for it."""
    for entry in entries:
        picture = session.scalar(sa.select(Picture).where(Picture.name == entry.values["name"]))
        if picture is None:
            continue
        picture.alt, picture.caption = entry.get("alt", ""), entry.get("caption", "")
        focal = entry.get("focal_point", None)
        set_focal(picture, (focal[0], focal[1]) if focal else None)
        if session.is_modified(picture):
            record(session, "media_changed", picture=picture.name)


def picture_rows(session: Session) -> Iterator[Row]:
    for picture in session.scalars(sa.select(Picture).order_by(Picture.name)):
        focal = None if picture.focal_x is None else [picture.focal_x, picture.focal_y]
        if picture.alt or picture.caption or focal:
            yield {"name": picture.name, "alt": picture.alt, "caption": picture.caption, "focal_point": focal}


PICTURES = Kind(
    "media.yaml",
    "name",
    ("name",),
    {"name": Reader.line, "alt": Reader.line, "caption": Reader.line, "focal_point": Reader.focal},
    put_pictures,
    picture_rows,
)
AUTHORS = Kind(
    "authors.yaml",
    "slug",
    ("name",),
    {
        "slug": Reader.line,
        "name": Reader.line,
        "credentials": Reader.texts,
        "bio": Reader.text,
        "picture": _picture,
        "same_as": Reader.texts,
    },
    put_authors,
    author_rows,
)
EXERCISES = Kind(
    "exercises.yaml",
    "id",
    ("name",),
    {
        "id": Reader.line,
        "name": Reader.line,
        "steps": _lines,
        "dose": Reader.mapping,
        "stop_if": Reader.text,
        "picture": _picture,
    },
    put_exercises,
    exercise_rows,
)
