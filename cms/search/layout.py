"""How a document is laid out in one line of words, and what is stored of it for highlights.

Every zone stands in the same line, one after the other, with a gap between that no phrase can cross:

    title | headings | tags, hashtags, authors | excerpt | references | body

One posting list a word then tells everything: how often, in which zone, how close to its neighbours.
"""

import re
from array import array
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from itertools import compress

from cms.search.engine import Document
from cms.search.words import STOP_WORDS, Token, camel_words, fold, tokens

GAP = 8
LAST_POSITION = 65_000
"""Positions are kept in 16 bits; what stands after the 65,000th word (a book) is not indexed."""

MOST_TERMS = 200
"""Words of a post that are kept with it for likeness: the most used."""

ZONES = ("title", "headings", "tags", "excerpt", "references")
"""The zones before the body, in order."""

_ACRONYM = re.compile(r"\(([A-Z][A-Za-z]{0,6}[A-Z]s?)\)")
_BEFORE = 120
"""Characters before an acronym in which its words are looked for."""
_BREAK = re.compile(r"[.!?:;,()\[\]\"“”|/•&+–—\n]")


@dataclass(slots=True)
class Line:
    """A document laid out: postings, the end of each zone, and what highlights need.

    `title_spans` and `body_spans` hold start and length of each word, two numbers a word, so that
    the word at a position is found without reading the text again. `sections` hold the position of
    their first word, anchor and heading; `heading_starts` the position of each heading's first word,
    0 where there is none. `phrases` are those that the post teaches, counted where they stand out too;
    `said` those that its title and text hold twice or more, with how often.
    """

    postings: dict[str, "array[int]"] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)
    body_from: int = 0
    words: set[str] = field(default_factory=set)
    phrases: dict[str, int] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)
    acronyms: dict[str, str] = field(default_factory=dict)
    body: str = ""
    title_spans: "array[int]" = field(default_factory=lambda: array("I"))
    body_spans: "array[int]" = field(default_factory=lambda: array("I"))
    sections: list[tuple[int, str, str]] = field(default_factory=list)
    heading_starts: list[int] = field(default_factory=list)
    rows: list[tuple[str, list[Token], bool]] = field(default_factory=list)
    content: set[str] = field(default_factory=set)

    def weightiest(self) -> list[tuple[str, int]]:
        """The stems that a post is about with how often they stand there, most used first; no stop words."""
        counted = ((root, len(self.postings[root])) for root in self.content)
        return sorted(counted, key=lambda pair: (-pair[1], pair[0]))[:MOST_TERMS]

    def length(self) -> int:
        """How many words there are in the line."""
        return sum(len(places) for places in self.postings.values())


def lay_out(document: Document) -> Line:
    """Lay `document` out. Linear in its text."""
    line = Line()
    position = _add(line, document.title, 0, line.title_spans, written=True)
    line.ends.append(position)
    names = [tag.name for tag in document.tags] + [alias for tag in document.tags for alias in tag.aliases]
    for tag in document.hashtags:
        names.append(tag)
        parts = camel_words(tag)
        if len(parts) > 1:
            names.append(" ".join(parts))
    position += GAP
    for section in document.sections:
        line.heading_starts.append(position if section.heading else 0)
        if section.heading:
            position = _add(line, section.heading, position, written=True) + 1
    line.ends.append(position)
    for texts in (
        [*names, *document.author_names],
        [document.excerpt],
        [document.references],
    ):
        position += GAP
        for text in texts:
            position = _add(line, text, position) + 1
        line.ends.append(position)
    line.body_from = position + GAP
    _add_body(line, document, line.body_from)
    _learn(line, document)
    return line


def _add(line: Line, text: str, position: int, spans: "array[int] | None" = None, *, written: bool = False) -> int:
    """Put the words of `text` into the line from `position`; the position after the last comes back.

    `written` says that readers see it as the post's own title or text, and once.
    """
    postings, words, content = line.postings, line.words, line.content
    row = list(tokens(text))
    line.rows.append((text, row, written))
    for token in row:
        if position >= LAST_POSITION:
            break
        places = postings.get(token.stem)
        if places is None:
            postings[token.stem] = array("H", (position,))
        else:
            places.append(position)
        words.add(token.word)
        if token.word not in STOP_WORDS and len(token.word) > 1:
            content.add(token.stem)
        if spans is not None:
            spans.append(token.start)
            spans.append(token.end - token.start)
        position += 1
    return position


