"""Relevance on the judged collections, every peer in the same run and given the same 200 characters."""

from statistics import mean
from typing import Any

from benchmarks import search_meaning
from benchmarks.search_collections import NAMES, judge, load
from benchmarks.search_peers import PEERS, build


def run() -> dict[str, Any]:
    """nDCG@10 by engine and collection, the mean last."""
    collections = [load(name) for name in NAMES]
    figures: dict[str, Any] = {}
    for name in PEERS:
        row: dict[str, float] = {}
        for collection in collections:
            ask = build(name, collection.texts)
            if ask is None:
                break
            row[collection.name] = round(judge(collection, ask), 4)
        if row:
            row["mean"] = round(mean(row.values()), 4)
            figures[name] = row
            _show(name, row)
    model = search_meaning.model()
    row = {
        collection.name: round(judge(collection, search_meaning.midstance(collection, model)), 4)
        for collection in collections
    }
    row["mean"] = round(mean(row.values()), 4)
    figures[search_meaning.NAME] = row
    _show(search_meaning.NAME, row)
    return figures


def _show(name: str, row: dict[str, float]) -> None:
    print(f"  {name:28s}", "  ".join(f"{key} {value:.4f}" for key, value in row.items()), flush=True)
