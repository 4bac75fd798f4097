"""What every engine must do, whatever it is made of. A new engine is added to the `engine` fixture."""

from dataclasses import replace

import pytest

from cms.search.engine import Answer, Changes, Engine, IndexBroken, Request, TagName
from cms.search.query import understand
from cms.search.vocabulary import Concept, Vocabulary
from tests.search.documents import POSTS, post

VOCABULARY = Vocabulary.of([Concept("plantar fasciitis", ("heel pain", "sore heel"), ("plantar fascia",))])


def ask(engine: Engine, q: str, **more: object) -> Answer:
    plan = understand(q, engine.lexicon(), VOCABULARY)
    return engine.search(replace(Request(plan), **more))  # type: ignore[arg-type]


def ids(engine: Engine, q: str, **more: object) -> list[str]:
    return [hit.id for hit in ask(engine, q, **more).hits]


def test_a_word_finds_the_posts_that_hold_it(engine: Engine) -> None:
    assert set(ids(engine, "toe")) == {"toe"}
    assert set(ids(engine, "shin")) == {"shin"}


def test_forms_of_a_word_find_each_other(engine: Engine) -> None:
    assert "heel" in ids(engine, "runner")
    assert ids(engine, "raising heels")[0] == "heel"


def test_the_title_counts_more_than_the_body(engine: Engine) -> None:
    assert ids(engine, "it band")[0] == "band"
    assert ids(engine, "running shoes")[0] == "shoes"


def test_title_then_heading_then_tag_then_excerpt_then_body(engine: Engine) -> None:
    text = ("What to do", "Walk a little every day and see what the next morning says about it.")
    zones = [
        post("body", "Walking easy", (text[0], text[1] + " Sesamoid."), day=5),
        post("excerpt", "Walking easy", text, day=4, excerpt="Sesamoid."),
        post("tag", "Walking easy", text, day=3, tags=(TagName("sesamoid", "Sesamoid"),)),
        post("heading", "Walking easy", ("What to do: sesamoid", text[1]), day=2),
        post("title", "Walking easy: sesamoid", text, day=1),
    ]
    with engine.writing():
        engine.rebuild(zones, 11)
    assert ids(engine, "sesamoid") == ["title", "heading", "tag", "excerpt", "body"]


def test_words_that_stand_together_count_more_than_the_same_words_apart(engine: Engine) -> None:
    far = " and so on" * 8
    with engine.writing():
        engine.rebuild(
            [
                post("apart", "One", ("", f"Slow{far} heavy{far} raises{far}."), day=3),
                post("near", "Two", ("", f"Raises, slow but heavy.{far}{far}{far}"), day=2),
                post("together", "Three", ("", f"Slow heavy raises.{far}{far}{far}"), day=1),
            ],
            11,
        )
    assert ids(engine, "slow heavy raises") == ["together", "near", "apart"]


def test_most_words_and_any_words_are_called_so(engine: Engine) -> None:
    assert ask(engine, "heel morning steps zeppelin").stage == "most"
    assert ask(engine, "toe zeppelin").stage == "any"
    assert ask(engine, "heel morning steps").stage == "all"


def test_all_words_come_before_some(engine: Engine) -> None:
    found = ask(engine, "shin splints")
    assert found.stage == "all"
    assert found.hits[0].id == "shin"


def test_accents_apostrophes_and_case_are_one(engine: Engine) -> None:
    assert ids(engine, "cafe") == ids(engine, "CAFÉ") == ids(engine, "café") == ["heel"]
    assert ids(engine, "runner's knee")[0] == ids(engine, "runner’s knee")[0] == ids(engine, "runners knee")[0]


def test_joined_and_split_words_find_each_other(engine: Engine) -> None:
    assert ids(engine, "shinsplints") == ["shin"]
    assert "toe" in ids(engine, "toe yoga")
    assert "toe" in ids(engine, "toeyoga")
    assert "toe" in ids(engine, "#ToeYoga")


