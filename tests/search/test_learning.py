"""Searches are counted by day and query; nothing of a visitor is kept."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms import search
from cms.db import reading, utcnow
from cms.search import learning
from cms.search.tables import SearchCount


def test_searches_are_counted_in_batches_and_shown_most_often_first(session: Session, write_post: Any) -> None:
    write_post("Heel pain", "<p>It hurts.</p>")
    for _ in range(3):
        assert not learning.count("Heel  PAIN", 1)
    learning.count("hurts", 1)
    assert learning.searched(session) == []
    assert learning.flush(session) == 4
    learning.count("heel pain", 2)
    assert learning.flush(session) == 1
    assert learning.searched(session) == [learning.Searched("heel pain", 4, 2), learning.Searched("hurts", 1, 1)]
    assert learning.flush(session) == 0


def test_a_full_batch_asks_to_be_written(session: Session, monkeypatch: Any) -> None:
    monkeypatch.setattr(learning, "FLUSH_AT", 2)
    assert [learning.count("toe", 0), learning.count("", 0), learning.count("heel", 0)] == [False, False, True]


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
