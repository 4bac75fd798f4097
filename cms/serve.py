"""`make run`: bring the instance up to date, say what to open, hand over to granian.

The first start makes the database and imports `content/`. Every later start finds all that done and is quick.
As long as nobody has an account, each start prints a one-time link that makes the first editor.
"""

import ctypes
import errno
import gc
import os
import signal
import socket
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from cms import ready, served
from cms.config import Settings, read_settings, strangers
from cms.errors import CmsError
from cms.served import Served

if TYPE_CHECKING:
    from flask import Flask

# Blocking threads a worker: one is fastest, but one slow upload would then hold up everybody else.
THREADS = 8
PR_SET_PDEATHSIG = 1  # https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
PREPARED = "--prepared"  # said to ourselves: the instance was brought up to date a moment ago


def main() -> int:
    """Start the service and serve until it is stopped; returns an exit status."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    workers = os.environ.get("WORKERS") or "2"
    if problem := _number_problem("PORT", port, 65_535) or _number_problem("WORKERS", workers, 64):
        return _stop(problem)
    if problem := _port_problem(host, int(port)):
        return _stop(problem)
    if sys.argv[1:] != [PREPARED]:
        try:
            settings = read_settings()
            prepared = ready.is_marked(settings)
            news = "" if prepared else _make_ready(settings)
        except CmsError as error:
            return _stop(error.detail)
        for warning in strangers(os.environ):
            print(warning, file=sys.stderr)  # noqa: T201 - whoever starts it reads it here
        address = f"http://{_shown(host)}:{port}"
        served.note(settings, Served(address))
        _say(news, address)
        sys.stdout.flush()
        if not prepared:  # that left threads and open files, which no worker may inherit: begin again without them
            os.execv(sys.executable, [sys.executable, "-m", "cms.serve", PREPARED])  # noqa: S606 - no shell is wanted
    _serve(host, int(port), int(workers))
    return 0


def _serve(host: str, port: int, workers: int) -> None:
    """Load the application once and let granian fork its workers from here: they start at once and share what
    they never change.

    Nothing that is loaded is garbage: not looking for any takes a fifth off the start, and what is frozen is
    not looked through again in the workers. Access logs are off, they cost and hold addresses.
    """
    gc.disable()
    import wsgi  # the workers find it loaded

    _offer_account(wsgi.app)
    gc.freeze()
    gc.enable()
    os.register_at_fork(after_in_child=partial(_end_with, os.getpid()))
    Server(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()


def _end_with(parent: int) -> None:
    """In a worker: end when the process that started it ends, however it does. Linux only; elsewhere a worker whose
    parent was killed by force has to be ended by hand."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before we could ask
        os.kill(os.getpid(), signal.SIGTERM)


def _make_ready(settings: Settings) -> str:
    """Prepare the instance; returns what there is to tell. Loads the application, which takes most of a second."""
    from cms import create_app
    from cms.first_run import first_run
    from cms.instance import prepare

    app = create_app()
    prepare(app)
    report = first_run(app)
    ready.mark(settings)
    return report


def _offer_account(app: "Flask") -> None:
    """Print the link that makes the first editor, if there is none yet.

    In a process of its own, for the workers must inherit no connection to the database.
    """
    settings = read_settings()
    if ready.has_editor(settings):
        return
    sys.stdout.flush()
    if child := os.fork():
        os.waitpid(child, 0)
        return
    try:
        from cms.first_run import set_up_link

        link = set_up_link(app)
        if link is None:
            ready.mark(settings, editor=True)
        else:
            _print(f"\nMake your account (this link works once, for 24 hours):\n  {link}")
    except Exception:  # noqa: BLE001 - told, and no reason not to serve
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(0)


def _say(news: str, address: str) -> None:
    if news:
        _print(news)
    _print(
        f"\nMidstance is starting on {address}\n"
        f"  Editor       {address}/editor/\n"
        f"  Sample page  {address}/embed/sample\n"
        f"  Demo site    {address}/embed/demo/\n"
        f"  API docs     {address}/api/v1/docs\n"
        "Stop it with Ctrl+C."
    )


def _print(text: str) -> None:
    print(text)  # noqa: T201 - this is the command's answer


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
