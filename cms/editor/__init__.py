"""The web editor: every page and JSON answer under /editor."""

from flask import Blueprint, Flask

from cms.auth.door import init_auth
from cms.editor import (
    account,
    authors,
    caption,
    exercises,
    hints,
    history,
    links,
    listing,
    pictures,
    preview,
    replace,
    saving,
    searches,
    sign_in,
    site,
    tags,
    to_do,
    undo,
    vocabulary,
    write,
)
from cms.editor.gate import guard

PAGES = (
    *(sign_in, listing, write, saving, hints, history, preview, caption, replace),
    *(to_do, searches, links, pictures, tags, exercises, authors, vocabulary, site, account, undo),
)


def register(app: Flask) -> None:
    """Give the application its editor."""
    init_auth(app)
    blueprint = Blueprint("editor", __name__, url_prefix="/editor", template_folder="templates", static_folder="static")
    guard(blueprint)
    for page in PAGES:
        page.add_routes(blueprint)
    app.register_blueprint(blueprint)
