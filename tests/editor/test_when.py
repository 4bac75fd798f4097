"""A moment for later: read in her zone, and still ahead."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cms.editor.when import PASSED, Moment, read_local, still_ahead
from cms.errors import BadInput

DENVER = ZoneInfo("America/Denver")


def test_a_moment_that_has_passed_is_refused_and_publishes_nothing():
    with pytest.raises(BadInput, match="has passed"):
        still_ahead(read_local("2020-01-01T08:00", DENVER))
    ahead = Moment(datetime.now(UTC) + timedelta(minutes=1), "soon")
    assert still_ahead(ahead) is ahead


def test_a_moment_that_has_passed_is_told_while_she_chooses(desk):
    past = desk.get("/editor/api/when?at=2020-01-01T08:00").json
    assert (past["problem"], past["words"][:9]) == (PASSED, "Wednesday")
    assert desk.get("/editor/api/when?at=2199-01-01T08:00").json["problem"] == ""
