"""Folders and instances to carry posts between."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from cms import create_app
from cms.db import db, writing
from cms.instance import prepare
from cms.publishing import follow

from .odd_posts import ODD, SCHEDULED, SHELF

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def without_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about files; the index has its own."""
    monkeypatch.setattr(follow, "followers", tuple)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Another, empty instance to go into: `with other() as session:`."""
    made: list[Flask] = []

    @contextmanager
    def enter() -> Iterator[Session]:
        app = create_app({"INSTANCE": tmp_path / f"other-{len(made)}"})
        made.append(app)
        prepare(app)
        with app.app_context():
            yield writing()

    yield enter
    for app in made:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    folder = tmp_path / "odd"
    for name, data in ODD.items():
        path = folder / "posts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    later = (datetime.now(UTC) + timedelta(days=9)).isoformat(timespec="seconds")
    (folder / "posts" / "scheduled.md").write_text(SCHEDULED.format(later))
    (folder / "media").mkdir()
    Image.new("RGB", (40, 30), "red").save(folder / "media" / "x.png")
    (folder / "exercises.yaml").write_text("- id: short-foot\n  name: Short foot\n")
    (folder / "site.yaml").write_text("time_zone: America/Denver\n")
    return folder


@pytest.fixture
def shelf(odd: Path) -> Path:
    for name, data in SHELF.items():
        (odd / name).write_text(data, encoding="utf-8")
    return odd
