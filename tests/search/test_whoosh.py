"""What is true of the Whoosh engine alone: equal scores, plain calls if its insides change, crashes, two writers."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh.filedb.filestore import FileStorage
from whoosh.query import Or, Term
from whoosh.reading import SegmentReader
from whoosh.scoring import BM25F
from whoosh.util.numeric import byte_to_length, length_to_byte

from cms.search.engine import Clause, Document, IndexBroken, Plan, Request, Section, Want
from cms.search.folder import Current, Folder
from cms.search.whoosh_engine import WhooshEngine, answering, matrix, postings, writing
from cms.search.whoosh_engine import engine as engine_module
from cms.search.whoosh_engine.merging import main, merge_copy
from cms.search.whoosh_engine.scoring import K1, B, score
from cms.search.whoosh_engine.snapshot import Snapshot
from cms.search.words import stems
from tests.search.documents import POSTS, post

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # Whoosh leaves files open where opening fails


@pytest.fixture
def whoosh(tmp_path: Path) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(tmp_path / "index")
    engine.rebuild(POSTS, 1)
    yield engine
    engine.close()


def plan_of(q: str) -> Plan:
    words = dict.fromkeys(stems(q))
    return Plan(tuple(Want(word, (Clause((word,)),), float(stems(q).count(word))) for word in words))


def totals(snapshot: Snapshot, q: str, base_only: bool = False) -> Any:
    """The score of each post by its number."""
    scores = score(snapshot, plan_of(q), base_only)
    by_number = np.zeros(snapshot.count)
    by_number[scores.posts] = scores.total
    return by_number


def collection(shared: Path, name: str, limit: int) -> tuple[list[Document], list[str]]:
    folder = shared / "data" / "search" / name
    rows = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines()][:limit]
    queries = [json.loads(line)["text"][:200] for line in (folder / "queries.jsonl").read_text("utf-8").splitlines()]
    documents = [
        Document(id=row["_id"], slug=row["_id"], title=row["title"], sections=(Section("", "", row["text"]),))
        for row in rows
    ]
    return documents, queries


def whoosh_scores(engine: WhooshEngine, q: str) -> dict[int, float]:
    """What Whoosh's own searcher says, through its public calls."""
    words = stems(q)
    query = Or([Term("all", word, boost=float(words.count(word))) for word in dict.fromkeys(words)])
    index = FileStorage(str(engine.folder.path(engine.folder.current())), supports_mmap=False).open_index()
    with index.searcher(weighting=BM25F(B=B, K1=K1)) as searcher:
        found = searcher.search(query, limit=None)
        return {hit.docnum: hit.score for hit in found}


@pytest.mark.bulk
@pytest.mark.parametrize("name", ["cranfield", "nfcorpus"])
def test_the_base_of_the_score_is_whooshs_own_bm25f(shared: Path, tmp_path: Path, name: str) -> None:
    documents, queries = collection(shared, name, 800)
    engine = WhooshEngine(tmp_path / "index")
    engine.rebuild(documents, 1)
    snapshot = engine.snapshot()
    for q in queries[:40]:
        theirs = whoosh_scores(engine, q)
        ours = totals(snapshot, q, base_only=True)
        assert set(np.flatnonzero(ours > 0)) == set(theirs)
        for number, value in theirs.items():
            assert ours[number] == pytest.approx(value, rel=2e-4)
    engine.close()


def test_posts_replaced_but_not_merged_away_do_not_weigh_in_scores(whoosh: WhooshEngine) -> None:
    clean = totals(whoosh.snapshot(), "toe yoga runners")
    before = {POSTS[n].id: float(clean[n]) for n in range(len(POSTS))}
    whoosh.apply([post("extra", "Toe yoga again", ("", "Toe yoga, runners, toe."))], [], 2)
    whoosh.apply([], ["extra"], 3)
    snapshot = whoosh.snapshot()
    after = totals(snapshot, "toe yoga runners")
    assert snapshot.count == len(POSTS) + 1
    assert {POSTS[n].id: float(after[n]) for n in range(len(POSTS))} == pytest.approx(before)
    assert after[len(POSTS)] == 0


