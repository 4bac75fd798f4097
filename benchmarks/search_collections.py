"""The judged collections: documents, queries of at most 200 characters, grades; and how an answer is judged.

They lie in BEIR's layout in the shared folder, for measuring only: their licences do not let us ship them.
"""

import csv
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from statistics import mean

NAMES = ("cranfield", "cisi", "scifact", "nfcorpus")
LONGEST_QUERY = 200
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Collection:
    """One judged collection: `texts` are (id, title, text)."""

    name: str
    texts: list[tuple[str, str, str]]
    queries: dict[str, str]
    grades: dict[str, dict[str, int]]


def shared_folder() -> Path:
    """Where the collections lie: MIDSTANCE_SHARED, or beside the project."""
    return Path(os.environ.get("MIDSTANCE_SHARED") or ROOT.parent / "shared") / "data" / "search"


def load(name: str) -> Collection:
    """Read a collection; only queries that have grades are kept."""
    folder = shared_folder() / name
    texts = [(row["_id"], row["title"], row["text"]) for row in _lines(folder / "corpus.jsonl")]
    grades: dict[str, dict[str, int]] = {}
    with next((folder / "qrels").glob("*.tsv")).open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            grades.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    queries = {row["_id"]: row["text"][:LONGEST_QUERY] for row in _lines(folder / "queries.jsonl")}
    return Collection(name, texts, {id: text for id, text in queries.items() if id in grades}, grades)


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """nDCG with linear gain, as trec_eval and BEIR compute it."""
    gained = sum(grades.get(id, 0) / log2(place + 2) for place, id in enumerate(ranked[:depth]))
    ideal = sorted(grades.values(), reverse=True)[:depth]
    best = sum(grade / log2(place + 2) for place, grade in enumerate(ideal))
    return gained / best if best else 0.0


def judge(collection: Collection, ask: Callable[[str], Sequence[str]]) -> float:
    """Mean nDCG@10 over the queries of a collection."""
    return mean(ndcg(ask(text), collection.grades[id]) for id, text in collection.queries.items())
