"""What the posts teach: their words, phrases and acronyms, and spelling repaired from them alone.

Filled by the engine from what it has indexed, and extended when posts are added. What a withdrawn
post alone held is not forgotten at once, so everything that leaves this room is asked for once more
(`still`): no word of a post that is gone is ever suggested.
"""

import threading
from array import array
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from cms.search.engine import WordCount
from cms.search.spelling import NearWords
from cms.search.words import stem, term_number, word_and_stem

Kind = Literal["word", "stem", "acronym"]


class Lesson(NamedTuple):
    """What some posts hold: terms with the number of posts that hold each. An acronym is `short TAB meaning`."""

    words: Iterable[tuple[str, int]] = ()
    stems: Iterable[tuple[str, int]] = ()
    phrases: Iterable[tuple[str, int]] = ()
    acronyms: Iterable[tuple[str, int]] = ()


class PhraseCounts:
    """How many posts hold each phrase, by a 32-bit number of its stems: 8 bytes a phrase instead of 350."""

    def __init__(self) -> None:
        self._chunks: list[tuple[npt.NDArray[np.uint32], npt.NDArray[np.int32]]] = []

    def change(self, phrases: Iterable[tuple[str, int]], sign: int) -> None:
        """Add or take away counts of phrases as written."""
        numbers, counts = array("I"), array("i")
        for phrase, count in phrases:
            numbers.append(term_number(" ".join(word_and_stem(word)[1] for word in phrase.split())))
            counts.append(sign * count)
        if not numbers:
            return
        self._chunks.append(_summed(np.array(numbers, np.uint32), np.array(counts, np.int32)))
        if len(self._chunks) > 8:
            joined = (np.concatenate(row) for row in zip(*self._chunks, strict=True))
            self._chunks = [_summed(*joined)]

    def count(self, stems: tuple[str, ...]) -> int:
        """How many posts hold the phrase."""
        number, total = np.uint32(term_number(" ".join(stems))), 0
        for numbers, counts in self._chunks:
            row = int(np.searchsorted(numbers, number))
            if row < len(numbers) and numbers[row] == number:
                total += int(counts[row])
        return max(total, 0)


def _summed(
    numbers: npt.NDArray[np.uint32], counts: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int32]]:
    """Each number once, ascending, with the sum of its counts."""
    unique, inverse = np.unique(numbers, return_inverse=True)
    return unique, np.bincount(inverse, weights=counts, minlength=len(unique)).astype(np.int32)


class PostsLexicon:
    """See `engine.Lexicon`, whose methods these are."""

    def __init__(self, still: Callable[[Kind, str], bool] = lambda kind, term: True) -> None:
        self._still = still
        self._posts = 0
        self._words: dict[str, int] = {}
        self.stems: dict[str, int] = {}
        self._sorted: list[str] = []
        self._phrases = PhraseCounts()
        self._meanings: dict[str, dict[str, int]] = {}
        self._acronyms: dict[tuple[str, ...], str] = {}
        self._near = NearWords()
        self._lock = threading.RLock()

    def learn(self, lesson: Lesson, posts: int) -> None:
        """Add what more posts hold; `posts` is how many there are in all from now on."""
        with self._lock:
            self._posts = posts
            fresh = [word for word, count in lesson.words if self._count(word, count)]
            if len(fresh) > 200:
                self._sorted = sorted(self._words)
            else:
                for word in fresh:
                    insort(self._sorted, word)
            self._near.add(fresh)
            self._change(lesson, 1)

    def unlearn(self, lesson: Lesson) -> None:
        """Take away what was learned of posts that are now in another lesson."""
        with self._lock:
            for word, count in lesson.words:
                self._words[word] -= count
            self._change(lesson, -1)

    def _change(self, lesson: Lesson, sign: int) -> None:
        for root, count in lesson.stems:
            self.stems[root] = self.stems.get(root, 0) + sign * count
        self._phrases.change(lesson.phrases, sign)
        for term, count in lesson.acronyms:
            short, _, meaning = term.partition("\t")
            self._acronyms[tuple(stem(word) for word in meaning.split())] = short
            holders = self._meanings.setdefault(short, {})
            holders[meaning] = holders.get(meaning, 0) + sign * count

    def _count(self, word: str, count: int) -> bool:
        """Count a word; whether it was never seen before."""
        known = self._words.get(word)
        self._words[word] = (known or 0) + count
        return known is None

    def size(self) -> int:
        return self._posts

    def posts_with(self, word: str) -> int:
        count = self._words.get(word, 0)
        return count if count > 0 and self._still("word", word) else 0

    def posts_with_stem(self, stem: str) -> int:
        count = self.stems.get(stem, 0)
        return count if count > 0 and self._still("stem", stem) else 0

    def completions(self, prefix: str, limit: int) -> list[WordCount]:
        found: list[str] = []
        for index in range(bisect_left(self._sorted, prefix), len(self._sorted)):
            word = self._sorted[index]
            if not word.startswith(prefix) or len(found) >= 2000:
                break
            found.append(word)
        found.sort(key=lambda word: (-self._words[word], word))
        kept: list[WordCount] = []
        for word in found[: limit * 4]:
            if word != prefix and self._words[word] > 0 and self._still("word", word):
                kept.append(WordCount(word, self._words[word]))
                if len(kept) == limit:
                    break
        return kept

    def corrections(self, word: str, limit: int, slips: int | None = None) -> list[tuple[str, int]]:
        with self._lock:
            found = self._near.nearest(word) if slips is None else self._near.near(word, slips)
        found.sort(key=lambda pair: (pair[1], pair[0][0] != word[0], -self._words[pair[0]], pair[0]))
        return [pair for pair in found[: limit * 4] if self.posts_with(pair[0])][:limit]

    def phrase_posts(self, stems: tuple[str, ...]) -> int:
        with self._lock:
            return self._phrases.count(stems)

    def meaning(self, acronym: str) -> str | None:
        holders = self._meanings.get(acronym, {})
        for meaning in sorted(holders, key=lambda meaning: (-holders[meaning], meaning)):
            if holders[meaning] > 0 and self._still("acronym", f"{acronym}\t{meaning}"):
                return meaning
        return None

    def acronym(self, stems: tuple[str, ...]) -> str | None:
        short = self._acronyms.get(stems)
        return short if short and self.meaning(short) else None
