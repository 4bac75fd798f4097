"""Suggestions while typing: posts by title, tags, and phrases that the posts really hold.

A `Shelf` holds the suggestions of some posts (an index segment's), found by the beginning of any of
their words. `best` asks several shelves and puts the answers in one order.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log1p
from typing import Literal

import numpy as np
import numpy.typing as npt

from cms.search.engine import Pairs, Suggestion
from cms.search.spelling import NearWords
from cms.search.words import fold, tokens

LONGEST_QUERY = 80
MOST_WORDS = 8
TYPO_FROM = 4
"""Letters from which a slip is forgiven."""
LOOKED_AT = 60
"""Suggestions of each kind and shelf that are compared at most, the weightiest first."""
_KINDS = {"tag": 0.5, "post": 0.3, "phrase": 0.0}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that may be suggested. `names` are further spellings it is found by (a tag's aliases)."""

    kind: Literal["post", "tag", "phrase"]
    text: str
    slug: str | None = None
    id: str | None = None
    weight: float = 1.0
    names: tuple[str, ...] = ()


Alive = Callable[[Entry], bool]
"""Whether an entry still stands in a post: a shelf keeps those of posts that have gone until it is made anew."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found: by which beginnings of its words, with how many slips; `plain` are its spellings folded."""

    entry: Entry
    plain: tuple[str, ...]
    meant: tuple[str, ...]
    slips: int


