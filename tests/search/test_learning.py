"""Searches are counted by day and query; nothing of a visitor is kept."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms import search
from cms.db import reading, utcnow
from cms.search import learning
from cms.search.state import state
from cms.search.tables import SearchCount


def test_searches_are_counted_in_batches_and_shown_most_often_first(session: Session, write_post: Any) -> None:
    write_post("Heel pain", "<p>It hurts.</p>")
    for _ in range(3):
        learning.count("Heel  PAIN", 1)
    assert not learning.is_time(state().tally)
    learning.count("hurts", 1)
    assert learning.searched(session) == []
    assert learning.flush(session) == 4
    learning.count("heel pain", 2)
    assert learning.flush(session) == 1
    assert learning.searched(session) == [learning.Searched("heel pain", 4, 2), learning.Searched("hurts", 1, 1)]
    assert learning.flush(session) == 0


def test_a_full_batch_asks_to_be_written(session: Session, monkeypatch: Any) -> None:
    monkeypatch.setattr(learning, "FLUSH_AT", 2)
    for query, due in (("toe", False), ("", False), ("heel", True)):
        learning.count(query, 0)
        assert learning.is_time(state().tally) is due


def test_an_answer_given_again_is_counted_each_time(client: Any, session: Session, write_post: Any) -> None:
    write_post("Heel pain", "<p>It hurts.</p>")
    session.commit()
    for encoding in ("", "gzip", "br", "gzip"):
        assert client.get("/api/v1/search?q=heel+pain", headers={"Accept-Encoding": encoding}).status_code == 200
    for _ in range(2):
        client.get("/embed/search?q=heel+pain")
        client.get("/api/v1/search?q=heel+pain&instant=1")
    assert learning.flush(session) == 6


def test_what_may_name_a_person_is_replaced_or_held_back(session: Session, write_post: Any) -> None:
    write_post("Heel pain", "<p>It hurts.</p>")
    assert learning.redacted("mail jo@example.com or +1 (303) 555-0100") == "mail address or number"
    for _ in range(2):
        learning.count("johanna doe", 0)
    learning.count("heel", 1)
    learning.flush(session)
    assert [row.query for row in learning.searched(session)] == ["heel"]
    learning.count("johanna doe", 0)
    learning.flush(session)
    assert [row.query for row in learning.searched(session)] == ["johanna doe", "heel"]
    assert [row.query for row in learning.searched(session, nothing_found=True)] == ["johanna doe"]


def test_old_counts_go(session: Session) -> None:
    old = utcnow().date() - timedelta(days=learning.KEEP_DAYS + 1)
    session.add(SearchCount(day=old, query="toe", count=9, found=1))
    session.commit()
    learning.count("heel", 1)
    learning.flush(session)
    assert session.scalars(sa.select(SearchCount.query)).all() == ["heel"]


def test_a_pin_is_set_changed_and_taken_back(session: Session, write_post: Any) -> None:
    one, two = write_post("Foxes", "<p>Foxes.</p>"), write_post("Hares", "<p>Hares.</p>")

    def ids() -> list[str]:
        reading().rollback()
        return search.find(reading(), "foxes").ids

    learning.pin(session, "FOXES", two.id)
    assert ids() == [two.id, one.id]
    learning.pin(session, "foxes", one.id, "exclude")
    assert ids() == [two.id]
    learning.unpin(session, "foxes", two.id)
    learning.unpin(session, "foxes", "nobody")
    assert ids() == []
