"""`make bench-search`: relevance, the starter blog's judged queries, related articles, speed and memory.

    python -m benchmarks.search [--quick] [--large]

Prints tables, writes `benchmarks/results/search.json` and `docs/performance-search.md`. `--quick` leaves out
10,000 posts, `--large` adds 100,000 (an hour).
"""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import search_meaning, search_related, search_relevance
from benchmarks.search_collections import shared_folder
from benchmarks.search_peers import PEERS, build
from benchmarks.search_posts import Maker
from benchmarks.search_speed import QUERIES, percentiles

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "search.json"
PAGE = ROOT / "docs" / "performance-search.md"


def main(arguments: Sequence[str]) -> int:
    """Measure, print, write."""
    sizes = [1_000] + ([] if "--quick" in arguments else [10_000]) + ([100_000] if "--large" in arguments else [])
    figures: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine()}
    if shared_folder().is_dir():
        print("Relevance, nDCG@10 on judged collections")
        figures["relevance"] = search_relevance.run()
        print("Related, P@3")
        figures["related"] = search_related.run()
    else:
        print(f"The judged collections are not at {shared_folder()}: relevance is not measured.")
    print("Judged queries over the starter blog")
    figures["judged"] = in_a_process("benchmarks.search_judged")
    figures["judged_meaning"] = in_a_process("benchmarks.search_judged", "meaning")
    figures["meaning"] = in_a_process("benchmarks.search_meaning", "cost")
    for name in ("judged", "judged_meaning", "meaning"):
        print("  ", figures[name])
    print("Speed, CPU milliseconds")
    figures["speed"] = {}
    for count in sizes:
        built = in_a_process("benchmarks.search_speed", str(count))
        row = in_a_process("benchmarks.search_speed", str(count))
        figures["speed"][str(count)] = {**built, **row}
        print("  ", figures["speed"][str(count)], flush=True)
    print("Peers, 1,000 posts, ranking alone (ours with snippets, facets and passage)")
    figures["peers"] = peers(1_000)
    RESULTS.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(figures), encoding="utf-8")
    return 0


def machine() -> str:
    """What this ran on, and how busy that was."""
    busy = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, load {busy:.1f} at the start"
    )


def in_a_process(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module that prints JSON, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=True, cwd=ROOT
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def peers(count: int) -> dict[str, dict[str, float]]:
    """CPU time of each peer's top 10 over the same posts and queries."""
    maker = Maker()
    rows = [
        (row.id, row.title, "\n".join(f"{part.heading}\n{part.text}" for part in row.sections))
        for row in maker.posts(count)
    ]
    queries = maker.queries(QUERIES)
    found: dict[str, dict[str, float]] = {}
    for name in PEERS:
        ask = build(name, rows)
        if ask is None:
            continue
        for q in queries:
            ask(q)
        times: list[float] = []
        for q in queries:
            begun = time.perf_counter()
            ask(q)
            times.append(time.perf_counter() - begun)
        found[name] = percentiles(times)
        print(f"  {name:28s}", found[name], flush=True)
    return found


def page(figures: Mapping[str, Any]) -> str:
    """The tables as Markdown."""
    lines = [
        "# How well and how fast search is",
        "",
        f"`make bench-search` on {figures['at'][:10]}: {figures['machine']}.",
    ]
    lines += ["Compare columns of one run, not runs: other work on the machine moves all of them.", ""]
    if "relevance" in figures:
        lines += ["## Relevance", "", "nDCG@10, every engine given the same 200 characters; one setting for all.", ""]
        lines += table(figures["relevance"])
        ours, other = figures["relevance"]["Midstance"]["mean"], figures["relevance"].get("bm25s", {}).get("mean")
        if other:
            lines += ["", f"Midstance stands {100 * (ours / other - 1):+.1f} % to bm25s."]
        meant = figures["relevance"][search_meaning.NAME]["mean"]
        lines += [f"With meaning it stands {100 * (meant / ours - 1):+.1f} % to itself without."]
        lines += [
            "",
            "## Related articles",
            "",
            "P@3: of the first three, how many are relevant to one query with it.",
            "",
        ]
        lines += table(figures["related"])
    judged = figures["judged"]
    lines += ["", "## The starter blog's judged queries", ""]
    lines += [f"{judged['queries']} graded queries: nDCG@10 {judged['ndcg']:.3f}, success@3 {judged['success']:.1%};"]
    lines += [f"{judged['empty_right']} of {judged['empty']} queries that nothing fits are answered with nothing."]
    lines += with_meaning(figures["judged_meaning"], figures["meaning"])
    lines += ["", "## Speed", "", "CPU milliseconds in process, p50 / p95; a search is all of it: understanding,"]
    lines += ["ranking, snippets, facets, passage.", ""]
    lines += ["| posts | search | with nothing cached | suggest | publish to found (wall) | index a post | memory |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for count, row in figures["speed"].items():
        cells = [pair(row.get(name)) for name in ("search_cached", "search_cold", "suggest", "publish")]
        indexed = f"{row['index_ms_a_post']} ms" if "index_ms_a_post" in row else "-"
        lines.append(f"| {int(count):,} | {' | '.join(cells)} | {indexed} | {row['memory_mb']:.0f} MB |")
    lines += [
        "",
        "Peers over the same 1,000 posts, wall milliseconds, their ranking alone beside our whole answer:",
        "",
    ]
    lines += ["| engine | p50 / p95 |", "|---|---|"]
    lines += [f"| {name} | {pair(row)} |" for name, row in figures["peers"].items()]
    return "\n".join(lines) + "\n"


def with_meaning(judged: Mapping[str, Any], cost: Mapping[str, Any]) -> list[str]:
    """What meaning brings on the starter blog, and what it costs."""
    return [
        "",
        "## Meaning",
        "",
        f"The same queries with `MEANING`: nDCG@10 {judged['ndcg']:.3f}, success@3 {judged['success']:.1%}, "
        f"{judged['empty_right']} of {judged['empty']} rightly answered with nothing.",
        "",
        "CPU milliseconds on one thread, p50 / p95:",
        "",
        "| understanding a question | finding what is near | reading a passage | memory a worker |",
        "|---|---|---|---|",
        f"| {pair(cost['question'])} | {pair(cost['near'])} ({cost['posts']:,} posts) | {pair(cost['passage'])} "
        f"| {cost['private_mb']} MB more |",
    ]


def pair(row: Mapping[str, float] | None) -> str:
    """Median and 95th as one cell."""
    return f"{row['p50']} / {row['p95']}" if row else "-"


def table(rows: Mapping[str, Mapping[str, float]]) -> list[str]:
    """A table of engines by collection."""
    columns = list(next(iter(rows.values())))
    lines = [f"| engine | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    return lines + [f"| {name} | {' | '.join(f'{row[key]:.3f}' for key in columns)} |" for name, row in rows.items()]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