def test_acronyms_are_learned_from_the_posts(engine: Engine) -> None:
    assert ids(engine, "IFM") == ["toe"]
    assert ids(engine, "intrinsic foot muscles")[0] == "toe"
    assert engine.lexicon().meaning("ifm") == "intrinsic foot muscles"


def test_misspelt_words_are_repaired_and_it_says_so(engine: Engine) -> None:
    plan = understand("plantr fascitis", engine.lexicon(), VOCABULARY)
    assert plan.corrected == "plantar fasciitis"
    found = engine.search(Request(plan))
    assert found.stage == "fuzzy"
    assert found.hits[0].id == "heel"


def test_words_of_the_posts_are_never_corrected(engine: Engine) -> None:
    assert understand("yoga rubs", engine.lexicon(), VOCABULARY).corrected is None


def test_the_beginning_of_the_last_word_is_enough(engine: Engine) -> None:
    assert ids(engine, "plant") == ["heel"]


def test_lay_words_find_what_clinicians_write_but_exact_words_win(engine: Engine) -> None:
    plan = understand("sore heel", engine.lexicon(), VOCABULARY)
    assert "plantar fasciitis" in plan.expanded
    engine.apply([post("sore", "A sore heel", ("", "A sore heel is a sore heel."))], [], 11)
    assert ids(engine, "sore heel")[:2] == ["sore", "heel"]


def test_a_quoted_phrase_must_stand_as_written(engine: Engine) -> None:
    assert ask(engine, '"plantar fasciitis"').stage == "all"
    assert ask(engine, '"fasciitis plantar"').stage != "all"


def test_nothing_is_found_where_nothing_fits(engine: Engine) -> None:
    assert ask(engine, "chocolate cake recipe") == Answer(stage=ask(engine, "chocolate cake recipe").stage)
    assert ask(engine, "").total == 0


def test_filters_narrow_and_facets_count(engine: Engine) -> None:
    found = ask(engine, "the pain hurts toe heel", tags=("foot-strength",))
    assert {hit.id for hit in found.hits} <= {"heel", "toe"}
    assert found.facets["foot-strength"] == found.total
    assert ids(engine, "it band", author="sam")[0] == "band"
    assert ids(engine, "toe", author="sam") == []
    assert ids(engine, "toe", tags=("no-such-tag",)) == []


def test_pages_follow_each_other_without_overlap(engine: Engine) -> None:
    engine.apply([post(f"n{n}", f"Barefoot walk {n}", ("", "Barefoot."), day=n) for n in range(25)], [], 11)
    pages = [ids(engine, "barefoot", offset=start) for start in (0, 10, 20, 30)]
    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert len({id for page in pages for id in page}) == 25
    assert ask(engine, "barefoot", offset=10**9).total == 25


def test_equal_posts_come_newest_first(engine: Engine) -> None:
    engine.apply([post(f"n{n}", "Barefoot walk", ("", "Barefoot."), day=n) for n in (3, 1, 2)], [], 11)
    assert ids(engine, "barefoot") == ["n3", "n2", "n1"]


def test_pins_come_first_and_exclusions_never(engine: Engine) -> None:
    assert ids(engine, "toe yoga", pinned=("shoes",))[0] == "shoes"
    assert "toe" not in ids(engine, "toe yoga", excluded=frozenset({"toe"}))
    assert ids(engine, "toe yoga", pinned=("gone",))[0] == "toe"


def test_highlights_are_pairs_that_join_to_the_text(engine: Engine) -> None:
    hit = ask(engine, "toe yoga").hits[0]
    assert "".join(text for text, _ in hit.title) == "Toe yoga for runners"
    assert ("Toe yoga", True) in [tuple(pair) for pair in hit.title]
    body = next(section.text for section in POSTS[1].sections if "yoga" in section.text)
    assert "".join(text for text, _ in hit.body[0]).split("\n")[0] in body
    assert any(flag for pairs in hit.body for _, flag in pairs)


