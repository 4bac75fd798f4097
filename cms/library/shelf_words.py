"""Tags, vocabulary, redirects and pinned searches as their files say them."""

from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session
from yaml import Node

from cms.db import record
from cms.errors import BadInput
from cms.library.entries import Entry, Kind, Row
from cms.library.fields import Reader
from cms.library.problems import Unusable
from cms.posts import Post, Redirect, Tag, TagName
from cms.publishing import make_tag, put_redirect, set_names
from cms.search.tables import Concept, SearchPin


def _status_code(reader: Reader, node: Node) -> int:
    code = reader.line(node)
    if code not in ("301", "302", "307", "308"):
        raise reader.unusable(node, f"“{code}” is no status of a redirect.", "Write 301, or leave it out.")
    return int(code)


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
