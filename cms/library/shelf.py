"""The files beside the posts, one table a file: which keys an entry has, how each is read, where it goes.

Each `put_…` writes entries into the running transaction and touches only what differs; each `…_rows`
gives what the database holds in the shape of the file. What a file no longer says is left alone: an
import adds and changes, it never deletes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from yaml import MappingNode, Node

from cms.db import record
from cms.errors import BadInput
from cms.library import yaml_read
from cms.library.fields import Reader
from cms.library.problems import Unusable
from cms.markup.outline import slugify
from cms.media import Picture, set_focal
from cms.posts import Author, Exercise, Post, Redirect, Tag, TagName
from cms.publishing import fill_author, fill_exercise, make_tag, posts_showing, put_redirect, rerender, set_names
from cms.search.tables import Concept, SearchPin

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: its known keys as read, the others as plain data, where it begins."""

    values: Row
    extra: Row
    line: int
    position: int = 0

    def get(self, key: str, empty: Any) -> Any:
        """What it says, or what it is where it says nothing."""
        return self.values.get(key) or empty


@dataclass(frozen=True, slots=True)
class Kind:
    """One file of the shelf. `key` names an entry; `fields` are in the order in which a new entry is written."""

    file: str
    key: str
    needed: tuple[str, ...]
    fields: Mapping[str, Callable[[Reader, Node], Any]]
    put: Callable[[Session, list[Entry]], None]
    rows: Callable[[Session], Iterable[Row]]
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def name_of(self, values: Row) -> str:
        """What names an entry among the others, as the database has it."""
        spelled = str(values.get(self.key) or "")
        if self.key == "slug" or (self.key == "id" and not spelled):
            return slugify(spelled or values["name"])[:64]
        return spelled


def _picture(reader: Reader, node: Node) -> Any:
    """A picture as `media/<name>`, or `{src, alt}`."""
    if isinstance(node, MappingNode):
        return {
            key: reader.media(value) if key == "src" else yaml_read.plain(value, reader.first_line)
            for key, _, value in yaml_read.pairs(node, reader.first_line)
        }
    return reader.media(node) or None


def _status_code(reader: Reader, node: Node) -> int:
    code = reader.line(node)
    if code not in ("301", "302", "307", "308"):
        raise reader.unusable(node, f"“{code}” is no status of a redirect.", "Write 301, or leave it out.")
    return int(code)


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


def put_tags(session: Session, entries: list[Entry]) -> None:
    """Names are cleared first, so that an alias may move from one tag to another."""
    tags = {
        entry.line: session.scalar(sa.select(Tag).where(Tag.slug == TAGS.name_of(entry.values))) for entry in entries
    }
    known = [tag.id for tag in tags.values() if tag is not None]
    session.execute(sa.delete(TagName).where(TagName.tag_id.in_(known)))
    for tag in tags.values():
        if tag is not None:
            session.expire(tag)
    for entry in entries:
        name, aliases = entry.values["name"], entry.get("aliases", ())
        tag = tags[entry.line]
        try:
            if tag is None:
                tag = make_tag(session, name, slug=TAGS.name_of(entry.values), aliases=aliases)
            else:
                tag.name = name
                set_names(session, tag, aliases)
        except BadInput as error:
            raise Unusable(entry.line, error.detail, "") from None
        tag.description, tag.position, tag.extra = entry.get("description", ""), entry.position, entry.extra
        session.flush()
        _put_old_slugs(session, "tag", entry.get("old_slugs", ()), str(tag.id))
        record(session, "tag_changed", tag=tag.id)


def tag_rows(session: Session) -> Iterator[Row]:
    old = _old_slugs(session, "tag")
    for tag in session.scalars(sa.select(Tag).order_by(Tag.position, Tag.id)):
        yield {
            "slug": tag.slug,
            "name": tag.name,
            "description": tag.description,
            "aliases": tag.aliases,
            "old_slugs": old.get(str(tag.id), []),
        }


def _put_old_slugs(session: Session, kind: str, slugs: Iterable[str], target: str) -> None:
    for slug in slugs:
        row = session.scalar(sa.select(Redirect).where(Redirect.kind == kind, Redirect.source == slug))
        if row is None:
            session.add(Redirect(kind=kind, source=slug, target=target))
            session.flush()


def _old_slugs(session: Session, kind: str) -> dict[str, list[str]]:
    """The slugs that posts or tags had before, by id."""
    found: dict[str, list[str]] = {}
    for source, target in session.execute(
        sa.select(Redirect.source, Redirect.target).where(Redirect.kind == kind).order_by(Redirect.source)
    ):
        found.setdefault(target, []).append(source)
    return found


