"""Words, layout, spelling, vocabulary, highlights, suggestions: all pure."""

import random
import time

import numpy as np
import pytest

from cms.errors import BadInput
from cms.search import highlights
from cms.search.engine import TagName
from cms.search.layout import LAST_POSITION, lay_out
from cms.search.lexicon import Lesson, PostsLexicon
from cms.search.query import understand
from cms.search.spelling import NearWords, distances, likely_slip, likely_slips
from cms.search.suggesting import Entry, Shelf, best, parts
from cms.search.vocabulary import Concept, Vocabulary, read
from cms.search.words import camel_words, fold, stems, tokens
from tests.search.documents import post


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Café cafe\u0301 CAFÉ", ["cafe"] * 3),
        ("runner’s runner's Runners'", ["runner", "runner", "runners"]),
        ("don't don’t", ["dont", "dont"]),
        ("10,000 steps, 1.5 km, 3x12", ["10000", "steps", "1.5", "km", "3x12"]),
        ("straße Łódź Ærø", ["strasse", "lodz", "aero"]),
        ("1️⃣ Toe-Yoga #RunStronger", ["1", "toe", "yoga", "runstronger"]),
        ("足底 हिन्दी", ["足", "底", "हिन्दी"]),
        ("((( ~99 \x00 *", ["99"]),
        ("e" + "\u0301" * 200, ["e"]),
        ("𝔣𝔬𝔬𝔱", ["foot"]),
    ],
)
def test_text_becomes_words(text: str, words: list[str]) -> None:
    assert [token.word for token in tokens(text)] == words


def test_places_of_words_are_places_in_the_text() -> None:
    text = "Der Läufer’s 10,000 Schritte"
    assert [text[token.start : token.end] for token in tokens(text)] == ["Der", "Läufer’s", "10,000", "Schritte"]


def test_stems_join_forms_and_irregular_ones() -> None:
    assert stems("feet running calves") == stems("foot runs calf")
    assert fold("CAFÉ") == "cafe"
    assert camel_words("RunStronger") == ["Run", "Stronger"]
    assert camel_words("runningPT") == ["running", "PT"]


def test_tokenizing_is_linear() -> None:
    begun = time.process_time()
    assert len(list(tokens("(" * 200_000 + "a'" * 100_000 + "é" * 100_000))) > 0
    assert time.process_time() - begun < 2


def test_a_book_is_cut_not_refused() -> None:
    line = lay_out(post("book", "A book", ("", "word " * 70_000)))
    assert max(max(places) for places in line.postings.values()) < LAST_POSITION
    assert line.length() < LAST_POSITION


def test_phrases_end_where_a_thought_ends() -> None:
    text = "Toe yoga. Toe yoga, big toe; the toe of yoga. A big toe, yoga toe, the Toe of yoga"
    line = lay_out(post("p", "Big toe", ("Toe yoga", text), tags=(TagName("yoga-toe", "Yoga toe", ()),)))
    assert line.said == {"toe yoga": 3, "big toe": 3, "toe of yoga": 2}
    assert line.phrases == {"toe yoga": 4, "big toe": 4, "toe of yoga": 2, "yoga toe": 3}


