"""Hashtags in running text, in any script, and the run of them at a post's end.

What is a hashtag follows twitter-text 3 (its regular expressions `validHashtag`, `hashtagBoundary` and
`endHashtagMatch`): a hash sign that does not follow a letter, digit or `&`; then letters, marks, digits and
a few joining signs with at least one letter among them; not followed by another hash sign or `://`; not
inside a web address. So `#16`, keycaps (`#️⃣`) and `&#39;` are none.

The text of a link is text like any other (Instagram writes every hashtag as a link); only `code` and `pre`
are not read.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from cms.markup.clean.writer import write
from cms.markup.tokens import End, Start, Text, Token, escape_text, tokens, top_level

HASH = re.compile("[#＃]")
# Signs that join the letters of a hashtag in some scripts (twitter-text: hashtagSpecialChars).
JOINING = frozenset("_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7")
# A word that begins with a web address. It can only begin where a word does, so the search is linear.
ADDRESS = re.compile(
    r"(?<![\w.@-])(?:https?://|www\.|(?:[a-z0-9][a-z0-9-]{0,62}\.){1,8}[a-z]{2,24}[/?])\S*", re.IGNORECASE
)
SPACER = re.compile(r"[.\s\u2022\u00b7\u200b\u2800\u2e31*_~|–—-]*")
LINES = frozenset({"p", "h2", "h3", "h4", "li", "figcaption", "caption", "td", "th", "br", "ul", "ol", "hr"})


KEYCAP = "\ufe0e\ufe0f\u20e3"  # what makes a digit a keycap or an emoji: marks, but no letters


@dataclass(frozen=True, slots=True)
class Hashtag:
    """A hashtag in a text: `text[start:end]` is the hash sign and the name."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SplitPost:
    """A post without its run of hashtags; each list has a hashtag once, in its first spelling."""

    html: str
    trailing: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        """Every hashtag of the post once: those in the text first, then the run."""
        return once_each([*self.inline, *self.trailing])


@lru_cache(maxsize=4096)
def is_letter(character: str) -> bool:
    """A letter or a mark on one."""
    return unicodedata.category(character)[0] in "LM"


@lru_cache(maxsize=4096)
def is_part(character: str) -> bool:
    """What a hashtag may hold besides: digits and joining signs."""
    return is_letter(character) or unicodedata.category(character) == "Nd" or character in JOINING


def find_hashtags(text: str) -> list[Hashtag]:
    """The hashtags of a plain text in order (text with entities read, not HTML). Linear."""
    if "#" not in text and "＃" not in text:
        return []
    addresses = [match.span() for match in ADDRESS.finditer(text)]
    passed = 0
    found: list[Hashtag] = []
    for match in HASH.finditer(text):
        start = match.start()
        while passed < len(addresses) and addresses[passed][1] <= start:
            passed += 1
        if passed < len(addresses) and addresses[passed][0] <= start:
            continue
        before = text[start - 1] if start else ""
        if before and before not in "\ufe0e\ufe0f" and (before == "&" or is_part(before)):
            continue
        end = start + 1
        while end < len(text) and is_part(text[end]):
            end += 1
        name = text[start + 1 : end]
        if (
            any(is_letter(character) and character not in KEYCAP for character in name)
            and name[0] not in KEYCAP
            and text[end : end + 1] not in ("#", "＃")
            and not text.startswith("://", end)
        ):
            found.append(Hashtag(name, start, end))
    return found


