"""The judged visitor queries over the starter blog, in a fresh instance; prints one line of JSON.

python -m benchmarks.search_judged [meaning]
"""

import json
import logging
import sys
import tempfile
from math import log2
from pathlib import Path
from statistics import mean

import yaml

from cms import create_app, library, search
from cms.db import reading, writing
from cms.instance import prepare
from cms.posts import Post
from cms.search.meaning.following import read_new

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Import, ask, judge, print."""
    logging.disable(logging.WARNING)
    judged = yaml.safe_load((ROOT / "tests" / "search" / "judged.yaml").read_text(encoding="utf-8"))
    instance = Path(tempfile.mkdtemp(prefix="bench-")) / "instance"
    app = create_app({"INSTANCE": instance, "MEANING": "meaning" in sys.argv})
    prepare(app)
    with app.app_context():
        library.import_folder(writing(), ROOT / "content")
        read_new(wait=600)
        slugs = {row.id: row.slug for row in reading().query(Post)}
        scores: list[float] = []
        hits: list[bool] = []
        empty: list[bool] = []
        for row in judged:
            found = [slugs[id] for id in search.find(reading(), row["q"]).ids]
            if row["kind"] == "empty":
                empty.append(not found)
            elif grades := row.get("grades"):
                best = sorted(grades.values(), reverse=True)
                scores.append(_gain([grades.get(slug, 0) for slug in found]) / _gain(best))
                hits.append(best[0] in [grades.get(slug, 0) for slug in found[:3]])
    figures = {"queries": len(scores), "ndcg": round(mean(scores), 4), "success": round(mean(hits), 4)}
    print(json.dumps({**figures, "empty": len(empty), "empty_right": sum(empty)}))


def _gain(grades: list[int]) -> float:
    return sum((2.0**grade - 1) / log2(place + 2) for place, grade in enumerate(grades[:10]))


if __name__ == "__main__":
    main()
