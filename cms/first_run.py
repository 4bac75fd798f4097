"""The first run: starter content, and the link that makes the first editor."""

import os
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from cms import auth, library, publishing, search, served
from cms.db import reading, writing
from cms.errors import BadInput
from cms.posts import Post, settings


def first_run(app: Flask) -> str:
    """Import `CMS_CONTENT` (default `content`; empty: nothing) if this instance never held anything, and make
    sure that what is public is searchable. Returns what to tell the person who started it.

    A first run that was cut short goes on where it was: what is imported already is left as it is.
    """
    content = os.environ.get("CMS_CONTENT", "content")
    with app.app_context():
        publishing.notice_due(writing())
        begun, done = settings().instance / "first_run_begun", settings().instance / "first_run_done"
        report = ""
        if not done.exists():
            if content and (begun.exists() or not reading().scalar(sa.select(Post.id).limit(1))):
                reading().close()
                begun.touch()
                report = _import(Path(content))
            done.touch()
            begun.unlink(missing_ok=True)
        search.catch_up()
        return report


def set_up_link(app: Flask) -> str | None:
    """A fresh one-time link that makes the first editor, or None if there is one already."""
    with app.app_context():
        session = writing()
        if session.scalar(sa.select(auth.Editor.id).limit(1)):
            session.rollback()
            return None
        token = auth.make_link(session, "set_up")
        return served.link(settings(), f"/editor/set-up/{token}")


def _import(folder: Path) -> str:
    if not folder.is_dir():
        raise BadInput(f"CMS_CONTENT is {str(folder)!r}, and there is no such folder. Mend it, or set it to nothing.")
    imported = library.import_folder(writing(), folder)
    lines = [f"Imported {imported.posts_new} posts from {folder}/."]
    lines += [str(problem) for problem in imported.problems]
    return "\n".join(lines)
