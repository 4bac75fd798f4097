"""Suggestions while typing: posts by title, tags, and phrases that the posts really hold.

A `Shelf` holds the suggestions of some posts (an index segment's), found by the beginning of any of
their words. `best` asks several shelves and puts the answers in one order.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
LOOKED_AT = 400
"""Suggestions of one shelf that are compared at most, the weightiest first."""
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


class Shelf:
    """Entries by the words in them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = sorted(entries, key=lambda entry: (-entry.weight, entry.text))
        by_word: dict[str, list[int]] = {}
        for number, entry in enumerate(self.entries):
            for text in (entry.text, *entry.names):
                for token in tokens(text):
                    row = by_word.setdefault(token.word, [])
                    if not row or row[-1] != number:
                        row.append(number)
        self._words = sorted(by_word)
        rows = [by_word[word] for word in self._words]
        self._row = np.array([number for row in rows for number in row], np.int32)
        self._starts = np.cumsum([0, *map(len, rows)])
        self._near = NearWords()
        self._near.add(self._words)

    def find(self, words: Sequence[str]) -> list[tuple[Entry, tuple[str, ...], int]]:
        """Entries that hold every word, or a word that begins so: entry, the words meant, slips."""
        numbers: npt.NDArray[np.int32] | None = None
        meant: list[str] = []
        slips = 0
        for word in words:
            row = self._beginning(word)
            if not len(row) and len(word) >= TYPO_FROM:
                word, row = self._nearly(word)
                slips += 1
            meant.append(word)
            numbers = row if numbers is None else np.intersect1d(numbers, row, assume_unique=True)
            if not len(numbers):
                return []
        if numbers is None:
            return []
        return [(self.entries[number], tuple(meant), slips) for number in numbers[:LOOKED_AT]]

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


def best(shelves: Iterable[Shelf], q: str, limit: int) -> list[tuple[float, Suggestion]]:
    """Suggestions from all shelves, best first, each once; up to four times `limit`, for the caller to sift."""
    words = [token.word for token in tokens(q[:LONGEST_QUERY])][:MOST_WORDS]
    if not words:
        return []
    asked = " ".join(words)
    merged: dict[tuple[str, str], tuple[float, Entry, tuple[str, ...]]] = {}
    found = [hit for shelf in shelves for hit in shelf.find(words)]
    fewest = min((slips for _, _, slips in found), default=0)
    for entry, meant, slips in found:
        if slips > fewest:
            continue
        value = _value(entry, asked, meant, slips)
        key = (entry.kind, entry.slug or entry.text)
        known = merged.get(key)
        if known is None or known[0] < value:
            merged[key] = (value, entry, meant)
    ranked = sorted(merged.values(), key=lambda row: (-row[0], row[1].text))[: limit * 4]
    return [
        (value, Suggestion(entry.kind, entry.text, parts(entry.text, words, meant), entry.slug, entry.id))
        for value, entry, meant in ranked
    ]


def _value(entry: Entry, asked: str, meant: tuple[str, ...], slips: int) -> float:
    """How well an entry fits: as its beginning, as a run of words in it, or its words in any order."""
    wanted = asked if not slips else " ".join(meant)
    place = 1.0
    for text in (entry.text, *entry.names):
        plain = " ".join(token.word for token in tokens(text))
        if plain.startswith(wanted):
            place = max(place, 3.2 if plain == wanted else 3.0)
        elif f" {wanted}" in plain:
            place = max(place, 2.0)
    return place + _KINDS[entry.kind] + 0.1 * log1p(entry.weight) - 0.5 * slips


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