def hashtag_key(name: str) -> str:
    """What two spellings of one hashtag share: `runningPT` and `runningpt` have one key."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def tag_key(name: str) -> str:
    """What a hashtag shares with the tag it means: `FootStrength`, `foot strength` and `foot-strength`."""
    return re.sub(r"[\s\-‐‑–_]+", "", hashtag_key(name))


def once_each(names: Iterable[str]) -> list[str]:
    """Names without repetition, in order, in their first spelling."""
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(hashtag_key(name), name)
    return list(seen.values())


def is_hashtag_line(text: str) -> bool:
    """Whether a line holds hashtags and no other word or number."""
    found = find_hashtags(text)
    if not found:
        return False
    at = 0
    for tag in found:
        if any(map(str.isalnum, text[at : tag.start])):
            return False
        at = tag.end
    return not any(map(str.isalnum, text[at:]))


# -- the run at the end ------------------------------------------------------------------------------
@dataclass(slots=True)
class Line:
    """A line of a paragraph: its HTML with marks closed, its words, and what it is."""

    html: str
    text: str
    kind: str  # "tags", "spacer" or "words"


@dataclass(slots=True)
class Block:
    """A top-level block; `lines` only for a paragraph that stands after the last heading."""

    html: str
    lines: list[Line] = field(default_factory=list)


def split_hashtags(html: str) -> SplitPost:
    """Take the run of hashtags at the end out of clean HTML, and name all hashtags of the post.

    A line (a paragraph, or what stands between line breaks) that holds only hashtags and stands after the
    last heading leaves the body, whatever follows it (a bio, a call to book); so do the spacer lines
    (`.`, empty) next to it. Hashtags in sentences stay. The HTML stays as it is if nothing leaves.
    """
    if "#" not in html and "＃" not in html:
        return SplitPost(html)
    blocks = after_last_heading(list(top_level(html)))
    lines = [line for block in blocks for line in block.lines or [Line("", "", "words")]]
    leaving = {id(line) for line in run_of(lines)}
    trailing = [tag.name for line in lines if line.kind == "tags" for tag in find_hashtags(line.text)]
    if leaving:
        html = "".join(without(block, leaving) for block in blocks)
    return SplitPost(html, once_each(trailing), once_each(inline_hashtags(html)))


def after_last_heading(blocks: list[list[Token]]) -> list[Block]:
    """Blocks with lines where a run of hashtags may stand."""
    last = max((i for i, block in enumerate(blocks) if any(map(is_heading, block))), default=-1)
    found: list[Block] = []
    for i, block in enumerate(blocks):
        first = block[0]
        own = i > last and isinstance(first, Start) and first.name == "p"
        found.append(Block("".join(t.raw for t in block), lines_of(block[1:-1]) if own else []))
    return found


def is_heading(token: Token) -> bool:
    """Whether a heading starts here."""
    return isinstance(token, Start) and token.name in ("h2", "h3", "h4")


def lines_of(inner: list[Token]) -> list[Line]:
    """The lines of a paragraph, as line breaks divide it.

    A mark that goes over a line's end is closed there and opened again. A newline in the text (Markdown's
    soft line break) divides too where hashtags follow it to the line's end: see `soft_lines`.
    """
    lines: list[Line] = []
    soft: list[Line] = []
    marks: list[Start] = []
    html: list[str] = []
    words: list[str] = []
    other = False

    def finish() -> None:
        nonlocal html, words, other
        closing = "".join(f"</{mark.name}>" for mark in reversed(marks))
        soft.append(line_from("".join(html) + closing, "".join(words), other))
        html, words, other = [mark.raw for mark in marks], [], any(mark.name == "code" for mark in marks)

    for token in inner:
        if isinstance(token, Text):
            for i, part in enumerate(token.text.split("\n")):
                if i:
                    finish()
                html.append(escape_text(part))
                words.append(part)
        elif isinstance(token, Start) and token.name == "br":
            finish()
            lines += soft_lines(soft)
            soft = []
        else:
            html.append(token.raw)
            if isinstance(token, End):
                marks.pop()
            else:
                other = other or token.name in ("code", "img")
                if token.name != "img":
                    marks.append(token)
    finish()
    return lines + soft_lines(soft)


def line_from(html: str, text: str, other: bool) -> Line:
    """A line with what it is; `other` if it holds a picture or code, which are neither hashtags nor spacers."""
    if other:
        return Line(html, text, "words")
    if SPACER.fullmatch(text):
        return Line(html, text, "spacer")
    return Line(html, text, "tags" if is_hashtag_line(text) else "words")


def soft_lines(soft: list[Line]) -> list[Line]:
    """Lines between newlines as one line, but hashtags at the end as lines of their own.

    A sentence that is wrapped before its last hashtag must keep it: so there have to be two hashtags, or the
    words before them must end as a sentence does.
    """
    first = len(soft)
    while first and soft[first - 1].kind != "words":
        first -= 1
    tags = sum(len(find_hashtags(line.text)) for line in soft[first:] if line.kind == "tags")
    before = soft[first - 1].text.rstrip() if first else ""
    if not tags or (before and tags == 1 and (before[-1].isalnum() or before[-1] in ",;–-")):
        first = len(soft)
    words = soft[:first]
    one = line_from("\n".join(line.html for line in words), "\n".join(line.text for line in words), False)
    if any(line.kind == "words" for line in words):
        one.kind = "words"
    return ([one] if words else []) + soft[first:]


def run_of(lines: list[Line]) -> list[Line]:
    """The lines that hold hashtags only, with the spacers next to them on both sides."""
    going: list[Line] = []
    spacers: list[Line] = []
    near = False
    for line in lines:
        if line.kind == "spacer":
            spacers.append(line)
            continue
        if near or line.kind == "tags":
            going += spacers
        spacers = []
        near = line.kind == "tags"
        if near:
            going.append(line)
    return going + spacers if near else going


def without(block: Block, leaving: set[int]) -> str:
    """A block's HTML without the lines that leave; nothing if none stays."""
    if not any(id(line) in leaving for line in block.lines):
        return block.html
    staying = [line.html for line in block.lines if id(line) not in leaving]
    return write(f"<p>{'<br>'.join(staying)}</p>") if staying else ""


def inline_hashtags(html: str) -> list[str]:
    """The names of the hashtags in the text of clean HTML, code left out."""
    words: list[str] = []
    code = 0
    for token in tokens(html):
        if isinstance(token, Text):
            words.append("\n" if code else token.text)
            continue
        if token.name in ("code", "pre"):
            code += 1 if isinstance(token, Start) else -1
        if token.name in LINES:
            words.append("\n")
    return [tag.name for tag in find_hashtags("".join(words))]
