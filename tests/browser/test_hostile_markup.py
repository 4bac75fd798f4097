"""9,116 hostile texts, cleaned, in a real Chromium: no script runs, none is attempted, nothing is outside the policy.

Five ways in which HTML gets into a page, because each parses differently:

1. `innerHTML` of an element of the page;
2. a whole page from the server;
3. `DOMParser`, its nodes moved into the page (what our embed script does);
4. `innerHTML` of a shadow root;
5. `srcdoc` of an iframe without a sandbox.

Each runs twice: under a content security policy that reports every attempt to run a script, and without
one, with `alert` and its like hooked. Besides, every element and attribute of the resulting DOM is held
against `policy()`, and the DOM has to be exactly the cleaned text again.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from cms.markup.blocks import Picture, render
from cms.markup.clean import clean, policy
from cms.markup.hashtags import split_hashtags
from cms.markup.outline import with_anchors

pytestmark = [pytest.mark.browser, pytest.mark.bulk]

SITE = "https://blog.test/"
CONTEXTS = ("innerHTML", "page", "DOMParser", "shadow", "srcdoc")
BATCH = 1200
CSP = "default-src 'none'; script-src 'nonce-own'; style-src 'none'; img-src http: https:; report-uri /report"
CONTROLS = (
    "<img src=x onerror=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x></animate></svg>",
    "<details open ontoggle=alert(1)>x</details>",
)

# Runs before anything else in every frame: hooks what payloads call, and hears of blocked scripts.
HOOKS = """
window.attempts = [];
const note = what => { try { top.attempts.push(what) } catch (error) { window.attempts.push(what) } };
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'fetch', 'postMessage', 'importScripts'])
  if (name in window) window[name] = () => note(name);
for (const [thing, name] of [[XMLHttpRequest.prototype, 'open'], [Document.prototype, 'write'],
                             [Navigator.prototype, 'sendBeacon']])
  thing[name] = () => note(name);
