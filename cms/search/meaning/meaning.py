"""What a worker keeps where MEANING is on: the model, loaded on first need, and the vectors."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cms.search.engine import Near
from cms.search.meaning.model import Model
from cms.search.meaning.vectors import Store

MOST = 300
"""Posts near in meaning that an engine is told of."""
LEAST = 0.3
"""How near a post must be to count as near at all."""


def _nothing(ids: Sequence[str]) -> None:
    pass


@dataclass(slots=True)
class Meaning:
    """Finds what is near in meaning. `folder` holds all that it keeps; `then` is told the posts newly read."""

    folder: Path
    then: Callable[[Sequence[str]], object] = _nothing
    busy: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)
    store: Store = field(init=False)
    _model: Model | None = None
    _loading: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.store = Store(self.folder)

    def model(self) -> Model:
        """The model, loaded the first time (a third of a second, 60 MB). Raises BadInput if it is not installed."""
        with self._loading:
            if self._model is None:
                self._model = Model(self.folder)
            return self._model

    def near(self, q: str) -> tuple[Near, ...]:
        """The posts near in meaning to what a visitor asks, nearest first."""
        vectors = self.store.vectors()
        if not vectors.ids:
            return ()
        return tuple(vectors.near(self.model().asked(q), MOST, LEAST))

    def alike(self, id: str, limit: int) -> list[Near]:
        """The posts that say most nearly what one says; empty if it was not read yet."""
        return self.store.vectors().alike(id, limit)

    def halt(self, seconds: float = 5.0) -> None:
        """Let whoever reads posts beside stop after the passage at hand; waits for it."""
        self.stop.set()
        until = time.monotonic() + seconds
        while self.busy.is_set() and time.monotonic() < until:
            time.sleep(0.01)
