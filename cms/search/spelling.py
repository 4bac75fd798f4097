"""Near words: every known word within one or two slips of a misspelt one.

A slip is a letter too many, too few, wrong, or two swapped (optimal string alignment). Symmetric
deletes find them faster but hold 2 KB a word; here words are rows of letters in one array: a
filter by length and by the letters that occur leaves about one word in fifty, and those are
compared all at once. 40,000 words: 2 MB, built in 40 ms, under a millisecond a question.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

WIDTH = 24
"""Letters of a known word that are compared; longer ones are not offered as corrections."""
CHUNKS = 8

Bytes = npt.NDArray[np.uint8]


SHORTEST_TYPO, TWO_SLIPS, SAFE = 4, 7, 6
"""Letters of a word from which one slip is forgiven, and two; shorter words are too alike. From `SAFE` letters on
any slip is believed; below, where `wrist` is as near to `waist` as a slip, only one that people make."""
_KEYS = {
    letter: (row, column + row / 2)
    for row, keys in enumerate(("qwertyuiop", "asdfghjkl", "zxcvbnm"))
    for column, letter in enumerate(keys)
}
"""Where the letters lie: each row is half a key to the right of the one above."""
_VOWELS = str.maketrans("", "", "aeiouy")


def reach(word: str) -> int:
    """How many slips are forgiven in a word."""
    return 0 if len(word) < SHORTEST_TYPO or not word.isalpha() else 1 if len(word) < TWO_SLIPS else 2


def likely_slip(word: str, meant: str) -> bool:
    """Whether `word` is one that people write who mean `meant`, one slip away.

    Nobody takes another first letter, but for the key beside it in a long word. In a short one only the slips that
    people make are believed: in vowels and doubled letters (`knie`, `stres`), letters swapped, the key beside (`knwe`).
    """
    if len(meant) < SHORTEST_TYPO:
        return False
    wrong = [pair for pair in zip(word, meant, strict=False) if pair[0] != pair[1]]
    if len(word) == len(meant) and len(wrong) == 1:
        beside, first = _beside(*wrong[0]), word[0] != meant[0]
        if beside or first:
            return beside and not (first and len(word) < SAFE)
    return len(word) >= SAFE or _consonants(word) == _consonants(meant) or sorted(word) == sorted(meant)


def likely_slips(word: str, meant: str) -> bool:
    """The same of two slips: never in the first letter, and at most one consonant too many or too few (`deadline`
    is neither `deadlift` nor `decline`)."""
    one, other = Counter(_consonants(word)), Counter(_consonants(meant))
    return word[0] == meant[0] and (one - other).total() + (other - one).total() <= 1


def _consonants(word: str) -> str:
    """The consonants of a word, doubled ones once."""
    return "".join(letter for place, letter in enumerate(word) if word[place - 1 : place] != letter).translate(_VOWELS)


def _beside(one: str, other: str) -> bool:
    """Whether two letters are neighbours on a keyboard."""
    (row, at), (other_row, other_at) = _KEYS[one], _KEYS[other]
    return abs(row - other_row) <= 1 and abs(at - other_at) <= 1


class _Chunk:
    """Some words as an array of letters, with their lengths and the set of letters in each."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(words)
        raw = np.zeros((len(words), WIDTH), np.uint8)
        joined = np.frombuffer("".join(word.ljust(WIDTH, "\0") for word in words).encode("latin-1"), np.uint8)
        raw[:] = joined.reshape(len(words), WIDTH)
        self.letters = raw
        self.lengths = (raw != 0).sum(axis=1).astype(np.int16)
        self.sets = np.bitwise_or.reduce(
            np.where(raw != 0, np.uint32(1) << (raw.astype(np.uint32) & 31), np.uint32(0)), axis=1
        )


class NearWords:
    """Words that can be asked for by a misspelling. Add as many as you like, whenever."""

    def __init__(self) -> None:
        self._chunks: list[_Chunk] = []

    def add(self, words: Sequence[str]) -> None:
        """Take more words in; those that are not plain letters, or too long, are passed over."""
        fit = [word for word in words if 2 < len(word) <= WIDTH and word.isascii() and word.isalpha()]
        if not fit:
            return
        self._chunks.append(_Chunk(fit))
        if len(self._chunks) > CHUNKS:
            self._chunks = [_Chunk([word for chunk in self._chunks for word in chunk.words])]

    def nearest(self, word: str) -> list[tuple[str, int]]:
        """Known words as near as any, within what is forgiven; two slips never in the first letter."""
        for slips in range(1, reach(word) + 1):
            near = self.near(word, slips)
            likely = likely_slip if slips == 1 else likely_slips
            found = [pair for pair in near if likely(word, pair[0])]
            if found:
                return found
        return []

    def near(self, word: str, reach: int, prefix: bool = False) -> list[tuple[str, int]]:
        """Known words within `reach` slips, nearest first; with `prefix`, whose beginning is that near."""
        if not word.isascii() or not word.isalpha() or len(word) > WIDTH:
            return []
        asked = np.frombuffer(word.encode(), np.uint8)
        found: list[tuple[str, int]] = []
        for chunk in self._chunks:
            rows = _likely(chunk, asked, reach, prefix)
            if len(rows):
                slips = distances(asked, chunk.letters[rows], chunk.lengths[rows], prefix)
                near = slips <= reach
                found += [(chunk.words[row], int(slip)) for row, slip in zip(rows[near], slips[near], strict=True)]
        return sorted(found, key=lambda pair: pair[1])


def _likely(chunk: _Chunk, asked: Bytes, reach: int, prefix: bool) -> npt.NDArray[np.intp]:
    """Rows that can be within reach at all."""
    mine = int(np.bitwise_or.reduce(np.uint32(1) << (asked.astype(np.uint32) & 31)))
    missing = np.bitwise_count(np.uint32(mine) & ~chunk.sets)
    fits: npt.NDArray[np.bool_] = missing <= reach
    if prefix:
        fits &= chunk.lengths >= len(asked) - reach
    else:
        fits &= np.bitwise_count(chunk.sets & ~np.uint32(mine)) <= reach
        fits &= np.abs(chunk.lengths - len(asked)) <= reach
    return np.flatnonzero(fits)


def distances(asked: Bytes, letters: Bytes, lengths: npt.NDArray[np.int16], prefix: bool) -> npt.NDArray[np.uint8]:
    """Optimal string alignment of one word with many at once (with `prefix`: with any beginning of each)."""
    rows, width = letters.shape
    before = np.zeros((rows, width + 1), np.uint8)
    last = np.broadcast_to(np.arange(width + 1, dtype=np.uint8), (rows, width + 1)).copy()
    for i, letter in enumerate(asked, 1):
        now = np.empty_like(last)
        now[:, 0] = i
        same = letters == letter
        best = np.minimum(last[:, :-1] + (~same).astype(np.uint8), last[:, 1:] + np.uint8(1))
        if i > 1:
            swapped = np.zeros_like(same)
            swapped[:, 1:] = same[:, :-1] & (letters[:, 1:] == asked[i - 2])
            earlier = np.full_like(best, 255)
            earlier[:, 1:] = before[:, : width - 1] + np.uint8(1)
            best = np.where(swapped, np.minimum(best, earlier), best)
        for j in range(width):
            now[:, j + 1] = np.minimum(best[:, j], now[:, j] + np.uint8(1))
        before, last = last, now
    if prefix:
        inside = np.arange(width + 1) <= lengths[:, None]
        result: npt.NDArray[np.uint8] = np.where(inside, last, 255).min(axis=1)
        return result
    return last[np.arange(rows), lengths]
