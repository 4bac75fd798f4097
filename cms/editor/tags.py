"""Tags: the list with counts, renaming, aliases, merging; and what the write page offers."""

import sqlalchemy as sa
from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, selectinload

from cms import publishing
from cms.db import reading, writing
from cms.editor.ask import text_of, words_of
from cms.errors import BadInput, NotFound
from cms.posts import Post, PostTag, Tag, is_public


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/tags", view_func=tags)
    add("/tags", view_func=make_tag, methods=["POST"])
    add("/tags/<int:tag_id>", view_func=tag, methods=["GET", "POST"])
    add("/tags/<int:tag_id>/merge", view_func=merge_tag, methods=["POST"])
    add("/tags/<int:tag_id>/delete", view_func=delete_tag, methods=["POST"])
    add("/api/tags", view_func=offer_tags)


def offer_tags() -> ResponseReturnValue:
    """Every tag with its other names and how many public posts have it."""
    return jsonify(
        tags=[
            {"name": found.name, "slug": found.slug, "aliases": found.aliases, "count": count}
            for found, count in all_tags(reading())
        ]
    )


def all_tags(session: Session) -> list[tuple[Tag, int]]:
    """Tags by name, with the number of public posts."""
    count = (
        sa.select(PostTag.tag_id, sa.func.count().label("n"))
        .join(Post, Post.id == PostTag.post_id)
        .where(is_public())
        .group_by(PostTag.tag_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Tag, sa.func.coalesce(count.c.n, 0))
        .join(count, count.c.tag_id == Tag.id, isouter=True)
        .options(selectinload(Tag.names))
        .order_by(sa.func.lower(Tag.name))
    )
    return [(found, number) for found, number in rows]


def tags() -> ResponseReturnValue:
    """The list of tags."""
    return render_template("editor/tags.html", tags=all_tags(reading()), done=request.args.get("done"))


def make_tag() -> ResponseReturnValue:
    """A new tag."""
    session = writing()
    try:
        made = publishing.make_tag(session, text_of("name"))
        session.commit()
    except BadInput as problem:
        session.rollback()
        page = render_template("editor/tags.html", tags=all_tags(reading()), problem=problem, form=request.form)
        return page, problem.status
    return redirect(url_for("editor.tag", tag_id=made.id), 303)


def tag(tag_id: int) -> ResponseReturnValue:
    """One tag: its name, address, description and other names."""
    session = writing() if request.method == "POST" else reading()
    found = _tag(session, tag_id)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            publishing.save_tag(
                session,
                found,
                name=text_of("name"),
                slug=text_of("slug"),
                description=text_of("description"),
                aliases=words_of("aliases"),
            )
            return redirect(url_for("editor.tag", tag_id=tag_id, done="saved"), 303)
        except BadInput as refusal:
            session.rollback()
            problem = refusal
            found = _tag(reading(), tag_id)
    others = [(other, n) for other, n in all_tags(reading()) if other.id != tag_id]
    page = render_template(
        "editor/tag.html",
        tag=found,
        form=request.form,
        others=others,
        posts=posts_of(reading(), tag_id),
        problem=problem,
        done=request.args.get("done"),
    )
    return page, problem.status if problem else 200


def posts_of(session: Session, tag_id: int) -> list[Post]:
    """The public posts of a tag, newest first."""
    tagged = sa.select(PostTag.post_id).where(PostTag.tag_id == tag_id)
    query = sa.select(Post).where(is_public(), Post.id.in_(tagged)).order_by(Post.published_at.desc())
    return list(session.scalars(query))


def merge_tag(tag_id: int) -> ResponseReturnValue:
    """Put every post of this tag under another; the old address redirects."""
    session = writing()
    into = text_of("into")
    other = session.get(Tag, int(into)) if into.isdigit() and len(into) < 12 else None
    if other is None:
        raise BadInput("Choose the tag to merge into.")
    aside = publishing.merge_away(session, _tag(session, tag_id), other)
    return redirect(url_for("editor.tag", tag_id=other.id, done="merged", undo=aside.id), 303)


def delete_tag(tag_id: int) -> ResponseReturnValue:
    """Delete a tag that no post has."""
    session = writing()
    aside = publishing.take_tag_away(session, _tag(session, tag_id))
    return redirect(url_for("editor.tags", done="deleted", undo=aside.id), 303)


def _tag(session: Session, tag_id: int) -> Tag:
    found = session.get(Tag, tag_id)
    if found is None:
        raise NotFound("There is no such tag; it may have been merged into another.")
    return found
