"""`make run`: bring the instance up to date, say what to open, hand over to granian.

The first start makes the database, imports `content/` and prints a one-time link that makes the first
editor. Every later start finds all that done and is quick.
"""

import errno
import os
import socket
import sys
from pathlib import Path

from cms import ready
from cms.config import Settings, read_settings
from cms.errors import CmsError

# Blocking threads a worker: one is fastest, but one slow upload would then hold up everybody else.
THREADS = 8


def main() -> int:
    """Start the service; returns an exit status only if it cannot start."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    workers = os.environ.get("WORKERS") or "2"
    if problem := _number_problem("PORT", port, 65_535) or _number_problem("WORKERS", workers, 64):
        return _stop(problem)
    if problem := _port_problem(host, int(port)):
        return _stop(problem)
    try:
        settings = read_settings()
        news = [] if ready.is_marked(settings) else _make_ready(settings)
    except CmsError as error:
        return _stop(error.detail)
    _say(news, f"http://{_shown(host)}:{port}")
    sys.stdout.flush()
    return os.execv(sys.executable, [sys.executable, *_granian(host, port, workers)])  # noqa: S606 - no shell is wanted


def _granian(host: str, port: str, workers: str) -> list[str]:
    """The server's command line. Logs go to stderr; access logs are off, they cost and hold addresses."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": port,
        "--workers": workers,
        "--blocking-threads": str(THREADS),
        "--backlog": "1024",
        "--log-level": "error",
        "--workers-kill-timeout": "10",
    }
    return [
        "-m",
        "granian",
        *(part for pair in options.items() for part in pair),
        "--respawn-failed-workers",
        "wsgi:app",
    ]


def _make_ready(settings: Settings) -> list[str]:
    """Prepare the instance; returns what there is to tell. Loads the application, which takes most of a second."""
    from cms import create_app
    from cms.first_run import first_run, set_up_link
    from cms.instance import prepare

    app = create_app()
    prepare(app)
    report = first_run(app)
    link = set_up_link(app)
    if link is None:
        ready.mark(settings)
        return [report] if report else []
    return [report, f"\nMake your account (this link works once, for 24 hours):\n  {link}"]


def _say(lines: list[str], address: str) -> None:
    lines.append(
        f"\nMidstance is starting on {address}\n"
        f"  Editor       {address}/editor/\n"
        f"  Sample page  {address}/embed/sample\n"
        f"  Demo site    {address}/embed/demo/\n"
        f"  API docs     {address}/api/v1/docs\n"
        "Stop it with Ctrl+C."
    )
    print("\n".join(lines))  # noqa: T201 - this is the command's answer


def _shown(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - compared, not bound


def _number_problem(name: str, value: str, most: int) -> str | None:
    if value.isdecimal() and 1 <= int(value) <= most:
        return None
    return f"{name} is {value!r}; write a number from 1 to {most}."


def _port_problem(host: str, port: int) -> str | None:
    """Why nothing can listen there, with the cure, or None."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                cure = f"Stop that one, or choose another: make run PORT={port + 1}"
                return f"Port {port} is taken by another program. {cure}"
            return f"Nothing can listen on {host}:{port} ({error.strerror}). Choose another HOST or PORT."
    return None


def _stop(problem: str) -> int:
    print(problem, file=sys.stderr)  # noqa: T201 - this is the command's answer
    return 1


if __name__ == "__main__":
    os.chdir(Path(__file__).parent.parent)  # `wsgi:app` is found from the project's root
    sys.exit(main())
