"""A real service with the starter blog, a practice's website on another origin, and a real Chromium."""

import contextlib
import logging
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from cms import create_app

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
    """The running service: where it is, and its instance, for writing posts from here."""

    def __init__(self, instance: Path, address: str) -> None:
        self.instance = instance
        self.address = address

    def app(self) -> Flask:
        """An application on the same instance; the running one sees at once what it publishes."""
        return create_app({"INSTANCE": self.instance, "PUBLIC_URL": self.address})


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, starter_instance: Path) -> Iterator[Service]:
    """`make run`, with the starter blog."""
    port = free_port()
    instance = Path(shutil.copytree(starter_instance, tmp_path_factory.mktemp("embeds") / "instance"))
    address = f"http://127.0.0.1:{port}"
    settings = {"CMS_INSTANCE": instance, "CMS_PUBLIC_URL": address}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CMS_")}
    environ = kept | {name: str(value) for name, value in settings.items()} | {"PORT": str(port), "WORKERS": "1"}
    log = instance.with_suffix(".log").open("wb")
    process = subprocess.Popen([sys.executable, "-m", "cms.serve"], cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        wait_for(f"{address}/readyz", process, Path(log.name))
        yield Service(instance, address)
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the service is ready; if it never is, say what it said."""
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.1)
    pytest.fail(f"the service did not get ready:\n{log.read_text()}")


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
def visit(browser: Browser) -> Iterator[Open]:
    """Open a page in a browser of its own: `visit(address, width=360, color_scheme="dark", …)`."""
    contexts: list[BrowserContext] = []

    def go(address: str, *, width: int = 1280, before: Callable[[Page], None] | None = None, **options: Any) -> Watched:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
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
