"""Anchors, plain text, excerpts, reading time, sections and slugs."""

import re
import time

import pytest

from cms.markup.clean import clean
from cms.markup.outline import (
    TAKEN,
    Heading,
    Section,
    excerpt,
    headings,
    plain_text,
    reading_time,
    sections,
    slugify,
    with_anchors,
)
from tests.markup.documents import document

FAMILY = "👩‍👩‍👧"

SLOW = 12  # seconds of CPU: far from what it takes, even while coverage counts; quadratic code takes minutes


def ids(*texts: str) -> list[str]:
    return [heading.id for heading in headings("".join(f"<h2>{text}</h2>" for text in texts))]


def test_three_equal_headings_get_three_ids() -> None:
    assert ids("a", "a", "a") == ["a", "a-2", "a-3"]
    assert ids("a", "a 2", "a", "a") == ["a", "a-2", "a-3", "a-4"]
    assert ids("a 2", "a", "a") == ["a-2", "a", "a-3"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1️⃣ Toe yoga", "toe-yoga"),
        ("🙋🏽‍♀️", "section"),
        ("✌️", "section"),
        ("Café &amp; Crème", "cafe-creme"),
        ("<em>Foot</em> <strong>core</strong>", "foot-core"),
        ("Runner’s knee", "runners-knee"),
        ("Привет, мир", "привет-мир"),
        ("足の強さ", "足の強さ"),
        ("हिन्दी में", "हिन्दी-में"),
        ("location", "location-section"),
        ("__proto__", "proto-section"),
        ("constructor", "constructor-section"),
        ("Top", "top-section"),
        ("Straße 10", "strasse-10"),
        ("", "section"),
    ],
)
def test_the_id_of_a_heading_is_made_of_its_words(text: str, name: str) -> None:
    assert ids(text) == [name]


def test_no_id_is_a_name_that_scripts_look_up() -> None:
    made = ids(*[word for name in TAKEN for word in (name, name.upper(), f"{name}!")])
    assert len(set(made)) == len(made)
    assert not set(made) & TAKEN
    assert all(re.fullmatch(r"[\w-]+", name) and "_" not in name for name in made)


def test_anchors_stay_when_set_twice_and_text_stays_as_it_is() -> None:
    for seed in range(200):
        html = clean(document(seed)).html
        anchored = with_anchors(html)
        assert with_anchors(anchored) == anchored
        assert re.sub(r' id="[^"]*"', "", anchored) == html
        assert headings(anchored) == headings(html)
        made = [heading.id for heading in headings(html)]
        assert len(set(made)) == len(made)


def test_headings_have_level_and_words() -> None:
    html = with_anchors("<h2>One &amp; <em>two</em></h2><p>x</p><h4>three<br>four</h4>")
    assert headings(html) == [Heading("one-two", 2, "One & two"), Heading("three-four", 4, "three four")]


def test_plain_text_has_a_line_for_each_block() -> None:
    html = (
        "<h2>Head</h2><p>one<br>two &amp; <strong>th</strong>ree</p><ul><li>a<ul><li>b</li></ul></li>"
        "<li><p>c</p></li></ul>"
        "<table><tbody><tr><td>x</td><td>y</td></tr></tbody></table><pre><code>k\n  l</code></pre>"
        '<figure><img src="media/a.jpg" alt="alt"><figcaption>cap</figcaption></figure>'
        "<details><summary>Q</summary>A</details>"
    )
    assert plain_text(html).split("\n") == [
        "Head", "one", "two & three", "a", "b", "c", "x y", "k", "l", "cap", "Q", "A",
    ]  # fmt: skip


def test_sections_follow_the_headings_and_text_before_them_has_no_id() -> None:
    html = "<p>Intro.</p><h2>A</h2><p>a</p><h3>B</h3><h2>C</h2><ul><li>c</li></ul>"
    assert sections(html) == [
        Section("", "", 0, "Intro."),
        Section("a", "A", 2, "a"),
        Section("b", "B", 3, ""),
        Section("c", "C", 2, "c"),
    ]
    assert sections("<h2>A</h2>") == [Section("a", "A", 2, "")]
    assert sections("") == []
    assert [section.id for section in sections(with_anchors(html))] == ["", "a", "b", "c"]


def test_reading_takes_at_least_a_minute() -> None:
    assert reading_time("") == 1
    assert reading_time("word " * 299) == 1
    assert reading_time("word " * 700) == 4
    assert reading_time("漢" * 900) == 3
    assert reading_time("漢字 word " * 300) == 4


def test_an_excerpt_is_the_first_honest_words() -> None:
    html = (
        "<h2>Heading</h2><p>#RunStronger #FootCore</p><p>.</p><p>🔥🔥</p><figure><figcaption>cap</figcaption></figure>"
        "<p>First sentence here.<br>#tag<br>Second one.</p><pre>code</pre>"
    )
    assert excerpt(html) == "First sentence here. Second one."


def test_an_excerpt_ends_with_a_sentence_if_that_fills_half_the_room_else_with_a_word() -> None:
    assert (
        excerpt("<p>This is long enough to stand. And this goes on and on.</p>", 40) == "This is long enough to stand."
    )
    cut = excerpt(f"<p>Short. {'word ' * 50}</p>", 40)
    assert cut == "Short. word word word word word word…"
    assert excerpt("<p>はい。これは長い文章です。もっと続きます。</p>", 15) == "はい。これは長い文章です。"


def test_an_excerpt_speaks_from_lists_where_there_is_no_paragraph() -> None:
    assert excerpt("<h2>Head</h2><ul><li>one</li><li>two</li></ul>") == "one two"
    assert excerpt("") == ""


@pytest.mark.parametrize("limit", range(20, 60))
def test_an_excerpt_never_breaks_an_emoji_and_stays_within_the_limit(limit: int) -> None:
    unit = f"x{FAMILY}🏃🏽‍♀️🇩🇪1️⃣é"
    made = excerpt(f"<p>{unit * 20}</p>", limit)
    assert len(made) <= limit
    assert made.endswith("…")
    whole = re.compile(f"(?:x|{FAMILY}|🏃🏽‍♀️|🇩🇪|1️⃣|é)*")
    assert whole.fullmatch(made[:-1]), made


def test_a_slug_is_short_lower_case_and_never_empty() -> None:
    assert slugify("Why Foot Strength Matters!") == "why-foot-strength-matters"
    assert slugify("🦶") == "untitled"
    assert slugify("🦶", otherwise="post") == "post"
    assert slugify("𝐅𝐨𝐨𝐭 𝟏𝟎") == "foot-10"
    assert len(slugify("word " * 100)) <= 80
    assert not slugify("word " * 100).endswith("-")
    assert slugify("x" * 200) == "x" * 80
    assert slugify("a --- b") == "a-b"


def test_all_of_it_is_linear() -> None:
    html = "<h2>same</h2><p>word</p>" * 4000
    began = time.process_time()
    sections(with_anchors(html))
    plain_text(html)
    excerpt(html)
    slugify("é" * 200_000)
    excerpt("<p>" + "🏽" * 200_000 + "</p>")
    assert time.process_time() - began < SLOW
