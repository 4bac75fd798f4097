"""Texts to try things on: random but the same in every run, from tidy documents to tag soup."""

import random
from collections.abc import Iterator

from cms.markup.clean.policy import names

WORDS = [
    "foot", "strength", "calf", "load", "runner", "stretch", "slowly", "hold", "ten", "each", "side", "the", "of",
    "*star*", "_under_", "snake_case", "a*b", "**", "`tick`", "``", "[link]", "](x)", "![", "#RunStronger", "# no",
    "#16", "1. one", "2) two", "- dash", "+ plus", "* star", "> quote", "---", "===", "***", "~~~", "~~", "|", "a|b",
    "<b>", "&amp;", "&", "&copy;", "&#39;", "\\", "\\*", "https://example.com/a_b?c=1&d=2", "www.example.org.",
    "1️⃣", "👨‍👩‍👧", "🏃🏽‍♀️", "é", "東京", "مرحبا", "\xa0", "a\xa0b", "``` code", "http://x.org/)", "javascript:alert(1)",
    '"q"', "'",
    "word  two", " lead", "trail ", "line\nbreak", "a\n\nb", "\ttab", "<", ">",
    "mailto:a@b.org", "!", "![x](media/y.jpg)",
]  # fmt: skip
HREFS = [
    "https://example.com/", "https://example.com/a_(b)?c=1&d=2", "/posts/foot", "#top", "mailto:a@b.org", "tel:+491",
    "https://example.com/*_`x", "http://ex.org/ü", "https://example.com/a_b?c=1&d=2", "/a'b", "/x|y", "//evil", "ftp://x",
]  # fmt: skip
MARKS = ["strong", "em", "s", "u", "sub", "sup", "mark", "code"]
SOUP = sorted(
    names(
        "p h1 h2 h3 h4 ul ol li blockquote pre code strong em b i s u sub sup mark br hr a img figure figcaption"
        " table caption thead tbody tr th td div span section dl dt dd form template svg math style title select"
    )
)
ATTRIBUTES = [
    'href="/x"', "href=javascript:1", 'src="media/a.jpg"', "src=x", 'alt="a b"', 'alt=""', "data-decorative",
    'class="pull"',
    'class="language-py"', "onclick=x()", 'style="color:red"', "id=location", 'start="3"', 'colspan="2"', 'scope="col"',
    'data-block="a-1"', "data-block=B!",
]  # fmt: skip


def soup(seed: int) -> str:
    """Tags in any order with anything between them."""
    chance = random.Random(seed)
    out: list[str] = []
    for _ in range(chance.randint(1, 40)):
        kind = chance.random()
        tag = chance.choice(SOUP)
        if kind < 0.4:
            attributes = "".join(f" {chance.choice(ATTRIBUTES)}" for _ in range(chance.choice([0, 0, 1, 2])))
            out.append(f"<{tag}{attributes}>")
        elif kind < 0.65:
            out.append(f"</{tag}>")
        elif kind < 0.7:
            out.append(chance.choice([" ", "\n", "\n\n  ", "<!-- c -->", "<![CDATA[x]]>", "\x00", "\ud83d"]))
        else:
            out.append(chance.choice(WORDS))
    return "".join(out)


def document(seed: int) -> str:
    """A document such as an author writes, with every kind of block, and words that look like Markdown."""
    chance = random.Random(seed)
    return "".join(block(chance, 0) for _ in range(chance.randint(1, 8)))


def text(chance: random.Random, most: int = 6) -> str:
    words = (chance.choice(WORDS) for _ in range(chance.randint(1, most)))
    return " ".join(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def inline(chance: random.Random, depth: int = 0) -> str:
    out: list[str] = []
    for _ in range(chance.randint(1, 4)):
        kind = chance.random()
        if kind < 0.55 or depth > 2:
            out.append(text(chance))
        elif kind < 0.8:
            mark = chance.choice(MARKS)
            out.append(f"<{mark}>{inline(chance, depth + 1)}</{mark}>")
        elif kind < 0.9:
            href = chance.choice(HREFS).replace("&", "&amp;")
            shown = href if chance.random() < 0.4 else inline(chance, depth + 1)
            out.append(f'<a href="{href}">{shown}</a>')
        elif kind < 0.95:
            out.append("<br>")
        else:
            out.append(f'<img src="media/foot.jpg" alt="{chance.choice(["", "a foot", "x [y] *z*"])}">')
        if chance.random() < 0.5:
            out.append(" ")
    return "".join(out)


def items(chance: random.Random, depth: int) -> Iterator[str]:
    for _ in range(chance.randint(1, 4)):
        body = inline(chance) if chance.random() < 0.6 else f"<p>{inline(chance)}</p>"
        if depth < 3 and chance.random() < 0.3:
            body += block(chance, depth + 1)
        yield f"<li>{body}</li>"


def block(chance: random.Random, depth: int) -> str:
    kind = chance.random()
    if kind < 0.4:
        return f"<p>{inline(chance)}</p>"
    if kind < 0.5:
        level = chance.randint(1, 6)
        return f"<h{level}>{inline(chance)}</h{level}>"
    if kind < 0.7:
        name = chance.choice(["ul", "ol", 'ol start="7"'])
        return f"<{name}>{''.join(items(chance, depth))}</{name[:2]}>"
    if kind < 0.76:
        css = chance.choice(["", ' class="pull"'])
        inner = block(chance, depth + 1) if depth < 3 else "<p>q</p>"
        return f"<blockquote{css}>{inner}<p>{text(chance)}</p></blockquote>"
    if kind < 0.82:
        css = chance.choice(["", ' class="language-python"', ' class="language-exercise"'])
        return f"<pre><code{css}>{text(chance)}{chance.choice(['', chr(10), chr(10) * 2])}</code></pre>"
    if kind < 0.88:
        cells = "".join(f"<td>{inline(chance)}</td>" for _ in range(2))
        head = "<thead><tr><th>a</th><th>b</th></tr></thead>" if chance.random() < 0.7 else ""
        return f"<table>{head}<tbody><tr>{cells}</tr></tbody></table>"
    if kind < 0.94:
        caption = f"<figcaption>{text(chance)}</figcaption>" if chance.random() < 0.5 else ""
        return f'<figure><img src="media/foot.jpg" alt="{chance.choice(["a foot", "", "b [c]"])}">{caption}</figure>'
    return chance.choice(["<hr>", "<p></p>", '<figure data-block="short-foot"></figure>', "<ul><li></li></ul>"])
