"""The public JSON API, version 1: one file a resource, thin views."""

from flask import Flask

from cms.api.authors import authors
from cms.api.documents import documents
from cms.api.health import health
from cms.api.openapi import make_api
from cms.api.posts import posts
from cms.api.preview import preview
from cms.api.problems import handle_problems
from cms.api.search import search
from cms.api.site import site
from cms.api.tags import tags
from cms.config import Settings


def init_api(app: Flask, settings: Settings, version: str) -> None:
    """Register every public JSON resource, the health addresses and the one error handler."""
    handle_problems(app)
    app.extensions["midstance_openapi"] = {
        "api": make_api(app, settings, version, (posts, tags, authors, search, site, preview))
    }
    app.register_blueprint(documents)
    app.register_blueprint(health)
