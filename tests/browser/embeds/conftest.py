"""A real service with the starter blog, a practice's website on another origin, and a real Chromium."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from cms import create_app, library
from cms.db import writing
from cms.instance import prepare

ROOT = Path(__file__).parents[3]
STRICT = (
    "default-src 'none'; script-src {blog}; style-src {blog}; connect-src {blog}; img-src {blog}; "
    "frame-src https://www.youtube-nocookie.com https://player.vimeo.com"
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(app: Any, port: int) -> Callable[[], None]:
    """Serve a WSGI application in threads of this process; returns how to stop it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown()
        thread.join()
        server.server_close()

    return stop


class Service:
    """The running service: where it is, and its application for writing posts."""

    def __init__(self, app: Flask, address: str) -> None:
        self.app = app
        self.address = address


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    for name in list(os.environ):
        if name.startswith("CMS_"):
            del os.environ[name]
    app = create_app({"INSTANCE": tmp_path_factory.mktemp("embeds") / "instance", "PUBLIC_URL": address})
    prepare(app)
    with app.app_context():
        library.import_folder(writing(), ROOT / "content")
    stop = serve(app, port)
    yield Service(app, address)
    stop()


class Website:
    """The practice's own website: pages by path, each with the headers its host would send."""

    def __init__(self, address: str, blog: str) -> None:
        self.address = address
        self.blog = blog
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}

    def put(self, path: str, body: str, *, head: str | None = None, csp: bool = True, lang: str = "en") -> str:
        """Publish a page with embed.js in its head (or another `head`); returns its address."""
        head = f'<script src="{self.blog}/embed.js" defer></script>' if head is None else head
        html = (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Practice</title>'
            f'<meta name="viewport" content="width=device-width">{head}</head><body><main>{body}</main></body></html>'
        )
        self.pages[path] = (html, {"Content-Security-Policy": STRICT.format(blog=self.blog)} if csp else {})
        return self.address + path

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        html, headers = self.pages.get(Request(environ).path, ("<!doctype html><title>Nothing</title>", {}))
        return Response(html, headers=headers, content_type="text/html; charset=utf-8")(environ, start_response)


@pytest.fixture(scope="session")
def website(service: Service) -> Iterator[Website]:
    port = free_port()
    site = Website(f"http://127.0.0.1:{port}", service.address)
    stop = serve(site, port)
    yield site
    stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


class Watched:
    """A page and what went on in it."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda m: self.problems.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))


Open = Callable[..., Watched]


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Open]:
    """Open a page in a browser of its own: `visit(address, width=360, color_scheme="dark", …)`."""
    contexts: list[BrowserContext] = []

    def go(address: str, *, width: int = 1280, before: Callable[[Page], None] | None = None, **options: Any) -> Watched:
        context = chromium.new_context(viewport={"width": width, "height": 800}, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        watched = Watched(context)
        if before:
            before(watched.page)
        watched.page.goto(address, wait_until="load")
        return watched

    yield go
    for context in contexts:
        context.close()
