"""Merging small segments, off the requests: in a process of its own, on a copy beside, then switched in.

    python -m cms.search.whoosh_engine.merging INDEX_FOLDER

makes a merged copy of the generation that counts and prints its name and seq. Files of a segment never
change, so the copy is hard links. The worker that started it lets the copy catch up and switches.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from whoosh.reading import SegmentReader

from cms.search.folder import Current, Folder
from cms.search.whoosh_engine.storage import Storage
from cms.search.whoosh_engine.writing import new_writer

MOST_SEGMENTS = 12
SMALL = 1_000
"""Segments with fewer posts than this, or than a tenth of all, are merged into one."""
GONE = 0.3
"""A segment of whose posts this share has gone is merged too."""


def needed(sizes: Sequence[tuple[int, int]]) -> bool:
    """Whether segments, as (posts, posts gone), should be merged."""
    return len(sizes) > MOST_SEGMENTS or any(gone > max(GONE * posts, 50) for posts, gone in sizes)


def merge_copy(root: Path) -> Current:
    """Make a merged copy of the current generation. Returns its name with the seq that it holds."""
    folder = Folder(root)
    with folder.writing():
        current = folder.current()
        name = folder.make()
        for path in folder.path(current).iterdir():
            if path.suffix in (".toc", ".seg") or ".col" in path.name or path.suffix in (".trm", ".pst", ".vps"):
                os.link(path, root / name / path.name)
    storage = Storage(root / name)
    writer = new_writer(storage.open_index())
    writer.commit(mergetype=_merge)
    return Current(name, current.seq, current.format)


def _merge(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh's merge policy: which segments go into the new one; the others come back."""
    total = sum(segment.doc_count_all() for segment in segments)
    kept: list[Any] = []
    for segment in segments:
        posts, gone = segment.doc_count_all(), segment.deleted_count()
        if posts < max(SMALL, total / 10) or gone > GONE * posts:
            with SegmentReader(writer.storage, writer.schema, segment) as reader:
                writer.add_reader(reader)
        else:
            kept.append(segment)
    return kept


def main(arguments: Sequence[str], say: Callable[[str], object] = print) -> int:
    """Merge and say where."""
    os.nice(10)
    merged = merge_copy(Path(arguments[0]))
    say(json.dumps({"folder": merged.folder, "seq": merged.seq, "format": merged.format}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
