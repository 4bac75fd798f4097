"""The web editor: every page and JSON answer under /editor."""

from flask import Blueprint, Flask

from cms.auth.door import init_auth
from cms.editor import listing, saving, sign_in, write
from cms.editor.gate import guard

ROOMS = (sign_in, listing, write, saving)


def register(app: Flask) -> None:
    """Give the application its editor."""
    init_auth(app)
    blueprint = Blueprint("editor", __name__, url_prefix="/editor", template_folder="templates", static_folder="static")
    guard(blueprint)
    for room in ROOMS:
        room.add_routes(blueprint)
    app.register_blueprint(blueprint)
