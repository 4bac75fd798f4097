"""Authors: name, credentials, bio, picture, other places on the web."""

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cms import media, publishing
from cms.db import reading, writing
from cms.editor.ask import lines_of, text_of, words_of
from cms.errors import CmsError, NotFound
from cms.posts import Author, post_author


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/authors", view_func=authors)
    add("/authors/new", view_func=new_author, methods=["GET", "POST"])
    add("/authors/<slug>", view_func=author, methods=["GET", "POST"])


def authors() -> ResponseReturnValue:
    """Everybody who writes or reviews."""
    count = sa.select(sa.func.count()).where(post_author.c.author_id == Author.id).scalar_subquery()
    rows = reading().execute(sa.select(Author, count).order_by(Author.name)).all()
    return render_template("editor/authors.html", rows=rows)


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
    found = _author(reading(), slug)
    return render_template("editor/author.html", author=found, form={}, done=request.args.get("done"))


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
        known = _author(reading(), slug) if slug else None
        page = render_template("editor/author.html", author=known, form=request.form, problem=problem)
        return page, problem.status
    return redirect(url_for("editor.author", slug=found.slug, done="saved"), 303)


def _author(session: Session, slug: str) -> Author:
    found = session.scalar(sa.select(Author).where(Author.slug == slug))
    if found is None:
        raise NotFound("There is no such author.")
    return found
