"""The real service, as `make run` starts it, for tests that drive a browser: on a port of its own, killable."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session

from cms import auth, create_app, publishing
from cms.db import db, writing
from cms.editor.build_assets import BUILT, build
from cms.instance import prepare

ROOT = Path(__file__).parent.parent.parent
EMAIL, PASSWORD = "alex@example.com", "correct horse battery"


@dataclass
class Service:
    """One running service with its instance folder."""

    instance: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def app(self) -> Flask:
        """The same service in this process, to look into its database."""
        values = {name.removeprefix("CMS_"): value for name, value in self.settings.items()}
        return create_app({"INSTANCE": self.instance, "PUBLIC_URL": self.url, **values})

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """Write to its database from this process."""
        app = self.app()
        with app.app_context():
            session = writing()
            yield session
            session.commit()
            for engine in db.engines.values():
                engine.dispose()

    def start(self) -> None:
        command = "-m granian --interface wsgi --host 127.0.0.1 --workers 1 --blocking-threads 4 --log-level warning"
        self.process = subprocess.Popen(
            [sys.executable, *command.split(), "--port", str(self.port), "wsgi:app"],
            cwd=ROOT,
            env={**os.environ, **self.settings, "CMS_INSTANCE": str(self.instance), "PORT": str(self.port)},
            start_new_session=True,
        )
        self.wait()

    def wait(self) -> None:
        for _ in range(150):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.1)
        raise AssertionError("the service did not become ready")

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, how)
            self.process.wait(20)
            self.process = None


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A fresh service with one editor, alex@example.com."""
    with running(tmp_path_factory, CMS_TIME_ZONE="America/Denver") as made:
        with made.session() as session:
            auth.make_editor(session, EMAIL, name="Alex Rivera", password=PASSWORD)
        yield made


@pytest.fixture(scope="module")
def new_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A fresh service in which nobody has an account yet, and nothing is set."""
    with running(tmp_path_factory) as made:
        yield made


@contextlib.contextmanager
def running(tmp_path_factory: pytest.TempPathFactory, **settings: str) -> Iterator[Service]:
    if not (BUILT / "manifest.json").exists():
        build()
    made = Service(tmp_path_factory.mktemp("service") / "instance", free_port(), settings)
    prepare(made.app())
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, service: Service) -> dict[str, object]:
    """The cookies of a signed-in browser."""
    context = browser.new_context()
    sign_in(context.new_page(), service)
    state = context.storage_state()
    context.close()
    return dict(state)


@pytest.fixture
def context(browser: Browser, signed_in: dict[str, object]) -> Iterator[BrowserContext]:
    """A signed-in browser of its own, in which nothing may go wrong quietly."""
    made = browser.new_context(storage_state=signed_in, viewport={"width": 1280, "height": 900})  # type: ignore[arg-type]
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; an error in its console fails the test, unless it is the network's (tests cut that on purpose)."""
    made = context.new_page()
    trouble = watch(made)
    yield made
    assert trouble == []


def watch(page: Page) -> list[str]:
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on(
        "console",
        lambda said: (
            trouble.append(said.text)
            if said.type == "error" and "Failed to load resource" not in said.text and "net::" not in said.text
            else None
        ),
    )
    return trouble


def sign_in(page: Page, service: Service) -> None:
    page.goto(f"{service.url}/editor/sign-in")
    page.get_by_role("textbox", name="Email").fill(EMAIL)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/editor/")


def write(page: Page, service: Service, title: str, text: str = "") -> None:
    """Begin a post as an author does, and wait until it is saved."""
    page.goto(f"{service.url}/editor/posts/new")
    page.get_by_role("textbox", name="Title").fill(title)
    if text:
        post(page).click()
        page.keyboard.type(text)
    saved(page)


def have_tag(service: Service, name: str) -> None:
    """Make sure that the site has this tag, whatever other tests did before."""
    with service.session() as session:
        publishing.find_or_make_tags(session, [name])


def post(page: Page):  # type: ignore[no-untyped-def]
    return page.get_by_role("textbox", name="Post", exact=True)


def saved(page: Page) -> None:
    expect(page.get_by_role("status")).to_have_text("Saved", timeout=20_000)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