def _add_body(line: Line, document: Document, position: int) -> None:
    """The sections' texts, joined; each word's place in the joined text is kept."""
    texts: list[str] = []
    offset = 0
    for section in document.sections:
        line.sections.append((position, section.anchor, section.heading))
        spans = array("I")
        position = _add(line, section.text, position, spans, written=True)
        if offset:
            for index in range(0, len(spans), 2):
                spans[index] += offset
        line.body_spans.extend(spans)
        texts.append(section.text)
        offset += len(section.text) + 1
    line.body = "\n".join(texts)


def _learn(line: Line, document: Document) -> None:
    """What the post teaches: phrases it really holds, acronyms it defines.

    A phrase counts from the second time on, or at once where it stands out (title, heading, tag). Nobody looks for
    those of the references (`phys ther`).
    """
    plain = {section.text for section in document.sections} | {document.excerpt}
    rows = [
        (text, row, 1 if text in plain else 2, written)
        for text, row, written in line.rows
        if text != document.references
    ]
    words: Counter[str] = Counter()
    for _, row, times, _ in rows:
        words.update([token.word for token in row] * times)
    often = {word for word, count in words.items() if count >= 2}
    counts: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for text, row, times, written in rows:
        for phrase, count in _phrases_in(text, row, often).items():
            counts[phrase] += times * count
            if written:
                said[phrase] += count
    line.phrases = {phrase: count for phrase, count in counts.items() if count >= 2}
    line.said = {phrase: count for phrase, count in said.items() if count >= 2}
    for section in document.sections:
        for found in _ACRONYM.finditer(section.text):
            meaning = _spelled_out(section.text[max(0, found.start() - _BEFORE) : found.start()], found.group(1))
            if meaning:
                line.acronyms[fold(found.group(1)).removesuffix("s")] = meaning
    line.rows.clear()


def _phrases_in(text: str, row: Sequence[Token], often: Set[str]) -> Counter[str]:
    """Runs of two and three words that neither begin nor end with a stop word, as written first, with how often
    they stand in a text whose words are `row`. A sign that ends a thought ends a run.

    They begin and end with a word of `often`: a phrase stands nowhere more often than its words, so what cannot
    be kept is not looked at.
    """
    inner = [token.word in often and token.word not in STOP_WORDS and len(token.word) > 1 for token in row]
    counts: Counter[tuple[str, ...]] = Counter()
    first: dict[tuple[str, ...], tuple[int, int]] = {}
    for index in compress(range(len(row)), inner):
        if row[index].word[0].isdigit():
            continue
        for last in range(index + 1, min(index + 3, len(row))):
            gap = text[row[last - 1].end : row[last].start]
            if gap != " " and _BREAK.search(gap):
                break
            if inner[last]:
                key = tuple([token.word for token in row[index : last + 1]])
                counts[key] += 1
                first.setdefault(key, (index, last))
    written: Counter[str] = Counter()
    for key, count in counts.items():
        begin, end = first[key]
        words = [text[token.start : token.end] for token in row[begin : end + 1]]
        written[" ".join(words).lower().replace("'", "’")] += count
    return written


def _spelled_out(before: str, acronym: str) -> str | None:
    """The words before `(IFMs)` that its letters begin, as "intrinsic foot muscles"; None if they do not."""
    letters = [c for c in acronym.removesuffix("s").lower() if c.isalpha()]
    row = [token.word for token in tokens(before)]
    if len(letters) < 2:
        return None
    for size in range(len(letters), min(len(row), len(letters) + 2) + 1):
        run = row[-size:]
        initials = [word[0] for word in run if size == len(letters) or word not in STOP_WORDS]
        if initials == letters:
            return " ".join(run)
    return None
