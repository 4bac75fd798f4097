"""What people copy from Google Docs, Word, Instagram, Notion and elsewhere becomes honest structure."""

import contextlib
import json
import re
import time
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from cms.errors import BadInput, TooLarge
from cms.markup.clean import clean
from cms.markup.hashtags import split_hashtags
from cms.markup.paste import Pasted, paste
from cms.markup.paste.plain import looks_like_markdown
from cms.markup.tokens import End, Start, Text, tokens
from tests.markup.documents import document, soup

HERE = Path(__file__).parent
CLIPBOARDS = sorted((HERE / "clipboards").iterdir())
FOREIGN = re.compile(
    r"mso-|docs-internal-guid|data-ccp|file:///|<span|<div| style=\"| class=\"(?!language-|pull)", re.IGNORECASE
)

SLOW = 12  # seconds of CPU: far from what it takes, even while coverage counts; quadratic code takes minutes


def pasted(html: str | None, text: str | None = None) -> Pasted:
    """Paste, and hold what every paste has to keep."""
    done = paste(html, text)
    assert clean(done.html).html == done.html
    assert not FOREIGN.search("".join(token.raw for token in tokens(done.html) if isinstance(token, Start)))
    return done


def from_file(path: Path) -> Pasted:
    content = path.read_text(encoding="utf-8", errors="replace")
    return pasted(content) if path.suffix == ".html" else pasted(None, content)


# -- our own clipboards, against what we read and found right -----------------------------------------------
@pytest.mark.parametrize("path", CLIPBOARDS, ids=lambda path: path.name)
def test_a_clipboard_becomes_its_golden_html(path: Path) -> None:
    golden = (HERE / "golden" / f"{path.stem}.html").read_text(encoding="utf-8")
    assert from_file(path).html == golden.removesuffix("\n").replace("⏎\n", "")


def test_every_golden_file_has_its_clipboard() -> None:
    assert {path.stem for path in CLIPBOARDS} == {path.stem for path in (HERE / "golden").iterdir()}


GOOGLE_TITLE = '<b style="font-weight:normal"><p dir="ltr"><span style="font-size:26pt">Heel pain</span></p>{}</b>'


@pytest.mark.parametrize(
    ("html", "title", "rest"),
    [
        (GOOGLE_TITLE.format("<h1>Why</h1><p>x</p>"), "Heel pain", "<h2>Why</h2><p>x</p>"),
        (GOOGLE_TITLE.format("<h2>Why</h2><p>x</p>"), "Heel pain", "<h2>Why</h2><p>x</p>"),
        ('<p class="MsoTitle">Heel <b>pain</b></p><p>x</p>', "Heel pain", "<p>x</p>"),
        ("<h1>Heel pain</h1><h2>Why</h2><p>x</p>", "Heel pain", "<h2>Why</h2><p>x</p>"),
        ("<h2>Heel pain</h2><p>x</p>", "Heel pain", "<p>x</p>"),
        ("<h1>One</h1><p>x</p><h1>Two</h1><p>y</p>", "", "<h2>One</h2><p>x</p><h2>Two</h2><p>y</p>"),
        ("<p>Words</p><h1>One</h1>", "", "<p>Words</p><h2>One</h2>"),
        ("<h1>Alone</h1>", "", "<h2>Alone</h2>"),
    ],
)
def test_the_title_that_a_document_begins_with(html: str, title: str, rest: str) -> None:
    done = paste(html, titled=True)
    assert (done.title, done.html) == (title, rest)
    whole = paste(html)
    assert whole.title == ""
    assert f">{title}</h2>" in re.sub("</?strong>", "", whole.html) or not title


def test_the_title_of_markdown() -> None:
    done = paste(None, "# Heel pain\n\nFirst *steps*.", titled=True)
    assert (done.title, done.html) == ("Heel pain", "<p>First <em>steps</em>.</p>")


