"""How the house is put together, room by room, from the ground up."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response
from werkzeug.routing import IntegerConverter

import cms.auth
import cms.library.tables
import cms.media
import cms.posts
import cms.search.tables  # noqa: F401 - every table must be known before Alembic compares
from cms import __version__
from cms.api import init_api
from cms.auth.door import is_signed_in
from cms.bodies import Bodies
from cms.caching import surround
from cms.cli import init_cli
from cms.config import Settings, read_settings
from cms.db import db, init_db
from cms.editor import register as register_editor
from cms.embed import blueprint as embed
from cms.feeds import blueprint as feeds
from cms.hooks import Plugins


class KeptNumber(IntegerConverter):
    """A whole number in an address, no larger than a database keeps: with a larger one there is nothing."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **{"max": 2**63 - 1, **more})


@dataclass(slots=True)
class Midstance:
    """What the rooms find in `app.extensions["midstance"]`."""

    settings: Settings
    plugins: Plugins


def assemble(config: Mapping[str, Any] | None = None) -> Flask:
    settings = read_settings(config)
    app = Flask("cms", static_folder=None, instance_path=str(settings.instance))
    app.url_map.converters["int"] = KeptNumber
    app.json.sort_keys = False  # type: ignore[attr-defined] # the default provider has it; the base class has not
    app.config.update(SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=settings.upload_bytes)
    app.extensions["midstance"] = Midstance(settings, Plugins(settings.plugin_names()))
    init_db(app, settings.database_url)
    init_api(app, settings, __version__)
    app.register_blueprint(feeds)
    app.register_blueprint(embed)
    register_editor(app)
    init_cli(app)
    for brought in app.extensions["midstance"].plugins.answers("blueprints"):
        for blueprint in brought:
            app.register_blueprint(blueprint)
    app.after_request(redirect_by_path)
    editors_only = partial(is_signed_in, app)
    app.wsgi_app = Bodies(app.wsgi_app, settings.upload_bytes, editors_only)  # type: ignore[method-assign] # Flask's way
    with app.app_context():
        follow_meaning(settings)
        surround(app, settings, db.get_engine("read"))
    return app


def follow_meaning(settings: Settings) -> None:
    """Where MEANING is on: make sure that its model is there, and let related articles follow what it reads."""
    if settings.meaning:
        from cms.related import refresh  # loaded at the start only where they are needed then
        from cms.search.meaning.model import check_installed
        from cms.search.state import state

        check_installed()
        meaning = state().meaning
        assert meaning is not None  # noqa: S101 - state makes it where the setting is on
        meaning.then = refresh


def redirect_by_path(response: Response) -> Response:
    """A redirect that routing makes (`/embed/demo` to `/embed/demo/`) names the Host that was asked for, and
    whoever asked may have made that up: keep the path alone (RFC 9110, 10.2.2), and no page that names it."""
    if response.status_code == 308:
        address = urlsplit(response.headers["Location"])
        response.set_data(b"")
        response.headers["Location"] = urlunsplit(("", "", "/" + address.path.lstrip("/"), address.query, ""))
    return response
