"""Cleaning: what stays, what goes, what is told, and that nothing takes long."""

import contextlib
import json
import time
from pathlib import Path

import nh3
import pytest

from cms.errors import BadInput, TooLarge
from cms.markup.clean import BLEACH, NH3, clean, pictures_without_alt, policy
from cms.markup.clean.guard import MOST_CHARACTERS, MOST_ENTITIES, MOST_TAGS, characters, deepest
from cms.markup.clean.report import LONGEST_NAME, MOST_LINES, without_comments
from cms.markup.clean.writer import write
from cms.markup.tokens import End, Start, Text, tokens
from tests.markup.documents import document, soup

SLOW = 12  # seconds of CPU: far from what it takes, even while coverage counts; quadratic code takes minutes


@pytest.fixture(scope="module")
def vectors(shared: Path) -> list[str]:
    with (shared / "data/xss/vectors.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line)["html"] for line in lines]


STAYS = [
    "<p>Plain words &amp; <strong>bold</strong>, <em>soft</em>, <s>gone</s>, <u>under</u>, H<sub>2</sub>O</p>",
    "<h2>Two</h2><h3>Three</h3><h4>Four</h4><hr>",
    "<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul>",
    '<ol start="4"><li>x</li></ol>',
    '<blockquote class="pull"><p>Quoted</p></blockquote>',
    '<pre><code class="language-python">a &lt; b\n\n</code></pre>',
    '<figure><img src="media/foot.webp" alt="A foot"><figcaption>Caption</figcaption></figure>',
    '<p><img src="media/line.png" alt="" data-decorative=""></p>',
    '<figure data-block="short-foot"></figure>',
    '<table><caption>T</caption><thead><tr><th scope="col" colspan="2">a</th></tr></thead>'
    "<tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
    '<p><a href="https://example.com/?a=1&amp;b=2">w</a> <a href="/p">p</a> <a href="#x">x</a>'
    ' <a href="mailto:a@b.org">m</a> <a href="tel:+49-1">t</a></p>',
    "<p>word  two </p><p></p><p>a<br>b</p>",
    "<p>1️⃣ 👨‍👩‍👧‍👦 🏃🏽‍♀️ 🇩🇪 ✌︎ ✌️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿</p>",
    "<p>a&nbsp;b</p>",
]


@pytest.mark.parametrize("html", STAYS)
def test_what_the_policy_allows_stays_byte_for_byte(html: str) -> None:
    assert clean(html).html == html
    assert clean(html).removed == ()


BECOMES = {
    "<h1>a</h1><h5>b</h5><h6>c</h6>": "<h2>a</h2><h4>b</h4><h4>c</h4>",
    "<b>a</b> <i>b</i> <strike>c</strike> <del>d</del> <ins>e</ins>": (
        "<p><strong>a</strong> <em>b</em> <s>c</s> <s>d</s> <u>e</u></p>"
    ),
    "hello <b>x</b>\n": "<p>hello <strong>x</strong></p>",
    "<div>a</div><div>b<div>c</div>d</div>": "<p>a</p><p>b</p><p>c</p><p>d</p>",
    "<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>": "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    "<li>a<li>b": "<ul><li>a</li><li>b</li></ul>",
    "<ul>text<li>x</li>more</ul>": "<ul><li>text</li><li>x</li><li>more</li></ul>",
    "<strong><p>a</p><p>b</p></strong>": "<p><strong>a</strong></p><p><strong>b</strong></p>",
    '<a href="/x"><h2>a</h2></a>': '<h2><a href="/x">a</a></h2>',
    "<h2>a<div>b</div><p>c</p>d</h2>": "<h2>a b c d</h2>",
    "<pre>\n\nx<br>y<div>z</div>w</pre>": "<pre>x\ny\nz\nw</pre>",
    "<table>foo<tr><td>a<td>b</table>": "<p>foo</p><table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
    "<table><tfoot><tr><td>a</tfoot></table>": "<table><tbody><tr><td>a</td></tr></tbody></table>",
    "<dl><dt>a<dd>b</dl>": "<p>a</p><p>b</p>",
    "<p>a<p>b": "<p>a</p><p>b</p>",
    "<figcaption>a</figcaption><caption>b</caption><td>c</td>": "<p>a</p><p>bc</p>",
    "<b></b>x<a href='/y'></a>": "<p>x</p>",
    "<em>a <em>b</em></em>": "<p><em>a b</em></p>",
    '<figure data-block="a-1">text</figure>': '<figure data-block="a-1"></figure><p>text</p>',
    '<figure data-block="A!">text</figure>': "<figure>text</figure>",
    '<code class="language-x">a</code>': "<p><code>a</code></p>",
    '<blockquote class="other" id="x">a</blockquote>': "<blockquote><p>a</p></blockquote>",
    '<ol start="1"><li>a</ol><td colspan="1">': "<ol><li>a</li></ol>",
    '<img src="media/a.jpg" alt="words" data-decorative>': '<p><img src="media/a.jpg" alt="words"></p>',
    '<a href=" https://example.com/a b ">x</a>': '<p><a href="https://example.com/a%20b">x</a></p>',
    "<template><p>kept</p></template>": "<p>kept</p>",
    "<textarea>a</textarea><xmp><b></xmp><noscript>n</noscript>": "<p>a&lt;b&gt;n</p>",
    "<ul><li>a <p> b </p> c</li></ul>": "<ul><li>a<p> b </p>c</li></ul>",
    "<blockquote>a<br>b</blockquote><br>": "<blockquote><p>a<br>b</p></blockquote>",
    "<ul> <li> a <b> b </b> c </li> </ul>": "<ul><li>a<strong> b</strong> c</li></ul>",
    "<table><form><tr><td>x</form></table>": "<table><tbody><tr><td>x</td></tr></tbody></table>",
    "<p>&copy; &#x1F9B6; &#39;</p>": "<p>© 🦶 '</p>",
    "\r\n<p>a\r\nb\rc\fd</p>": "<p>a\nb\nc d</p>",
    "": "",
    " \n ": "",
}


@pytest.mark.parametrize("html", BECOMES)
def test_what_means_the_same_is_written_in_one_way(html: str) -> None:
    assert clean(html).html == BECOMES[html]


HARMLESS_ADDRESSES = [
    "https://example.com", "http://example.com:8080/a?b#c", "HTTPS://EXAMPLE.com/", "https://例え.jp/", "/",
    "/a/b?c=d#e", "#", "#a-b", "mailto:a@example.com", "tel:+1-555-0100", "https://[::1]/x",
]  # fmt: skip
HOSTILE_ADDRESSES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "javascript:123",
    "&#106;avascript:1", "\x01javascript:1",
    "data:text/html,x", "vbscript:x", "//evil.example", "/\\evil.example", "\\\\evil", "https:evil", "https:///x", "http://",
    "https://user@evil.example/", "https://a\\@b", "ftp://x", "file:///etc", "x", "", "https://exa mple.com/", "http://a%00b/",
    "https://x/\u2028y", "about:blank", "blob:https://x", "https://" + "a" * 2100,
]  # fmt: skip


