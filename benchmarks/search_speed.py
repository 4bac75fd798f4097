"""Speed of search and suggestions over made-up posts, in process, in CPU time; memory in a process of its own.

    python -m benchmarks.search_speed COUNT           prints the figures for COUNT posts as JSON
    python -m benchmarks.search_speed build COUNT     indexes the next 10,000 of them, and says how many are left

The index is kept beside the temporary files (or in BENCH_FOLDER), so that what is built once is measured again.
A search here is everything: understanding, scoring, snippets, facets, passage. "Cold" has no postings cached.
"""

import gc
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.search_posts import Maker
from cms.search.engine import Document, Request, Section, TagName
from cms.search.query import understand
from cms.search.vocabulary import Vocabulary
from cms.search.whoosh_engine import WhooshEngine

QUERIES = 300
PUBLISHES = 40
PART = 10_000
"""Posts of one commit: what a machine holds in memory with ease. 100,000 posts are ten segments."""
KEPT = Path(os.environ.get("BENCH_FOLDER", Path(tempfile.gettempdir()) / "midstance-bench"))


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """Milliseconds at the median, the 95th and the 99th of a hundred."""
    return {f"p{share}": round(float(np.percentile(times, share)) * 1000, 2) for share in (50, 95, 99)}


def timed(calls: Sequence[Callable[[], object]]) -> dict[str, float]:
    """CPU time of each call, the collector paused as between requests of a server."""
    times: list[float] = []
    gc.collect()
    gc.disable()
    for call in calls:
        begun = time.process_time()
        call()
        times.append(time.process_time() - begun)
    gc.enable()
    return percentiles(times)


def run(count: int) -> dict[str, Any]:
    """All figures for `count` posts."""
    figures: dict[str, Any] = {"posts": count}
    engine = WhooshEngine(KEPT / f"index-{count}")
    while left := build(engine, count):
        print(f"{left:,} posts are left to index", file=sys.stderr, flush=True)
    figures |= json.loads(_built(engine).read_text("ascii"))
    queries = Maker().queries(QUERIES)
    begun = time.process_time()
    engine.lexicon()
    engine.suggest("a", 1)
    figures["open_seconds"] = round(time.process_time() - begun, 2)
    figures["search_cold"] = timed([lambda q=q: _cold(engine, q) for q in queries[:100]])  # type: ignore[misc]
    for q in queries:
        search(engine, q)
    figures["search_cached"] = timed([lambda q=q: search(engine, q) for q in queries])  # type: ignore[misc]
    figures["suggest"] = timed([lambda q=q: engine.suggest(q, 6) for q in prefixes(queries)])  # type: ignore[misc]
    figures["alike"] = timed([lambda n=n: engine.alike(f"{n:026d}", 48) for n in range(0, count, count // 40)])  # type: ignore[misc]
    figures["memory_mb"] = round(_memory(), 1)
    if count <= 10_000:
        figures["publish"] = publish(engine, count)
    return figures


def build(engine: WhooshEngine, count: int) -> int:
    """Index the next part of `count` posts, and note what it took. Returns how many are left."""
    note = _built(engine)
    done: dict[str, Any] = json.loads(note.read_text("ascii")) if note.exists() else {"indexed": 0, "cpu_seconds": 0.0}
    if done["indexed"] == count:
        return 0
    maker = Maker()
    for number in range(done["indexed"]):
        maker.post(number)
    size = min(PART, count - done["indexed"])
    posts = [maker.post(number) for number in range(done["indexed"], done["indexed"] + size)]
    begun = time.process_time()
    if done["indexed"]:
        engine.apply(posts, [], done["indexed"] + size)
    else:
        engine.rebuild(posts, size)
    done["cpu_seconds"] += time.process_time() - begun
    done["indexed"] += size
    done["index_ms_a_post"] = round(done["cpu_seconds"] / done["indexed"] * 1000, 2)
    done["index_mb"] = round(engine.folder.bytes() / 1e6)
    note.write_text(json.dumps(done), encoding="ascii")
    return int(count - done["indexed"])


def _built(engine: WhooshEngine) -> Path:
    """Where it is noted how much of an index is built, and what that took."""
    return engine.folder.root.with_suffix(".json")


def search(engine: WhooshEngine, q: str) -> object:
    """One whole search."""
    return engine.search(Request(understand(q, engine.lexicon(), Vocabulary())))


def _cold(engine: WhooshEngine, q: str) -> object:
    snapshot = engine.snapshot()
    snapshot.forget()
    return search(engine, q)


def prefixes(queries: Sequence[str]) -> list[str]:
    """What is typed on the way to a query: its beginnings, every third letter."""
    return [q[:length] for q in queries[:60] for length in range(1, len(q) + 1, 3)]


def publish(engine: WhooshEngine, count: int) -> dict[str, float]:
    """Wall time from a commit of the index to the post being found, as a publish does it."""
    times: list[float] = []
    seq = engine.seq()
    for number in range(PUBLISHES):
        word = f"zyx{number}qua"
        text = "words " * 600 + word
        section = Section("", "", text)
        document = Document(
            f"new-{number}", f"new-{number}", f"New {word}", (section,), tags=(TagName("tag-1", "Tag"),)
        )
        begun = time.perf_counter()
        engine.apply([document], [], seq + number + 1)
        found = engine.search(Request(understand(word, engine.lexicon(), Vocabulary())))
        times.append(time.perf_counter() - begun)
        assert [hit.id for hit in found.hits] == [f"new-{number}"]
        if engine.untidy():
            engine.tidy(lambda seq: None)  # type: ignore[arg-type,return-value]
    return percentiles(times)


def _memory() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1] == "build":
        print(build(WhooshEngine(KEPT / f"index-{sys.argv[2]}"), int(sys.argv[2])))
    else:
        print(json.dumps(run(int(sys.argv[1]))))
