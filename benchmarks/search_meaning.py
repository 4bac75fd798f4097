"""Meaning measured: the judged collections read by the model as posts are, and what it costs.

python -m benchmarks.search_meaning read [COLLECTION…]     reads (15 minutes, once: it is kept beside the results)
python -m benchmarks.search_meaning cost                   prints milliseconds and memory as JSON
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.search_collections import NAMES as COLLECTIONS
from benchmarks.search_collections import Collection, load
from benchmarks.search_speed import percentiles
from cms.related.choosing import CANDIDATES, blend
from cms.related.study import NEAR
from cms.search.engine import Document, Engine, Request, Section
from cms.search.meaning.meaning import LEAST, MOST
from cms.search.meaning.model import Model
from cms.search.meaning.passages import digest, read
from cms.search.meaning.vectors import SIZE, Read, Store, Vectors
from cms.search.query import understand
from cms.search.vocabulary import Vocabulary
from cms.search.whoosh_engine import WhooshEngine

NAME = "Midstance with meaning"
FOLDER = Path(__file__).parent / "results" / "meaning"
BATCH = 500
Rows = Sequence[tuple[str, str, str]]


def documents(rows: Rows) -> Iterator[Document]:
    """Collection texts as posts."""
    return (Document(id, id, title, (Section("", "", text),)) for id, title, text in rows)


def model() -> Model:
    """The model, prepared beside the results."""
    return Model(FOLDER)


def vectors(name: str, rows: Rows, model: Model) -> Vectors:
    """What the model makes of a collection; what was read in an earlier run is not read again."""
    store = Store(FOLDER / name)
    with store.folder.writing():
        for batch in _batches(_unread(store, rows)):
            put = {
                document.id: Read(
                    digest(readings := read(document)),
                    tuple(reading.anchor for reading in readings),
                    np.stack([model.embed(reading.text) for reading in readings]),
                )
                for document in batch
            }
            store.write(store.vectors().changed(put, ()), 1)
            print(f"  read {len(store.vectors().ids):,} of {len(rows):,} texts of {name}", flush=True)
    return store.vectors()


def _unread(store: Store, rows: Rows) -> list[Document]:
    known = store.vectors()
    digests = dict(zip(known.ids, known.digests, strict=True))
    return [document for document in documents(rows) if digests.get(document.id) != digest(read(document))]


def _batches(rows: list[Document]) -> Iterable[list[Document]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def midstance(collection: Collection, model: Model) -> Callable[[str], list[str]]:
    """Ourselves with meaning, in process."""
    engine = WhooshEngine(Path(tempfile.mkdtemp(prefix="bench-")) / "index")
    engine.rebuild(documents(collection.texts), 1)
    known, vocabulary = vectors(collection.name, collection.texts, model), Vocabulary()

    def ask(q: str) -> list[str]:
        near = tuple(known.near(model.embed(q), MOST, LEAST))
        plan = understand(q, engine.lexicon(), vocabulary)
        return [hit.id for hit in engine.search(Request(plan, near=near)).hits]

    return ask


def related(collection: Collection, engine: Engine, model: Model) -> Callable[[str], list[str]]:
    """The posts that read alike and say the same, as related articles choose among."""
    known = vectors(collection.name, collection.texts, model)
    return lambda id: [row.id for row in blend(engine.alike(id, CANDIDATES), known.alike(id, NEAR))]


def cost() -> dict[str, Any]:
    """CPU milliseconds of reading a question and a passage, and of finding what is near; memory that it takes."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        subprocess.run([sys.executable, "-m", "benchmarks.search_meaning", "make", folder], check=True)
        before = _private()
        mini = model()
        known = Store(Path(folder)).vectors()
        asked = [f"why does my {part} hurt when I {do}" for part in PARTS for do in DOING]
        embedded = [_timed(mini.embed, q) for q in asked]
        found = [_timed(known.near, known.means[number].copy(), MOST, LEAST) for number in range(len(asked))]
        private = _private() - before
        passage = [_timed(mini.embed, "slow heavy heel raises help the sole of the foot " * 20) for _ in range(10)]
    return {
        "question": percentiles(embedded),
        "passage": percentiles(passage),
        "near": percentiles(found),
        "posts": POSTS,
        "private_mb": round(private),
    }


def make(folder: Path) -> None:
    """Vectors of as many posts as a large blog has, by chance: what they cost does not depend on what they say."""
    made = np.random.default_rng(1).standard_normal((POSTS, PASSAGES, SIZE)).astype(np.float32) + 1
    made /= np.linalg.norm(made, axis=2, keepdims=True)
    store = Store(folder)
    with store.folder.writing():
        put = {f"p{number}": Read("", ("",) * PASSAGES, rows) for number, rows in enumerate(made)}
        store.write(Vectors().changed(put, ()), 1)


POSTS, PASSAGES = 10_000, 4
PARTS = ("heel", "knee", "hip", "shin", "foot", "back", "toe", "calf")
DOING = ("run", "wake up", "climb stairs", "sit for long", "walk downhill")


def _timed(work: Callable[..., object], *given: object) -> float:
    begun = time.process_time()
    work(*given)
    return time.process_time() - begun


def _private() -> float:
    """Memory in MB that this process has for itself alone, and so would each worker."""
    rows = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(row.split()[1]) for row in rows if row.startswith("Private_Dirty")) / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["cost"]:
        print(json.dumps(cost()))
    elif sys.argv[1:2] == ["make"]:
        make(Path(sys.argv[2]))
    else:
        for name in sys.argv[2:] or COLLECTIONS:
            vectors(name, load(name).texts, model())