@pytest.mark.parametrize("address", HARMLESS_ADDRESSES)
def test_a_harmless_address_stays(address: str) -> None:
    assert clean(f'<p><a href="{address}">x</a></p>').html == f'<p><a href="{address}">x</a></p>'


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_a_link_without_a_harmless_address_is_only_its_words(address: str) -> None:
    cleaned = clean(f'<p><a href="{address}">words</a></p>').html
    assert "<a" not in cleaned
    assert "words" in cleaned


@pytest.mark.parametrize(
    "source", ["../x.jpg", "media/../x", "media/.hidden", "media/a/b", "data:image/png;base64,x", "//x/y"]
)
def test_a_picture_from_elsewhere_goes(source: str) -> None:
    assert clean(f'<p>a<img src="{source}" alt="b">c</p>').html == "<p>ac</p>"


def test_the_report_tells_in_plain_english_what_was_removed() -> None:
    done = clean(
        "<p onclick=x() style='color:red'>a\x07b</p><script>alert(1)</script><iframe src=https://x>z</iframe><iframe></iframe>"
        '<a href="javascript:alert(1)">y</a><div>fine</div><!-- <object> -->'
    )
    assert done.html == "<p>ab</p><p>z<a".removesuffix("<a") + "y</p><p>fine</p>"
    told = {(item.kind, item.name): item for item in done.removed}
    assert told["element", "iframe"].count == 2
    assert told["element", "iframe"].sentence == "“iframe” was taken out 2 times; the words inside were kept."
    assert told["text", "script"].sentence == "“script” was taken out once, with what was inside."
    assert told["attribute", "onclick"].sentence == "The setting “onclick” was taken out once."
    assert "not a web, e-mail or phone address" in told["address", "javascript:alert(1)"].sentence
    assert told["text", "invisible control characters"].count == 1
    assert ("element", "div") not in told
    assert ("element", "object") not in told


