"""How fast the public side answers, beside nginx serving the same bytes on the same machine at the same time.

    make bench                              # or: .venv/bin/python -m benchmarks.speed [--large] [--seconds 2]

Generates a site of 1,000 posts, starts the real service (granian, two workers) and nginx with the same
bodies as files, and drives both with wrk over 16 keep-alive connections from the same machine, turn by
turn. Figures are for comparing within one run, which takes about six minutes. Writes
`benchmarks/results/speed.json` and `speed.md`.

Needs nginx and wrk (Debian: `apt install nginx-light wrk`).
"""

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.import_posts import write_posts
from benchmarks.machines import Load, Server, cpu_seconds, drive, fetch, free_port, memory, start_nginx, wait_for
from cms import auth, create_app, library, related, search
from cms.db import writing
from cms.instance import prepare

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
POSTS = 1000
CONNECTIONS = 16
ROUNDS = 3
STARTS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2, help="length of one turn")
    parser.add_argument("--quick", action="store_true", help="leave out the site of 10,000 posts")
    asked = parser.parse_args()
    for tool in ("nginx", "wrk"):
        if not shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin:/sbin"):
            sys.exit(f"{tool} is not installed. On Debian or Ubuntu: apt install nginx-light wrk")
    with tempfile.TemporaryDirectory(prefix="midstance-speed-") as where:
        result = measure(Path(where), asked.seconds)
        if not asked.quick:
            result["indexing"]["10000"] = index(Path(where) / "large", 10_000)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "speed.json").write_text(json.dumps(result, indent=1) + "\n")
    table = as_markdown(result)
    (RESULTS / "speed.md").write_text(table)
    print(table)


def measure(where: Path, seconds: float) -> dict[str, Any]:
    """Everything about the site of 1,000 posts."""
    indexing = {str(POSTS): index(where, POSTS)}
    instance = where / "instance"
    result: dict[str, Any] = {"conditions": conditions(), "start": starts(instance)}
    with service(instance) as hot:
        paths = surfaces(hot)
        result["statements"] = statements(instance, paths)
        bodies = {name: fetch(hot.port, path)[1] for name, path in paths.items()}
        with start_nginx(where / "nginx", bodies) as nginx:
            result["hot"] = compare(hot, nginx, paths, seconds)
            result["not_modified"] = compare(hot, nginx, {"list": paths["list"]}, seconds, unchanged=True)["list"]
            result["memory_mb"] = memory(hot.pid)
            with service(instance, CMS_CACHE_BYTES="0") as cold:
                result["cold"] = compare(cold, nginx, paths, seconds)
                result["memory_cold_mb"] = memory(cold.pid)
    result["indexing"] = indexing
    return result


def index(where: Path, posts: int) -> dict[str, float]:
    """Make a site of so many posts; how long its search index and its related articles take to be made anew."""
    write_posts(where / "content", posts)
    app = create_app({"INSTANCE": where / "instance"})
    prepare(app)
    with app.app_context():
        imported = timed(lambda: library.import_folder(writing(), where / "content"))
        auth.make_editor(writing(), "meg@example.com", password="correct horse battery staple")
        writing().commit()
        rebuilt, lists = timed(search.rebuild), timed(related.rebuild)
    size = sum(file.stat().st_size for file in (where / "instance" / "index").rglob("*") if file.is_file())
    return {
        "import_seconds": imported,
        "index_rebuild_seconds": rebuilt,
        "related_rebuild_seconds": lists,
        "index_mb": round(size / 1e6, 1),
    }


def timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 2)


def starts(instance: Path) -> dict[str, float]:
    """Seconds from the start of the service to its first good answer; the median of a few second starts."""
    port = free_port()
    with service(instance, port):
        pass  # the first start prepares the instance for these settings
    found = {}
    for name, path in (("list", "/api/v1/posts"), ("ready", "/readyz")):
        took = []
        for _ in range(STARTS):
            with service(instance, port, path) as server:
                took.append(server.started_after)
        found[name] = median(took)
    return found


@contextmanager
def service(
    instance: Path, port: int | None = None, answers: str = "/api/v1/posts", **settings: str
) -> Iterator[Server]:
    """The real service, as `make run` starts it, without importing anything, from its first answer on."""
    port = port or free_port()
    env = {**os.environ, "PORT": str(port), "CMS_INSTANCE": str(instance), "CMS_CONTENT": "", **settings}
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "cms.serve"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, answers)
        yield Server(port, process.pid, round(time.perf_counter() - began, 2))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def surfaces(server: Server) -> dict[str, str]:
    """What is measured, by name."""
    posts = json.loads(fetch(server.port, "/api/v1/posts?limit=20")[1])["posts"]
    post = posts[7]
    word = post["title"].split()[0].lower()
    return {
        "list": "/api/v1/posts",
        "post": f"/api/v1/posts/{post['slug']}",
        "tags": "/api/v1/tags",
        "by tag": f"/api/v1/posts?tag={post['tags'][0]['slug']}",
        "related": f"/api/v1/posts/{post['slug']}/related",
        "search": f"/api/v1/search?q={word}",
        "feed": "/feed.xml",
        "page": f"/posts/{post['slug']}",
    }


