"""`make run`: the first start, the second, and what is said when it cannot start."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from cms import auth, create_app, ready
from cms.config import read_settings
from cms.db import writing
from cms.first_run import first_run
from cms.instance import prepare
from tests.conftest import close

ROOT = Path(__file__).parent.parent
POST = """---
title: Toe yoga
status: published
published_at: 2026-01-02T03:04:05Z
---
Lift the big toe.
"""


@pytest.fixture
def content(tmp_path):
    posts = tmp_path / "content" / "posts"
    posts.mkdir(parents=True)
    (posts / "2026-01-02-toe-yoga.md").write_text(POST)
    return tmp_path / "content"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """`python -m cms.serve` in a process of its own."""

    def __init__(self, tmp_path, content, **environment):
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.output = tmp_path / "output"
        variables = {"PORT": str(self.port), "CMS_INSTANCE": str(tmp_path / "instance"), "CMS_CONTENT": str(content)}
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cms.serve"],
                cwd=ROOT,
                env={**os.environ, **variables, **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self):
        for _ in range(600):
            if self.process.poll() is not None:
                raise AssertionError(self.output.read_text())
            try:
                with urlopen(f"{self.address}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return self
            except (URLError, OSError):
                time.sleep(0.1)
        raise AssertionError(self.output.read_text())

    def get(self, path):
        with urlopen(self.address + path, timeout=5) as answer:
            return answer.read().decode()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture
def start(tmp_path, content):
    services = []

    def start(**environment):
        services.append(Service(tmp_path, content, **environment))
        return services[-1]

    yield start
    for service in services:
        if service.process.poll() is None:
            os.killpg(service.process.pid, signal.SIGKILL)
            service.process.wait()


def test_the_first_start_imports_and_prints_a_link_and_the_second_loses_nothing(start):
    service = start().wait_until_ready()
    assert '"Toe yoga"' in service.get("/api/v1/posts")
    assert '"slug":"toe-yoga"' in service.get("/api/v1/search?q=big+toe")
    printed, old = service.output.read_text(), link_of(service)
    for page in ("/editor/", "/embed/sample", "/api/v1/docs"):
        assert service.address + page in printed
    service.stop()
    wait_until_gone(service.process.pid)  # SIGTERM ends all that was started
    again = start().wait_until_ready()
    assert '"slug":"toe-yoga"' in again.get("/api/v1/search?q=big+toe")
    assert "Imported" not in again.output.read_text().replace(printed, "")
    assert 'name="password"' in again.get(link_of(again))  # until there is an editor each start prints a fresh link
    with pytest.raises(HTTPError, match="404"):
        again.get(old)


def link_of(service):
    """The path of the last link it printed."""
    return re.findall(r"http://[\d.:]+(/editor/set-up/\S+)", service.output.read_text())[-1]


def wait_until_gone(group):
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError("a worker outlived the service")


def test_once_there_is_an_editor_a_start_prints_no_link_and_skips_what_is_done(start, tmp_path, content, monkeypatch):
    monkeypatch.setenv("CMS_CONTENT", str(content))
    app = create_app({"INSTANCE": tmp_path / "instance"})
    prepare(app)
    first_run(app)
    with app.app_context():
        auth.make_editor(writing(), "meg@example.com", password="correct horse battery")
        writing().commit()
    close(app)
    start().wait_until_ready().stop()
    assert (tmp_path / "instance" / "ready").exists()
    service = start().wait_until_ready()
    assert "set-up" not in service.output.read_text()
    assert '"slug":"toe-yoga"' in service.get("/api/v1/search?q=big+toe")


def test_a_mark_holds_for_one_release_one_set_of_settings_and_a_database_that_is_there(tmp_path):
    settings = read_settings({"INSTANCE": tmp_path})
    (tmp_path / "midstance.db").touch()
    assert not ready.is_marked(settings)
    ready.mark(settings)
    assert ready.is_marked(settings)
    assert not ready.is_marked(read_settings({"INSTANCE": tmp_path, "PLUGINS": "booking"}))
    (tmp_path / "midstance.db").unlink()
    assert not ready.is_marked(settings)


def test_a_first_run_that_was_cut_short_goes_on(tmp_path, content, monkeypatch):
    app = create_app({"INSTANCE": tmp_path / "instance"})
    prepare(app)
    monkeypatch.setenv("CMS_CONTENT", str(content))
    assert "1 posts" in first_run(app)
    (tmp_path / "instance" / "first_run_done").unlink()
    (tmp_path / "instance" / "first_run_begun").touch()
    (content / "posts" / "2026-02-02-second.md").write_text(POST.replace("Toe yoga", "Second"))
    assert "1 posts" in first_run(app)
    assert first_run(app) == ""


def test_a_worker_that_dies_is_replaced_and_none_outlives_a_service_that_was_killed(start):
    service = start(WORKERS="1").wait_until_ready()
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children")
    [worker] = children.read_text().split()
    os.kill(int(worker), signal.SIGKILL)
    for _ in range(100):
        if children.read_text().split() not in ([], [worker]):
            break
        time.sleep(0.1)
    assert '"slug":"toe-yoga"' in service.wait_until_ready().get("/api/v1/search?q=big+toe")
    service.process.kill()
    service.process.wait()
    wait_until_gone(service.process.pid)


def test_a_start_loads_nothing_that_only_commands_migrations_and_search_need(tmp_path):
    names = ("alembic", "numpy", "whoosh", "cms.commands", "sqlalchemy.dialects.postgresql")
    code = f"import wsgi, sys; print([name for name in {names} if name in sys.modules])"
    variables = {**os.environ, "CMS_INSTANCE": str(tmp_path)}
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=variables, capture_output=True, text=True)
    assert found.stdout == "[]\n"


def run(content, tmp_path, before=(), **environment):
    variables = {"PORT": str(free_port()), "CMS_INSTANCE": str(tmp_path / "instance"), "CMS_CONTENT": str(content)}
    return subprocess.run(
        [*before, sys.executable, "-m", "cms.serve"],
        cwd=ROOT,
        env={**os.environ, **variables, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_taken_port_is_one_sentence_with_the_cure(content, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = run(content, tmp_path, PORT=str(port))
    assert answer.returncode == 1
    assert answer.stderr == (
        f"Port {port} is taken by another program. Stop that one, or choose another: make run PORT={port + 1}\n"
    )


def without_roots_rights():
    """Root may open every file, whatever its mode says: begin a command without that right."""
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


@pytest.mark.parametrize(
    ("name", "mode"), [("", 0o500), ("secret_key", 0), ("midstance.db", 0o444), ("index", 0o500), ("ready", 0)]
)
def test_an_instance_of_another_user_is_one_sentence_with_the_cure(content, tmp_path, name, mode):
    path = tmp_path / "instance" / name
    (path if name in ("", "index") else path.parent).mkdir(parents=True)
    if not path.exists():
        path.write_text("x" * 64)
    path.chmod(mode)
    answer = run(content, tmp_path, before=without_roots_rights())
    path.chmod(0o700)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert str(path) in answer.stderr
    assert "CMS_INSTANCE" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_settings_and_key_may_belong_to_somebody_else(tmp_path):
    read_settings({"INSTANCE": tmp_path})
    (tmp_path / "config.toml").write_text('site_name = "Feet"')
    for name in ("config.toml", "secret_key"):
        (tmp_path / name).chmod(0o400)
    code = f"from cms.config import read_settings; print(read_settings({{'INSTANCE': {str(tmp_path)!r}}}).site_name)"
    command = [*without_roots_rights(), sys.executable, "-c", code]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "Feet\n"


@pytest.mark.parametrize(
    ("python", "says"),
    [
        ("exit 1", "Midstance needs Python 3.11 or newer"),  # an old one: it does not pass the question for its version
        ("[ $1 = -c ] || exit 1", "apt install python3-venv"),
        ("mkdir -p .venv/bin && echo exit 1 >.venv/bin/python && chmod +x .venv/bin/python", "check the connection"),
    ],
)
def test_make_run_says_what_is_missing(tmp_path, python, says):
    (tmp_path / ".locks").mkdir()
    for file in ("Makefile", "pyproject.toml", ".locks/run.txt"):
        (tmp_path / file).write_bytes((ROOT / file).read_bytes())
    (tmp_path / "python").write_text(f"#!/bin/sh\n{python}\n")
    (tmp_path / "python").chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}  # of the make that runs us
    command = ["make", "run", "PYTHON=./python"]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment)
    assert answer.returncode != 0
    assert says in answer.stdout.splitlines()[-1]
    assert "Traceback" not in answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("environment", "cure"),
    [
        ({"PORT": "eight thousand"}, "write a number"),
        ({"WORKERS": "0"}, "write a number"),
        ({"CMS_INSTANCE": "/proc/nowhere"}, "CMS_INSTANCE"),
        ({"CMS_CONTENT": "/no/such/folder"}, "CMS_CONTENT"),
        ({"CMS_PUBLIC_URL": "example.com"}, "PUBLIC_URL"),
        ({"HOST": "203.0.113.7"}, "HOST"),
    ],
)
def test_what_stops_the_start_is_said_in_a_sentence(content, tmp_path, environment, cure):
    answer = run(content, tmp_path, **environment)
    assert answer.returncode == 1
    assert cure in answer.stderr
    assert "Traceback" not in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
