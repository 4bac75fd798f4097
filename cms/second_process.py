"""A second process of ours that works beside this one, so that two cores do.

It has an application of its own with the same settings, is told what to do through its standard input, and
ends with it: also when this process is killed.
"""

import json
import subprocess
import sys
from pathlib import Path
from pkgutil import resolve_name

from cms import create_app
from cms.posts import settings

PROGRAM = "from cms.second_process import run; run({work!r})"


def start(work: str) -> "subprocess.Popen[bytes]":
    """Start `work`, the name of a function as `module:function`, which takes nothing. It may read its standard
    input; what it writes to its standard output can be read here."""
    here = settings()
    given = {name.upper(): getattr(here, name) for name in here.given}
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM.format(work=work)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )
    say(process, json.dumps({"INSTANCE": str(here.instance), **given}))
    return process


def say(process: "subprocess.Popen[bytes]", line: str) -> bool:
    """Write one line to its standard input. Whether it is still there to read it."""
    assert process.stdin is not None  # noqa: S101 - we opened it with a pipe
    try:
        process.stdin.write(line.encode() + b"\n")
        process.stdin.flush()
    except BrokenPipeError:
        return False
    return True


def run(work: str) -> None:
    """In the second process: do it."""
    app = create_app(json.loads(sys.stdin.buffer.readline()))
    with app.app_context():
        resolve_name(work)()
