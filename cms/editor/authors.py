"""Authors: name, credentials, bio, picture, other places on the web."""

from collections.abc import Mapping

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cms import media, publishing
from cms.db import reading, writing
from cms.editor.ask import lines_of, text_of, words_of
from cms.errors import BadInput, CmsError, NotFound
from cms.posts import Author, Post, post_author


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/authors", view_func=authors)
    add("/authors/new", view_func=new_author, methods=["GET", "POST"])
    add("/authors/<slug>", view_func=author, methods=["GET", "POST"])
    add("/authors/<slug>/delete", view_func=delete_author, methods=["POST"])


def authors() -> ResponseReturnValue:
    """Everybody who writes or reviews."""
    count = sa.select(sa.func.count()).where(post_author.c.author_id == Author.id).scalar_subquery()
    rows = reading().execute(sa.select(Author, count).order_by(Author.name)).all()
    return render_template("editor/authors.html", rows=rows, done=request.args.get("done"))


def new_author() -> ResponseReturnValue:
    """Somebody new."""
    if request.method == "GET":
        return render_template("editor/author.html", author=None, form={})
    return _save(writing(), Author(slug="", name=""), None)


def author(slug: str) -> ResponseReturnValue:
    """One author."""
    if request.method == "POST":
        session = writing()
        return _save(session, _author(session, slug), slug)
    return _page(slug, done=request.args.get("done"))


def delete_author(slug: str) -> ResponseReturnValue:
    """Delete an author of no post."""
    session = writing()
    found = _author(session, slug)
    if publishing.appearances(session, slug):
        session.rollback()
        problem = BadInput("Posts name this author. Give them another one first; they are listed on this page.")
        return _page(slug, problem), problem.status
    aside = publishing.take_away(session, found, found.name)
    return redirect(url_for("editor.authors", done="deleted", undo=aside.id), 303)


def _page(
    slug: str, problem: CmsError | None = None, form: Mapping[str, str] | None = None, done: str | None = None
) -> str:
    session = reading()
    return render_template(
        "editor/author.html",
        author=_author(session, slug),
        posts=[{"id": post.id, "title": title_of(post)} for post in publishing.appearances(session, slug)],
        form=form or {},
        problem=problem,
        done=done,
    )


def _save(session: Session, found: Author, slug: str | None) -> ResponseReturnValue:
    try:
        picture = found.picture
        file = request.files.get("picture")
        if file is not None and file.filename:
            session.rollback()  # a picture is worked on with no transaction open
            stored = media.store(session, file.stream.read(), file.filename, alt=text_of("name"))
            picture = f"media/{stored.name}"
        if request.form.get("no_picture"):
            picture = None
        values = {
            "name": text_of("name"),
            "credentials": words_of("credentials"),
            "bio": text_of("bio"),
            "picture": picture,
            "same_as": lines_of("same_as"),
        }
        publishing.save_author(session, found, values)
    except CmsError as problem:
        session.rollback()
        if slug:
            return _page(slug, problem, request.form), problem.status
        page = render_template("editor/author.html", author=None, form=request.form, problem=problem)
        return page, problem.status
    return redirect(url_for("editor.author", slug=found.slug, done="saved"), 303)


def title_of(post: Post) -> str:
    """What the post is called in its newest text."""
    working = post.working()
    return working.title if working else post.title


def _author(session: Session, slug: str) -> Author:
    found = session.scalar(sa.select(Author).where(Author.slug == slug))
    if found is None:
        raise NotFound("There is no such author.")
    return found
