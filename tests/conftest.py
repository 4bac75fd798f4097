"""What every test may ask for: a fresh service in a temporary folder, a way to write posts, the shared data."""

import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.orm import Session

from cms import create_app, library, publishing
from cms.auth import passwords
from cms.db import writing
from cms.instance import prepare
from cms.posts import Content, Post

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared test data; tests that need it are skipped, by name, where it is absent."""
    folder = Path(os.environ.get("MIDSTANCE_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"shared test data is not at {folder}; set MIDSTANCE_SHARED to where it is")
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Run a `bulk` test, with its fixtures, while coverage does not watch."""
    watching = sys.gettrace()
    if item.get_closest_marker("bulk"):
        sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(watching)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the machine's own, else Playwright's. One for all tests: Playwright runs once in a process."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own CMS_ variables must not change what the tests see."""
    for name in list(os.environ):
        if name.startswith("CMS_") or name in {"HOST", "PORT", "WORKERS"}:
            monkeypatch.delenv(name)


@pytest.fixture
def settings() -> dict[str, Any]:
    """Settings for `app`; a test module overrides this fixture to change them."""
    return {}


@pytest.fixture(scope="session")
def empty_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with nothing but a migrated database, to be copied: migrating takes longer than many tests."""
    app = create_app({"INSTANCE": tmp_path_factory.mktemp("empty") / "instance"})
    prepare(app)
    close(app)
    return Path(app.instance_path)


@pytest.fixture(scope="session")
def starter_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with the starter blog, to be copied: importing it takes ten seconds. One for all processes of a
    run, made by the first that asks."""
    base = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    done = base / "starter" / "first_run_done"
    with (base / "starter.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            app = create_app({"INSTANCE": done.parent})
            prepare(app)
            with app.app_context():
                assert library.import_folder(writing(), ROOT / "content").problems == []
            close(app)
            done.touch()
    return done.parent


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """A password's hash is slow on purpose. Services in processes of their own keep the real one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def app(tmp_path: Path, empty_instance: Path, settings: dict[str, Any]) -> Iterator[Flask]:
    """A service with an empty, migrated instance of its own."""
    shutil.copytree(empty_instance, tmp_path / "instance")
    app = create_app({"INSTANCE": tmp_path / "instance", **settings})
    app.test_client_class = FreshClient
    yield app
    close(app)


def close(app: Flask) -> None:
    """Let go of a service's files: of its index, of its databases."""
    if "midstance_search" in app.extensions:
        app.extensions["midstance_search"].engine.close()
    with app.app_context():
        from cms.db import db

        for engine in db.engines.values():
            engine.dispose()


class FreshClient(FlaskClient):
    """Gives each request an application context of its own, as a server does, also while a test holds one."""

    def open(self, *args: Any, **options: Any) -> Any:
        with self.application.app_context():
            return super().open(*args, **options)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A write session within an application context."""
    with app.app_context():
        yield writing()


WritePost = Callable[..., Post]


@pytest.fixture
def write_post(session: Session) -> WritePost:
    """Write a post as the desk does: `write_post("Title", "<p>…</p>", tags=["Feet"], publish=False)`."""

    def write(
        title: str, source: str = "<p>Some words.</p>", *, publish: bool = True, at: Any = None, **more: Any
    ) -> Post:
        post = publishing.start(session, Content(title=title, source=source, **more))
        if publish:
            publishing.publish(session, post, at=at)
        return post

    return write
