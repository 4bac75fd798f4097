"""Headings and their anchors, plain text, excerpt, reading time and sections of clean HTML.

Everything here reads what `clean()` wrote (or `render()` finished) and runs in linear time.

Ids of headings are made from their words. An id may shadow a name that a script on the website looks up
(`window.config` finds `<h2 id=config>`), so a word that is such a name gets `-section` behind it
(`location` -> `location-section`); a hyphen makes it a name no script writes. Ids hold lower-case letters
of any script, digits and hyphens only, so `__proto__` and its like cannot arise.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from cms.markup.clean.policy import names
from cms.markup.hashtags import is_hashtag_line

LONGEST_SLUG = 80
WORDS_A_MINUTE = 200
CHARACTERS_A_MINUTE = 300

HEADING = re.compile(r'<(h([2-4]))(?: id="([^"]*)")?>(.*?)</\1>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")
LINE_TAG = re.compile(
    r"</?(?:p|h[2-6]|[uo]l|li|blockquote|pre|fig(?:ure|caption)|table|caption|t(?:head|body|r)"
    r"|div|section|aside|d[ltd]|details|summary|br|hr)(?: [^>]*)?>"
)
CELL_TAG = re.compile(r"</?t[dh](?: [^>]*)?>")
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
NOT_PROSE = re.compile(r"<(h[2-4]|figcaption|caption|pre)\b[^>]*>.*?</\1>", re.DOTALL)
KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
APOSTROPHE = re.compile(r"(?<=\w)['’ʼ](?=\w)")
SENTENCE_END = re.compile(r"[.!?…]['\"’”)\]]*(?=\s)|[。！？][」』）]*")
# Han, kana: scripts without spaces between words.
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Lower-case names that a browser's window or document has, or that scripts on websites often look up.
TAKEN = names(
    """
    addressbar alert all anchors analytics app applet applets atob attributes blur body btoa caches captcha
    captureevents children chrome clear close closed config confirm console constructor cookie crypto data
    define devicepixelratio doctype document domain embeds env event exports external fetch fbq fence find
    focus forms frames ga global globalthis gtag head history hidden hotjar id images index init innerheight
    innerwidth intercom jquery length links localstorage location locationbar loader localname log main
    menubar module name navigation navigator npm open opener origin options parent performance plugins posthog
    print process prompt prototype proto react references remove require router rootelement scheduler
    screen screenleft screenx screeny scripts scroll scrollbars scrollby scrollto search segment self
    sentry session sessionstorage settings shopify speechsynthesis squarespace state status statusbar
    stop store stripe styles submit target template test text title toolbar top tostring tracker trustedtypes
    type undefined url user utils valueof value viewport vue webpack wix webflow window wordpress wp write
    """
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its anchor, level (2 to 4) and words."""

    id: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """The text under a heading (not under the headings inside); `id` is "" before the first heading."""

    id: str
    heading: str
    level: int
    text: str


