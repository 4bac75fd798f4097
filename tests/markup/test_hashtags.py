"""Hashtags: twitter-text's own cases, and the run at a post's end."""

import json
import time
from pathlib import Path

import pytest

from cms.markup.clean import clean
from cms.markup.hashtags import (
    Hashtag,
    find_hashtags,
    hashtag_key,
    is_hashtag_line,
    split_hashtags,
    tag_key,
)
from tests.markup.documents import document

SLOW = 12  # seconds of CPU: far from what it takes, even while coverage counts; quadratic code takes minutes


def test_every_case_of_twitter_text_agrees(shared: Path) -> None:
    groups = json.loads((shared / "data/hashtags/twitter-text-hashtag-conformance.json").read_text(encoding="utf-8"))
    seen = 0
    for cases in groups.values():
        for case in cases:
            found = find_hashtags(case["text"])
            names: list[object] = [tag.name for tag in found]
            if case["expected"] and isinstance(case["expected"][0], dict):
                names = [{"hashtag": tag.name, "indices": [tag.start, tag.end]} for tag in found]
            assert names == case["expected"], case
            seen += 1
    assert seen == 76


def names(text: str) -> list[str]:
    return [tag.name for tag in find_hashtags(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#RunStronger and #foot_core.", ["RunStronger", "foot_core"]),
        ("On the #16 bus, 1️⃣ #️⃣ *️⃣", []),
        ("see https://example.com/a#frag and www.x.org/#b, example.com/#c", []),
        ("after https://example.com #yes", ["yes"]),
        ("a&#39;s C#major", []),
        ("#a#b", []),
        ("##c @#d", ["c", "d"]),
        ("(#open) «#quoted» …#dots", ["open", "quoted", "dots"]),
        ("#برمجة #बचाव #東京マラソン #добро", ["برمجة", "बचाव", "東京マラソン", "добро"]),
        ("#http://x", []),
        ("＃全角", ["全角"]),
        ("#10PercentRule", ["10PercentRule"]),
    ],
)
def test_hashtags_are_found_where_people_mean_them(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_a_hashtag_knows_where_it_stands() -> None:
    assert find_hashtags("go #run") == [Hashtag("run", 3, 7)]


def test_spellings_and_tags_have_one_key() -> None:
    assert hashtag_key("runningPT") == hashtag_key("RUNNINGpt")
    assert hashtag_key("ＲＵＮ") == "run"
    assert tag_key("Foot strength") == tag_key("foot-strength") == tag_key("FootStrength") == tag_key("foot_strength")


@pytest.mark.parametrize(
    ("line", "only"),
    [("#a #b", True), ("🏃 #a, #b ✨", True), ("#a and #b", False), ("words", False), ("#16 #a", False), (".", False)],
)
def test_a_line_of_hashtags_holds_no_other_word(line: str, only: bool) -> None:
    assert is_hashtag_line(line) is only


def check(html: str, left: str, trailing: list[str], inline: list[str]) -> None:
    done = split_hashtags(html)
    assert (done.html, done.trailing, done.inline) == (left, trailing, inline)
    assert clean(done.html).html == done.html


RUNS = [
    # the plain case
    ("<p>Text.</p><p>#a #b</p>", "<p>Text.</p>", ["a", "b"], []),
    # shares a paragraph with other lines
    ("<p>Read more: x<br>#a #b</p>", "<p>Read more: x</p>", ["a", "b"], []),
    ("<p>Read more: x\n#a #b</p>", "<p>Read more: x</p>", ["a", "b"], []),
    # a bio, a call to book, spacers follow
    ("<p>T.</p><p>#a</p><p><em>By Alex, PT</em></p>", "<p>T.</p><p><em>By Alex, PT</em></p>", ["a"], []),
    ('<p>#a</p><figure data-block="book"></figure>', '<figure data-block="book"></figure>', ["a"], []),
    ("<p>T.<br>.<br>.<br>#a #b<br>.</p><p>.</p><p>Bio</p>", "<p>T.</p><p>Bio</p>", ["a", "b"], []),
    ("<p>T.</p><p></p><p>.</p><p>&nbsp;</p><p>#a</p><p>•</p>", "<p>T.</p>", ["a"], []),
    ("<p>.<br>#a<br>.</p>", "", ["a"], []),
    # two runs
    ("<p>#a</p><p>Words</p><p>#b #A</p>", "<p>Words</p>", ["a", "b"], []),
    # marks and links
    ('<p><a href="/t/a">#a</a> <strong>#b</strong></p>', "", ["a", "b"], []),
    ("<p><strong>words<br>#a</strong></p>", "<p><strong>words</strong></p>", ["a"], []),
    ("<p><strong>#a<br>words</strong></p>", "<p><strong>words</strong></p>", ["a"], []),
    # only after the last heading
    ("<p>#a</p><h2>Head</h2><p>Text</p>", "<p>#a</p><h2>Head</h2><p>Text</p>", [], ["a"]),
    ("<h2>Head</h2><p>Text</p><p>#a</p>", "<h2>Head</h2><p>Text</p>", ["a"], []),
    ("<p>#a</p><ul><li><h3>Deep</h3></li></ul>", "<p>#a</p><ul><li><h3>Deep</h3></li></ul>", [], ["a"]),
    # sentences keep theirs
    ("<p>I love #running.</p>", "<p>I love #running.</p>", [], ["running"]),
    ("<p>Everything about\n#running</p>", "<p>Everything about\n#running</p>", [], ["running"]),
    ("<p>Done!\n#running</p>", "<p>Done!</p>", ["running"], []),
    ("<p>one\n#a #b\ntwo</p>", "<p>one\n#a #b\ntwo</p>", [], ["a", "b"]),
    ("<p>I <code>#not</code> #yes</p><pre>#no</pre>", "<p>I <code>#not</code> #yes</p><pre>#no</pre>", [], ["yes"]),
    ("<p><code>#a</code></p>", "<p><code>#a</code></p>", [], []),
    ("<p><strong>#Run</strong>Stronger it is</p>", "<p><strong>#Run</strong>Stronger it is</p>", [], ["RunStronger"]),
    ('<p>#a<img src="media/x.jpg" alt="x"></p>', '<p>#a<img src="media/x.jpg" alt="x"></p>', [], ["a"]),
    ("<ul><li>#a</li></ul>", "<ul><li>#a</li></ul>", [], ["a"]),
    # spacers alone are the author's
    ("<p>T</p><p>.</p><p>U #a</p>", "<p>T</p><p>.</p><p>U #a</p>", [], ["a"]),
    # nothing to do
    ("<p>A &amp; b &#39;</p>", "<p>A &amp; b &#39;</p>", [], []),
    ("", "", [], []),
]


@pytest.mark.parametrize(("html", "left", "trailing", "inline"), RUNS[:-2])
def test_the_run_of_hashtags_leaves_and_sentences_stay(
    html: str, left: str, trailing: list[str], inline: list[str]
) -> None:
    check(html, left, trailing, inline)


@pytest.mark.parametrize(("html", "left", "trailing", "inline"), RUNS[-2:])
def test_a_text_without_hashtags_is_left_alone(html: str, left: str, trailing: list[str], inline: list[str]) -> None:
    done = split_hashtags(html)
    assert (done.html, done.trailing, done.inline) == (left, trailing, inline)


def test_each_hashtag_counts_once_in_its_first_spelling() -> None:
    done = split_hashtags("<p>With #runningPT and #b.</p><p>#RunningPt #c #C</p>")
    assert done.trailing == ["RunningPt", "c"]
    assert done.all == ["runningPT", "b", "c"]


@pytest.mark.bulk
def test_splitting_again_changes_nothing_and_the_rest_is_clean() -> None:
    for seed in range(400):
        html = clean(document(seed) + "<p>x<br>#one #two</p><p>.</p>").html
        done = split_hashtags(html)
        assert clean(done.html).html == done.html
        assert {"one", "two"} <= set(done.all)
        assert split_hashtags(done.html).html == done.html


@pytest.mark.bulk
def test_finding_is_linear() -> None:
    began = time.process_time()
    for text in ("#" * 200_000, "#a" * 100_000, "a." * 100_000 + "#a", "#" + "a" * 200_000, "https://x#a " * 20_000):
        find_hashtags(text)
    split_hashtags("<p>" + "#a<br>" * 9_000 + "</p>")
    split_hashtags("<p>" + "#a\n" * 60_000 + "</p>")
    assert time.process_time() - began < SLOW


@pytest.mark.parametrize("text", ["#3️⃣", "#1️⃣ toe yoga", "#️⃣", "#16", "#2️⃣4️⃣"])
def test_digits_and_keycaps_are_no_hashtags(text):
    assert find_hashtags(text) == []