class Shelf:
    """Entries by the words in them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        order = list(_KINDS)
        self.entries = sorted(entries, key=lambda entry: (order.index(entry.kind), -entry.weight, entry.text))
        kinds = [order.index(entry.kind) for entry in self.entries]
        self._kind_starts = [bisect_left(kinds, kind) for kind in range(len(order) + 1)]
        by_word: dict[str, list[int]] = {}
        self._plain: list[tuple[str, ...]] = []
        for number, entry in enumerate(self.entries):
            rows = [[token.word for token in tokens(text)] for text in (entry.text, *entry.names)]
            self._plain.append(tuple(" ".join(row) for row in rows))
            for word in {word for row in rows for word in row}:
                by_word.setdefault(word, []).append(number)
        self._words = sorted(by_word)
        self._row = np.array([number for word in self._words for number in by_word[word]], np.int32)
        self._starts = np.cumsum([0, *(len(by_word[word]) for word in self._words)])
        self._beginnings = sorted((plain, number) for number, row in enumerate(self._plain) for plain in row)
        self._near = NearWords()
        self._near.add(self._words)

    def find(self, words: Sequence[str], alive: Alive) -> list[Match]:
        """Entries that hold every word, or a word that begins so; a word that only the dead hold is not known."""
        numbers: npt.NDArray[np.int32] | None = None
        meant: list[str] = []
        slips = 0
        for word in words:
            row = self._beginning(word)
            if len(word) >= TYPO_FROM and not any(alive(self.entries[number]) for number in row):
                word, row = self._nearly(word)
                slips += 1
            meant.append(word)
            numbers = row if numbers is None else np.intersect1d(numbers, row, assume_unique=True)
            if not len(numbers):
                return []
        if numbers is None:
            return []
        return [
            Match(self.entries[number], self._plain[number], tuple(meant), slips)
            for number in self._few(numbers, " ".join(meant))
        ]

    def _few(self, numbers: npt.NDArray[np.int32], asked: str) -> list[int]:
        """Those to compare: some that begin so, and the weightiest of each kind."""
        if len(numbers) <= LOOKED_AT:
            return [int(number) for number in numbers]
        low = bisect_left(self._beginnings, (asked, -1))
        high = bisect_left(self._beginnings, (asked + "\U0010ffff", -1))
        chosen = dict.fromkeys(number for _, number in self._beginnings[low : min(high, low + 2 * LOOKED_AT)])
        for start, end in pairwise(np.searchsorted(numbers, self._kind_starts)):
            chosen.update(dict.fromkeys(int(number) for number in numbers[start : min(end, start + LOOKED_AT)]))
        return list(chosen)

    def _beginning(self, prefix: str) -> npt.NDArray[np.int32]:
        low = bisect_left(self._words, prefix)
        high = bisect_left(self._words, prefix + "\U0010ffff")
        return np.unique(self._row[self._starts[low] : self._starts[high]])

    def _nearly(self, word: str) -> tuple[str, npt.NDArray[np.int32]]:
        """The nearest beginning of a known word, and who holds it."""
        found = self._near.near(word, 1, prefix=True) or (
            self._near.near(word, 2, prefix=True) if len(word) >= 6 else []
        )
        rows = []
        for near, _ in [pair for pair in found if pair[0][0] == word[0]] or found:
            at = bisect_left(self._words, near)
            rows.append(self._row[self._starts[at] : self._starts[at + 1]])
            if len(rows) == 20:
                break
        first = next((near for near, _ in found if near[0] == word[0]), found[0][0] if found else word)
        return first, np.unique(np.concatenate(rows)) if rows else np.empty(0, np.int32)


def best(shelves: Iterable[Shelf], q: str, limit: int, alive: Alive) -> list[tuple[float, Suggestion]]:
    """Suggestions from all shelves, best first, each once; up to four times `limit`, for the caller to sift.

    Only those with the fewest slips, and the dead have no say in how few that is: what a withdrawn post
    wrote must not show, not even by keeping others out.
    """
    words = [token.word for token in tokens(q[:LONGEST_QUERY])][:MOST_WORDS]
    if not words:
        return []
    asked = " ".join(words)
    merged: dict[tuple[str, str], tuple[float, Match]] = {}
    found = sorted((match for shelf in shelves for match in shelf.find(words, alive)), key=lambda match: match.slips)
    fewest = next((match.slips for match in found if alive(match.entry)), 0)
    for match in found:
        if match.slips != fewest:
            continue
        value = _value(match, asked)
        key = (match.entry.kind, match.entry.slug or match.plain[0])
        known = merged.get(key)
        if known is None or known[0] < value:
            merged[key] = (value, match)
    tags = {match.plain[0] for _, match in merged.values() if match.entry.kind == "tag"}
    ranked = sorted(
        (row for row in merged.values() if row[1].entry.kind != "phrase" or row[1].plain[0] not in tags),
        key=lambda row: (-row[0], row[1].entry.text),
    )
    return [
        (value, Suggestion(e.kind, e.text, parts(e.text, words, match.meant), e.slug, e.id))
        for value, match in ranked[: limit * 4]
        for e in (match.entry,)
    ]


def _value(match: Match, asked: str) -> float:
    """How well an entry fits: as its beginning, as a run of words in it, or its words in any order."""
    wanted = asked if not match.slips else " ".join(match.meant)
    place = 1.0
    for plain in match.plain:
        if plain.startswith(wanted):
            place = max(place, 3.2 if plain == wanted else 3.0)
        elif f" {wanted}" in plain:
            place = max(place, 2.0)
    return place + _KINDS[match.entry.kind] + 0.1 * log1p(match.entry.weight) - 0.5 * match.slips


def parts(text: str, words: Sequence[str], meant: Sequence[str]) -> Pairs:
    """`text` in pieces: the letters that were typed (the whole word, if it was misspelt) are hits."""
    pairs: Pairs = []
    at = 0
    for token in tokens(text):
        length = 0
        for word, right in zip(words, meant, strict=True):
            if token.word.startswith(word):
                length = max(length, _letters(text[token.start : token.end], len(word)))
            elif word != right and token.word.startswith(right):
                length = token.end - token.start
        if length:
            if token.start > at:
                pairs.append((text[at : token.start], False))
            pairs.append((text[token.start : token.start + length], True))
            at = token.start + length
    if at < len(text):
        pairs.append((text[at:], False))
    return pairs


def _letters(surface: str, folded: int) -> int:
    """How many letters of a word as written make up `folded` letters of it as known."""
    for length in range(1, len(surface) + 1):
        if len(fold(surface[:length])) >= folded:
            return length
    return len(surface)