def test_the_report_stays_short() -> None:
    many = clean("".join(f"<x{i}>" for i in range(90)) + f"<{'y' * 500}>a")
    assert len(many.removed) <= MOST_LINES
    assert all(len(item.name) <= LONGEST_NAME + 1 for item in many.removed)
    assert without_comments("a<!-- b -->c<!-- never closed") == "ac"


def test_pictures_need_words_or_the_mark_that_they_are_decoration() -> None:
    html = (
        '<p><img src="media/a.jpg"><img src="media/b.jpg" alt=""><img src="media/c.jpg" alt=" ">'
        '<img src="media/d.jpg" alt="A foot"><img src="media/e.jpg" alt="" data-decorative=""></p>'
    )
    assert pictures_without_alt(html) == ["media/a.jpg", "media/b.jpg", "media/c.jpg"]


def test_halves_of_characters_are_joined_or_dropped() -> None:
    assert clean("<p>\ud83d\ude00 \ud83d x\ufffe\x85</p>").html == "<p>😀  x</p>"
    assert characters("plain") == ("plain", 0)
    assert characters("a\U0001fffeb") == ("ab", 1)


def test_the_policy_is_data_that_says_what_clean_html_holds() -> None:
    rules = policy()
    assert "script" not in rules.tags
    assert rules.attributes["img"] == {"src", "alt", "data-decorative"}
    assert rules.classes == {"blockquote": "pull", "code": r"language-[A-Za-z0-9+#._-]{1,40}"}
    assert rules.schemes == {"http", "https", "mailto", "tel"}
    assert set(rules.attributes) <= rules.tags
    assert {key.split()[0] for key in rules.patterns} == set(rules.attributes)


# -- the fixed point ------------------------------------------------------------------------------------
def check_fixed(html: str) -> None:
    """Cleaning twice changes nothing; no part of the chain would change the result; only the policy stands."""
    rules = policy()
    try:
        done = clean(html).html
    except TooLarge:
        return
    assert clean(done) == (type(clean(""))(done, ()))
    assert NH3.clean(done) == done
    assert str(BLEACH.clean(done)) == done
    assert write(done) == done
    for token in tokens(done):
        if isinstance(token, Start):
            assert token.name in rules.tags
            assert set(token.attributes) <= rules.attributes.get(token.name, frozenset())


@pytest.mark.bulk
def test_cleaning_reaches_a_fixed_point_on_every_vector(vectors: list[str]) -> None:
    for html in vectors:
        check_fixed(html)


@pytest.mark.bulk
def test_cleaning_reaches_a_fixed_point_on_tag_soup() -> None:
    for seed in range(1200):
        check_fixed(soup(seed))


@pytest.mark.bulk
def test_cleaning_reaches_a_fixed_point_on_documents() -> None:
    for seed in range(200):
        check_fixed(document(seed))


def test_the_writer_takes_tags_in_any_order() -> None:
    """It stands behind two parsers, but does not lean on them."""
    for seed in range(1000):
        html = soup(seed)
        done = write(html)
        assert write(done) == done, html
        with contextlib.suppress(TooLarge):
            assert clean(done).html == clean(clean(done).html).html


def letters(html: str) -> str:
    """The letters of a text, whatever stands between them."""
    return "".join(c for c in nh3.clean(html, tags=set()) if c.isalnum())


