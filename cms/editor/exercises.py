"""The exercise library: written once, placed in many posts by reference."""

from collections.abc import Mapping
from gettext import gettext as _
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cms import publishing
from cms.db import reading, writing
from cms.editor.ask import body, text_of
from cms.errors import BadInput, NotFound
from cms.markup.outline import slugify
from cms.media import Picture
from cms.posts import Exercise, Post, Revision

OFFERED = 500  # pictures
DOSE = ("sets", "reps", "hold", "side")


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/exercises", view_func=exercises)
    add("/exercises/new", view_func=new_exercise, methods=["GET", "POST"])
    add("/exercises/sheet", view_func=sheet)
    add("/exercises/<exercise_id>", view_func=exercise, methods=["GET", "POST"])
    add("/exercises/<exercise_id>/delete", view_func=delete_exercise, methods=["POST"])
    add("/api/exercises", view_func=offer_exercises)
    add("/api/exercises", view_func=write_exercise, methods=["POST"])
    add("/api/exercises/<exercise_id>", view_func=read_exercise)
    add("/api/exercises/<exercise_id>", view_func=write_exercise, methods=["POST"])


def offer_exercises() -> ResponseReturnValue:
    """The library for the write page."""
    return jsonify(
        exercises=[
            {"id": one.id, "name": one.name, "dose": dose_in_words(one), "steps": one.steps} for one in _all(reading())
        ]
    )


def read_exercise(exercise_id: str) -> ResponseReturnValue:
    """One exercise as the form in a post shows it, and how many posts show it."""
    found = _exercise(reading(), exercise_id)
    dose = {name: str(found.dose.get(name) or "") for name in DOSE}
    return jsonify(
        name=found.name,
        steps="\n".join(found.steps),
        **dose,
        stop_if=found.stop_if,
        picture=found.picture or "",
        used=len(posts_placing(reading(), exercise_id)),
    )


def write_exercise(exercise_id: str = "") -> ResponseReturnValue:
    """Put an exercise that is written in a post into the library, or change the one it shows, everywhere."""
    data = body()
    if not all(isinstance(value, str) for value in data.values()):
        raise BadInput("Every part of an exercise must be text.")
    session = writing()
    found = _exercise(session, exercise_id) if exercise_id else new_row(session, data.get("name", ""))
    publishing.save_exercise(session, found, values_of(data))
    return jsonify(id=found.id)


def dose_in_words(exercise: Exercise) -> str:
    """ "3 sets of 8, hold 5 seconds, each foot"."""
    dose = {name: str(exercise.dose.get(name) or "").strip() for name in DOSE}
    count = ""
    if dose["sets"]:
        count = f"{dose['sets']} sets" if dose["sets"] != "1" else "1 set"
    if dose["reps"]:
        count = f"{count} of {dose['reps']}" if count else f"{dose['reps']} times"
    hold = f"hold {dose['hold']}" if dose["hold"] else ""
    return ", ".join(part for part in (count, hold, dose["side"]) if part)


def exercises() -> ResponseReturnValue:
    """The library."""
    rows = [(one, dose_in_words(one)) for one in _all(reading())]
    return render_template("editor/exercises.html", rows=rows, done=request.args.get("done"))


def new_exercise() -> ResponseReturnValue:
    """A new exercise."""
    if request.method == "GET":
        return _page(None)
    session = writing()
    return _save(session, new_row(session, text_of("name")), new=True)


def exercise(exercise_id: str) -> ResponseReturnValue:
    """One exercise: a change here changes every post that shows it."""
    if request.method == "POST":
        session = writing()
        return _save(session, _exercise(session, exercise_id))
    return _page(exercise_id)


def delete_exercise(exercise_id: str) -> ResponseReturnValue:
    """Delete an exercise that no post shows."""
    session = writing()
    found = _exercise(session, exercise_id)
    if used := posts_placing(session, exercise_id):
        raise BadInput(f"{len(used)} posts show this exercise. Take it out of them first.")
    aside = publishing.take_away(session, found, found.name)
    return redirect(url_for("editor.exercises", done="deleted", undo=aside.id), 303)


