"""The public JSON API, version 1: one file a resource, thin views."""

from functools import cache, partial

from flask import Flask

from cms.api.authors import authors
from cms.api.documents import documents
from cms.api.health import health
from cms.api.openapi import PREFIX, document
from cms.api.posts import posts
from cms.api.preview import preview
from cms.api.problems import handle_problems
from cms.api.search import search
from cms.api.site import site
from cms.api.tags import tags
from cms.config import Settings

RESOURCES = (posts, tags, authors, search, site, preview)


def init_api(app: Flask, settings: Settings, version: str) -> None:
    """Register every public JSON resource, the health addresses and the one error handler."""
    handle_problems(app)
    for blueprint in RESOURCES:
        app.register_blueprint(blueprint, url_prefix=PREFIX)
    app.register_blueprint(documents)
    app.register_blueprint(health)
    # made when somebody asks for it, and once: it changes only with the code
    app.extensions["midstance_openapi"] = cache(partial(document, app, settings, version, RESOURCES))
    app.config["API_VERSION"] = version