def slugify(text: str, otherwise: str = "untitled") -> str:
    """Words for an address: lower case, joined by hyphens, at most 80 characters, never empty.

    Letters with accents become plain ones where Unicode says so (é -> e), other scripts stay (привет,
    東京); emoji and keycaps go. `otherwise` is the answer where nothing is left.
    """
    text = KEYCAP.sub(" ", APOSTROPHE.sub("", text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", "".join(map(plain_letter, unicodedata.normalize("NFC", text))))
    slug = "-".join("".join(in_words(text.casefold())).split())
    if len(slug) > LONGEST_SLUG:
        cut = slug[: LONGEST_SLUG + 1].rfind("-")
        slug = whole_clusters(slug, cut if cut > LONGEST_SLUG // 2 else LONGEST_SLUG)
    return slug.strip("-") or otherwise


def plain_letter(character: str) -> str:
    """A Latin letter or a digit without its ornaments (é -> e, ² -> 2); anything else as it is."""
    if character < "\x80":
        return character
    base = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return base if base.isascii() and base.isalnum() else character


def in_words(text: str) -> Iterator[str]:
    """The characters of words, and spaces for the others; a mark counts if it stands on a letter."""
    inside = False
    for character in text:
        inside = character.isalnum() or (inside and is_mark(character))
        yield character if inside else " "


def is_mark(character: str) -> bool:
    """Whether a script writes this on a letter (vowel signs, accents); variation selectors are none."""
    if character < "\u0300" or "\ufe00" <= character <= "\ufe0f" or character >= "\U000e0100":
        return False
    return unicodedata.category(character) in ("Mn", "Mc")


def words_of(html: str) -> str:
    """The text of a piece of HTML in one line."""
    return " ".join(unescape(TAG.sub("", html.replace("<br>", " "))).split())


def anchor_of(text: str, seen: dict[str, int]) -> str:
    """An id for a heading that no heading before has; `seen` holds for each id the last number behind it."""
    base = slugify(text, otherwise="section")
    if base in TAKEN:
        base += "-section"
    name, number = base, seen.get(base, 0)
    while name in seen:
        number += 1
        name = f"{base}-{max(number, 2)}"
    seen[name] = 1
    seen[base] = max(number, 1)
    return name


def anchored(html: str) -> list[tuple[re.Match[str], str]]:
    """Every heading with its id: the one it has, else the one it gets."""
    seen: dict[str, int] = {}
    return [
        (match, match[3] if match[3] is not None else anchor_of(words_of(match[4]), seen))
        for match in HEADING.finditer(html)
    ]


def with_anchors(html: str) -> str:
    """Give every heading (h2 to h4) a stable id of its own; the third `a` is `a-3`. Twice changes nothing."""
    parts: list[str] = []
    at = 0
    for match, name in anchored(html):
        parts.append(f'{html[at : match.start()]}<{match[1]} id="{name}">{match[4]}</{match[1]}>')
        at = match.end()
    return "".join([*parts, html[at:]])


def headings(html: str) -> list[Heading]:
    """The headings in order, with the ids that `with_anchors` gives."""
    return [Heading(name, int(match[2]), words_of(match[4])) for match, name in anchored(html)]


def plain_text(html: str) -> str:
    """The words that a reader sees: one line a paragraph, item, heading or row of a table."""
    text = TAG.sub("", LINE_TAG.sub("\n", CELL_TAG.sub(" ", html)))
    lines = (" ".join(line.split()) for line in unescape(text).split("\n"))
    return "\n".join(line for line in lines if line)


def sections(html: str) -> list[Section]:
    """The text by headings. What stands before the first heading, if anything, has id "" and level 0."""
    found: list[Section] = []
    head, at = Heading("", 0, ""), 0
    for match, name in [*anchored(html), (None, "")]:
        text = plain_text(html[at : match.start() if match else len(html)])
        if text or head.id:
            found.append(Section(head.id, head.text, head.level, text))
        if match:
            head, at = Heading(name, int(match[2]), words_of(match[4])), match.end()
    return found


def reading_time(text: str) -> int:
    """Minutes that a reader needs, at least 1.

    200 words a minute: Brysbaert, "How many words do we read per minute?" (2019), finds 238 for English
    non-fiction read in silence; instructions are read more slowly, and 200 is what most blogs count.
    Scripts without spaces count by the character, 300 a minute: IReST (Trauzettel-Klosinski and Dietz,
    2012) measured 255 for Chinese and 357 for Japanese.
    """
    unspaced = len(UNSPACED.findall(text)) if not text.isascii() else 0
    words = len((UNSPACED.sub(" ", text) if unspaced else text).split())
    return max(1, int(words / WORDS_A_MINUTE + unspaced / CHARACTERS_A_MINUTE + 0.5))


def excerpt(html: str, limit: int = 200) -> str:
    """The first honest sentences of a post: running text, no headings, captions, code or hashtag lines.

    Whole sentences if they fill half the room, else cut at a word with "…" (within the limit). Lists and
    tables speak only where there is no paragraph. Emoji and letters with marks are never cut in two.
    """
    prose = NOT_PROSE.sub("\n", html)
    text = ""
    for match in PARAGRAPH.finditer(prose):
        text = f"{text} {honest(match[1])}".strip()
        if len(text) > limit:
            break
    return shortened(text or honest(LINE_TAG.sub("<br>", CELL_TAG.sub(" ", prose))), limit)


def honest(html: str) -> str:
    """The lines of a paragraph that say something: not hashtags alone, not dots or emoji alone."""
    lines = (words_of(line) for line in html.split("<br>"))
    return " ".join(x for x in lines if any(map(str.isalnum, KEYCAP.sub("", x))) and not is_hashtag_line(x))


def shortened(text: str, limit: int) -> str:
    """Text within `limit` characters: to the end of a sentence, else of a word and "…"."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in SENTENCE_END.finditer(text, 0, limit + 1) if match.end() <= limit]
    if ends and ends[-1] >= limit // 2:
        return text[: ends[-1]]
    cut = text.rfind(" ", 0, limit)
    if cut < limit // 2:
        cut = limit - 1
    return whole_clusters(text, cut).rstrip(" ,;:–—-(") + "…"


def whole_clusters(text: str, end: int) -> str:
    """`text[:end]`, shorter where that would cut a character that is made of several (emoji, marks)."""
    while 0 < end < len(text) and (clings(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    flags = 0
    while end - flags > 0 and "\U0001f1e6" <= text[end - flags - 1] <= "\U0001f1ff":
        flags += 1
    if flags % 2 and end < len(text) and "\U0001f1e6" <= text[end] <= "\U0001f1ff":
        end -= 1
    return text[:end]


def clings(character: str) -> bool:
    """Whether a character belongs to the one before it: marks, joiners, keycaps, skin tones, tag letters."""
    return (
        character in "\u200d\ufe0f\ufe0e\u20e3"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
        or unicodedata.category(character) in ("Mn", "Mc", "Me")
    )