def test_the_passage_is_the_section_that_answers(engine: Engine) -> None:
    passage = ask(engine, "heel raises").hits[0].passage
    assert passage is not None
    assert (passage.id, passage.heading) == ("what-helps", "What helps")


def text_of(pairs: list[tuple[str, bool]]) -> str:
    return "".join(text for text, _ in pairs)


def test_a_passages_heading_is_that_of_the_text_shown(engine: Engine) -> None:
    """Words of the query stand in three sections; whichever is chosen, only its own text is shown."""
    sections = [
        ("", "Intro words about a quokka. " + "Nothing more here. " * 12),
        ("The quokka", "A walrus sleeps. " + "Filler for the first section. " * 12 + "A quokka and a walrus."),
        ("The walrus", "Some narwhal. " * 3 + "Filler for the second section. " * 12),
        ("", "Headless quokka walrus narwhal."),
    ]
    engine.apply([post("odd", "Odd animals", *sections)], [], 11)
    for q in ("quokka", "walrus", "narwhal", "quokka walrus", "narwhal walrus", "walrus quokka narwhal"):
        hit = ask(engine, q).hits[0]
        heading = hit.passage.heading if hit.passage else ""
        texts = [text for name, text in sections if name == heading]
        assert all(any(text_of(pairs) in text for text in texts) for pairs in hit.body)
        assert any(flag for pairs in hit.body for _, flag in pairs) or q in heading.lower()


def test_fragments_show_the_words_that_say_most_and_never_overlap(engine: Engine) -> None:
    words = [f"w{n}" for n in range(200)]
    words[3] = words[199] = "okapi"
    words[100:103] = ["okapi", "tapir", "dugong"]
    engine.apply([post("long", "Long", ("", " ".join(words)))], [], 11)
    first, second = ask(engine, "okapi tapir dugong").hits[0].body
    assert ("okapi tapir dugong", True) in first + second
    assert not set(text_of(first).split()) & set(text_of(second).split()) - {"okapi"}
    assert all(text_of(pairs) in " ".join(words) for pairs in (first, second))


def test_where_only_the_title_fits_the_beginning_is_shown(engine: Engine) -> None:
    engine.apply([post("a", "Okapi", ("", "Some first words."), ("More", "And more."))], [], 11)
    engine.apply([post("b", "Okapi alone")], [], 12)
    engine.apply([post("c", "Tapir", ("Dugong", ""), ("Below", "What stands below it."))], [], 13)
    by_id = {hit.id: hit for hit in ask(engine, "okapi dugong").hits}
    assert (by_id["a"].body, by_id["a"].passage) == ([[("Some first words.\nAnd more.", False)]], None)
    assert (by_id["b"].body, by_id["b"].passage) == ([], None)
    assert by_id["c"].passage is not None
    assert by_id["c"].passage.heading == "Dugong"
    assert by_id["c"].body == [[("What stands below it.", False)]]


def test_explain_tells_where_the_score_comes_from(engine: Engine) -> None:
    explained = ask(engine, "heel pain", explain=True).hits[0].explain
    assert explained is not None
    rows = explained["words"]
    assert isinstance(rows, list)
    assert {row["kind"] for row in rows} >= {"word", "vocabulary"}
    assert all(row["gave"] > 0 and row["fields"] for row in rows)


def test_changes_are_visible_at_once_and_replace_by_id(engine: Engine) -> None:
    engine.apply([post("toe", "Now about ankles", ("", "Ankles only."))], ["shin"], 11)
    assert engine.seq() == 11
    assert ids(engine, "ankles") == ["toe"]
    assert ids(engine, "toe yoga") == []
    assert ids(engine, "shin splints") == []
    assert engine.ids() == {"heel", "toe", "band", "shoes"}


def test_applying_twice_changes_nothing(engine: Engine) -> None:
    again = [post("toe", "Toe yoga", ("", "Toe."))]
    engine.apply(again, ["shin"], 11)
    once = (engine.ids(), ids(engine, "toe"))
    engine.apply(again, ["shin"], 11)
    assert (engine.ids(), ids(engine, "toe")) == once


