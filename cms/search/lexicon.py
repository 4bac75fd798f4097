"""What the posts teach: their words, phrases and acronyms, and spelling repaired from them alone.

Filled by the engine from what it has indexed, and extended when posts are added. What a withdrawn
post alone held is not forgotten at once, so everything that leaves this room is asked for once more
(`still`): no word of a post that is gone is ever suggested.
"""

import threading
from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from cms.search.engine import WordCount
from cms.search.spelling import NearWords
from cms.search.words import fold_word, stem

Kind = Literal["word", "stem", "phrase", "acronym"]


class Lesson(NamedTuple):
    """What some posts hold: terms with the number of posts that hold each. An acronym is `short TAB meaning`."""

    words: Sequence[tuple[str, int]] = ()
    stems: Sequence[tuple[str, int]] = ()
    phrases: Sequence[tuple[str, int]] = ()
    acronyms: Sequence[tuple[str, int]] = ()


class PostsLexicon:
    """See `engine.Lexicon`, whose methods these are."""

    def __init__(self, still: Callable[[Kind, str], bool] = lambda kind, term: True) -> None:
        self._still = still
        self._posts = 0
        self._words: dict[str, int] = {}
        self.stems: dict[str, int] = {}
        self._sorted: list[str] = []
        self._phrases: dict[tuple[str, ...], tuple[str, int]] = {}
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
        for phrase, count in lesson.phrases:
            key = tuple(stem(fold_word(word)) for word in phrase.split())
            known = self._phrases.get(key)
            self._phrases[key] = (known[0] if known else phrase, (known[1] if known else 0) + sign * count)
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

    def corrections(self, word: str, limit: int) -> list[tuple[str, int]]:
        with self._lock:
            found = self._near.nearest(word)
        found.sort(key=lambda pair: (pair[1], pair[0][0] != word[0], -self._words[pair[0]], pair[0]))
        return [pair for pair in found[: limit * 4] if self.posts_with(pair[0])][:limit]

    def phrase_posts(self, stems: tuple[str, ...]) -> int:
        known = self._phrases.get(stems)
        return known[1] if known and known[1] > 0 and self._still("phrase", known[0]) else 0

    def meaning(self, acronym: str) -> str | None:
        holders = self._meanings.get(acronym, {})
        for meaning in sorted(holders, key=lambda meaning: (-holders[meaning], meaning)):
            if holders[meaning] > 0 and self._still("acronym", f"{acronym}\t{meaning}"):
                return meaning
        return None

    def acronym(self, stems: tuple[str, ...]) -> str | None:
        short = self._acronyms.get(stems)
        return short if short and self.meaning(short) else None
