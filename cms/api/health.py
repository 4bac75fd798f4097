"""`/healthz`, `/readyz` and `/metrics`: for whoever runs the service. Never kept, never in the cache."""

import json
import logging
import os
import resource
import time

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from cms import search
from cms.api.problems import NOTHING_HERE, problem
from cms.db import newest_seq, reading
from cms.errors import CmsError, NotFound, Unavailable
from cms.posts import Post, is_public, settings

log = logging.getLogger(__name__)

health = Blueprint("health", __name__)
STARTED = {"at": time.time()}
os.register_at_fork(after_in_child=lambda: STARTED.update(at=time.time()))  # a worker is forked from a loaded process
LOOPBACK = frozenset({"127.0.0.1", "::1", ""})
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


@health.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return _never_kept(Response("ok\n", content_type="text/plain; charset=utf-8"))


@health.get("/readyz")
def ready() -> Response:
    """The database and the search index answer; 503 tells which does not."""
    parts = {"database": _answers(_ask_database), "search": _answers(_ask_search)}
    good = all(state == "ok" for state in parts.values())
    body = json.dumps({"status": "ready" if good else "not ready", **parts})
    return _never_kept(Response(body, status=200 if good else 503, content_type="application/json"))


@health.get("/metrics")
def metrics() -> Response:
    """Figures in Prometheus' text format; to this machine only, unless METRICS shows them to everybody."""
    nearby = request.remote_addr in LOOPBACK and not any(name in request.headers for name in FORWARDED)
    if not settings().metrics and not nearby:
        return problem(404, NotFound.title, NOTHING_HERE)
    session = reading()
    public = session.scalar(sa.select(sa.func.count()).select_from(Post).where(is_public()))
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = [
        ("midstance_posts_public", "gauge", "Posts that the public sees.", public),
        ("midstance_journal_seq", "counter", "Newest row of the journal.", newest_seq(session)),
        ("process_cpu_seconds_total", "counter", "CPU time of this worker.", used.ru_utime + used.ru_stime),
        ("process_max_resident_memory_bytes", "gauge", "Most memory this worker had.", used.ru_maxrss * 1024),
        ("process_start_time_seconds", "gauge", "When this worker started.", STARTED["at"]),
    ]
    lines = [f'# TYPE midstance_info gauge\nmidstance_info{{version="{current_app.config["API_VERSION"]}"}} 1']
    lines += [f"# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}" for name, kind, help, value in figures]
    return _never_kept(Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8"))


def _ask_database() -> None:
    reading().execute(sa.select(sa.func.count()).select_from(Post))


def _ask_search() -> None:
    if search.find(reading(), "ready", limit=1).degraded:
        raise Unavailable("The search index is being built.")


def _answers(ask: object) -> str:
    try:
        ask()  # type: ignore[operator] # one of the two above
    except (SQLAlchemyError, CmsError, OSError) as error:
        log.warning("Not ready: %s", str(error).partition("\n")[0])  # asked every few seconds: a line is enough
        return "does not answer"
    return "ok"


def _never_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
