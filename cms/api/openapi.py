"""The OpenAPI document, complete: the JSON resources from their declarations, the rest from the table below."""

import json
from collections.abc import Iterable
from typing import Any

from flask import Flask
from flask_smorest import Api
from marshmallow import fields

from cms.api.blueprint import JSON, PublicBlueprint
from cms.api.problems import PROBLEM_JSON
from cms.api.queries import CommaList
from cms.config import Settings
from cms.shapes.schemas import Problem

PREFIX = "/api/v1"

# What stands beside the JSON API: path, what it is, its type.
BESIDE: tuple[tuple[str, str, str], ...] = (
    ("/feed.xml", "Newest posts as RSS 2.0.", "application/rss+xml"),
    ("/atom.xml", "Newest posts as Atom.", "application/atom+xml"),
    ("/feed.json", "Newest posts as JSON Feed 1.1.", "application/feed+json"),
    ("/tags/{slug}/feed.xml", "Newest posts of a tag as RSS 2.0.", "application/rss+xml"),
    ("/tags/{slug}", "A plain page that lists a tag's posts.", "text/html"),
    ("/sitemap.xml", "Every public post, for search engines.", "application/xml"),
    ("/sitemap-{number}.xml", "A part of the sitemap where there are more than 50,000 posts.", "application/xml"),
    ("/robots.txt", "For crawlers.", "text/plain"),
    ("/llms.txt", "What stands here, for language models.", "text/markdown"),
    ("/posts/{slug}", "A plain, legible page of a post.", "text/html"),
    ("/posts/{slug}.md", "A post as Markdown.", "text/markdown"),
    ("/favicon.ico", "The icon.", "image/svg+xml"),
    ("/page.css", "The style sheet of the plain pages.", "text/css"),
    ("/oembed", "oEmbed (link) of a post.", "application/json"),
    ("/media/{file}", "A picture; the name is a hash of its content.", "image/webp"),
    ("/healthz", "The process answers.", "text/plain"),
    ("/readyz", "Database and search index answer.", "application/json"),
    ("/metrics", "Figures for Prometheus.", "text/plain"),
    ("/api/v1/openapi.json", "This document.", "application/json"),
    ("/api/v1/docs", "This document as a page.", "text/html"),
)


class PublicApi(Api):  # type: ignore[misc] # flask-smorest ships no types
    """flask-smorest with our error body, which `cms.api.problems` answers."""

    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME = None  # each resource names its own
    DEFAULT_RESPONSE_CONTENT_TYPE = JSON

    def _register_error_handlers(self) -> None:
        """Ours are registered once for the whole application."""

    def _register_responses(self) -> None:
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM_JSON
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = JSON


def document(app: Flask, settings: Settings, version: str, blueprints: Iterable[PublicBlueprint]) -> dict[str, Any]:
    """The finished document of what `blueprints`, which `app` carries, answer: examples everywhere, no empty parts."""
    api = PublicApi(
        spec_kwargs={
            "title": "Midstance",
            "version": version,
            "openapi_version": "3.1.0",
            "info": {"description": ABOUT},
            "servers": [{"url": settings.public()}],
        }
    )
    api.init_app(app)
    api.ma_plugin.converter.add_parameter_attribute_function(_comma_list)
    api.ma_plugin.converter.add_attribute_function(_json_schema_of_our_fields)
    for blueprint in blueprints:
        blueprint.register_views_in_doc(api, app, api.spec, name=blueprint.name, parameters=None)
        api.spec.tag({"name": blueprint.name, "description": blueprint.description})
    spec: dict[str, Any] = json.loads(json.dumps(api.spec.to_dict()))
    schemas = spec["components"]["schemas"]
    for path, what, media_type in BESIDE:
        spec["paths"][path] = {"get": _beside(path, what, media_type)}
    for path in spec["paths"].values():
        for operation in (part for name, part in path.items() if name != "parameters"):
            for response in operation["responses"].values():
                for content in response.get("content", {}).values():
                    if "schema" in content:
                        content["example"] = example(content["schema"], schemas)
    for response in spec["components"].get("responses", {}).values():
        for content in response.get("content", {}).values():
            content["example"] = example(content["schema"], schemas)
    return spec


def example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """An example answer, put together from the examples of its fields."""
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    for key in ("allOf", "anyOf", "oneOf"):
        if schema.get(key):
            return example(schema[key][0], schemas)
    kinds = schema.get("type")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if kind == "array":
        return [example(schema["items"], schemas)]
    if kind == "object":
        return {name: example(part, schemas) for name, part in schema.get("properties", {}).items()}
    return {"string": "", "integer": 1, "number": 1.0, "boolean": True}.get(str(kind))


def _beside(path: str, what: str, media_type: str) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": what,
        "tags": ["beside the API"],
        "responses": {"200": {"description": what, "content": {media_type: {}}}},
    }
    names = [part[1 : part.index("}")] for part in path.split("/") if part.startswith("{")]
    names += ["number"] if "{number}" in path else []
    if names:
        operation["responses"]["404"] = {"$ref": "#/components/responses/NOT_FOUND"}
        operation["parameters"] = [
            {"in": "path", "name": name, "required": True, "schema": {"type": "string"}} for name in names
        ]
    if path == "/oembed":
        operation["parameters"] = [
            {"in": "query", "name": "url", "required": True, "schema": {"type": "string"}, "description": "Of a post."}
        ]
    return operation


def _comma_list(self: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    return {"explode": False, "style": "form"} if isinstance(field, CommaList) else {}


def _json_schema_of_our_fields(self: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    kind = field.metadata.get("type")
    return {"type": [kind, "null"] if field.allow_none else kind} if kind else {}


ABOUT = """The public, read-only API of this blog. No key, no cookie, any origin.

Every answer has a strong `ETag`: send it back as `If-None-Match` and an unchanged answer costs a 304.
Unknown parameters and bad values answer 422 with `application/problem+json` that says what to change."""