document.addEventListener('securitypolicyviolation', event => {
  if (event.effectiveDirective !== 'img-src') note('blocked ' + event.effectiveDirective + ' ' + event.sample);
});
"""

# Puts texts into the page in one of the ways; wrapper i holds text i.
INSERT = """
async ([how, texts]) => {
  document.body.replaceChildren();
  const wrappers = texts.map(() => document.createElement('div'));
  if (how === 'shadow') {
    for (const [i, text] of texts.entries()) {
      const host = document.createElement('div');
      document.body.append(host);
      const root = host.attachShadow({mode: 'open'});
      root.append(wrappers[i]);
      wrappers[i].innerHTML = text;
    }
  } else if (how === 'srcdoc') {
    const frame = document.createElement('iframe');
    frame.srcdoc = '<!doctype html><body>' + texts.map(text => '<div>' + text + '</div>').join('');
    const loaded = new Promise(resolve => frame.addEventListener('load', resolve));
    document.body.append(frame);
    await loaded;
    window.wrappers = [...frame.contentDocument.body.children];
    return;
  } else {
    document.body.append(...wrappers);
    for (const [i, text] of texts.entries()) {
      if (how === 'innerHTML') wrappers[i].innerHTML = text;
      else {
        const parsed = new DOMParser().parseFromString('<!doctype html><body>' + text, 'text/html');
        wrappers[i].append(...parsed.body.childNodes);
      }
    }
  }
  window.wrappers = wrappers;
}
"""

# Holds every node against the policy; returns what does not belong, and where the DOM is not the text.
AUDIT = """
([texts, tags, attributes, patterns, schemes]) => {
  const wrong = [];
  const wrappers = window.wrappers || [...document.body.children];
  if (wrappers.length !== texts.length) wrong.push(`${wrappers.length} wrappers for ${texts.length} texts`);
  for (const [i, wrapper] of wrappers.entries()) {
    if (wrapper.innerHTML !== texts[i]) wrong.push([i, 'another DOM', wrapper.innerHTML.slice(0, 200)].join(' | '));
    for (const element of wrapper.querySelectorAll('*')) {
      const name = element.localName;
      if (!tags.includes(name) || element.namespaceURI !== 'http://www.w3.org/1999/xhtml')
        wrong.push([i, 'element', name].join(' | '));
      for (const attribute of element.attributes) {
        const pattern = patterns[name + ' ' + attribute.name];
        if (!(attributes[name] || []).includes(attribute.name)) wrong.push([i, name, attribute.name].join(' | '));
        else if (pattern && !new RegExp('^(?:' + pattern + ')$', 'u').test(attribute.value))
          wrong.push([i, name, attribute.name, attribute.value].join(' | '));
        if (['href', 'src'].includes(attribute.name)) {
          const scheme = new URL(attribute.value, 'https://blog.test/').protocol.slice(0, -1);
          if (!schemes.includes(scheme)) wrong.push([i, name, 'scheme', scheme].join(' | '));
        }
      }
    }
  }
  return wrong;
}
"""


class Watched:
    """A page whose every attempt to run, ask or go somewhere is written down."""

    def __init__(self, browser: Browser, csp: bool) -> None:
        self.csp = csp
        self.body = ""
        self.attempts: list[str] = []
        self.context = browser.new_context(ignore_https_errors=True)
        self.context.add_init_script(HOOKS)
        self.page: Page = self.context.new_page()
        self.page.route("**/*", self.answer)
        self.page.on("dialog", lambda dialog: (self.attempts.append("dialog"), dialog.dismiss()))
        self.page.on("popup", lambda popup: self.attempts.append("popup"))
        self.page.on("pageerror", lambda error: self.attempts.append(f"error {error}"))
        self.page.on("console", self.heard)

    def heard(self, message: Any) -> None:
        if "Content Security Policy" in message.text and "img-src" not in message.text:
            self.attempts.append(f"console {message.text[:200]}")

    def answer(self, route: Route) -> None:
        """The page itself; pictures get nothing, for the policy allows them; all else is an attempt."""
        request = route.request
        if request.url == SITE and request.is_navigation_request():
            headers = {"Content-Security-Policy": CSP} if self.csp else {}
            route.fulfill(body=self.body, content_type="text/html; charset=utf-8", headers=headers)
            return
        if request.resource_type != "image":
            self.attempts.append(f"{request.resource_type} {request.url[:200]}")
        route.abort()

    def show(self, how: str, texts: list[str]) -> None:
        """Put texts into the page in one of the five ways."""
        served = "".join(f"<div>{text}</div>" for text in texts) if how == "page" else ""
        self.body = f"<!doctype html><meta charset=utf-8><title>t</title><body>{served}"
        self.page.goto(SITE, wait_until="domcontentloaded")
        if how != "page":
            self.page.evaluate(INSERT, [how, texts])
        self.page.evaluate("new Promise(done => setTimeout(done, 30))")

    def all_attempts(self) -> list[str]:
        found = self.attempts + self.page.evaluate("window.attempts")
        self.attempts = []
        return found


@pytest.fixture(scope="module")
def cleaned(shared: Path) -> list[str]:
    """The clean form of every vector."""
    with (shared / "data/xss/vectors.jsonl").open(encoding="utf-8") as lines:
        found = [clean(json.loads(line)["html"]).html for line in lines]
    assert len(found) == 9116
    return found


def own_policy() -> list[Any]:
    """The policy as the audit in the browser takes it; patterns that only Python understands are left to Python."""
    rules = policy()
    patterns = {key: pattern for key, pattern in rules.patterns.items() if "(?" not in pattern}
    return [
        sorted(rules.tags),
        {tag: sorted(names) for tag, names in rules.attributes.items()},
        patterns,
        sorted(rules.schemes),
    ]


@pytest.mark.parametrize("how", CONTEXTS)
def test_no_cleaned_text_runs_or_tries_anything(browser: Browser, cleaned: list[str], how: str) -> None:
    for csp in (True, False):
        watched = Watched(browser, csp)
        for at in range(0, len(cleaned), BATCH):
            texts = cleaned[at : at + BATCH]
            watched.show(how, texts)
            assert watched.page.evaluate(AUDIT, [texts, *own_policy()]) == []
            assert watched.all_attempts() == []
        watched.context.close()


def test_nor_does_the_finished_html(browser: Browser, cleaned: list[str]) -> None:
    """Finished HTML has more attributes, all of them ours."""
    tags, attributes, _, schemes = own_policy()
    more = {
        "a": ["href", "rel"],
        "img": ["src", "srcset", "sizes", "alt", "width", "height", "loading", "decoding", "referrerpolicy"],
        "h2": ["id"], "h3": ["id"], "h4": ["id"], "span": ["class"],
    }  # fmt: skip
    finished = [
        render(with_anchors(split_hashtags(html).html), {}, lambda name: Picture(name, 10, 10, variants=[(name, 5)]))
        for html in cleaned
    ]
    finished = [html.replace("midstance-media:", SITE + "media/") for html in finished]
    for how in ("innerHTML", "page"):
        watched = Watched(browser, csp=True)
        for at in range(0, len(finished), BATCH):
            texts = [same_dom(text) for text in finished[at : at + BATCH]]
            watched.show(how, texts)
            rules = [[*tags, "span"], {**attributes, **more}, {}, schemes]
            assert watched.page.evaluate(AUDIT, [texts, *rules]) == []
            assert watched.all_attempts() == []
        watched.context.close()


def same_dom(html: str) -> str:
    """Finished HTML as a browser would write it: the marker's neutral spelling is a character reference."""
    return re.sub("&#x27;", "'", html.replace("&#58;", ":"))


@pytest.mark.parametrize("csp", [True, False])
@pytest.mark.parametrize("how", CONTEXTS)
def test_the_watch_itself_can_fail(browser: Browser, how: str, csp: bool) -> None:
    """Texts that are not cleaned are noticed in every context, by the attempt and by the audit."""
    for control in CONTROLS:
        watched = Watched(browser, csp)
        watched.show(how, [control])
        attempts = watched.all_attempts()
        for _ in range(50):
            if attempts:
                break
            watched.page.wait_for_timeout(100)
            attempts = watched.all_attempts()
        wrong = watched.page.evaluate(AUDIT, [[control], *own_policy()])
        watched.context.close()
        assert wrong, f"the audit did not see {control}"
        assert attempts, f"nobody noticed {control} in {how}"