def test_public_calls_read_the_same_postings(whoosh: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The contract with Whoosh's insides: if they change, everything still comes, through documented calls."""
    leaf = whoosh.snapshot().segments[0].leaf
    for word in ("toe", "the", "heel", "it"):
        fast = postings.decode_blocks(leaf.postings("all", word))
        slow = postings.decode_publicly(leaf.postings("all", word))
        assert all(np.array_equal(a, b) for a, b in zip(fast, slow, strict=True))
    expected = [(hit.id, hit.score, hit.body) for hit in whoosh.search(Request(plan_of("the toe hurts"))).hits]

    def changed(*_: object) -> Any:
        raise AttributeError("Whoosh is not as it was")

    monkeypatch.setattr(postings, "decode_blocks", changed)
    monkeypatch.setattr(postings, "raw_column", changed)
    monkeypatch.setattr(postings, "raw_terms", changed)
    monkeypatch.setattr(postings, "raw_blobs", changed)
    monkeypatch.setattr(postings, "length_bytes", changed)
    monkeypatch.setattr(engine_module, "newest_segments", changed)
    plain = WhooshEngine(whoosh.folder.root)
    assert [(hit.id, hit.score, hit.body) for hit in plain.search(Request(plan_of("the toe hurts"))).hits] == expected
    plain.close()


def test_terms_are_the_same_either_way(whoosh: WhooshEngine) -> None:
    leaf = whoosh.snapshot().segments[0].leaf
    for field in ("word", "all", "phrase", "tag", "tagname", "author", "acronym", "id"):
        assert list(postings.raw_terms(leaf, field)) == list(postings.public_terms(leaf, field)) != []
    assert list(postings.terms_of(leaf, "no_such_field")) == []


def test_what_does_not_fit_into_memory_is_written_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def terms(name: str) -> list[Any]:
        engine = WhooshEngine(tmp_path / name)
        engine.rebuild([*POSTS, *(replace(POSTS[0], id=f"twin{n}") for n in range(40))], 1)
        leaf = engine.snapshot().segments[0].leaf
        found = [
            (field, term, [row.tolist() for row in postings.decode(leaf, field, term) or ()])
            for field in leaf.indexed_field_names()
            for term, _ in postings.public_terms(leaf, field)
        ]
        engine.close()
        return found

    whole = terms("whole")
    monkeypatch.setattr(writing, "MOST_BYTES", 30_000)
    monkeypatch.setattr(writing, "BLOCK", 7)
    assert terms("pieces") == whole
    assert len(whole) > 250


def test_lists_are_the_same_either_way(whoosh: WhooshEngine) -> None:
    leaf = whoosh.snapshot().segments[0].leaf
    words = {word for word, _ in postings.terms_of(leaf, "all")}
    read = {word: (posts, counts, values) for word, posts, counts, values in postings.raw_lists(leaf, "all", words)}
    assert read.keys() == words
    for word, (posts, counts, values) in read.items():
        one = postings.decode_publicly(leaf.postings("all", word))
        assert [posts, counts, np.frombuffer(b"".join(values), np.uint16).tolist()] == [row.tolist() for row in one]


def test_likeness_asked_at_length_is_the_same(whoosh: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over several segments, with posts replaced and gone; and where Whoosh's insides are not as expected."""
    whoosh.apply([replace(POSTS[0], id=f"twin{n}", slug=f"twin{n}") for n in range(3)], [], 2)
    whoosh.apply([post("toe", "Toe yoga anew", ("", "Lift the toe, then the heel. Toe yoga, toe yoga."))], ["twin1"], 3)
    ids = [*sorted(whoosh.ids()), "twin1", "no such post"]
    expected = [(whoosh.alike(id, 5), whoosh.phrases(id)) for id in ids]
    assert whoosh.phrases("toe") == {"toe yoga": 3}
    assert len(expected[0][0]) > 1
    for insides in ("as they are", "changed"):
        if insides == "changed":
            monkeypatch.setattr(matrix, "raw_lists", lambda *_: {}["changed"])
        with whoosh.at_length() as likeness:
            assert (likeness is whoosh) == (insides == "changed")
            assert [(likeness.alike(id, 5), likeness.phrases(id)) for id in ids] == expected


def test_what_is_stored_is_the_same_either_way(whoosh: WhooshEngine) -> None:
    segment = whoosh.snapshot().segments[0]
    for name in ("doc", "label"):
        reader = segment.leaf.column_reader(name, translate=False)
        assert [postings.raw_blobs(reader)(n) for n in range(len(POSTS))] == [
            bytes(reader[n]) for n in range(len(POSTS))
        ]


def test_texts_come_back_from_the_index_as_they_were(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    odd = post("odd", "Naïve \x1f heel 😀", ("", "Café."), ("1️⃣ Über\x1f", "Größe: 5 µm."), ("", ""))
    engine.rebuild([odd], 1)
    stored = engine.snapshot().stored(0)
    assert (stored.id, stored.title, stored.body) == ("odd", "Naïve   heel 😀", "Café.\nGröße: 5 µm.\n")
    assert (stored.anchors, stored.headings) == (
        [s.anchor.replace("\x1f", " ") for s in odd.sections],
        ["", "1️⃣ Über ", ""],
    )
    assert len(stored.starts) == len(stored.heading_starts) == 3
    engine.close()


def test_feedback_reorders_what_was_found_and_adds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = WhooshEngine(tmp_path / "index")
    about = [post(f"heel{n}", f"Heel {n}", ("", "Heel fascia arch morning towel stretch.")) for n in range(8)]
    other = [post("odd", "Heel", ("", "Heel of bread with butter, knife and jam.")), *POSTS]
    unasked = [post("unasked", "No", ("", "Fascia arch morning towel stretch."))]
    filler = [post(f"f{n}", f"Filler {n}", ("", f"Words about thing{n} and nothing else.")) for n in range(240)]
    engine.rebuild([*about, *other, *unasked, *filler], 1)
    fed = engine.search(Request(plan_of("heel"), limit=50, explain=True))
    monkeypatch.setattr(answering, "feed_back", lambda *_: None)
    plain = engine.search(Request(plan_of("heel"), limit=50))
    assert {hit.id for hit in fed.hits} == {hit.id for hit in plain.hits}
    assert "unasked" not in {hit.id for hit in fed.hits}
    assert (fed.total, fed.facets) == (plain.total, plain.facets)
    explained = {hit.id: hit.explain["like_the_best"] for hit in fed.hits if hit.explain}
    assert explained["heel0"] > explained["odd"]
    engine.close()


def test_whooshs_insides_are_as_the_fast_way_expects(whoosh: WhooshEngine) -> None:
    leaf = whoosh.snapshot().segments[0].leaf
    matcher = leaf.postings("all", "toe")
    assert hasattr(matcher, "_read_data")
    assert hasattr(matcher, "_next_block")
    reader = leaf.column_reader("published", translate=False)
    assert {"_dbfile", "_basepos", "_count", "_fixedlen"} <= set(vars(reader))
    index = FileStorage(str(whoosh.folder.path(whoosh.folder.current())), supports_mmap=False).open_index()
    assert index._read_toc().segments


def test_lengths_stay_what_they_are_through_merges() -> None:
    assert all(length_to_byte(byte_to_length(number)) == number for number in range(1, 256))


def test_whoosh_never_sees_a_visitors_words_as_a_query(whoosh: WhooshEngine) -> None:
    source = Path(engine_module.__file__).parent
    assert not any("qparser" in path.read_text("utf-8") for path in source.glob("*.py"))


def damage(folder: Path, how: str) -> None:
    files = sorted(path for path in folder.iterdir() if path.suffix in (".seg", ".toc"))
    if how == "missing":
        for path in files:
            path.unlink()
    for path in files if how != "missing" else []:
        size = path.stat().st_size
        if how == "truncated":
            os.truncate(path, size // 3)
        elif how == "empty":
            os.truncate(path, 0)
        else:
            path.write_bytes(os.urandom(size))


@pytest.mark.parametrize("how", ["missing", "truncated", "empty", "noise"])
def test_a_damaged_index_is_recognised(tmp_path: Path, how: str) -> None:
    engine = WhooshEngine(tmp_path / "index")
    engine.rebuild(POSTS, 1)
    damage(engine.folder.path(engine.folder.current()), how)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(IndexBroken):
            engine.search(Request(plan_of("toe")))
        engine.set_aside()
        engine.rebuild(POSTS, 2)
    assert [hit.id for hit in engine.search(Request(plan_of("toe"))).hits] == ["toe"]
    engine.close()


@pytest.mark.parametrize("text", ["", "{", '{"folder": "../../etc", "seq": 1, "format": 1}', "[]", '{"seq": 1}'])
def test_a_pointer_that_makes_no_sense_is_recognised(whoosh: WhooshEngine, text: str) -> None:
    whoosh.folder.pointer.write_text(text)
    with pytest.raises(IndexBroken):
        WhooshEngine(whoosh.folder.root).seq()


def test_an_index_of_another_format_is_rebuilt(whoosh: WhooshEngine) -> None:
    current = whoosh.folder.current()
    whoosh.folder.point(Current(current.folder, current.seq, 0))
    with pytest.raises(IndexBroken, match="another version"):
        WhooshEngine(whoosh.folder.root).seq()


def write_forever(root: str, name: str, count: int) -> None:
    engine = WhooshEngine(Path(root))
    for number in range(count):
        with engine.writing():
            seq = engine.seq() + 1
            engine.apply([post(f"{name}{number}", f"Walk {name} {number}", ("", "Barefoot."))], [], seq)
    engine.close()


def test_two_processes_write_and_no_change_is_lost(whoosh: WhooshEngine) -> None:
    root = str(whoosh.folder.root)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_forever, args=(root, name, 8)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert whoosh.ids() == {row.id for row in POSTS} | {f"{name}{n}" for name in ("a", "b") for n in range(8)}
    assert whoosh.seq() == 1 + 16


def test_a_writer_killed_in_the_middle_leaves_a_whole_index_and_no_lock(whoosh: WhooshEngine) -> None:
    root = whoosh.folder.root
    code = (
        "import sys; from tests.search.test_whoosh import write_forever; write_forever(sys.argv[1], sys.argv[2], 10**6)"
    )
    for attempt in range(6):
        writer = subprocess.Popen([sys.executable, "-c", code, str(root), f"k{attempt}-"])
        reached = whoosh.seq()
        until = time.monotonic() + 30
        while whoosh.seq() < reached + 2 and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(0.005 * attempt)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        fresh = WhooshEngine(root)
        seq = fresh.seq()
        assert seq >= reached + 2
        with fresh.folder.writing(timeout=5):
            fresh.apply([post(f"after{attempt}", "After the crash", ("", "Alive."))], [], seq)
        assert f"after{attempt}" in fresh.ids()
        fresh.close()


def test_a_merge_leaves_fewer_segments_and_the_old_ones_can_still_be_read(whoosh: WhooshEngine) -> None:
    for number in range(14):
        whoosh.apply([post(f"n{number}", f"Walk {number}", ("", "Barefoot."))], ["shin"], 2 + number)
    old = whoosh.snapshot()
    said: list[str] = []
    assert main([str(whoosh.folder.root)], said.append) == 0
    merged = Current(**json.loads(said[0]))
    assert merged.folder != whoosh.folder.current().folder
    storage = FileStorage(str(whoosh.folder.path(merged)), supports_mmap=False)
    segments = storage.open_index()._read_toc().segments
    assert len(segments) == 1
    with SegmentReader(storage, storage.open_index().schema, segments[0]) as reader:
        assert reader.doc_count() == len(POSTS) - 1 + 14
    assert np.count_nonzero(totals(old, "barefoot")) == 14


def test_a_merge_that_fails_changes_nothing(whoosh: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module.sys, "executable", "/bin/false")
    with pytest.raises(IndexBroken, match="Merging"):
        whoosh.tidy(lambda seq: pytest.fail("nothing to catch up with"))
    assert whoosh.ids() == {row.id for row in POSTS}


def test_a_merge_is_dropped_when_the_index_was_rebuilt_meanwhile(
    whoosh: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Done:
        returncode, stderr = 0, ""

    def run(*_: object, **__: object) -> Done:
        merged = merge_copy(whoosh.folder.root)
        whoosh.rebuild([POSTS[0]], 9)
        Done.stdout = json.dumps({"folder": merged.folder, "seq": merged.seq, "format": merged.format})  # type: ignore[attr-defined]
        return Done()

    monkeypatch.setattr(engine_module.subprocess, "run", run)
    whoosh.tidy(lambda seq: pytest.fail("nothing to catch up with"))
    assert whoosh.ids() == {"heel"}


def test_old_generations_are_swept_once_nobody_can_be_opening_them(whoosh: WhooshEngine) -> None:
    first = whoosh.folder.path(whoosh.folder.current())
    whoosh.rebuild(POSTS, 2)
    assert first.exists()
    os.utime(first, (1, 1))
    whoosh.folder.sweep(keep=whoosh.folder.current().folder)
    assert not first.exists()


def test_waiting_for_the_lock_ends_in_a_plain_word(tmp_path: Path) -> None:
    mine, other = Folder(tmp_path / "index"), Folder(tmp_path / "index")
    with mine.writing(), mine.writing(), pytest.raises(IndexBroken, match="too long"), other.writing(timeout=0.01):
        pass
    with other.writing(timeout=1):
        pass


def test_the_cache_of_postings_keeps_to_its_budget(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index", cache_bytes=2_000)
    engine.rebuild(POSTS, 1)
    snapshot = engine.snapshot()
    for word in ("toe", "heel", "shin", "band", "knee", "pain", "the", "it", "runner", "nowhere"):
        snapshot.postings(word)
    assert snapshot._held <= 2_000
    assert snapshot.postings("toe") is not None
    assert snapshot.postings("nowhere") is None
    engine.close()
    usual = WhooshEngine(tmp_path / "index")  # grows with the site: lists that do not fit are read again and again
    assert (usual._budget(10_000), usual._budget(100_000)) == (22_000_000, 220_000_000)


def test_a_batch_that_fails_leaves_the_index_as_it_was(whoosh: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(document: Document) -> Any:
        raise ValueError("no such document")

    monkeypatch.setattr(engine_module, "to_fields", fails)
    with pytest.raises(IndexBroken):
        whoosh.apply([POSTS[0]], ["toe"], 2)
    assert whoosh.seq() == 1
    assert whoosh.ids() == {row.id for row in POSTS}