def test_what_is_gone_is_neither_suggested_nor_offered_as_spelling(engine: Engine) -> None:
    assert engine.suggest("toe y", 5)
    assert engine.lexicon().corrections("yogga", 1) == [("yoga", 1)]
    engine.apply([], ["toe"], 11)
    assert engine.suggest("toe y", 5) == []
    assert engine.lexicon().corrections("yogga", 1) == []
    assert engine.lexicon().completions("yog", 3) == []
    assert engine.lexicon().meaning("ifm") is None
    assert ask(engine, "toe yoga").facets == {}


def test_what_is_gone_keeps_no_suggestion_out(engine: Engine) -> None:
    before = engine.suggest("sheel", 5)
    assert before
    engine.apply([replace(POSTS[0], id="sheela", slug="sheela", title="Sheela asks")], [], 11)
    assert engine.suggest("sheel", 5) != before
    engine.apply([], ["sheela"], 12)
    assert engine.suggest("sheel", 5) == before


def test_suggestions_begin_with_the_first_letter(engine: Engine) -> None:
    assert any(row.text == "Toe yoga for runners" and row.id == "toe" for row in engine.suggest("t", 10))
    tag = engine.suggest("foot st", 3)[0]
    assert (tag.kind, tag.text, tag.slug) == ("tag", "Foot strength", "foot-strength")
    assert tag.parts == [("Foot", True), (" ", False), ("st", True), ("rength", False)]


def test_suggestions_forgive_a_slip_from_the_fourth_letter(engine: Engine) -> None:
    assert any("Shin splints" in row.text for row in engine.suggest("shin splnts", 5))
    assert any(row.text == "Choosing running shoes" for row in engine.suggest("chosing", 5))
    assert engine.suggest("qqqq", 5) == []
    assert engine.suggest("", 5) == []


def test_posts_that_read_alike_are_found(engine: Engine) -> None:
    twin = replace(POSTS[0], id="twin", slug="twin")
    engine.apply([twin], [], 11)
    found = engine.alike("heel", 3)
    assert found[0].id == "twin"
    assert 0 < found[0].likeness <= 1
    assert all(row.id != "heel" for row in found)
    assert engine.alike("no such post", 3) == []


def test_a_rebuild_replaces_everything(engine: Engine) -> None:
    assert engine.rebuild([post("only", "The only one", ("", "Alone."))], 20) == 1
    assert (engine.ids(), engine.seq()) == ({"only"}, 20)
    assert ids(engine, "toe") == []


def test_tidying_changes_no_answer(engine: Engine) -> None:
    for number in range(20):
        engine.apply(
            [post(f"n{number}", f"Walk {number}", ("", f"Barefoot walk {number}."), day=number)], [], 11 + number
        )
    engine.apply([], ["n3"], 40)
    before = [(hit.id, hit.score) for hit in ask(engine, "barefoot walk", limit=50).hits]
    late = post("late", "A late walk", ("", "Barefoot, late."))

    def since(seq: int) -> Changes:
        return Changes([late] if seq < 41 else [], (), 41)

    assert engine.untidy()
    engine.tidy(since)
    assert not engine.untidy()
    assert [(hit.id, hit.score) for hit in ask(engine, "barefoot walk", limit=50).hits] == before
    assert engine.ids() >= {"n2", "heel"}
    assert "n3" not in engine.ids()


def test_an_empty_index_answers_nothing(engine: Engine) -> None:
    engine.rebuild([], 30)
    assert ask(engine, "toe").total == 0
    assert engine.suggest("t", 3) == []
    assert engine.ids() == set()
    engine.apply([POSTS[1]], [], 31)
    assert ids(engine, "toe") == ["toe"]


def test_a_broken_index_says_so(engine: Engine) -> None:
    engine.set_aside()
    with pytest.raises(IndexBroken):
        engine.seq()
    engine.rebuild(POSTS, 50)
    assert ids(engine, "toe") == ["toe"]
    assert engine.facts()["posts"] == len(POSTS)
