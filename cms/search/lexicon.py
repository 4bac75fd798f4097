"""What the posts teach: their words, phrases and acronyms, and spelling repaired from them alone.

Filled by the engine from what it has indexed, and extended when posts are added. What a withdrawn
post alone held is not forgotten at once, so everything that leaves this room is asked for once more
(`still`): no word of a post that is gone is ever suggested.
"""

import threading
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from typing import Literal

from cms.search.engine import WordCount
from cms.search.spelling import NearWords
from cms.search.words import fold_word, stem

Kind = Literal["word", "stem", "phrase", "acronym"]


class PostsLexicon:
    """See `engine.Lexicon`, whose methods these are."""

    def __init__(self, still: Callable[[Kind, str], bool] = lambda kind, term: True) -> None:
        self._still = still
        self._posts = 0
        self._words: dict[str, int] = {}
        self.stems: dict[str, int] = {}
        self._sorted: list[str] = []
        self._phrases: dict[tuple[str, ...], tuple[str, int]] = {}
        self._meanings: dict[str, str] = {}
        self._acronyms: dict[tuple[str, ...], str] = {}
        self._near = NearWords()
        self._lock = threading.RLock()

    def learn(
        self,
        posts: int,
        words: Iterable[tuple[str, int]],
        stems: Iterable[tuple[str, int]],
        phrases: Iterable[tuple[str, int]],
        acronyms: Iterable[str],
    ) -> None:
        """Add what more posts hold; `posts` is how many there are in all from now on."""
        with self._lock:
            self._posts = posts
            fresh = [word for word, count in words if self._count(word, count)]
            if len(fresh) > 200:
                self._sorted = sorted(self._words)
            else:
                for word in fresh:
                    insort(self._sorted, word)
            self._near.add(fresh)
            for root, count in stems:
                self.stems[root] = self.stems.get(root, 0) + count
            for phrase, count in phrases:
                key = tuple(stem(fold_word(word)) for word in phrase.split())
                known = self._phrases.get(key)
                self._phrases[key] = (phrase, count) if known is None else (known[0], known[1] + count)
            for term in acronyms:
                short, _, meaning = term.partition("\t")
                self._meanings[short] = meaning
                self._acronyms[tuple(stem(word) for word in meaning.split())] = short

    def _count(self, word: str, count: int) -> bool:
        """Count a word; whether it is new."""
        known = self._words.get(word, 0)
        self._words[word] = known + count
        return not known

    def size(self) -> int:
        return self._posts

    def posts_with(self, word: str) -> int:
        count = self._words.get(word, 0)
        return count if count and self._still("word", word) else 0

    def posts_with_stem(self, stem: str) -> int:
        count = self.stems.get(stem, 0)
        return count if count and self._still("stem", stem) else 0

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
            if word != prefix and self._still("word", word):
                kept.append(WordCount(word, self._words[word]))
                if len(kept) == limit:
                    break
        return kept

    def corrections(self, word: str, limit: int) -> list[tuple[str, int]]:
        with self._lock:
            found = self._near.nearest(word)
        found.sort(key=lambda pair: (pair[1], pair[0][0] != word[0], -self._words[pair[0]], pair[0]))
        return [pair for pair in found[: limit * 4] if self._still("word", pair[0])][:limit]

    def phrase_posts(self, stems: tuple[str, ...]) -> int:
        known = self._phrases.get(stems)
        return known[1] if known and self._still("phrase", known[0]) else 0

    def meaning(self, acronym: str) -> str | None:
        meaning = self._meanings.get(acronym)
        return meaning if meaning and self._still("acronym", f"{acronym}\t{meaning}") else None

    def acronym(self, stems: tuple[str, ...]) -> str | None:
        short = self._acronyms.get(stems)
        return short if short and self.meaning(short) else None
