"""Taking things away and bringing them back: entries of the vocabulary, exercises, authors, old addresses, tags,
pictures.

Posts have their bin, and their history; what is here is everything else that can be deleted or overwritten.
Each function commits and lets the followers catch up.
"""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.auth.tables import Editor
from cms.db import record, utcnow
from cms.errors import BadInput, NotFound
from cms.media import (
    Encoded,
    Picture,
    bring_files_back,
    encoded_of,
    files_of,
    forget_files,
    media_folder,
    put,
    put_files_away,
)
from cms.posts import Aside, Author, Exercise, Post, PostTag, Redirect, Tag
from cms.publishing.follow import settle
from cms.publishing.live import rerender
from cms.publishing.people import posts_showing
from cms.publishing.pictures import posts_with_picture, put_picture, where_used
from cms.publishing.shelf import delete_tag, merge_tags, set_names
from cms.search.tables import Concept

KEPT = timedelta(days=30)
PlainRow = Author | Concept | Exercise | Redirect
ROWS: dict[str, tuple[type[PlainRow], str]] = {
    "author": (Author, "author_changed"),
    "concept": (Concept, "vocabulary_changed"),
    "exercise": (Exercise, "exercise_changed"),
    "redirect": (Redirect, "redirect_changed"),
}
"""Plain rows by kind, and the journal's word for a change of one."""


def set_aside(session: Session, kind: str, words: str, data: dict[str, Any]) -> Aside:
    """Keep what is about to go, in the running transaction; what was kept for KEPT is forgotten."""
    session.execute(sa.delete(Aside).where(Aside.made_at < utcnow() - KEPT))
    _forget_files(session)
    aside = Aside(kind=kind, words=words, data=data)
    session.add(aside)
    session.flush()
    return aside


def take_away(session: Session, row: PlainRow, words: str) -> Aside:
    """Delete a row that `bring_back` can make again."""
    kind = type(row).__tablename__
    data = _columns(row)
    if isinstance(row, Author):
        data["editors"] = list(session.scalars(sa.select(Editor.id).where(Editor.author_id == row.id)))
    aside = set_aside(session, kind, words, data)
    session.delete(row)
    record(session, ROWS[kind][1])
    session.commit()
    settle(session)
    return aside


def take_tag_away(session: Session, tag: Tag) -> Aside:
    """Delete a tag that no live post has. Raises BadInput if one has it."""
    aside = set_aside(session, "tag", tag.name, _tag(session, tag))
    try:
        delete_tag(session, tag)
    except BadInput:
        session.rollback()
        raise
    return aside


def merge_away(session: Session, tag: Tag, into: Tag) -> Aside:
    """Merge a tag into another, so that it can be taken apart again."""
    links = session.execute(
        sa.select(PostTag.post_id, PostTag.position, PostTag.from_hashtag).where(PostTag.tag_id == tag.id)
    )
    posts = [[row.post_id, row.position, row.from_hashtag] for row in links]
    had = set(session.scalars(sa.select(PostTag.post_id).where(PostTag.tag_id == into.id)))
    kept: dict[str, Any] = {"into": into.id, "aliases": list(into.aliases), "posts": posts}
    kept["moved"] = [post_id for post_id, *_ in posts if post_id not in had]
    aside = set_aside(session, "merge", tag.name, _tag(session, tag) | kept)
    try:
        merge_tags(session, tag, into)
    except BadInput:
        session.rollback()
        raise
    return aside


def replace_picture(session: Session, picture: Picture, encoded: Encoded) -> Aside:
    """Let a picture show another file under the name it has; posts that show it follow."""
    aside = set_aside(session, "picture", picture.name, {"name": picture.name, "encoded": asdict(encoded_of(picture))})
    put_picture(session, encoded, picture.name)
    session.commit()
    settle(session)
    return aside


def take_picture_away(session: Session, picture: Picture) -> Aside:
    """Delete a picture that nothing uses. Its files are public no longer, and stay for as long as it can come back.

    Raises BadInput if something uses it.
    """
    if used := where_used(session, picture.name):
        places = "one place" if len(used) == 1 else f"{len(used)} places"
        raise BadInput(f"This picture is used in {places}. Take it out there first; the list is on this page.")
    about = {name: getattr(picture, name) for name in ("name", "alt", "caption", "focal_x", "focal_y")}
    files = files_of(picture)
    aside = set_aside(session, "deleted_picture", picture.name, about | {"encoded": asdict(encoded_of(picture))})
    session.delete(picture)
    record(session, "media_changed", picture=picture.name)
    session.flush()
    for other in session.scalars(sa.select(Picture)):
        files -= files_of(other)
    session.commit()
    put_files_away(files)
    settle(session)
    return aside


def find_aside(session: Session, aside_id: int) -> Aside:
    """What was set aside under this number. Raises NotFound once it was brought back, or after KEPT."""
    aside = session.get(Aside, aside_id)
    if aside is None:
        raise NotFound("This was brought back already, or it is too long ago.")
    return aside