def sheet() -> ResponseReturnValue:
    """The chosen exercises (all, if none is chosen) on one page to print and take home."""
    wanted = request.args.getlist("id")
    chosen = [one for one in _all(reading()) if not wanted or one.id in wanted]
    return render_template("editor/sheet.html", rows=[(one, dose_in_words(one)) for one in chosen])


def posts_placing(session: Session, exercise_id: str) -> list[Post]:
    """Posts whose working or live text places this exercise; not those in the bin."""
    pairs = session.execute(
        sa.select(Post, Revision)
        .join(Revision, sa.or_(Revision.id == Post.draft_id, Revision.id == Post.live_id))
        .where(
            Post.deleted_at.is_(None),
            sa.cast(Revision.fields, sa.Text).contains(exercise_id, autoescape=True),
        )
        .order_by(Post.id.desc())
    )
    found: dict[str, Post] = {}
    for post, revision in pairs:
        for block_id, block in revision.content().blocks.items():
            if block.get("kind") == "exercise" and str(block.get("exercise") or block_id) == exercise_id:
                found[post.id] = post
    return list(found.values())


def new_row(session: Session, name: str) -> Exercise:
    return Exercise(id=free_id(session, name), name="", dose={}, steps=[])


def free_id(session: Session, name: str) -> str:
    """An id made from the name that no exercise has."""
    wanted = slugify(name)[:56] or "exercise"
    found, number = wanted, 1
    while session.get(Exercise, found) is not None:
        number += 1
        found = f"{wanted}-{number}"
    return found


def _save(session: Session, found: Exercise, *, new: bool = False) -> ResponseReturnValue:
    exercise_id = found.id
    try:
        publishing.save_exercise(session, found, values_of(request.form))
    except BadInput as problem:
        session.rollback()
        return _page(None if new else exercise_id, problem), problem.status
    return redirect(url_for("editor.exercise", exercise_id=found.id, done="saved"), 303)


def _page(exercise_id: str | None, problem: BadInput | None = None) -> str:
    session = reading()
    known = _exercise(session, exercise_id) if exercise_id is not None else None
    picture = (text_of("picture") if problem else (known.picture if known else "")) or ""
    picture = picture.removeprefix("media/")
    return render_template(
        "editor/exercise.html",
        exercise=known,
        form=request.form if problem else {},
        used=posts_placing(session, exercise_id) if exercise_id is not None else [],
        picture=picture,
        pictures=_pictures(session, picture),
        problem=problem,
        done=request.args.get("done"),
    )


def _pictures(session: Session, present: str) -> list[tuple[str, str]]:
    """Pictures to choose from, the present one among them, each by its description."""
    newest = sa.select(Picture.name, Picture.alt).order_by(Picture.made_at.desc(), Picture.id.desc()).limit(OFFERED)
    words = {name: alt or name for name, alt in session.execute(newest)}
    return [("", _("None")), *({present: present} | words if present else words).items()]


def values_of(sent: Mapping[str, Any]) -> dict[str, Any]:
    """An exercise as a form or the write page sends it: texts, the steps one a line, the picture by its name."""
    given = {name: str(sent.get(name, "")).strip() for name in ("name", *DOSE, "stop_if", "picture")}
    picture = given["picture"]
    return {
        "name": given["name"],
        "steps": str(sent.get("steps", "")).splitlines(),
        "dose": {name: given[name] for name in DOSE if given[name]},
        "stop_if": given["stop_if"],
        "picture": f"media/{picture.removeprefix('media/')}" if picture else None,
    }


def _all(session: Session) -> list[Exercise]:
    return list(session.scalars(sa.select(Exercise).order_by(sa.func.lower(Exercise.name))))


def _exercise(session: Session, exercise_id: str) -> Exercise:
    found = session.get(Exercise, exercise_id)
    if found is None:
        raise NotFound("There is no such exercise.")
    return found
