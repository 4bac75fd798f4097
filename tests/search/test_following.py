"""The index follows the journal, heals itself, and never shows what the public may not see."""

import json
import os
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from cms import create_app, publishing, search
from cms.db import Journal, reading, record, utcnow
from cms.posts import Author, Post
from cms.publishing import save_author, save_tag
from cms.search import follower, vocabulary
from cms.search.engine import IndexBroken
from cms.search.state import state
from cms.search.tables import Concept, SearchPin
from cms.search.trying import try_concepts

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # Whoosh leaves files open where opening fails


def found(q: str, **more: Any) -> list[str]:
    reading().rollback()
    return search.find(reading(), q, **more).ids


def until(true: Any, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    assert true()


def test_a_post_is_found_when_publish_returns_and_gone_when_withdraw_does(session: Session, write_post: Any) -> None:
    post = write_post("About zebras", "<h2>Stripes</h2><p>Zebras have stripes.</p>")
    result = search.find(reading(), "zebra stripes")
    assert result.ids == [post.id]
    assert result.hits[0].passage == search.Passage("stripes", "Stripes")
    publishing.withdraw(session, post)
    assert found("zebra stripes") == []
    publishing.publish(session, post)
    assert found("zebra stripes") == [post.id]
    publishing.delete(session, post)
    assert found("zebra stripes") == []
    assert search.check() == []


@pytest.mark.parametrize("how", ["draft", "scheduled", "withdrawn", "deleted"])
def test_what_is_not_public_is_nowhere_in_the_index(
    session: Session, write_post: Any, how: str, tmp_path: Path
) -> None:
    write_post("A public post", "<p>Ordinary words.</p>")
    if how == "draft":
        write_post("Secret xylophone", "<p>xylophonic</p>", publish=False, tags=["Xylotag"])
    else:
        at = utcnow() + timedelta(days=1) if how == "scheduled" else None
        post = write_post("Secret xylophone", "<p>xylophonic</p>", at=at, tags=["Xylotag"])
        if how == "withdrawn":
            publishing.withdraw(session, post)
        elif how == "deleted":
            publishing.delete(session, post)
    for q in ("xylophone", "xylophonic", "secret", "xylotag", "xylo", "xilophone", "public xylophone"):
        result = search.find(reading(), q)
        assert all("ylo" not in str(hit) for hit in result.hits)
        assert all(slug != "xylotag" for slug, _ in result.facets)
        assert "xylo" not in f"{result.corrected}{result.expanded}"
        assert search.suggest(reading(), q) == [] or q.startswith("public")


def test_a_scheduled_post_comes_when_it_is_due(session: Session, write_post: Any) -> None:
    post = write_post("About lemurs", "<p>Lemurs leap.</p>", at=utcnow() + timedelta(days=1))
    assert found("lemurs") == []
    session.execute(sa.update(Post).where(Post.id == post.id).values(published_at=utcnow() - timedelta(seconds=1)))
    session.commit()
    publishing.notice_due(session)
    assert found("lemurs") == [post.id]


def test_a_draft_of_a_live_post_is_not_found_before_it_is_published(session: Session, write_post: Any) -> None:
    post = write_post("About owls", "<p>Owls hoot.</p>")
    content = post.live.content()
    content.source = "<p>Owls screech.</p>"
    publishing.save(session, post, content, base=post.working().token)
    assert found("screech") == []
    assert found("hoot") == [post.id]
    publishing.publish(session, post)
    assert found("screech") == [post.id]
    assert found("hoot") == []


def test_a_renamed_tag_is_found_by_its_new_name(session: Session, write_post: Any) -> None:
    post = write_post("About birds", "<p>They sing.</p>", tags=["Ornithology"])
    assert found("ornithology") == [post.id]
    tag = post.tag_links[0].tag
    save_tag(session, tag, name="Birdwatching", slug="birdwatching", description="", aliases=["Twitching"])
    assert found("birdwatching") == found("twitching") == [post.id]
    assert found("sing", tags=["birdwatching"]) == [post.id]
    assert found("sing", tags=["ornithology"]) == []
    assert search.suggest(reading(), "twitch")[0].slug == "birdwatching"


def test_a_renamed_author_is_found_by_the_new_name(session: Session, write_post: Any) -> None:
    session.add(Author(slug="kim", name="Kim Oldname"))
    session.commit()
    post = write_post("About ducks", "<p>Quack.</p>", authors=["kim"])
    assert found("oldname") == [post.id]
    author = session.scalars(sa.select(Author).where(Author.slug == "kim")).one()
    author.name = "Kim Newname"
    record(session, "author_changed", author=author.id)
    session.commit()
    assert found("newname") == [post.id]
    assert found("quack", author="kim") == [post.id]
    assert save_author is not None


def test_the_vocabulary_is_followed(session: Session, write_post: Any) -> None:
    post = write_post("Plantar fasciitis", "<p>It heals.</p>")
    assert found("sore heel") == []
    session.add(Concept(concept="plantar fasciitis", say=["sore heel"], means=[]))
    record(session, "vocabulary_changed")
    session.commit()
    reading().rollback()
    result = search.find(reading(), "sore heel")
    assert result.ids == [post.id]
    assert result.expanded == ["plantar fasciitis"]


def test_an_entry_is_tried_before_it_is_saved(session: Session, write_post: Any) -> None:
    post = write_post("Plantar fasciitis", "<p>It heals.</p>")
    entry = vocabulary.Concept("plantar fasciitis", ("sore heel",))
    before, after = try_concepts(reading(), "sore heel", entry)
    assert (before.ids, before.total, before.expanded) == ([], 0, ())
    assert (after.ids, after.total, after.expanded) == ([post.id], 1, ("plantar fasciitis",))
    session.add(Concept(concept="plantar fasciitis", say=["sore heel"], means=[]))
    record(session, "vocabulary_changed")
    session.commit()
    reading().rollback()
    narrower = vocabulary.Concept("plantar fasciitis", ("heel spur",))
    before, after = try_concepts(reading(), "sore heel", narrower, instead_of="plantar fasciitis")
    assert (before.ids, after.ids) == ([post.id], [])
    assert search.find(reading(), "sore heel").ids == [post.id]


def test_pins_and_exclusions_are_followed_and_pins_stay_public(session: Session, write_post: Any) -> None:
    one, two = write_post("Foxes one", "<p>Foxes.</p>"), write_post("Foxes two", "<p>Foxes foxes.</p>")
    other = write_post("Hares", "<p>Hop.</p>")
    session.add(SearchPin(query="foxes", post_id=other.id, kind="pin", position=0))
    session.add(SearchPin(query="Foxes", post_id=two.id, kind="exclude", position=0))
    record(session, "pins_changed")
    session.commit()
    assert found("FOXES") == [other.id, one.id]
    publishing.withdraw(session, other)
    assert found("foxes") == [one.id]


def test_catching_up_twice_and_from_nothing_gives_the_same(session: Session, write_post: Any) -> None:
    posts = [write_post(f"Otter {n}", "<p>Otters swim.</p>") for n in range(3)]
    assert search.catch_up() == 0
    assert search.rebuild() == 3
    assert set(found("otters")) == {post.id for post in posts}
    here = state()
    here.engine.apply([], [posts[0].id], 0)  # as if an older seq had been noted: rows are applied again
    assert set(found("otters")) == {post.id for post in posts}


def test_a_long_backlog_is_followed_in_batches(session: Session, write_post: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(follower, "BATCH", 2)
    monkeypatch.setattr(publishing.follow, "followers", lambda: ())
    posts = [write_post(f"Badger {n}", "<p>Badgers dig.</p>") for n in range(5)]
    assert search.check() != []
    search.catch_up()
    assert search.check() == []
    assert set(found("badgers")) == {post.id for post in posts}


def test_a_missing_index_is_answered_from_the_database_while_it_is_rebuilt(session: Session, write_post: Any) -> None:
    post = write_post("About moles", "<p>Moles dig 100% of the day_.</p>", tags=["Digging"])
    write_post("About voles", "<p>Voles do not.</p>")
    engine = state().engine
    with engine.writing():  # nobody can rebuild yet
        engine.set_aside()
        result = search.find(reading(), "moles dig", tags=["digging"])
        assert result.degraded
        assert result.ids == [post.id]
        assert result.facets == [("digging", 1)]
        assert ("Moles", True) in result.hits[0].body[0]
        assert search.find(reading(), "moles voles").stage == "any"
        assert search.find(reading(), "100%").ids == [post.id]
        assert search.find(reading(), "_").total == 0
        assert search.find(reading(), "the").stage == "all"
        assert search.find(reading(), "dig", author="nobody").total == 0
        assert search.suggest(reading(), "mole") == []
        assert search.check() != []
    until(lambda: not search.find(reading(), "moles").degraded)
    assert found("moles dig") == [post.id]
    assert search.check() == []


@pytest.mark.parametrize("how", ["gone", "noise", "pointer"])
def test_a_damaged_index_heals(app: Flask, session: Session, write_post: Any, how: str) -> None:
    post = write_post("About newts", "<p>Newts swim.</p>")
    here = state()
    root = Path(app.extensions["midstance"].settings.instance) / "index"
    folder = root / json.loads((root / "current").read_text())["folder"]
    here.engine.close()
    if how == "pointer":
        (root / "current").write_text("{")
    for path in list(folder.iterdir()) if how != "pointer" else []:
        if path.is_file():
            path.unlink() if how == "gone" else path.write_bytes(os.urandom(50))
    assert search.find(reading(), "newts").ids == [post.id]
    until(lambda: not search.find(reading(), "newts").degraded)
    assert found("newts") == [post.id]


def test_healing_that_fails_is_logged_and_tried_again(
    session: Session, write_post: Any, monkeypatch: Any, caplog: Any
) -> None:
    post = write_post("About toads", "<p>Toads sit.</p>")
    real = follower.rebuild

    def fails(**_: object) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(follower, "rebuild", fails)
    state().engine.set_aside()
    assert search.find(reading(), "toads").ids == [post.id]
    until(lambda: not state().healing.is_set())
    assert "tried again" in caplog.text
    monkeypatch.setattr(follower, "rebuild", real)
    until(lambda: not search.find(reading(), "toads").degraded)


def test_who_comes_second_to_heal_finds_it_done(session: Session, write_post: Any) -> None:
    write_post("About frogs", "<p>Frogs jump.</p>")
    assert follower.rebuild(only_if_broken=True) == 0


def test_an_index_that_opens_and_cannot_be_read_is_made_anew_once(session: Session, write_post: Any) -> None:
    write_post("About frogs", "<p>Frogs jump.</p>")
    mark = state().engine.mark()
    assert follower.rebuild(only_if_broken=True, mark=mark) == 1
    assert follower.rebuild(only_if_broken=True, mark=mark) == 0  # who comes second finds it done
    assert found("frogs") != []


def test_two_workers_see_each_others_posts(app: Flask, session: Session, write_post: Any) -> None:
    instance = app.extensions["midstance"].settings.instance
    other = create_app({"INSTANCE": instance})
    post = write_post("About bees", "<p>Bees hum.</p>")
    with other.app_context():
        assert search.find(reading(), "bees").ids == [post.id]
    publishing.withdraw(session, post)
    with other.app_context():
        assert search.find(reading(), "bees").ids == []
        state().engine.close()
        from cms.db import db

        for engine in db.engines.values():
            engine.dispose()


def test_a_row_that_went_between_index_and_answer_is_dropped(
    session: Session, write_post: Any, monkeypatch: Any
) -> None:
    gone, kept = write_post("About wasps", "<p>Wasps.</p>"), write_post("Wasps too", "<p>Wasps.</p>")
    session.execute(sa.update(Post).where(Post.id == gone.id).values(state="withdrawn"))  # not yet in the journal
    session.commit()
    reading().rollback()
    result = search.find(reading(), "wasps")
    assert (result.ids, result.total) == ([kept.id], 1)


def test_many_publishes_are_merged_beside(session: Session, write_post: Any) -> None:
    posts = [write_post(f"Ant {n}", "<p>Ants march.</p>") for n in range(16)]
    until(lambda: not state().tidying.is_set() and int(str(state().engine.facts()["segments"])) < 14, 60)
    assert set(found("ants", limit=50)) == {post.id for post in posts}
    assert search.check() == []


def test_check_tells_what_is_missing_and_what_should_not_be_there(session: Session, write_post: Any) -> None:
    post = write_post("About gnats", "<p>Gnats.</p>")
    write_post("About flies", "<p>Flies.</p>")
    seq = session.scalar(sa.select(sa.func.max(Journal.seq))) or 0
    engine = state().engine
    engine.apply([], [post.id], seq)
    assert "cannot be found" in search.check()[0]
    search.rebuild()
    session.execute(sa.update(Post).where(Post.id == post.id).values(state="withdrawn"))
    session.commit()
    assert "not public" in search.check()[0]


def test_hostile_queries_are_words_and_cheap(session: Session, write_post: Any) -> None:
    write_post("Foot strength for runners", "<p>Strong feet. Intrinsic foot muscles (IFMs) and status draft.</p>")
    hostile = [
        "AND OR NOT",
        "title:*",
        "a*b*c* ~99 ?",
        '"',
        '"unbalanced',
        "(" * 5000,
        "foot " * 2000,
        "a" * 50_000,
        "e" + "\u0301" * 200,
        "\x00\x01\ud800",
        "' OR 1=1 --",
        "status:draft",
        "<script>alert(1)</script>",
        "%_%",
        "𝔣𝔬𝔬𝔱",
        "‮toof‬",
        "NOT NOT foot",
        "foot^99999",
        "[a TO z]",
        "/(a+)+$/",
        "1️⃣ foot",
        " ".join(f"w{n}" for n in range(500)),
        "foot" * 50,
        "ab" * 100,
    ]
    for q in hostile:
        begun = time.process_time()
        result = search.find(reading(), q)
        search.suggest(reading(), q)
        assert time.process_time() - begun < 0.5, q
        assert result.total >= len(result.ids)
    assert search.find(reading(), "𝔣𝔬𝔬𝔱").total == 1


def test_many_threads_search_while_posts_are_published(app: Flask, session: Session, write_post: Any) -> None:
    first = write_post("Snails", "<p>Snails crawl.</p>").id
    problems: list[object] = []
    stop = threading.Event()

    def visitor() -> None:
        with app.app_context():
            while not stop.is_set():
                try:
                    if first not in search.find(reading(), "snails").ids:
                        problems.append("not found")
                    search.suggest(reading(), "sna")
                    reading().rollback()
                except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
                    problems.append(error)

    visitors = [threading.Thread(target=visitor) for _ in range(4)]
    for thread in visitors:
        thread.start()
    for number in range(15):
        write_post(f"Slugs {number}", "<p>Slugs crawl.</p>")
    stop.set()
    for thread in visitors:
        thread.join()
    assert problems == []


def test_an_index_that_cannot_be_read_at_catch_up_is_built(session: Session, write_post: Any) -> None:
    post = write_post("About larks", "<p>Larks.</p>")
    state().engine.set_aside()
    with pytest.raises(IndexBroken):
        state().engine.seq()
    assert search.catch_up() == 1
    assert found("larks") == [post.id]
