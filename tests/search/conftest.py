"""Every engine that there is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cms.search.engine import Engine
from cms.search.whoosh_engine import WhooshEngine
from tests.search.documents import POSTS


@pytest.fixture(params=["whoosh"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine of each kind, holding POSTS."""
    made: Engine = {"whoosh": WhooshEngine}[request.param](tmp_path / "index")
    with made.writing():
        made.rebuild(POSTS, 10)
    yield made
    made.close()