def bring_back(session: Session, aside: Aside) -> None:
    """Make it again as it was. Raises BadInput if something else has taken its place since."""
    data = dict(aside.data)
    try:
        if aside.kind in ROWS:
            _bring_row(session, aside.kind, data)
        elif aside.kind in ("tag", "merge"):
            _bring_tag(session, data)
        elif aside.kind == "picture":
            _bring_picture(session, data)
        elif aside.kind == "deleted_picture":
            _bring_deleted_picture(session, data)
        else:
            raise BadInput("This cannot be brought back here.")
        session.delete(aside)
        session.commit()
    except sa.exc.IntegrityError:
        session.rollback()
        raise BadInput(f"There is another “{aside.words}” by now. Rename or delete that one first.") from None
    except BadInput:
        session.rollback()
        raise
    settle(session)


def _bring_row(session: Session, kind: str, data: dict[str, Any]) -> None:
    model, journal = ROWS[kind]
    if kind != "exercise" and session.get(model, data["id"]) is not None:
        del data["id"]  # the number was given again
    editors = data.pop("editors", [])
    row = model(**data)
    session.add(row)
    session.flush()
    if isinstance(row, Author):
        mine = sa.update(Editor).where(Editor.id.in_(editors), Editor.author_id.is_(None))
        session.execute(mine.values(author_id=row.id))
    if isinstance(row, Exercise):
        for post in posts_showing(session, row.id):
            rerender(session, post)
    record(session, journal)


def _bring_tag(session: Session, data: dict[str, Any]) -> None:
    into = session.get(Tag, data["into"]) if "into" in data else None
    if into is not None:
        set_names(session, into, data["aliases"])  # gives the merged tag's names free
    if "into" in data:
        session.execute(
            sa.delete(Redirect).where(Redirect.kind == "tag", Redirect.source.in_([data["slug"], *data["old"]]))
        )
    tag = Tag(**{name: data[name] for name in ("slug", "name", "description", "position", "extra")})
    session.add(tag)
    session.flush()
    set_names(session, tag, data["names"])
    for slug in data["old"]:
        session.add(Redirect(kind="tag", source=slug, target=str(tag.id)))
    there = set(
        session.scalars(sa.select(Post.id).where(Post.id.in_([post_id for post_id, *_ in data.get("posts", [])])))
    )
    if into is not None:
        moved = PostTag.post_id.in_(data["moved"])
        session.execute(sa.delete(PostTag).where(PostTag.tag_id == into.id, moved))
        record(session, "tag_changed", tag=into.id)
    for post_id, position, from_hashtag in data.get("posts", []):
        if post_id in there:
            session.add(PostTag(post_id=post_id, tag_id=tag.id, position=position, from_hashtag=from_hashtag))
    session.flush()
    record(session, "tag_changed", tag=tag.id)


def _bring_picture(session: Session, data: dict[str, Any]) -> None:
    picture = session.scalar(sa.select(Picture).where(Picture.name == data["name"]))
    if picture is None:
        raise BadInput("This picture is gone by now.")
    before = Encoded(**data["encoded"])
    put(picture, before)
    if not all((media_folder() / file).is_file() for file in files_of(picture)):
        raise BadInput("The file it showed before is gone by now.")
    session.flush()
    record(session, "media_changed", picture=picture.name)
    for post in posts_with_picture(session, picture.name):
        rerender(session, post)


def _bring_deleted_picture(session: Session, data: dict[str, Any]) -> None:
    encoded = Encoded(**data.pop("encoded"))
    picture = Picture(**data)
    put(picture, encoded)
    bring_files_back(files_of(picture))
    if not all((media_folder() / file).is_file() for file in files_of(picture)):
        raise BadInput("Its files are gone by now.")
    session.add(picture)
    session.flush()
    record(session, "media_changed", picture=picture.name)


def _forget_files(session: Session) -> None:
    """Delete the files of deleted pictures that cannot come back any more."""
    kept: set[str] = set()
    for data in session.scalars(sa.select(Aside.data).where(Aside.kind == "deleted_picture")):
        encoded = data["encoded"]
        kept |= {encoded["file"], *(str(variant["file"]) for variant in encoded["variants"])}
    forget_files(kept)


def _columns(row: PlainRow) -> dict[str, Any]:
    """What the row says."""
    return {column.key: getattr(row, column.key) for column in type(row).__table__.columns if column.key != "made_at"}


def _tag(session: Session, tag: Tag) -> dict[str, Any]:
    old = session.scalars(sa.select(Redirect.source).where(Redirect.kind == "tag", Redirect.target == str(tag.id)))
    plain = {name: getattr(tag, name) for name in ("slug", "name", "description", "position", "extra")}
    return plain | {"names": list(tag.aliases), "old": list(old)}
