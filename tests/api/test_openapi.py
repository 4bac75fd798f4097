"""The OpenAPI document is valid, and says of every public route what it does."""

import re

import pytest
from openapi_spec_validator import validate

ELSEWHERE = ("/editor", "/ghost")  # not public, and what a plugin brings


@pytest.fixture
def document(reader):
    return reader.get("/api/v1/openapi.json").json


def path_of(rule):
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule)


def test_the_document_is_valid(document):
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_public_route_is_described_and_every_description_has_a_route(reader, document):
    routes = {
        path_of(rule.rule) for rule in reader.application.url_map.iter_rules() if not rule.rule.startswith(ELSEWHERE)
    }
    assert routes == set(document["paths"])


def test_every_operation_names_its_answers_and_every_parameter_says_what_it_is(document):
    for path, operations in document["paths"].items():
        operation = operations["get"]
        assert operation["summary"], path
        assert "200" in operation["responses"], path
        inside = set(re.findall(r"{(\w+)}", path))
        parameters = [*operations.get("parameters", []), *operation.get("parameters", [])]
        assert inside == {row["name"] for row in parameters if row["in"] == "path"}, path
        for row in parameters:
            assert path.startswith("/api/v1/") or row.get("description"), (path, row["name"])
            assert row["in"] == "path" or row.get("description"), (path, row["name"])
        for content in operation["responses"]["200"]["content"].values():
            assert "example" in content, path


def test_the_parameters_described_are_those_understood(reader, document):
    for path, operations in document["paths"].items():
        if not path.startswith("/api/v1/"):
            continue
        described = {row["name"] for row in operations["get"].get("parameters", []) if row["in"] == "query"}
        answer = reader.get(re.sub(r"{\w+}", "x", path) + "?no_such=1")
        assert answer.status_code == 422, path
        assert all(f"{name}" in answer.json["errors"]["no_such"][0] for name in described), path


def test_what_stands_beside_answers_as_described(reader, document):
    post, tag = (reader.get(f"/api/v1/{kind}").json[kind][0]["slug"] for kind in ("posts", "tags"))
    for path, operations in document["paths"].items():
        if path.startswith("/api/v1/") or "{" in path.replace("{slug}", "").replace("{number}", ""):
            continue
        address = path.replace("{slug}", tag if path.startswith("/tags/") else post).replace("{number}", "1")
        if path == "/oembed":
            address += f"?url=http://127.0.0.1:8000/posts/{post}"
        answer = reader.get(address)
        described = operations["get"]["responses"]
        assert answer.status_code == 200, path
        assert answer.mimetype in described["200"]["content"], path
        if "304" in described:
            again = reader.get(address, headers={"If-None-Match": answer.headers["ETag"]})
            assert again.status_code == 304, path
        gone = reader.get(path.replace("{slug}", "nothing-here").replace("{number}", "9999")).status_code
        assert gone == 200 or str(gone) in described, path


def test_the_examples_have_the_shape_they_are_examples_of(document):
    from cms.shapes import schemas

    example = document["paths"]["/api/v1/posts/{slug}"]["get"]["responses"]["200"]["content"]["application/json"]
    assert set(example["example"]["post"]) == set(schemas.Post().fields)
    problem = document["components"]["responses"]["NOT_FOUND"]["content"]["application/problem+json"]["example"]
    assert set(problem) == set(schemas.Problem().fields)


def test_the_page_of_it_is_legible_without_scripts_or_others(reader, document):
    answer = reader.get("/api/v1/docs")
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert not re.search(r"(?:src|href)=\"(?!http://127\.0\.0\.1:8000/|#)", answer.text)
    for path in document["paths"]:
        assert f"GET {path}" in answer.text
    ids = re.findall(r'id="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', answer.text)) <= set(ids)
