"""The OpenAPI document, complete: the JSON resources from their declarations, the rest from `beside.py`."""

import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from flask import Flask
from flask_smorest import Api
from marshmallow import fields

from cms.api.beside import BESIDE, GROUPS, PATH, Beside
from cms.api.blueprint import JSON, PublicBlueprint
from cms.api.problems import PROBLEM_JSON
from cms.api.queries import CommaList
from cms.config import Settings
from cms.shapes.schemas import Problem

PREFIX = "/api/v1"


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
    for name, description in GROUPS.items():
        api.spec.tag({"name": name, "description": description})
    for status in sorted({404} | {status for beside in BESIDE for status in beside.errors}):
        api.spec.components.get_ref("response", HTTPStatus(status).name)  # so that it is among the components
    spec: dict[str, Any] = json.loads(json.dumps(api.spec.to_dict()))
    schemas = spec["components"]["schemas"]
    for beside in BESIDE:
        spec["paths"][beside.path] = {"get": _beside(beside)}
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


def _beside(beside: Beside) -> dict[str, Any]:
    responses: dict[str, Any] = {
        "200": {"description": beside.what, "content": {beside.media_type: {"example": beside.example}}}
    }
    if beside.moves:
        responses["301"] = {"description": "It has moved; Location says where."}
    if beside.validated:
        responses["304"] = {"description": "Your copy (If-None-Match) is the present one."}
    names = re.findall(r"{(\w+)}", beside.path)
    for status in sorted({*beside.errors, *([404] if names else [])}):
        responses[str(status)] = {"$ref": f"#/components/responses/{HTTPStatus(status).name}"}
    return {
        "summary": beside.what,
        "tags": [beside.group],
        "parameters": [
            *(_parameter("path", name, PATH[name], needed=True) for name in names),
            *(_parameter("query", name, words, needed=name in beside.needed) for name, words in beside.query.items()),
        ],
        "responses": responses,
    }


def _parameter(place: str, name: str, words: str, *, needed: bool) -> dict[str, Any]:
    return {"in": place, "name": name, "required": needed, "description": words, "schema": {"type": "string"}}


def _comma_list(self: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    return {"explode": False, "style": "form"} if isinstance(field, CommaList) else {}


def _json_schema_of_our_fields(self: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    kind = field.metadata.get("type")
    return {"type": [kind, "null"] if field.allow_none else kind} if kind else {}


ABOUT = """The public, read-only API of this blog. No key, no cookie, any origin.

Every answer has a strong `ETag`: send it back as `If-None-Match` and an unchanged answer costs a 304.
Unknown parameters and bad values answer 422 with `application/problem+json` that says what to change."""