# -- clipboards of others, against what their projects expect ------------------------------------------------
def outline(html: str) -> list[dict[str, Any]]:
    """Each line of a document: its kind, list and level, and its text with marks."""
    found: list[dict[str, Any]] = []
    lists: list[str] = []
    marks: list[str] = []
    kind = "normal"
    for token in tokens(html):
        if isinstance(token, Text):
            if not found or found[-1].get("closed"):
                found.append({"kind": kind, "list": lists[-1] if lists else "", "level": len(lists), "spans": []})
            found[-1]["spans"].append((token.text, frozenset(marks)))
        elif token.name in ("strong", "em", "s", "u", "code", "a"):
            marks.append(token.name) if isinstance(token, Start) else marks.pop()
        elif token.name == "br":
            found[-1]["spans"].append(("\n", frozenset()))
        elif token.name in ("ul", "ol"):
            if found:
                found[-1]["closed"] = True
            lists.append({"ul": "bullet", "ol": "number"}[token.name]) if isinstance(token, Start) else lists.pop()
        elif token.name in ("p", "h2", "h3", "h4", "li", "td", "th"):
            if found:
                found[-1]["closed"] = True
            kind = token.name if token.name[0] == "h" and isinstance(token, Start) else "normal"
    return found


def same_spans(spans: list[tuple[str, frozenset[str]]]) -> list[tuple[str, frozenset[str]]]:
    """Words with their marks, white space apart: whether a space is bold is nobody's business."""
    out: list[tuple[str, frozenset[str]]] = []
    for text, marks in spans:
        for word in text.split():
            out.append((word, marks))
    return out


PORTABLE_MARKS = {"strong": "strong", "em": "em", "underline": "u", "strike-through": "s"}


