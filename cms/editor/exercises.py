"""The exercise library: written once, placed in many posts by reference."""

import sqlalchemy as sa
from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cms import publishing
from cms.db import reading, writing
from cms.editor.ask import lines_of, text_of
from cms.errors import BadInput, NotFound
from cms.markup.outline import slugify
from cms.posts import Exercise, Post, Revision

DOSE = ("sets", "reps", "hold", "side")


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/exercises", view_func=exercises)
    add("/exercises/new", view_func=new_exercise, methods=["GET", "POST"])
    add("/exercises/sheet", view_func=sheet)
    add("/exercises/<exercise_id>", view_func=exercise, methods=["GET", "POST"])
    add("/exercises/<exercise_id>/delete", view_func=delete_exercise, methods=["POST"])
    add("/api/exercises", view_func=offer_exercises)


def offer_exercises() -> ResponseReturnValue:
    """The library for the write page."""
    return jsonify(exercises=[{"id": one.id, "name": one.name, "dose": dose_in_words(one)} for one in _all(reading())])


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
        return render_template("editor/exercise.html", exercise=None, form={}, used=[])
    session = writing()
    made = Exercise(id=free_id(session, text_of("name")), name="", dose={}, steps=[])
    return _save(session, made, new=True)


def exercise(exercise_id: str) -> ResponseReturnValue:
    """One exercise: a change here changes every post that shows it."""
    if request.method == "POST":
        session = writing()
        return _save(session, _exercise(session, exercise_id))
    found = _exercise(reading(), exercise_id)
    return render_template(
        "editor/exercise.html",
        exercise=found,
        form={},
        used=posts_placing(reading(), exercise_id),
        done=request.args.get("done"),
    )


def delete_exercise(exercise_id: str) -> ResponseReturnValue:
    """Delete an exercise that no post shows."""
    session = writing()
    found = _exercise(session, exercise_id)
    if used := posts_placing(session, exercise_id):
        raise BadInput(f"{len(used)} posts show this exercise. Take it out of them first.")
    session.delete(found)
    session.commit()
    return redirect(url_for("editor.exercises", done="deleted"), 303)


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


def free_id(session: Session, name: str) -> str:
    """An id made from the name that no exercise has."""
    wanted = slugify(name)[:56] or "exercise"
    found, number = wanted, 1
    while session.get(Exercise, found) is not None:
        number += 1
        found = f"{wanted}-{number}"
    return found


def _save(session: Session, found: Exercise, *, new: bool = False) -> ResponseReturnValue:
    values = {
        "name": text_of("name"),
        "steps": lines_of("steps"),
        "dose": {name: value for name in DOSE if (value := text_of(name))},
        "stop_if": text_of("stop_if"),
        "picture": picture_of(found, text_of("picture")),
    }
    exercise_id = found.id
    try:
        publishing.save_exercise(session, found, values)
    except BadInput as problem:
        session.rollback()
        known = None if new else _exercise(reading(), exercise_id)
        used = [] if new else posts_placing(reading(), exercise_id)
        page = render_template("editor/exercise.html", exercise=known, form=request.form, used=used, problem=problem)
        return page, problem.status
    return redirect(url_for("editor.exercise", exercise_id=found.id, done="saved"), 303)


def picture_of(found: Exercise, written: str) -> str | None:
    """The picture's name as the exercise keeps it (`media/<name>`)."""
    if not written:
        return None
    return written if written.startswith("media/") else f"media/{written}"


def _all(session: Session) -> list[Exercise]:
    return list(session.scalars(sa.select(Exercise).order_by(sa.func.lower(Exercise.name))))


def _exercise(session: Session, exercise_id: str) -> Exercise:
    found = session.get(Exercise, exercise_id)
    if found is None:
        raise NotFound("There is no such exercise.")
    return found
