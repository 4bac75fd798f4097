"""The vocabulary: what visitors say, and what the posts write; search looks for both."""

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cms import publishing
from cms.db import reading, record, writing
from cms.editor.ask import text_of, words_of
from cms.errors import BadInput, NotFound
from cms.search.tables import Concept


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/vocabulary", view_func=vocabulary)
    add("/vocabulary", view_func=add_concept, methods=["POST"])
    add("/vocabulary/<int:concept_id>", view_func=concept, methods=["GET", "POST"])
    add("/vocabulary/<int:concept_id>/delete", view_func=delete_concept, methods=["POST"])


def vocabulary() -> ResponseReturnValue:
    """The list, with a form for a new entry (`say` may be brought along from the Monday page)."""
    return _page({"say": request.args.get("say", "")[:200]})


def add_concept() -> ResponseReturnValue:
    """A new entry."""
    session = writing()
    last = session.scalar(sa.select(sa.func.max(Concept.position))) or 0
    try:
        _fill(session, Concept(position=last + 1))
    except BadInput as problem:
        session.rollback()
        return _page(request.form, problem), problem.status
    return redirect(url_for("editor.vocabulary", done="saved"), 303)


def concept(concept_id: int) -> ResponseReturnValue:
    """One entry."""
    problem: BadInput | None = None
    if request.method == "POST":
        session = writing()
        try:
            _fill(session, _concept(session, concept_id))
            return redirect(url_for("editor.vocabulary", done="saved"), 303)
        except BadInput as refusal:
            session.rollback()
            problem = refusal
    page = render_template(
        "editor/concept.html",
        concept=_concept(reading(), concept_id),
        form=request.form,
        problem=problem,
        done=request.args.get("done"),
    )
    return page, problem.status if problem else 200


def delete_concept(concept_id: int) -> ResponseReturnValue:
    """Forget an entry."""
    session = writing()
    found = _concept(session, concept_id)
    aside = publishing.take_away(session, found, found.concept)
    return redirect(url_for("editor.vocabulary", done="deleted", undo=aside.id), 303)


def _fill(session: Session, found: Concept) -> None:
    say, means = words_of("say"), words_of("means")
    if not say:
        raise BadInput("Write what visitors say.", {"say": ["Something is needed here."]})
    if not means:
        raise BadInput("Write what your posts call it.", {"means": ["Something is needed here."]})
    name = text_of("concept") or means[0]
    same = session.scalar(sa.select(Concept).where(Concept.concept == name))
    if same is not None and same is not found:
        raise BadInput(f"There is an entry “{name}” already. Add the words to it.", {"concept": ["It is taken."]})
    found.concept, found.say, found.means = name, say, means
    session.add(found)
    record(session, "vocabulary_changed")
    session.commit()
    publishing.settle(session)


def _page(form: object, problem: BadInput | None = None) -> str:
    concepts = reading().scalars(sa.select(Concept).order_by(sa.func.lower(Concept.concept))).all()
    return render_template(
        "editor/vocabulary.html", concepts=concepts, form=form, problem=problem, done=request.args.get("done")
    )


def _concept(session: Session, concept_id: int) -> Concept:
    found = session.get(Concept, concept_id)
    if found is None:
        raise NotFound("There is no such entry.")
    return found
