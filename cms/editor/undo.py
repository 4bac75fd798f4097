"""Undo for what was deleted, merged or replaced on the pages beside the posts."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from cms import publishing
from cms.db import writing
from cms.editor.replace import take_back

PLACES = {
    "author": "authors",
    "concept": "vocabulary",
    "exercise": "exercises",
    "redirect": "site",
    "tag": "tags",
    "merge": "tags",
}


def add_routes(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/undo/<int:aside_id>", view_func=undo_deleting, methods=["POST"])


def undo_deleting(aside_id: int) -> ResponseReturnValue:
    """Bring it back, and show where it is."""
    session = writing()
    aside = publishing.find_aside(session, aside_id)
    kind, words = aside.kind, aside.words
    if kind == "review":
        kept = take_back(session, aside)
        return redirect(url_for("editor.to_do", done="kept" if kept else "undone"), 303)
    publishing.bring_back(session, aside)
    if kind in ("picture", "deleted_picture"):
        return redirect(url_for("editor.picture", name=words, done="undone"), 303)
    return redirect(url_for(f"editor.{PLACES[kind]}", done="undone"), 303)