def compare(
    ours: Server, nginx: Server, paths: dict[str, str], seconds: float, *, unchanged: bool = False
) -> dict[str, dict[str, float]]:
    """Each surface from both servers, turn by turn; the median of the turns."""
    found = {}
    for name, path in paths.items():
        turns = []
        for _ in range(ROUNDS):
            turns.append(
                (one(ours, path, seconds, unchanged), one(nginx, f"/{name.replace(' ', '-')}", seconds, unchanged))
            )
        rates = [mine.rate for mine, _ in turns]
        found[name] = {
            "requests_per_second": round(median(rates)),
            "nginx_requests_per_second": round(median(other.rate for _, other in turns)),
            "ratio": round(median(mine.rate / other.rate for mine, other in turns), 3),
            "p99_ms": round(median(mine.p99_ms for mine, _ in turns), 2),
            "nginx_p99_ms": round(median(other.p99_ms for _, other in turns), 2),
            "cpu_microseconds": round(median(mine.cpu_microseconds for mine, _ in turns), 1),
            "nginx_cpu_microseconds": round(median(other.cpu_microseconds for _, other in turns), 1),
        }
        print(f"{name:10} {path:60} {found[name]}", file=sys.stderr)
    return found


def one(server: Server, path: str, seconds: float, unchanged: bool) -> Load:
    """One turn. With `unchanged`, as a visitor who has the present copy."""
    tag = fetch(server.port, path)[2]
    headers = {"If-None-Match": tag} if unchanged else {}
    before = cpu_seconds(server.pid)
    load = drive(server.port, path, CONNECTIONS, seconds, headers)
    used = cpu_seconds(server.pid) - before
    return Load(load.rate, load.p99_ms, used / max(load.requests, 1) * 1e6, load.requests)


def statements(instance: Path, paths: dict[str, str]) -> dict[str, int]:
    """SQL statements for one answer made from nothing, and for one of ten times the size."""
    from sqlalchemy import event

    from cms.db import db

    app = create_app({"INSTANCE": instance, "CACHE_BYTES": 0})
    counted: list[str] = []
    with app.app_context():
        engine = db.get_engine("read")
    event.listen(engine, "checkout", lambda driver, *_: driver.set_trace_callback(counted.append))
    client = app.test_client()
    found = {}
    for name, path in [*paths.items(), ("list of 100", "/api/v1/posts?limit=100")]:
        client.get("/healthz")
        app.wsgi_app.pulse.close()  # type: ignore[attr-defined] # our layer: a new epoch, with nothing remembered
        client.get("/healthz")
        counted.clear()
        client.get(path)
        found[name] = sum(1 for text in counted if text.lstrip().upper().startswith(("SELECT", "WITH")))
    return found


def conditions() -> dict[str, Any]:
    return {
        "date": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "posts": POSTS,
        "connections": CONNECTIONS,
        "workers": 2,
        "load_average_before": os.getloadavg()[0],
    }


def as_markdown(result: dict[str, Any]) -> str:
    """The tables for docs/performance.md."""
    lines = [f"Conditions: {', '.join(f'{name} {value}' for name, value in result['conditions'].items())}", ""]
    for kind in ("hot", "cold"):
        lines += [
            f"| {kind} | requests/s | nginx | ratio | p99 ms | CPU µs | nginx CPU µs |",
            "|---|---|---|---|---|---|---|",
        ]
        rows = dict(result[kind])
        if kind == "hot":
            rows["304"] = result["not_modified"]
        for name, row in rows.items():
            lines.append(
                f"| {name} | {row['requests_per_second']:,} | {row['nginx_requests_per_second']:,} | {row['ratio']} | "
                f"{row['p99_ms']} | {row['cpu_microseconds']} | {row['nginx_cpu_microseconds']} |"
            )
        lines.append("")
    lines += ["| | |", "|---|---|"]
    lines += [f"| from the start to the first list | {result['start']['list']} s |"]
    lines += [f"| from the start to /readyz, which asks search too | {result['start']['ready']} s |"]
    lines += [f"| memory of all processes, after the load | {result['memory_mb']} MB |"]
    lines += [f"| SQL statements, {name} | {count} |" for name, count in result["statements"].items()]
    for posts, row in result["indexing"].items():
        lines += [f"| {int(posts):,} posts: {name.replace('_', ' ')} | {value} |" for name, value in row.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
