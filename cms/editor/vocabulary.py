"""The vocabulary: what visitors say, and what the posts write; search looks for both."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cms import publishing
from cms.db import reading, record, writing
from cms.editor.ask import text_of, words_of
from cms.errors import BadInput, NotFound
from cms.posts import Post
from cms.search import trying
from cms.search.tables import Concept
from cms.search.vocabulary import Concept as Entry


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/vocabulary", view_func=vocabulary)
    add("/vocabulary", view_func=add_concept, methods=["POST"])
    add("/vocabulary/<int:concept_id>", view_func=concept, methods=["GET", "POST"])
    add("/vocabulary/<int:concept_id>/delete", view_func=delete_concept, methods=["POST"])


@dataclass(frozen=True, slots=True)
class Column:
    """What a search finds, for reading side by side: titles, how many in all, and what else was looked for."""

    titles: list[str]
    total: int
    expanded: tuple[str, ...]


def vocabulary() -> ResponseReturnValue:
    """The list, with a form for a new entry (`say` may be brought along from elsewhere)."""
    return _page({"say": request.args.get("say", "")[:200]})


def add_concept() -> ResponseReturnValue:
    """A new entry, or what it would do."""
    if text_of("do") == "try":
        return _page(request.form, tried=try_it(reading()))
    session = writing()
    last = session.scalar(sa.select(sa.func.max(Concept.position))) or 0
    try:
        _fill(session, Concept(position=last + 1))
    except BadInput as problem:
        session.rollback()
        return _page(request.form, problem), problem.status
    return redirect(url_for("editor.vocabulary", done="saved"), 303)


def concept(concept_id: int) -> ResponseReturnValue:
    """One entry; or what it would do, changed as it stands in the form."""
    problem: BadInput | None = None
    tried = None
    if request.method == "POST" and text_of("do") == "try":
        tried = try_it(reading(), instead_of=_concept(reading(), concept_id).concept)
    elif request.method == "POST":
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
        tried=tried,
        done=request.args.get("done"),
    )
    return page, problem.status if problem else 200


def try_it(session: Session, instead_of: str = "") -> dict[str, Any]:
    """What a search finds now, and with the entry in the form. Nothing is saved."""
    say, means = words_of("say"), words_of("means")
    q = text_of("q")[:200] or (say or means or [""])[0]
    entry = Entry(text_of("concept") or (means or say or [""])[0], tuple(say), tuple(means))
    try:
        before, after = trying.try_concepts(session, q, entry, instead_of=instead_of)
    except trying.IndexBroken:
        return {"q": q, "trouble": "The search is being made ready anew. Try again in a moment."}
    ids = [*before.ids, *after.ids]
    rows = session.execute(sa.select(Post.id, Post.title).where(Post.id.in_(ids)))
    titles = {row.id: row.title for row in rows}
    return {
        "q": q,
        "columns": [
            Column([titles[one] for one in found.ids], found.total, found.expanded) for found in (before, after)
        ],
        "same": before.ids == after.ids and before.total == after.total,
    }


def delete_concept(concept_id: int) -> ResponseReturnValue:
    """Forget an entry."""
    session = writing()
    found = _concept(session, concept_id)
    aside = publishing.take_away(session, found, found.concept)
    return redirect(url_for("editor.vocabulary", done="deleted", undo=aside.id), 303)


def _fill(session: Session, found: Concept) -> None:
    say, means = words_of("say"), words_of("means")
    if not say:
        raise BadInput("Write what visitors say.", {"say": ["Such as: runner's knee, sore knee."]})
    if not means:
        raise BadInput("Write what your posts call it.", {"means": ["Such as: patellofemoral pain."]})
    name = text_of("concept") or means[0]
    same = session.scalar(sa.select(Concept).where(Concept.concept == name))
    if same is not None and same is not found:
        raise BadInput(f"There is an entry “{name}” already. Add the words to it.", {"concept": ["It is taken."]})
    found.concept, found.say, found.means = name, say, means
    session.add(found)
    record(session, "vocabulary_changed")
    session.commit()
    publishing.settle(session)


def _page(form: Mapping[str, str], problem: BadInput | None = None, tried: dict[str, Any] | None = None) -> str:
    wanted = request.args.get("find", "").strip()[:200]
    concepts = reading().scalars(sa.select(Concept).order_by(sa.func.lower(Concept.concept))).all()
    return render_template(
        "editor/vocabulary.html",
        concepts=[one for one in concepts if _has(one, wanted)],
        count=len(concepts),
        unfinished=[one for one in concepts if not one.means],
        wanted=wanted,
        form=form,
        problem=problem,
        tried=tried,
        done=request.args.get("done"),
    )


def _has(one: Concept, wanted: str) -> bool:
    """Whether every word that is looked for stands in some phrase of the entry."""
    phrases = " / ".join([one.concept, *one.say, *one.means]).casefold()
    return all(word in phrases for word in wanted.casefold().split())


def _concept(session: Session, concept_id: int) -> Concept:
    found = session.get(Concept, concept_id)
    if found is None:
        raise NotFound("There is no such entry.")
    return found
