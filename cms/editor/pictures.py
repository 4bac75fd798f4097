"""The media library: pictures with where they are used, and what the write page asks about pictures."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, jsonify, redirect, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from cms import media, publishing
from cms.db import reading, writing
from cms.editor.ask import page_of, text_of
from cms.errors import BadInput, CmsError, NotFound
from cms.media import Picture
from cms.publishing.pictures import save_picture, where_used

PAGE = 60
MIDDLING = 800  # pixels: what the editor shows of a picture


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/pictures", view_func=pictures)
    add("/pictures", view_func=add_picture, methods=["POST"])
    add("/pictures/<name>", view_func=show_picture)
    add("/pictures/<name>/about", view_func=picture, methods=["GET", "POST"])
    add("/pictures/<name>/file", view_func=replace_picture, methods=["POST"])
    add("/pictures/<name>/delete", view_func=delete_picture, methods=["POST"])
    add("/api/pictures", view_func=find_pictures)
    add("/api/pictures", view_func=take_picture, methods=["POST"])


def pictures() -> ResponseReturnValue:
    """The library, newest first."""
    return _list(request.args.get("q", "").strip()[:200])


def add_picture() -> ResponseReturnValue:
    """A picture sent by the plain form."""
    try:
        stored = _store()
    except CmsError as problem:
        return _list("", problem), problem.status
    return redirect(url_for("editor.picture", name=stored.name), 303)


def _list(wanted: str, problem: CmsError | None = None) -> str:
    session, query = reading(), _holding(wanted)
    bare = query.where(Picture.alt == "")
    without = session.scalar(sa.select(sa.func.count()).select_from(bare.subquery())) or 0
    show = "bare" if request.args.get("show") == "bare" and not problem else ""
    query = bare if show else query
    count = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    page = page_of(count, PAGE)
    return render_template(
        "editor/pictures.html",
        pictures=_on_page(session, query, page),
        wanted=wanted,
        show=show,
        without=without,
        count=count,
        page=page,
        size=PAGE,
        problem=problem,
        done=request.args.get("done"),
    )


def show_picture(name: str) -> ResponseReturnValue:
    """The picture that posts call `media/<name>`, as it is now, in a size for the editor."""
    found = _picture(reading(), name)
    fitting = [variant for variant in found.variants if int(variant["width"]) <= MIDDLING]
    file = str((fitting or found.variants)[-1 if fitting else 0]["file"])
    return send_from_directory(media.path_of(file).parent, media.path_of(file).name, max_age=0)


def picture(name: str) -> ResponseReturnValue:
    """One picture: its words, its focal point, where it is used."""
    if request.method == "GET":
        return _page(_picture(reading(), name))
    session = writing()
    found = _picture(session, name)
    try:
        media.set_focal(found, _focal())
        save_picture(session, found, alt=text_of("alt"), caption=text_of("caption"))
    except BadInput as problem:
        session.rollback()
        return _page(_picture(reading(), name), problem), problem.status
    return redirect(url_for("editor.picture", name=name, done="saved"), 303)


def _page(found: Picture, problem: CmsError | None = None) -> str:
    return render_template(
        "editor/picture.html",
        picture=found,
        used=where_used(reading(), found.name),
        problem=problem,
        done=request.args.get("done"),
    )


def replace_picture(name: str) -> ResponseReturnValue:
    """Another file under the same name: every post that shows it shows the new one."""
    session = writing()
    _picture(session, name)
    session.rollback()  # a picture is worked on with no transaction open
    try:
        data = _sent().stream.read()
        encoded = media.known(data) or media.work_on(data)
    except CmsError as problem:
        return _page(_picture(reading(), name), problem), problem.status
    aside = publishing.replace_picture(session, _picture(session, name), encoded)
    return redirect(url_for("editor.picture", name=name, done="replaced", undo=aside.id), 303)


def delete_picture(name: str) -> ResponseReturnValue:
    """Delete a picture that nothing uses."""
    session = writing()
    try:
        aside = publishing.take_picture_away(session, _picture(session, name))
    except BadInput as problem:
        session.rollback()
        return _page(_picture(reading(), name), problem), problem.status
    return redirect(url_for("editor.pictures", done="deleted", undo=aside.id), 303)


def find_pictures() -> ResponseReturnValue:
    """Pictures for the panel of the write page."""
    found = _on_page(reading(), _holding(request.args.get("q", "").strip()[:200]), 1)
    return jsonify(pictures=[_shape(one) for one in found])


def take_picture() -> ResponseReturnValue:
    """A picture that was dropped, pasted or chosen in the text."""
    return jsonify(_shape(_store())), 201


def _store() -> Picture:
    file = _sent()
    return media.store(writing(), file.stream.read(), str(file.filename), alt=text_of("alt"))


def _sent() -> FileStorage:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise BadInput("Choose a picture first.", {"file": ["No file came with the form."]})
    return file


def _holding(wanted: str) -> sa.Select[Picture]:
    """Pictures whose name, description or caption holds every word."""
    query = sa.select(Picture)
    for word in wanted.split():
        query = query.where(
            sa.or_(
                *(column.icontains(word, autoescape=True) for column in (Picture.name, Picture.alt, Picture.caption))
            )
        )
    return query


def _on_page(session: Session, query: sa.Select[Picture], page: int) -> list[Picture]:
    """One page of them, newest first."""
    newest = query.order_by(Picture.made_at.desc(), Picture.id.desc())
    return list(session.scalars(newest.limit(PAGE).offset((page - 1) * PAGE)))


def _picture(session: Session, name: str) -> Picture:
    found = session.scalar(sa.select(Picture).where(Picture.name == name))
    if found is None:
        raise NotFound("There is no picture of this name.")
    return found


def _focal() -> tuple[float, float] | None:
    """The focal point in per cent, as the form has it; none where a field is empty."""
    try:
        x, y = (float(text_of(name)) / 100 for name in ("focal_x", "focal_y"))
    except ValueError:
        return None
    return x, y


def _shape(found: Picture) -> dict[str, Any]:
    return {
        "name": found.name,
        "alt": found.alt,
        "caption": found.caption,
        "width": found.width,
        "height": found.height,
    }
