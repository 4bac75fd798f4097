"""The vectors on disk and in memory: what the model made of each post, and which posts lie near.

Derived and disposable, like the index, in generations beside each other (`cms/search/folder.py`). A
generation holds a row of 384 numbers for each passage, in one byte each with a scale a row (cosines stay
within 0.002), and the mean of each post's passages as floats: all posts are compared by the mean, the
nearest of them by their passages too. Workers map the files, so that they share the memory.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cms.search.engine import IndexBroken, Near
from cms.search.folder import Current, Folder

Floats = npt.NDArray[np.float32]

FORMAT = 1
"""Raise this when passages or vectors are made differently: all posts are then read again."""
CLOSE = 300
"""Posts that are compared passage by passage: the nearest by their mean."""
SIZE = 384


@dataclass(frozen=True, slots=True)
class Read:
    """What the model made of one post: a digest of what it read, the anchor and the vector of each passage."""

    digest: str
    anchors: tuple[str, ...]
    vectors: Floats


@dataclass(slots=True)
class Vectors:
    """All posts that were read. `starts` says at which passage each post begins, and where the last one ends."""

    ids: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    anchors: list[list[str]] = field(default_factory=list)
    starts: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    means: Floats = field(default_factory=lambda: np.zeros((0, SIZE), np.float32))
    passages: npt.NDArray[np.int8] = field(default_factory=lambda: np.zeros((0, SIZE), np.int8))
    scales: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    rows: dict[str, int] = field(default_factory=dict)

    def near(self, vector: Floats, limit: int, least: float) -> list[Near]:
        """The posts nearest to a vector, nearest first; none below `least`.

        How near a post is, is said half by its best passage and half by all of it.
        """
        means = _dots(self.means, vector)
        found = np.flatnonzero(means > 0)
        if len(found) > CLOSE:
            found = found[np.argpartition(-means[found], CLOSE)[:CLOSE]]
        if not len(found):
            return []
        best, at = self._best_passages(found, vector)
        values = (best + means[found]) / 2
        order = np.lexsort((found, -values))[:limit]
        return [
            Near(self.ids[row], round(float(values[place]), 4), self.anchors[row][int(at[place])])
            for place in order
            if values[place] >= least
            for row in (int(found[place]),)
        ]

    def _best_passages(self, posts: npt.NDArray[np.intp], vector: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
        """For each post the similarity of its nearest passage, and which one that is."""
        counts = self.starts[posts + 1] - self.starts[posts]
        begins = np.cumsum(counts) - counts
        rows = np.repeat(self.starts[posts] - begins, counts) + np.arange(int(counts.sum()))
        values = _dots(self.passages[rows].astype(np.float32), vector) * self.scales[rows]
        best: Floats = np.maximum.reduceat(values, begins)
        first = np.flatnonzero(values == np.repeat(best, counts))
        owners = np.repeat(np.arange(len(posts)), counts)[first]
        _, one = np.unique(owners, return_index=True)
        return best, first[one] - begins

    def alike(self, id: str, limit: int) -> list[Near]:
        """The posts that mean most nearly the same as one; empty if it was not read."""
        row = self.rows.get(id)
        if row is None:
            return []
        values = _dots(self.means, self.means[row])
        values[row] = -1.0
        order = np.argsort(-values, kind="stable")[:limit]
        return [Near(self.ids[int(n)], round(float(values[n]), 4), "") for n in order if values[n] > 0]

    def changed(self, put: Mapping[str, Read], remove: Sequence[str]) -> "Vectors":
        """These with posts put (replacing by id) and removed."""
        gone = {*put, *remove}
        kept = [row for row, id in enumerate(self.ids) if id not in gone]
        counts = [int(self.starts[row + 1] - self.starts[row]) for row in kept]
        inside = [np.arange(self.starts[row], self.starts[row + 1]) for row in kept]
        old = np.concatenate(inside) if inside else np.zeros(0, np.int64)
        new = [packed(one.vectors) for one in put.values()]
        means = [one.vectors.mean(axis=0) for one in put.values()]
        starts = np.cumsum([0, *counts, *(len(one.anchors) for one in put.values())]).astype(np.int64)
        return Vectors(
            ids=[*(self.ids[row] for row in kept), *put],
            digests=[*(self.digests[row] for row in kept), *(one.digest for one in put.values())],
            anchors=[*(self.anchors[row] for row in kept), *(list(one.anchors) for one in put.values())],
            starts=starts,
            means=np.concatenate([self.means[kept], *(_unit(mean)[None] for mean in means)]).astype(np.float32),
            passages=np.concatenate([self.passages[old], *(rows for rows, _ in new)]),
            scales=np.concatenate([self.scales[old], *(scales for _, scales in new)]),
        )


def _dots(rows: Floats, vector: Floats) -> Floats:
    """The product of each row with a vector. Not `@`: that waits for a second core, which serves other visitors."""
    dots: Floats = np.einsum("ij,j->i", rows, vector)
    return dots


def _unit(vector: Floats) -> Floats:
    result: Floats = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return result


def packed(vectors: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Vectors in one byte a number, and the scale of each."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / 127
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


class Store:
    """The vectors of a service, in `folder`. One object a worker; all its threads may use it."""

    def __init__(self, root: Path) -> None:
        self.folder = Folder(root)
        self._stamp: tuple[int, int] | None = None
        self._seq = 0
        self._vectors = Vectors()

    def vectors(self) -> Vectors:
        """The vectors as they are now; none where none were made yet, or where they cannot be read."""
        stamp = self.folder.stamp()
        if stamp != self._stamp:
            try:
                current = self.folder.current()
                self._vectors, self._seq = self._load(current), current.seq
            except (IndexBroken, OSError, ValueError, KeyError):
                self._vectors, self._seq = Vectors(), 0
            self._stamp = stamp
        return self._vectors

    def seq(self) -> int:
        """The newest journal row that the vectors have followed; 0 where there are none."""
        self.vectors()
        return self._seq

    def _load(self, current: Current) -> Vectors:
        if current.format != FORMAT:
            raise IndexBroken("The vectors are of another version; they are made anew.")
        path = self.folder.path(current)
        names = json.loads((path / "posts.json").read_text(encoding="utf-8"))
        means, passages = (np.load(path / f"{name}.npy", mmap_mode="r") for name in ("means", "passages"))
        starts, scales = np.load(path / "starts.npy"), np.load(path / "scales.npy")
        vectors = Vectors(names["ids"], names["digests"], names["anchors"], starts, means, passages, scales)
        if not len(vectors.ids) == len(vectors.means) == len(starts) - 1 or int(starts[-1]) != len(scales):
            raise ValueError("the files of the vectors do not belong together")
        vectors.rows = {id: row for row, id in enumerate(vectors.ids)}
        return vectors

    def write(self, vectors: Vectors, seq: int) -> None:
        """Let these count from now on. Only under `folder.writing()`."""
        name = self.folder.make()
        path = self.folder.root / name
        for part in ("means", "passages", "starts", "scales"):
            np.save(path / f"{part}.npy", getattr(vectors, part))
        names = {"ids": vectors.ids, "digests": vectors.digests, "anchors": vectors.anchors}
        (path / "posts.json").write_text(json.dumps(names), encoding="utf-8")
        self.folder.point(Current(name, seq, FORMAT))
        self.folder.sweep(keep=name, grace=5.0)

    def note(self, seq: int) -> None:
        """These have followed the journal up to `seq`. Only under `folder.writing()`."""
        self.folder.point(replace(self.folder.current(), seq=seq))
