"""How many posts a second `cms import` takes, index and related articles included.

    .venv/bin/python -m benchmarks.import_posts [--posts 10000]

Generates a folder of posts (about 500 words each: headings, lists, links, a table, tags, hashtags), imports
it into an empty instance, imports it again (nothing changes), exports it twice (nothing is rewritten).
Prints a table and writes `benchmarks/results/import_posts.json`.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from benchmarks.search_posts import Maker
from cms import create_app, library, search
from cms.db import reading, writing
from cms.instance import prepare


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


RESULTS = Path(__file__).parent / "results" / "import_posts.json"
PARTS = words("foot ankle calf shin knee hip hamstring glute arch toe heel tendon muscle bone joint")
VERBS = words("load rest lift lower hold bend press stretch walk run climb settle warm adapt strengthen")
THINGS = words("week plan shoe hill mile step set pain morning stride cadence race bandage doctor season")
Answer = TypeVar("Answer")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--posts", type=int, default=10_000)
    posts = parser.parse_args().posts
    with tempfile.TemporaryDirectory(prefix="midstance-bench-") as where:
        result = measure(Path(where), posts)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    for name, value in result.items():
        print(f"{name:32} {value:>12,}")


def measure(where: Path, posts: int) -> dict[str, float]:
    """Generate, import twice, export twice; seconds and rates."""
    folder = where / "content"
    write_posts(folder, posts)
    app = create_app({"INSTANCE": where / "instance"})
    prepare(app)
    with app.app_context():
        imported, first = timed(lambda: library.import_folder(writing(), folder))
        assert not imported.problems, imported.problems[:3]
        assert imported.posts_new == posts
        found = search.find(reading(), "heel pain").total
        reading().close()
        again, second = timed(lambda: library.import_folder(writing(), folder))
        assert again.posts_same == posts
        out = where / "out"
        exported, third = timed(lambda: library.export_folder(reading(), out))
        same, fourth = timed(lambda: library.export_folder(reading(), out))
        assert same.written == 0, same
        assert exported.written >= posts
        size = sum(path.stat().st_size for path in (where / "instance").rglob("*") if path.is_file())
    return {
        "posts": posts,
        "posts found by “heel pain”": found,
        "import, posts/s": round(posts / first, 1),
        "import again, posts/s": round(posts / second, 1),
        "export, posts/s": round(posts / third, 1),
        "export again, posts/s": round(posts / fourth, 1),
        "most memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "instance, MB": size // 1_000_000,
    }


def timed(work: Callable[[], Answer]) -> tuple[Answer, float]:
    start = time.perf_counter()
    answer = work()
    return answer, time.perf_counter() - start


def write_posts(folder: Path, count: int, seed: int = 7) -> None:
    """A folder of `count` posts, always the same for one seed."""
    maker = Maker(seed, often=(*PARTS, *VERBS, *THINGS))
    pick = maker.random
    (folder / "posts").mkdir(parents=True)
    tags = [f"{part}-{thing}" for part in PARTS for thing in ("pain", "strength", "rehab")]
    begin = datetime(2016, 1, 1, 9, tzinfo=UTC)
    for number in range(count):
        moment = begin + timedelta(hours=number * 9 % 90_000)
        topic = pick.choice(maker.topics)
        front = [
            "---",
            f"title: {heading(maker, topic)} {number}",
            f"slug: post-{number}",
            "status: published",
            f"published_at: {moment:%Y-%m-%dT%H:%M:%SZ}",
            f"tags: [{', '.join(pick.sample(tags, 3))}]",
            "---",
        ]
        text = "\n".join([*front, body(maker, topic, number, count)])
        (folder / "posts" / f"{moment:%Y-%m-%d}-post-{number}.md").write_text(text, encoding="utf-8")


def body(maker: Maker, topic: list[str], number: int, count: int) -> str:
    parts = [paragraph(maker, topic)]
    for _ in range(4):
        parts += [f"## {heading(maker, topic)}", paragraph(maker, topic), paragraph(maker, topic)]
    parts.append("\n".join(f"- {maker.text(topic, 9).capitalize()}." for _ in range(5)))
    parts.append(f"Read on in [another post](/posts/post-{maker.random.randrange(count)}).")
    parts.append("| Week | Minutes |\n|---|---|\n" + "\n".join(f"| {n} | {n * 5} |" for n in range(1, 5)))
    parts.append(f"#{maker.random.choice(PARTS).title()}Strength #Running #Week{number % 52 + 1}")
    return "\n\n".join(parts) + "\n"


def paragraph(maker: Maker, topic: list[str]) -> str:
    return maker.text(topic, 48).capitalize() + "."


def heading(maker: Maker, topic: list[str]) -> str:
    return " ".join(maker.random.sample(topic, 4)).capitalize()


if __name__ == "__main__":
    main()