def old_post_slugs(session: Session) -> dict[str, list[str]]:
    """The slugs that posts had before, by the post's id."""
    return _old_slugs(session, "post")


def put_vocabulary(session: Session, entries: list[Entry]) -> None:
    changed = False
    for entry in entries:
        name = entry.values["concept"]
        concept = session.scalar(sa.select(Concept).where(Concept.concept == name)) or Concept(concept=name)
        concept.say, concept.means = entry.get("say", []), entry.get("means", [])
        concept.position, concept.extra = entry.position, entry.extra
        session.add(concept)
        changed = changed or session.is_modified(concept)
        session.flush()
    if changed:
        record(session, "vocabulary_changed")


def vocabulary_rows(session: Session) -> Iterator[Row]:
    for concept in session.scalars(sa.select(Concept).order_by(Concept.position, Concept.id)):
        yield {"concept": concept.concept, "say": concept.say, "means": concept.means}


def put_redirects(session: Session, entries: list[Entry]) -> None:
    for entry in entries:
        try:
            put_redirect(session, entry.values["from"], entry.values["to"], entry.values.get("status", 301))
        except BadInput as error:
            raise Unusable(entry.line, error.detail, "") from None


def redirect_rows(session: Session) -> Iterator[Row]:
    for row in session.scalars(sa.select(Redirect).where(Redirect.kind == "path").order_by(Redirect.id)):
        yield {"from": row.source, "to": row.target, "status": row.status}


def put_pins(session: Session, entries: list[Entry]) -> None:
    changed = False
    for entry in entries:
        query = entry.values["query"][:200]
        wanted = [
            (_post_id(session, slug, entry), kind, position)
            for key, kind in (("pins", "pin"), ("exclude", "exclude"))
            for position, slug in enumerate(entry.get(key, []))
        ]
        rows = session.scalars(sa.select(SearchPin).where(SearchPin.query == query)).all()
        if sorted(wanted) != sorted((row.post_id, row.kind, row.position) for row in rows):
            for row in rows:
                session.delete(row)
            session.flush()
            session.add_all(SearchPin(query=query, post_id=a, kind=b, position=c) for a, b, c in wanted)
            changed = True
            session.flush()
    if changed:
        record(session, "pins_changed")


def _post_id(session: Session, slug: str, entry: Entry) -> str:
    post_id = session.scalar(sa.select(Post.id).where(Post.slug == slug))
    if post_id is None:
        raise Unusable(entry.line, f"There is no post “{slug}”.", "Write the slug of a post, or take it out.")
    return post_id


def pin_rows(session: Session) -> Iterator[Row]:
    rows = session.execute(
        sa.select(SearchPin.query, SearchPin.kind, Post.slug)
        .join(Post, Post.id == SearchPin.post_id)
        .where(Post.slug.is_not(None), Post.deleted_at.is_(None))
        .order_by(SearchPin.query, SearchPin.position, Post.slug)
    )
    found: dict[str, Row] = {}
    for query, kind, slug in rows:
        row = found.setdefault(query, {"query": query, "pins": [], "exclude": []})
        row["pins" if kind == "pin" else "exclude"].append(slug)
    return iter(found.values())


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
TAGS = Kind(
    "tags.yaml",
    "slug",
    ("name",),
    {
        "slug": Reader.line,
        "name": Reader.line,
        "description": Reader.line,
        "aliases": Reader.texts,
        "old_slugs": Reader.texts,
    },
    put_tags,
    tag_rows,
)
VOCABULARY = Kind(
    "vocabulary.yaml",
    "concept",
    ("concept",),
    {"concept": Reader.line, "say": Reader.texts, "means": Reader.texts},
    put_vocabulary,
    vocabulary_rows,
)
REDIRECTS = Kind(
    "redirects.yaml",
    "from",
    ("from", "to"),
    {"from": Reader.line, "to": Reader.line, "status": _status_code},
    put_redirects,
    redirect_rows,
    {"status": 301},
)
PINS = Kind(
    "search.yaml",
    "query",
    ("query",),
    {"query": Reader.line, "pins": Reader.texts, "exclude": Reader.texts},
    put_pins,
    pin_rows,
)
LISTS = (PICTURES, AUTHORS, EXERCISES, TAGS, VOCABULARY, REDIRECTS, PINS)