def osa(a: str, b: str) -> int:
    """The textbook table, to compare with."""
    table = [[i + j if not i * j else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


def test_distances_are_those_of_the_textbook() -> None:
    chance = random.Random(3)
    words = ["".join(chance.choices("abcde", k=chance.randint(3, 9))) for _ in range(60)]
    near = NearWords()
    near.add(words)
    chunk = near._chunks[0]
    for asked in words[:20]:
        slips = distances(np.frombuffer(asked.encode(), np.uint8), chunk.letters, chunk.lengths, False)
        assert list(slips) == [osa(asked, word) for word in chunk.words]
        begun = distances(np.frombuffer(asked.encode(), np.uint8), chunk.letters, chunk.lengths, True)
        expected = [min(osa(asked, word[:n]) for n in range(len(word) + 1)) for word in chunk.words]
        assert list(begun) == expected
        assert {word for word, _ in near.near(asked, 1)} == {word for word in chunk.words if osa(asked, word) <= 1}


def test_spelling_is_repaired_for_nineteen_of_twenty_slips() -> None:
    chance = random.Random(5)
    text = "plantar fasciitis tendinopathy achilles hamstring strength mileage cadence orthotics stretching"
    words = text.split()
    near = NearWords()
    near.add(words)
    right = 0
    for _ in range(200):
        word = chance.choice(words)
        at = chance.randrange(1, len(word) - 1)
        doubled, swapped = word[: at + 1] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        slip = chance.choice([word[:at] + word[at + 1 :], doubled, swapped])
        found = near.nearest(slip)
        right += slip == word or bool(found and found[0][0] == word)
    assert right >= 190
    for n in range(20):
        near.add([f"extra{chr(97 + n)}"])
    assert near.nearest("extraq") or near.nearest("exrtaa")
    assert near.near("ünïcode", 1) == []
    near.add(["ok"])
    assert near.nearest("abc") == []


def lexicon() -> PostsLexicon:
    made = PostsLexicon()
    words = [("it", 5), ("band", 3), ("toe", 4), ("yoga", 4), ("plantar", 2), ("run", 6), ("strength", 3)]
    made.learn(Lesson(words, words, [("toe yoga", 3)], [("ifm\tintrinsic foot muscles", 1)]), 10)
    return made


def test_learning_and_unlearning_cancel_out() -> None:
    made = lexicon()
    more = Lesson([("toe", 1), ("zebra", 1)], [("toe", 1), ("zebra", 1)], [("toe yoga", 1)], [("ifm\tin foot men", 9)])
    made.learn(more, 11)
    assert (made.posts_with("zebra"), made.phrase_posts(("toe", "yoga")), made.meaning("ifm")) == (1, 4, "in foot men")
    made.unlearn(more)
    assert (made.posts_with("zebra"), made.phrase_posts(("toe", "yoga"))) == (0, 3)
    assert made.meaning("ifm") == "intrinsic foot muscles"
    assert made.completions("zeb", 3) == []
    assert made.corrections("zebrra", 3) == []


VOCABULARY = Vocabulary.of(
    [Concept("it band", ("itb", "outside knee hurts"), ("iliotibial band",)), Concept("run", ("jog",), ())]
)


def test_stop_words_count_where_they_are_content() -> None:
    plan = understand("it band", lexicon(), VOCABULARY)
    assert any(want.clauses[0].stems == ("it", "band") for want in plan.wants)
    assert {want.text for want in understand("the of and", lexicon(), VOCABULARY).wants} == {"the", "of", "and"}
    assert understand("how do i run", lexicon(), VOCABULARY).sequence == ("run",)


def test_a_word_asked_for_twice_counts_twice() -> None:
    assert [want.count for want in understand("toe TOE yoga", lexicon(), VOCABULARY).wants] == [2, 1]


def test_numbers_beside_words_are_welcome_not_needed() -> None:
    assert [want.needed for want in understand("3 toe", lexicon(), VOCABULARY).wants] == [False, True]
    assert [want.needed for want in understand("3 7", lexicon(), VOCABULARY).wants] == [True, True]


def test_words_are_split_only_where_their_parts_stand_together() -> None:
    assert understand("toeyoga", lexicon(), VOCABULARY).corrected == "toe yoga"
    hashtag = lexicon()
    hashtag.learn(Lesson([("toeyoga", 1)], [("toeyoga", 1)]), 11)
    assert understand("toeyogga", hashtag, VOCABULARY).corrected == "toe yoga"
    assert understand("strengthrun", lexicon(), VOCABULARY).corrected is None


@pytest.mark.parametrize(
    ("word", "meant"), [("knie", "knee"), ("stres", "stress"), ("ankel", "ankle"), ("knwe", "knee"), ("heek", "heel")]
)
def test_slips_that_people_make_are_believed_in_short_words(word: str, meant: str) -> None:
    assert likely_slip(word, meant)


@pytest.mark.parametrize(
    ("word", "other"),
    [("wrist", "waist"), ("shot", "short"), ("pijn", "pin"), ("hitting", "sitting"), ("nike", "bike")],
)
def test_another_word_is_no_slip(word: str, other: str) -> None:
    assert not likely_slip(word, other)


def test_two_slips_leave_the_consonants_nearly_as_they_are() -> None:
    assert likely_slips("acheles", "achilles")
    assert likely_slips("facitis", "fasciitis")
    assert not likely_slips("deadline", "deadlift")
    assert not likely_slips("deadline", "decline")


def test_a_neighbour_repairs_a_word_of_three_letters() -> None:
    made = PostsLexicon()
    made.learn(Lesson([("knee", 2), ("pain", 3)], [("knee", 2), ("pain", 3)], [("knee pain", 2)]), 5)
    assert understand("nee pain", made, Vocabulary()).corrected == "knee pain"
    assert understand("nee", made, Vocabulary()).corrected is None


def test_at_most_32_words_and_200_characters_are_read() -> None:
    many = " ".join(f"q{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(60))
    assert len(understand(many, lexicon(), VOCABULARY).wants) == 32
    assert understand("x" * 300 + " toe", lexicon(), VOCABULARY).wants[0].text == "x" * 200


def test_phrases_of_the_vocabulary_match_longest_first_in_any_order() -> None:
    assert VOCABULARY.match(stems("knee hurts outside"))[0].label == "outside knee hurts"
    assert VOCABULARY.match(stems("band it")) == []
    assert [match.label for match in VOCABULARY.match(stems("jog outside knee hurts"))] == ["jog", "outside knee hurts"]


def test_a_concept_of_single_words_joins_them_inside_phrases() -> None:
    vocabulary = Vocabulary.of([Concept("pain", ("hurts", "aches")), Concept("heel spur", ("heel pain",))])
    assert [match.label for match in vocabulary.match(stems("my heel hurts"))] == ["heel pain"]
    assert [match.label for match in vocabulary.match(stems("it aches"))] == ["aches"]


def test_two_words_left_of_a_phrase_must_stand_together() -> None:
    vocabulary = Vocabulary.of([Concept("return", ("back to running",))])
    assert vocabulary.match(stems("back into running"))
    assert vocabulary.match(stems("lower back pain from running")) == []
    assert vocabulary.match(stems("running back")) == []


def test_of_equally_long_phrases_the_closest_is_meant() -> None:
    vocabulary = Vocabulary.of([Concept("a", ("big shoe",)), Concept("b", ("running shoe",))])
    assert [match.label for match in vocabulary.match(stems("big running shoe"))] == ["running shoe"]


def test_a_phrase_that_no_post_says_is_one_thing() -> None:
    vocabulary = Vocabulary.of([Concept("band strength"), Concept("yoga", ("toe yoga",))])
    plan = understand("band strength run", lexicon(), vocabulary)
    assert {want.text: (want.needed, want.whole) for want in plan.wants} == {
        "band": (False, False),
        "strength": (False, False),
        "run": (True, False),
        "band strength": (True, True),
    }
    assert all(want.needed for want in understand("toe yoga", lexicon(), vocabulary).wants)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("text", "must be a list"),
        ([{"say": ["x"]}], "Entry 1"),
        ([{"concept": "heel", "say": {"a": 1}}], "say of"),
        ([{"concept": "heel", "means": [["x"]]}], "means of"),
    ],
)
def test_a_vocabulary_that_cannot_be_read_says_what_to_mend(data: object, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read(data)


def test_a_vocabulary_is_read() -> None:
    assert read(None) == []
    assert read({"concepts": [{"concept": " heel ", "say": "sore", "means": [5]}]}) == [
        Concept("heel", ("sore",), ("5",))
    ]


def test_highlights_join_words_that_stand_together() -> None:
    text = "Toe yoga, toe"
    spans = [0, 3, 4, 4, 10, 3]
    whole = (0, len(text))
    assert highlights.marked(text, spans, [0, 1, 2], *whole) == [("Toe yoga", True), (", ", False), ("toe", True)]
    assert highlights.marked(text, spans, [], *whole) == [(text, False)]
    assert highlights.marked("", [], [], 0, 0) == []


def test_suggestions_put_tags_and_beginnings_first_and_say_nothing_twice() -> None:
    entries = [Entry("post", f"Strong feet {n}", f"s{n}", f"i{n}") for n in range(100)]
    entries += [
        Entry("tag", "Feet", "feet", None, 3, ("Soles",)),
        Entry("phrase", "feet", weight=9),
        Entry("post", "Café", "c", "c"),
    ]
    shelf = Shelf(entries)

    def everything(_entry: Entry) -> bool:
        return True

    found = [row for _, row in best([shelf, shelf], "fe", 5, everything)]
    assert (found[0].kind, found[0].text) == ("tag", "Feet")
    assert sum(row.kind == "tag" for row in found) == 1
    assert not any(row.kind == "phrase" for row in found)
    assert [row.text for _, row in best([shelf], "soles", 5, everything)] == ["Feet"]
    assert best([shelf], "strong feat 7", 1, everything)[0][1].text == "Strong feet 7"
    assert best([shelf], "strong feet", 1, everything)[0][1].text == "Strong feet 0"
    assert best([shelf], "zzz", 1, everything) == []
    assert parts("Café au lait", ["caf"], ["caf"]) == [("Caf", True), ("é au lait", False)]
    assert parts("Straße", ["stras"], ["stras"]) == [("Straß", True), ("e", False)]