def test_no_word_is_lost() -> None:
    for seed in range(600):
        html = soup(seed)
        if any(tag in html for tag in ("style", "template", "svg", "math")):
            continue
        assert letters(clean(html).html) == letters(characters(html)[0]), html


def test_what_never_settles_is_kept_as_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing known needs this; it stands behind the parsers of tomorrow."""
    monkeypatch.setattr("cms.markup.clean.write", lambda html: html + "<p>again</p>")
    done = clean("<p>one &lt;b&gt;</p>\n<p>two</p><script>x</script>")
    assert "<p>one &lt;b&gt;" in done.html
    assert any(item.name == "formatting that never settles" for item in done.removed)


# -- the guard ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "html",
    [
        "a" * (MOST_CHARACTERS + 1),
        "<br>" * (MOST_TAGS + 1),
        "&" * (MOST_ENTITIES + 1),
        "\xa0" * 200_000,
        "<p>x" * 9_999,
    ],
)
def test_too_much_is_refused_with_the_cure(html: str) -> None:
    with pytest.raises(TooLarge, match=r"[Pp]lease"):
        clean(html)


def test_just_enough_is_taken() -> None:
    assert len(clean("<p>" + "a" * (MOST_CHARACTERS - 7) + "</p>").html) == MOST_CHARACTERS
    assert clean("<br>" * MOST_TAGS).html == ""


@pytest.mark.parametrize("html", ["<div>" * 101, "<ul><li>" * 51, "<b>" * 101 + "x", "<font><p>" * 60])
def test_too_deep_is_refused_with_the_cure(html: str) -> None:
    with pytest.raises(BadInput, match="levels deep"):
        clean(html)


def test_open_tags_that_html_closes_by_itself_are_not_deep() -> None:
    assert deepest("<p>a" * 500) == 1
    assert deepest("<ul>" + "<li>a" * 500) == 2
    assert deepest("<table>" + "<tr><td>a<td>b" * 300) == 3
    assert deepest("<br>" * 500 + "</div>" * 500) == 0
    assert deepest("<div><b></div>" * 300) == 2


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(BadInput, match="as a string"):
        clean(b"<p>bytes</p>")  # type: ignore[arg-type]


BOMBS = {
    "unclosed tags": "<a " * 10_000,
    "attributes": "<p " + " ".join(f"a{i}=1" for i in range(30_000)) + ">x",
    "one long link in every paragraph": '<p><a href="https://x.org/' + "y" * 130_000 + '">' + "<p>x" * 9_000,
    "a link in every paragraph": '<p><a href="https://x.org/' + "y" * 2_000 + '">' + "<p>x" * 9_900,
    "ampersands": "&a" * 40_000,
    "comments": "<!--" * 10_000,
    "misnested": "<b><p></b>" * 3_000,
    "misnested links": "<a href=/><p></a>" * 3_000,
    "nested end tags": "<div>" * 90 + "</b>" * 9_000,
    "quotes": "<a href='x\" " * 9_000,
    "no-break spaces": "\xa0" * 262_144,
    "entities in a value": '<img alt="' + "x&quot;" * 30_000 + '" src="media/a">',
    "open formatting": ("<p>" + "<b>" * 3 + "x") * 2_400,
    "spaces": "<p>" + " " * 200_000,
    "tables": "<table><tr><td></table>" * 2_500,
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_text_takes_long(name: str) -> None:
    began = time.process_time()
    with contextlib.suppress(BadInput):
        clean(BOMBS[name])
    assert time.process_time() - began < SLOW


# -- the tokenizer ---------------------------------------------------------------------------------------
def test_tokens_joined_are_the_text_again() -> None:
    for seed in range(500):
        html = soup(seed)
        assert "".join(token.raw for token in tokens(html)) == html


def test_a_sign_that_opens_no_tag_is_text() -> None:
    assert list(tokens('a<b x="1" x="2">&amp;</b><')) == [
        Text("a", "a"),
        Start("b", {"x": "1"}, '<b x="1" x="2">'),
        Text("&", "&amp;"),
        End("b", "</b>"),
        Text("<", "<"),
    ]
