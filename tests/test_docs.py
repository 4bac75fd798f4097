"""The docs say what is true: every setting, hook, command and route is named, every link leads somewhere."""

import re
from pathlib import Path

import pytest

from cms.config import table
from cms.hooks import Hooks

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def page(name):
    return (ROOT / "docs" / name).read_text()


@pytest.mark.parametrize("row", table(), ids=lambda row: row.name)
def test_every_setting_is_explained(row):
    line = next(line for line in page("settings.md").splitlines() if line.startswith(f"| `{row.name.upper()}` |"))
    assert row.metadata["meaning"] in line
    if row.default not in ("", False, True):
        assert f"`{row.default}`" in line


def test_no_setting_is_explained_that_does_not_exist():
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", page("settings.md"), re.MULTILINE))
    assert named == {row.name.upper() for row in table()}


def test_every_hook_is_explained():
    hooks = {name for name in vars(Hooks) if not name.startswith("_")}
    assert set(re.findall(r"^\| `([a-z_]+)` \|", page("hooks.md"), re.MULTILINE)) == hooks


def test_every_command_is_explained(app):
    text = page("operations.md")
    for name in app.cli.commands["cms"].list_commands(None):
        assert f"cms {name}" in text, name


def test_every_public_route_is_explained(app):
    text = "".join(path.read_text() for path in PAGES)
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/editor", "/ghost")) or rule.endpoint.startswith("static"):
            continue
        shown = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule).removeprefix("/api/v1")
        plain = re.sub(r"\{\w+\}", "{}", shown)
        assert plain in re.sub(r"\{\w+\}", "{}", text), f"{rule.rule} is in no docs page"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(path):
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_one_line_puts_the_embeds_on_a_page_everywhere():
    lines = [line for path in PAGES for line in re.findall(r"<script [^>]*embed\.js[^>]*>", path.read_text())]
    assert len(lines) >= 3
    assert [line for line in lines if not line.endswith(" defer>") or "module" in line] == []


def test_the_readme_names_the_two_commands_and_the_rooms():
    text = (ROOT / "README.md").read_text()
    assert "make run" in text
    assert "make test" in text
    for room in (path.name.removesuffix(".py") for path in (ROOT / "cms").iterdir() if path.is_dir()):
        if not room.startswith("_") and room != "migrations":
            assert f"cms/{room}" in text, room
