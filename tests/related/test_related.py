"""Related articles: chosen as a thoughtful editor would, looked up in a moment, never a draft."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms import publishing, related, search
from cms.db import reading, utcnow
from cms.posts import Post, SiteValue
from cms.related.choosing import LEAST, Facts, choose
from cms.search.engine import Alike
from cms.search.tables import RelatedPost

FEET = "<h2>Short foot</h2><p>The short foot exercise lifts the arch. The short foot exercise is quiet work.</p>"
ARCH = "<p>An arch is lifted by the short foot exercise, again the short foot exercise, and by patience.</p>"
SLEEP = "<p>Sleep and dinner make runners fast. Sleep more, dinner earlier.</p>"


def shown(post: Post, limit: int = 3) -> list[tuple[str, list[str]]]:
    reading().rollback()
    return [
        (row.post_id, [reason["kind"] for reason in row.reasons])
        for row in related.related_to(reading(), post.id, limit)
    ]


def truly(post: Post) -> list[str]:
    return [id for id, kinds in shown(post, 12) if kinds != ["recent"]]


def test_posts_about_the_same_come_first_with_reasons(session: Session, write_post: Any) -> None:
    write_post("Sleep", SLEEP)
    one = write_post("The short foot", FEET, tags=["Foot strength"])
    two = write_post("Lift your arch", ARCH, tags=["Foot strength"])
    write_post("More sleep for runners", SLEEP.replace("fast", "slow and happy"))
    found = related.related_to(reading(), one.id, 1)
    assert found[0].post_id == two.id
    assert {"kind": "tag", "label": "Foot strength"} in found[0].reasons
    assert {"kind": "phrase", "label": "short foot exercise"} in found[0].reasons or len(found[0].reasons) >= 2
    assert LEAST <= found[0].score < 1
    assert all(row.reasons for row in related.related_to(reading(), one.id, 12))


def test_where_nothing_is_related_the_newest_are_shown_and_called_so(session: Session, write_post: Any) -> None:
    one = write_post("Alone", "<p>Quantum chromodynamics.</p>")
    two = write_post("Sleep", SLEEP)
    assert shown(one) == [(two.id, ["recent"])]
    assert related.related_to(reading(), one.id, 1)[0].score == 0


def test_a_withdrawn_post_is_related_to_nothing(session: Session, write_post: Any) -> None:
    one, two = write_post("The short foot", FEET, tags=["Feet"]), write_post("Arch", ARCH, tags=["Feet"])
    assert truly(one) == [two.id]
    publishing.withdraw(session, two)
    assert shown(one) == []
    publishing.publish(session, two)
    assert truly(one) == [two.id]


def test_drafts_and_scheduled_posts_are_not_related_before_their_time(session: Session, write_post: Any) -> None:
    one = write_post("The short foot", FEET, tags=["Feet"])
    write_post("Arch draft", ARCH, publish=False, tags=["Feet"])
    later = write_post("Arch later", ARCH, at=utcnow() + timedelta(days=1), tags=["Feet"])
    assert shown(one) == []
    session.execute(sa.update(Post).where(Post.id == later.id).values(published_at=utcnow() - timedelta(seconds=1)))
    session.commit()
    publishing.notice_due(session)
    assert truly(one) == [later.id]


def test_pins_come_first_and_exclusions_hold_both_ways(session: Session, write_post: Any) -> None:
    sleep = write_post("Sleep", SLEEP)
    arch = write_post("Arch", ARCH, tags=["Feet"])
    one = write_post("The short foot", FEET, tags=["Feet"], related={"pinned": [sleep.slug], "excluded": [arch.slug]})
    assert shown(one) == [(sleep.id, ["pinned"])]
    assert arch.id not in [id for id, _ in shown(one, 12)]
    assert one.id not in [id for id, _ in shown(arch, 12)]
    assert related.related_to(reading(), one.id, 1)[0].score == 1


def test_a_renamed_tag_is_renamed_in_the_reasons(session: Session, write_post: Any) -> None:
    one, _ = write_post("The short foot", FEET, tags=["Feet"]), write_post("Arch", ARCH, tags=["Feet"])
    tag = one.tag_links[0].tag
    publishing.save_tag(session, tag, name="Strong feet", slug="strong-feet", description="", aliases=[])
    reading().rollback()
    assert {"kind": "tag", "label": "Strong feet"} in related.related_to(reading(), one.id, 1)[0].reasons


def test_the_lists_survive_a_lost_note_and_a_rebuild(session: Session, write_post: Any) -> None:
    one = write_post("The short foot", FEET, tags=["Feet"])
    write_post("Arch", ARCH, tags=["Feet"])
    before = shown(one)
    assert related.catch_up() == 0
    for seq in ("999999", "0"):  # a restored backup, and a first run
        session.execute(sa.delete(RelatedPost))
        session.merge(SiteValue(name="related_seq", value=seq))
        session.commit()
        assert related.catch_up() == 2
        assert shown(one) == before
    assert related.rebuild() == 2
    assert shown(one) == before


def test_the_editor_sees_who_links_here_and_who_is_an_orphan(session: Session, write_post: Any) -> None:
    one, two = write_post("The short foot", FEET, tags=["Feet"]), write_post("Arch", ARCH, tags=["Feet"])
    lonely = write_post("Alone", "<p>Quantum chromodynamics.</p>")
    reading().rollback()
    assert related.links_here(reading(), one.id) == [two.id]
    assert related.orphans(reading()) == [lonely.id]


def test_a_broken_index_does_not_stop_a_publish(session: Session, write_post: Any) -> None:
    one = write_post("The short foot", FEET, tags=["Feet"])
    search.state.state().engine.set_aside()
    two = write_post("Arch", ARCH, tags=["Feet"])
    assert truly(one) == [two.id]


def facts(id: str, words: str, **more: Any) -> Facts:
    given = {"tags": {}, "references": frozenset(), **more}
    return Facts(id, f"slug-{id}", text=words, **given)


def chosen(post: Facts, others: list[Facts], alike: list[Alike], **more: Any) -> list[str]:
    rows = choose(post, {other.id: other for other in others}, alike, more.get("counts", {}), more.get("posts", 100))
    return [row.id for row in rows]


def test_near_duplicates_are_shown_once() -> None:
    post = facts("a", "heel toe arch")
    twin, same = facts("b", "hip knee calf shin back"), facts("c", "hip knee calf shin back neck")
    alike = [Alike("b", 0.9, ("hip",)), Alike("c", 0.8, ("hip",))]
    assert chosen(post, [twin, same], alike) == ["b"]
    assert chosen(post, [facts("d", "heel toe arch")], [Alike("d", 0.99, ("heel",))]) == []


def test_rare_tags_say_more_and_some_say_nothing() -> None:
    post = facts("a", "x", tags={"rare": "Rare", "common": "Common", "featured": "Featured"})
    others = [facts("r", "p q", tags={"rare": "Rare"}), facts("c", "s t", tags={"common": "Common"})]
    others.append(facts("f", "u v", tags={"featured": "Featured"}))
    counts = {"rare": 2, "common": 40, "featured": 3}
    assert chosen(post, others, [], counts=counts) == ["r"]
    assert chosen(post, others, [Alike("c", 0.05, ("s",))], counts=counts) == ["r", "c"]
    assert chosen(post, others, [], counts={"rare": 90, "common": 40}) == ["c"]


def test_shared_references_count_and_the_order_is_stable() -> None:
    post = facts("a", "x", references=frozenset({"10.1/a", "10.1/b"}))
    others = [facts(id, f"word{id}", references=frozenset({"10.1/a", "10.1/b"})) for id in "dbc"]
    alike = [Alike(id, 0.05, ("word",)) for id in "bcd"]
    assert chosen(post, others, alike) == chosen(post, others[::-1], alike[::-1]) == ["b", "c", "d"]


@pytest.mark.parametrize("phrase", ["two weeks", "read more"])
def test_empty_phrases_are_no_reason(phrase: str) -> None:
    post = facts("a", f"{phrase} heel", phrases={phrase: 5.0, "short foot": 1.0})
    rows = choose(post, {"b": facts("b", f"{phrase} short foot")}, [Alike("b", 0.5, ("foot",))], {}, 10)
    assert rows[0].reasons == [{"kind": "phrase", "label": "short foot"}]
    bare = choose(facts("a", "x"), {"b": facts("b", "foots")}, [Alike("b", 0.5, ("foot",))], {}, 10)
    assert bare[0].reasons == [{"kind": "phrase", "label": "foot"}]


def test_a_number_or_an_empty_word_alone_is_no_reason() -> None:
    post, other = facts("a", "35 questions heels"), facts("b", "35 questions heels and more")
    rows = choose(post, {"b": other}, [Alike("b", 0.5, ("35", "question", "heel"))], {}, 10)
    assert rows[0].reasons == [{"kind": "phrase", "label": "heels"}]
    assert choose(post, {"b": other}, [Alike("b", 0.5, ("35", "question"))], {}, 10) == []
