"""Related articles: P@3 on the judged collections, beside Whoosh's `more_like` with 5 and with 40 terms.

Two documents count as related if both are judged relevant to one query. Documents of which that is known
are asked for; likeness alone decides (the collections have neither tags nor pins).
"""

import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks import search_meaning
from benchmarks.search_collections import NAMES, Collection, load
from cms.search.whoosh_engine import WhooshEngine

ASKED = 250
DEPTH = 3


def run() -> dict[str, Any]:
    """P@3 by way and collection."""
    figures: dict[str, dict[str, float]] = {}
    for name in NAMES:
        collection = load(name)
        kin = related_documents(collection)
        asked = random.Random(5).sample(sorted(kin), min(ASKED, len(kin)))
        engine = _engine(collection)
        ours = [
            ("Midstance", _alike(engine)),
            (search_meaning.NAME, search_meaning.related(collection, engine, search_meaning.model())),
        ]
        for way, ask in (*ours, *_more_like(collection)):
            hits = [sum(id in kin[one] for id in ask(one)[:DEPTH]) / DEPTH for one in asked]
            figures.setdefault(way, {})[name] = round(mean(hits), 3)
    for way, row in figures.items():
        row["mean"] = round(mean(row.values()), 3)
        print(f"  {way:28s}", "  ".join(f"{key} {value:.3f}" for key, value in row.items()), flush=True)
    return figures


def related_documents(collection: Collection) -> dict[str, set[str]]:
    """For each document judged relevant to some query, the others relevant to the same; none: left out."""
    known = {id for id, _, _ in collection.texts}
    kin: dict[str, set[str]] = {}
    for grades in collection.grades.values():
        group = {id for id, grade in grades.items() if grade > 0 and id in known}
        for id in group:
            kin.setdefault(id, set()).update(group - {id})
    return {id: others for id, others in kin.items() if others}


def _alike(engine: WhooshEngine) -> Callable[[str], list[str]]:
    return lambda id: [row.id for row in engine.alike(id, DEPTH)]


def _engine(collection: Collection) -> WhooshEngine:
    engine = WhooshEngine(Path(tempfile.mkdtemp(prefix="bench-")) / "index")
    engine.rebuild(search_meaning.documents(collection.texts), 1)
    return engine


def _more_like(collection: Collection) -> list[tuple[str, Callable[[str], list[str]]]]:
    from whoosh.analysis import StemmingAnalyzer
    from whoosh.fields import ID, TEXT, Schema
    from whoosh.index import create_in

    schema = Schema(id=ID(stored=True, unique=True), text=TEXT(StemmingAnalyzer(), stored=True, vector=True))
    index = create_in(tempfile.mkdtemp(prefix="bench-"), schema)
    writer = index.writer(limitmb=256)
    for id, title, text in collection.texts:
        writer.add_document(id=id, text=f"{title} {text}")
    writer.commit()
    searcher = index.searcher()

    def ask(id: str, terms: int) -> list[str]:
        number = searcher.document_number(id=id)
        return [hit["id"] for hit in searcher.more_like(number, "text", top=DEPTH, numterms=terms)]

    return [
        ("Whoosh more_like, 5 terms", lambda id: ask(id, 5)),
        ("Whoosh more_like, 40 terms", lambda id: ask(id, 40)),
    ]
