"""Searches a second over HTTP: the real service (granian, two workers), nothing kept, every query another.

    python -m benchmarks.search_web [SECONDS]     prints one line of JSON

Needs wrk (Debian: `apt install wrk`); without it, nothing is measured and the answer says so. The site of 1,000
posts is made once and kept in the temporary folder.
"""

import json
import random
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from benchmarks.import_posts import PARTS, THINGS, VERBS
from benchmarks.machines import cpu_seconds, drive, fetch, memory
from benchmarks.speed import index, service

POSTS = 1_000
QUERIES = 5_000
CONNECTIONS = 16
ROUNDS = 3
KEPT = Path(tempfile.gettempdir()) / "midstance-bench" / f"site-{POSTS}"


def main(seconds: float) -> None:
    """Make the site if need be, drive it, print."""
    if not shutil.which("wrk"):
        print(json.dumps({"missing": "wrk"}))
        return
    instance = KEPT / "instance"
    if not instance.exists():
        KEPT.mkdir(parents=True)
        index(KEPT, POSTS)
    script = KEPT / "queries.lua"
    paths = [f"/api/v1/search?{urlencode({'q': q})}" for q in queries(QUERIES)]
    script.write_text(lua(paths), encoding="utf-8")
    with service(instance, CMS_CACHE_BYTES="0") as server:
        sizes = [len(fetch(server.port, path)[1]) for path in paths[:100]]
        drive(server.port, "/", CONNECTIONS, seconds / 2, {}, script)  # both workers have read what they need
        before = cpu_seconds(server.pid)
        turns = [drive(server.port, "/", CONNECTIONS, seconds, {}, script) for _ in range(ROUNDS)]
        used = cpu_seconds(server.pid) - before
        figures = {
            "posts": POSTS,
            "searches_per_second": round(median(turn.rate for turn in turns)),
            "p99_ms": round(median(turn.p99_ms for turn in turns), 1),
            "cpu_ms": round(used / sum(turn.requests for turn in turns) * 1000, 2),
            "answer_bytes": round(sum(sizes) / len(sizes)),
            "memory_mb": memory(server.pid),
        }
    print(json.dumps(figures))


def queries(count: int) -> list[str]:
    """So many different queries: one to five words of the posts, some as questions, one in eight misspelt."""
    pick = random.Random(3)
    made: dict[str, None] = {}
    while len(made) < count:
        words = [pick.choice(pick.choice((PARTS, THINGS, VERBS))) for _ in range(pick.choice((1, 2, 2, 3, 3, 4, 5)))]
        if len(made) % 8 == 7 and len(words[0]) > 4:
            words[0] = words[0][:2] + words[0][3:]
        if len(made) % 3 == 2:
            words = ["how", "do", "i", words[0], pick.choice(("the", "with", "when", "after")), *words[1:]]
        made[" ".join(words)] = None
    return list(made)


def lua(paths: list[str]) -> str:
    """A script for wrk that asks for these one after the other, each turn from another place on."""
    listed = ",".join(json.dumps(path) for path in paths)
    return (
        f"local paths = {{{listed}}}\nmath.randomseed(os.time())\nlocal at = math.random(#paths)\n"
        'request = function() at = at % #paths + 1; return wrk.format("GET", paths[at]) end\n'
    )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
