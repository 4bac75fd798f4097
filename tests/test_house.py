"""The house's own rules: imports point down, every route is public or asks for an editor, no file outgrows itself."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [
    path for path in (ROOT / "cms").rglob("*.py") if "migrations" not in path.parts and "node_modules" not in path.parts
]

# Editor pages that a stranger may see; everything else under /editor needs a signed-in editor.
OPEN_EDITOR_PAGES = {
    "/editor/sign-in",
    "/editor/set-up/<token>",
    "/editor/sign-in-link/<token>",
    "/editor/static/<path:filename>",
    "/editor/preview/<token>",  # whoever holds the link
    "/editor/api/visit",  # whether somebody is signed in here, and a token to sign in with
    "/editor/api/sign-in",
}


def test_imports_point_down():
    lint = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True)
    assert lint.returncode == 0, lint.stdout


def test_every_editor_route_asks_for_an_editor(app):
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/editor") or rule.rule in OPEN_EDITOR_PAGES:
            continue
        path = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
        path = re.sub(r"<int:[^>]+>", "1", path)
        path = re.sub(r"<[^>]+>", "x", path)
        for method in rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
            answer = client.open(path, method=method)
            if method == "GET" and "/api/" not in path:
                assert (answer.status_code, answer.headers.get("Location")) == (303, "/editor/sign-in"), path
            else:  # without the token of a signed-in page: refused before anything is looked at
                assert answer.status_code in {303, 400, 401, 403}, (method, path)


def test_public_routes_only_read(app):
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/editor"):
            assert rule.methods <= {"GET", "HEAD", "OPTIONS"}, rule.rule


def test_public_answers_set_no_cookie(app, client, write_post):
    write_post("Toe yoga", tags=["Feet"])
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/editor"):
            continue
        path = re.sub(r"<[^>]+>", "toe-yoga", rule.rule)
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers, path
        assert "cookie" not in answer.headers.get("Vary", "").lower(), path
        assert answer.status_code < 500, path


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_function_fits_on_a_screen(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno <= 60, f"{path}:{node.lineno} {node.name}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_does_not_outgrow_itself(path):
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_are_named_with_nouns_of_the_trade(path):
    assert not {"utils", "helpers", "services", "managers", "common", "misc"} & {path.stem, *path.parts}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_opt_out_has_its_reason(path):
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if match := re.search(r"# (?:type: ignore|noqa|pragma: no cover)(.*)", line):
            assert re.search(r"(?:#|-|—)\s.*\w{4,}", match[1]), f"{path}:{number} gives no reason"