def expected_outline(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Portable Text as the same lines."""
    found = []
    for block in blocks:
        links = {definition["_key"] for definition in block.get("markDefs", [])}
        spans = [
            (child["text"], frozenset("a" if mark in links else PORTABLE_MARKS[mark] for mark in child["marks"]))
            for child in block["children"]
        ]
        if not "".join(text for text, _ in spans).strip():
            continue
        style = block["style"] if block["style"].startswith("h") else "normal"
        found.append(
            {
                "kind": style,
                "list": block.get("listItem", ""),
                "level": block.get("level", 0),
                "spans": same_spans(spans),
            }
        )
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pt-gdocs-input.html", "pt-gdocs-expected-blocks.json"),
        ("pt-gdocs-lists-input.html", "pt-gdocs-lists-expected-blocks.json"),
        ("pt-gdocs-strikethrough-link.html", "pt-gdocs-strikethrough-link-expected.json"),
    ],
)
def test_google_docs_gives_the_outline_expected_of_it(shared: Path, name: str, expected: str) -> None:
    folder = shared / "data/paste"
    wanted = expected_outline(json.loads((folder / expected).read_text(encoding="utf-8")))
    lines = [line for line in outline(from_file(folder / name).html) if "".join(t for t, _ in line["spans"]).strip()]
    made = [
        {key: line[key] for key in ("kind", "list", "level")} | {"spans": same_spans(line["spans"])} for line in lines
    ]
    assert made == wanted


def test_word_gives_the_outline_expected_of_it(shared: Path) -> None:
    """The expected file says of each line: `>` a level, `-` a bullet, `#` a number, the style, and the text."""
    folder = shared / "data/paste"
    terse = json.loads((folder / "pt-guide.terse-expected.json").read_text(encoding="utf-8"))
    wanted = []
    for line in terse:
        match = re.fullmatch(r"(>*)([-#]?)(h\d)?:?(.*)", line, re.DOTALL)
        assert match
        text = re.sub(r"[\s,]", "", match[4])
        if text:
            # a numbered heading is a heading: the number is Word's, not the author's
            level = 0 if match[3] else len(match[1])
            wanted.append((match[3] or "normal", level, "[Picture]" if text == "{image}" else text))
    made = []
    for line in outline(from_file(folder / "pt-guide.word-windows.html").html):
        text = re.sub(r"[\s,]", "", "".join(text for text, _ in line["spans"]))
        if text:
            made.append((line["kind"], line["level"], re.sub(r"\[Picture\d*(:.*)?\]", "[Picture]", text)))
    assert made == wanted


OTHERS = {
    "koenig-office-com-headings.html": (
        "<h2>Heading one</h2><h3>Heading two</h3><h4>Heading three</h4><h4>Heading four</h4>"
    ),
    "koenig-office-com-text-formats.html": (
        "<p>Testing <strong>bold</strong> <em>italic</em> <u>underline</u> <s>strikethrough</s> <sub>subscript</sub>"
        ' <sup>supscript</sup> <a href="https://ghost.org/">link</a></p><p><strong><em><u>Bold+italic+underline</u></em>'
        '</strong></p><p><a href="https://ghost.org/"><strong><em>Bold+italic+link</em></strong></a></p><p>highlight</p>'
    ),
    "koenig-google-docs-empty-paragraphs.html": (
        "<p>Start of the article. Here is the 1st paragraph, followed by two line breaks then a paragraph.</p>"
        "<p>Here is the 2nd paragraph, followed by a line break then a heading.</p><h2>Heading 1</h2>"
        "<p>Here is the 3rd paragraph, with a line break before and a line break after, followed by a list.</p>"
        "<ul><li>List item 1</li><li>List item 2</li></ul>"
        "<p>Here is the 4th paragraph, with a line break before and a divider after.</p><hr>"
        "<p>Here is the 5th paragraph. End of the article.</p>"
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_word_online_and_google_docs_leave_no_empty_lines(shared: Path, name: str) -> None:
    assert from_file(shared / "data/paste" / name).html == OTHERS[name]


# -- one thing at a time -------------------------------------------------------------------------------------
BECOMES = {
    # bold is what looks bold
    '<b style="font-weight:normal"><p>a <span style="font-weight:700">b</span></p></b>': "<p>a <strong>b</strong></p>",
    '<p style="font: bold 12px Helvetica">a</p>': "<p><strong>a</strong></p>",
    '<p><em style="font-style:normal">a</em><span style="font-style:oblique">b</span></p>': "<p>a<em>b</em></p>",
    "<p><b>a </b><b>b</b> c</p>": "<p><strong>a b</strong> c</p>",
    "<p><b>a</b> <b>b</b><i> </i>c</p>": "<p><strong>a b</strong> c</p>",
    '<p><span style="text-decoration: line-through underline">a</span></p>': "<p><u><s>a</s></u></p>",
    '<h2><b>a</b></h2><h2><b>a</b> b</h2>': "<h2>a</h2><h2><strong>a</strong> b</h2>",
    # links
    '<p><a href="https://l.instagram.com/?u=https%3A%2F%2Fx.org%2F&amp;e=1">a</a></p>': (
        '<p><a href="https://x.org/">a</a></p>'
    ),
    '<p><a href="#_Toc1">a</a> <a href="javascript:1">b</a> <a href="//[x">c</a></p>': "<p>a b c</p>",
    '<p><a href="https://x.org"><u>a</u></a></p>': '<p><a href="https://x.org">a</a></p>',
    '<p><a href="/explore/tags/run/">#run</a> <a href="/posts/x">y</a></p>': '<p>#run <a href="/posts/x">y</a></p>',
    "<p>see https://x.org/a_(b), ok</p>": '<p>see <a href="https://x.org/a_(b)">https://x.org/a_(b)</a>, ok</p>',
    "<p><code>https://x.org</code> a</p>": "<p><code>https://x.org</code> a</p>",
    # lines
    "<div>a</div><div><br></div><div>b</div>": "<p>a</p><p>b</p>",
    "<p>a<br>b<br><br>c</p>": "<p>a<br>b</p><p>c</p>",
    "<br><p>a<br></p><br>b": "<p>a</p><p>b</p>",
    "<h2>a<br>b</h2>": "<h2>a b</h2>",
    '<p style="white-space:pre-wrap">a\nb</p>': "<p>a<br>b</p>",
    "<p>a\n  b&nbsp;\tc 5&nbsp;kg &nbsp;d</p>": "<p>a b c 5&nbsp;kg d</p>",
    "<p>\u200b\ufeff</p><p>\u2800</p><p>a\u200bb</p>": "<p>ab</p>",
    '<p>a<span style="display:none">b</span></p><p hidden>c</p>': "<p>a</p>",
    "<h1>" + "long " * 60 + "</h1>": "<p>" + " ".join(["long"] * 60) + "</p>",
    "<p>a<br>\u2800<br>b</p><ul><li>\u2800<br>c<br>d</li></ul>": "<p>a</p><p>b</p><ul><li>c<br>d</li></ul>",
    "<ol><li><p>\u2800</p><p>a</p></li></ol>": "<ol><li>a</li></ol>",
    "<h2></h2><p></p><ul></ul><ul><li></li></ul>": "",
    # lists
    "<p>• a</p><p>• b</p><p>c</p>": "<ul><li>a</li><li>b</li></ul><p>c</p>",
    "<p>•a<br>•<b>b</b></p>": "<ul><li>a</li><li><strong>b</strong></li></ul>",
    "<p>1. a</p><p>2. b</p><p>4. c</p>": "<ol><li>a</li><li>b</li></ol><p>4. c</p>",
    "<p>(3) a</p><p>(4) b</p>": '<ol start="3"><li>a</li><li>b</li></ol>',
    "<p>1. alone</p><p>a</p><p>- alone</p>": "<p>1. alone</p><p>a</p><p>- alone</p>",
    "<p>– a</p><p>– b</p>": "<ul><li>a</li><li>b</li></ul>",
    "<ul><li><p>a</p><p>b</p></li><li>c<br>d</li></ul>": "<ul><li>a<p>b</p></li><li>c<br>d</li></ul>",
    "<ul><li>a</li></ul><ol><li>b</li></ol>": "<ul><li>a</li></ul><ol><li>b</li></ol>",
    '<ol start="5"><li>a</li></ol><p>x</p><ol start="6"><li>b</li></ol>': (
        '<ol start="5"><li>a</li></ol><p>x</p><ol start="6"><li>b</li></ol>'
    ),
    "<ul><li>a<ul><li>• b</li></ul></li></ul>": "<ul><li>a<ul><li>• b</li></ul></li></ul>",
    '<ul><li><img src="media/a.jpg" alt="z"></li><li><pre>x</pre></li></ul>': (
        '<ul><li><figure><img src="media/a.jpg" alt="z"></figure></li><li><pre><code>x\n</code></pre></li></ul>'
    ),
    '<blockquote class="pull">a</blockquote><blockquote>b</blockquote>': (
        '<blockquote class="pull"><p>a</p></blockquote><blockquote><p>b</p></blockquote>'
    ),
    '<ul><li>a<img src="https://x.org/y.png" alt="z"></li><li>b</li></ul>': (
        '<ul><li>a<figure><img src="https://x.org/y.png" alt="z"></figure></li><li>b</li></ul>'
    ),
    '<p class="MsoListParagraph" style="mso-list:l0 level1 lfo1">a</p>': "<ul><li>a</li></ul>",
    '<p style="mso-list:l0 level2 lfo1"><span style="mso-list:Ignore">1.2</span>x</p>': '<ol start="2"><li>x</li></ol>',
    '<p style="mso-list:l0 level1 lfo1"><span style="mso-list:Ignore">o</span>x</p>': "<ul><li>x</li></ul>",
    '<p class="MsoQuote">a</p><p>b</p>': "<blockquote><p>a</p></blockquote><p>b</p>",
    '<p style="mso-list:l0 level3 lfo1"><span style="mso-list:Ignore">a)</span>x</p>': "<ol><li>x</li></ol>",
    # headings
    '<div role="heading" aria-level="9">a</div><p role="heading">b</p>': "<h4>a</h4><h2>b</h2>",
    '<p class="Heading2">a</p><p style="mso-outline-level:3">b</p>': "<h2>a</h2><h3>b</h3>",
    "<h1>a</h1><h2>b</h2><h6>c</h6>": "<h2>a</h2><h3>b</h3><h4>c</h4>",
    "<p>1️⃣ Toe yoga</p><p>Lift.</p><p><b>2️⃣ Arch</b></p><p>Hold.</p>": (
        "<h2>1️⃣ Toe yoga</h2><p>Lift.</p><h2>2️⃣ Arch</h2><p>Hold.</p>"
    ),
    "<p>1️⃣ Lift.</p><p>2️⃣ Lower.</p><p>x</p>": "<p>1️⃣ Lift.</p><p>2️⃣ Lower.</p><p>x</p>",
    "<p>1️⃣ a</p><p>2️⃣ b</p>": "<p>1️⃣ a</p><p>2️⃣ b</p>",
    # the rest
    "<blockquote><p>a</p><ul><li>b</li></ul></blockquote><p>c</p>": (
        "<blockquote><p>a</p><ul><li>b</li></ul></blockquote><p>c</p>"
    ),
    "<pre>a\n\n  b</pre><pre></pre><pre><div>x</div><div>y<br>z</div></pre>": (
        "<pre><code>a\n\n  b\n</code></pre><pre><code>x\ny\nz\n</code></pre>"
    ),
    '<p>a<span style="font-family:Consolas">b</span></p><p><span style="font-family:Courier New">c</span></p>': (
        "<p>a<code>b</code></p><p>c</p>"
    ),
    '<figure data-block="short-foot"></figure>': '<figure data-block="short-foot"></figure>',
    "<table><tr><td>only one <b>cell</b></td></tr></table>": "<p>only one <strong>cell</strong></p>",
    "<table><caption>T</caption><tr><th>a<th>b<tr><td colspan=2><h3>c</h3></table>": (
        "<table><caption>T</caption><thead><tr><th>a</th><th>b</th></tr></thead>"
        '<tbody><tr><td colspan="2"><strong>c</strong></td></tr></tbody></table>'
    ),
    "<table><tr><td><p>a</p><p>b</p></td><td><table><tr><td>c</td><td>d</td></tr></table></td></tr></table>": (
        "<table><tbody><tr><td><p>a</p><p>b</p></td>"
        "<td><table><tbody><tr><td>c</td><td>d</td></tr></tbody></table></td></tr></tbody></table>"
    ),
    "<table><tr></tr></table><p>a</p>": "<p>a</p>",
    "<table><tr><th>a</th><th>b</th></tr></table>": "<table><thead><tr><th>a</th><th>b</th></tr></thead></table>",
    "<p>a<input type=checkbox>b</p>": "<p>ab</p>",
    # pictures
    '<p>a<img src="file:///x.png" alt="A foot">b</p>': "<p>a</p><p>[Picture: A foot]</p><p>b</p>",
    '<img src="data:image/png;base64,xx"><img src="blob:x" alt="b"><img src="x.png">': (
        "<p>[Picture 1]</p><p>[Picture: b]</p><p>[Picture 3]</p>"
    ),
    '<img src="https://lh3.googleusercontent.com/x" alt="y">': "<p>[Picture: y]</p>",
    '<img src="media/a.jpg" alt="" data-decorative>': (
        '<figure><img src="media/a.jpg" alt="" data-decorative=""></figure>'
    ),
    '<p>a<img src="https://x.org/e.png" alt="🦶🏽">b</p>': "<p>a🦶🏽b</p>",
    '<p>a<img src="https://x.org/p.gif" width=1 height=1></p>': "<p>a</p>",
    # characters
    "<p>👨‍👩‍👧‍👦 1️⃣ ✌️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 \ud83d\ude00</p>": "<p>👨‍👩‍👧‍👦 1️⃣ ✌️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 😀</p>",
    "<p>&lt;b&gt; &amp;amp; <o:p>&nbsp;</o:p></p><![if !x]><p>c</p><![endif]>": "<p>&lt;b&gt; &amp;amp;</p><p>c</p>",
    "<template><p>a</p></template>": "<p>a</p>",
}  # fmt: skip


@pytest.mark.parametrize("html", BECOMES)
def test_each_habit_of_each_program_is_understood(html: str) -> None:
    assert pasted(html).html == BECOMES[html]


def test_nothing_is_said_twice() -> None:
    """Some editors double what stands bold in a heading or a byline (“By By:”)."""
    html = "<p><b>By</b>: <span><b>By</b></span> Alex</p><h2><b>By</b>: you</h2><p><b><b>By</b></b>:</p>"
    assert pasted(html).html == (
        "<p><strong>By</strong>: <strong>By</strong> Alex</p><h2><strong>By</strong>: you</h2>"
        "<p><strong>By</strong>:</p>"
    )


def letters(html: str) -> list[str]:
    """The letters of a text; numbers and bullets may become lists."""
    return sorted(filter(str.isalpha, unescape(re.sub("<[^>]*>", " ", html))))


@pytest.mark.bulk
def test_no_word_is_lost_or_doubled() -> None:
    for seed in range(200):
        html = clean(document(seed)).html
        assert letters(pasted(html).html) == letters(html), html


def test_any_soup_can_be_pasted() -> None:
    for seed in range(400):
        pasted(soup(seed))


# -- plain text and Markdown -----------------------------------------------------------------------------------
def test_plain_text_keeps_its_paragraphs_and_lines() -> None:
    assert pasted(None, "a\r\nb\n\n\nc\u2028d").html == "<p>a<br>b</p><p>c<br>d</p>"
    assert pasted(None, "").html == pasted(None, None).html == pasted("", "  \n ").html == ""
    assert pasted("  ", "a <b>").html == "<p>a &lt;b&gt;</p>"
    assert pasted("<meta charset=utf-8><style>x</style>", "words").html == "<p>words</p>"


@pytest.mark.parametrize(
    ("text", "is_markdown"),
    [
        ("# Head", True), ("a **b** c", True), ("[a](https://x.org)", True), ("```\nx", True), ("> quote", True),
        ("|a|b|\n|-|-|", True), ("#RunStronger", False), ("* star\n- dash", False), ("2 ** 3 ** 4", False),
        ("1. a\n2. b", False), ("a *b* c", False), ("", False),
    ],
)  # fmt: skip
def test_markdown_is_known_by_signs_that_nobody_types_by_chance(text: str, is_markdown: bool) -> None:
    assert looks_like_markdown(text) is is_markdown


def test_markdown_from_a_code_editor_is_read_as_markdown() -> None:
    html = (
        '<meta charset="utf-8"><div style="font-family: Menlo;white-space: pre;"><div><span># Head</span></div></div>'
    )
    assert pasted(html, "# Head\n\n**bold** text").html == "<h2>Head</h2><p><strong>bold</strong> text</p>"
    assert pasted("<h2>Head</h2>", "# Head **x**").html == "<h2>Head</h2>"


def test_markdown_that_is_too_much_is_still_text() -> None:
    done = pasted(None, "# a\n" + "[" * 11_000)
    assert done.html.startswith("<p># a<br>[[[")


def test_an_instagram_caption_keeps_its_hashtags_for_the_post() -> None:
    done = from_file(HERE / "clipboards/instagram.txt")
    split = split_hashtags(done.html)
    assert split.trailing == ["RunStronger", "FootCore", "Fußkraft", "走る"]
    assert "<br>." not in split.html


# -- what the author is told --------------------------------------------------------------------------------------
def test_notes_tell_what_happened_in_plain_english() -> None:
    done = pasted(
        '<h1 style="color:red">a</h1><p>• b</p><p>1. c</p><p>2. d</p><p>www.x.org</p>'
        '<img src="file:///a"><img src="cid:b">'
        "<iframe src=https://x.org>z</iframe><form></form>"
    )
    assert done.notes == [
        "2 pictures could not come along. A note in square brackets marks the place: add it with “Add picture”.",
        "Typed bullets became a list.",
        "Lines numbered by hand became a numbered list.",
        "Web addresses became links.",
        "Headings moved one level down, because the post’s title is the first level.",
        "Fonts, colours and sizes were left behind.",
    ]
    assert [(item.kind, item.name) for item in done.removed] == [("element", "iframe")]
    assert pasted("<p>a</p>").notes == []
    assert pasted('<img src="x">').notes[0].startswith("1 picture could")
    assert pasted(None, "# a").notes[0] == "This looked like Markdown and was read as such."


# -- limits ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a" * 4_000_001, None),
        ("<br>" * 60_001, None),
        ("&" * 200_001, None),
        (None, "a" * 262_145),
        ("<p>" + "word " * 60_000, None),
        ('<p><b style="' + "y" * 100_000 + '">' + "<p>x" * 50_000, None),
        ("<p>a</p>" * 20_000, None),
    ],
)
def test_too_much_is_refused_with_the_cure(html: str | None, text: str | None) -> None:
    with pytest.raises(TooLarge, match=r"[Pp]lease"):
        paste(html, text)


def test_too_deep_is_refused_with_the_cure() -> None:
    with pytest.raises(BadInput, match="as plain text"):
        paste("<div>" * 500 + "a")


def test_deep_but_not_too_deep_is_taken_apart() -> None:
    assert pasted("<span>" * 390 + "a" + "</span>" * 390 + "b").html == "<p>ab</p>"
    assert "x" in pasted("<blockquote>" * 300 + "x").html


def test_a_large_clipboard_of_pictures_is_fine() -> None:
    html = '<p>a</p><img src="data:image/png;base64,' + "A" * 3_900_000 + '" alt="A foot">'
    assert pasted(html).html == "<p>a</p><p>[Picture: A foot]</p>"


BOMBS = {
    "paragraphs": "<p>" * 60_000, "items": "<ul>" + "<li>x" * 59_000, "breaks": "x<br>" * 59_000,
    "text": "word " * 800_000, "addresses": "<p>" + "www.x.org " * 26_000,
    "one long link": '<p><a href="https://x.org/' + "y" * 100_000 + '">' + "<p>x" * 50_000,
    "one long style": '<p><b style="' + "y" * 100_000 + '">' + "<p>x" * 50_000,
    "styles": '<p style="' + "a:b;" * 900_000 + '">x',
    "spans": '<span style="font-weight:700">x</span>' * 29_000, "unclosed": "<a " * 60_000,
    "attributes": "<p " + "a=b " * 900_000,
    "keycaps": "<p>1️⃣ a</p><p>b</p>" * 14_000, "ones": "<p>1. x</p>" * 25_000, "bullets": "<p>• x</p>" * 25_000,
}  # fmt: skip


@pytest.mark.bulk
@pytest.mark.parametrize("name", BOMBS)
def test_no_clipboard_takes_long(name: str) -> None:
    began = time.process_time()
    with contextlib.suppress(BadInput):
        paste(BOMBS[name])
    assert time.process_time() - began < SLOW


@pytest.mark.parametrize(
    "text", ["**a\n" * 60_000, "](x" * 80_000, "- x\n" * 60_000, "www." * 60_000, "1. \n" * 60_000]
)
def test_no_plain_text_takes_long(text: str) -> None:
    began = time.process_time()
    with contextlib.suppress(BadInput):
        paste(None, text)
    assert time.process_time() - began < SLOW


def test_the_outline_of_these_tests_can_tell_a_difference() -> None:
    assert outline("<p>a</p>") != outline("<h2>a</h2>")
    assert outline("<ul><li>a</li></ul>")[0]["level"] == 1
    assert same_spans([("a b", frozenset({"strong"}))]) != same_spans([("a b", frozenset())])
    assert isinstance(next(tokens("</p>")), End)
