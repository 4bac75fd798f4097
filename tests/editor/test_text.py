"""The editor's text against the cleaner: what leaves the editor passes through the cleaner unchanged."""

import json
import re
import subprocess
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Page

from cms.editor.build_assets import ASSETS, find_node, install_packages
from cms.errors import BadInput
from cms.markup.clean import clean, policy
from cms.markup.markdown import to_html
from cms.markup.paste import paste
from editor.service import ROOT

pytestmark = pytest.mark.browser

EVERYTHING = [
    "<p>plain</p>",
    "<p> spaces  inside and after </p>",
    "<p>a<br>b<br></p>",
    "<h2>two</h2><h3>three</h3><h4>four</h4>",
    "<p><strong>b</strong><em>i</em><u>u</u><s>s</s><mark>m</mark><code>c</code>H<sub>2</sub>O x<sup>2</sup></p>",
    "<p><strong>bold <em>both</em></strong><em> slanted</em></p>",
    '<p><a href="https://example.com/a?b=1&amp;c=2#d">link <strong>bold</strong></a>, '
    '<a href="mailto:a@example.com">m</a> <a href="tel:+15550100">t</a> <a href="/x">p</a> <a href="#y">h</a></p>',
    "<ul><li>one</li><li>two<ul><li>deep<ol><li>deeper</li></ol></li></ul></li></ul>",
    '<ol start="3"><li>three</li><li><p>a</p><p>b</p></li></ol>',
    "<ul><li>ends with a space </li><li>x <strong>y </strong>z</li><li>a<br>b</li></ul>",
    "<blockquote><p>said</p><ul><li>x</li></ul></blockquote>",
    '<blockquote class="pull"><p>pulled</p></blockquote>',
    '<pre><code class="language-python">if a &lt; b:\n    pass\n</code></pre>',
    "<pre>plain\n\npre</pre>",
    "<hr>",
    '<figure><img src="media/a.webp" alt="A foot"></figure>',
    '<figure><img src="media/a.webp" alt="" data-decorative=""><figcaption>Caption <em>x</em></figcaption></figure>',
    '<figure><img src="https://example.com/x.png" alt="&quot;quoted&quot; &amp; more"></figure>',
    '<p>before <img src="media/b.png" alt="in a line"> after</p>',
    '<figure data-block="short-foot"></figure><p>after</p>',
    '<table><caption>Doses</caption><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>'
    '<tbody><tr><td>1</td><td><p>x</p><p>y</p></td></tr><tr><td colspan="2">wide</td></tr></tbody></table>',
    '<table><tbody><tr><th scope="row" colspan="2" rowspan="3">r</th><td rowspan="2">tall</td></tr>'
    "<tr><td>1</td></tr></tbody></table>",
    "<p>&nbsp;no break&nbsp;&lt;tag&gt; &amp;amp; 1️⃣ 👩‍⚕️ עברית</p>",
    "<p></p><p>after an empty line</p>",
    "",
]


@pytest.fixture(scope="module")
def round_trip(browser, tmp_path_factory):
    """toHTML(fromHTML(html)) of the editor's own sources, in Chromium."""
    tools = find_node()
    install_packages(tools)
    out: Path = tmp_path_factory.mktemp("bundle") / "text.js"
    source = 'import { fromHTML, toHTML } from "./text/html.js"; window.roundTrip = (html) => toHTML(fromHTML(html));'
    command = [*tools["node"], str(ASSETS / "node_modules/esbuild/bin/esbuild"), "--bundle", f"--outfile={out}"]
    subprocess.run(command, input=source.encode(), cwd=ASSETS, check=True, capture_output=True)
    page: Page = browser.new_page()
    page.add_script_tag(path=out)
    yield lambda html: page.evaluate("(html) => roundTrip(html)", html)
    page.close()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html))).strip()


@pytest.mark.parametrize("html", EVERYTHING)
def test_what_leaves_the_editor_passes_the_cleaner_unchanged(round_trip, html):
    written = round_trip(clean(html).html)
    assert clean(written).html == written
    assert round_trip(written) == written
    assert words(written) == words(html)


@pytest.mark.parametrize(
    "html", [html for html in EVERYTHING if not re.search(r"<pre>|in a line|<p></p>|space ", html)]
)
def test_what_the_cleaner_allows_comes_back_as_it_was(round_trip, html):
    assert round_trip(clean(html).html) == clean(html).html


def test_the_schema_knows_every_element_and_attribute_of_the_policy(round_trip):
    written = "".join(round_trip(clean(html).html) for html in EVERYTHING)
    assert set(re.findall(r"<([a-z0-9]+)", written)) == policy().tags
    for tag, names in policy().attributes.items():
        assert set(re.findall(rf"<{tag}\b[^>]*>", written)), tag
        found = {
            name for start in re.findall(rf"<{tag}\b([^>]*)>", written) for name in re.findall(r" ([a-z-]+)=", start)
        }
        assert found == names, tag


def test_starter_posts_and_pasted_documents_pass_unchanged(round_trip, shared):
    texts = [
        to_html(path.read_text(encoding="utf-8").split("\n---\n", 1)[1]).html
        for path in sorted((ROOT / "content" / "posts").glob("*.md"))
    ]
    copied = [path.read_text(encoding="utf-8", errors="replace") for path in (shared / "data/paste").glob("*.html")]
    texts += [paste(html).html for html in copied]
    assert len(texts) > 15
    for text in texts:
        html = clean(text).html
        written = round_trip(html)
        assert clean(written).html == written
        assert words(written) == words(html)


@pytest.mark.bulk
def test_hostile_texts_pass_unchanged_once_cleaned(round_trip, shared):
    lines = (shared / "data/xss/vectors.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines[::10]:
        try:
            html = clean(json.loads(line)["html"]).html
        except BadInput:
            continue
        written = round_trip(html)
        assert clean(written).html == written, html


def test_hostile_texts_lose_what_the_policy_does_not_know(round_trip, shared):
    """Without a network the editor reads a clipboard by itself: its schema lets nothing else in."""
    lines = (shared / "data/xss/vectors.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines[::10]:
        written = round_trip(json.loads(line)["html"])
        for tag, rest in re.findall(r"<([a-z][a-z0-9]*)((?: [^>]*)?)>", written):
            assert tag in policy().tags, written
            names = set(re.findall(r' ([^ ="]+)="', re.sub(r'"[^"]*"', '""', rest)))
            assert names <= policy().attributes.get(tag, frozenset()), written
        assert not re.search(r'(?:href|src)="\s*(?:javascript|data|vbscript):', written, re.I)
