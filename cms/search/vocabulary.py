"""The vocabulary: what visitors say, and what posts write. Pure; knows neither files nor the database.

A concept joins phrases in both directions: whoever says one of them is also shown posts that write
another, a little below those that write what was typed. Matching is longest phrase first over stems,
so `first steps in the morning hurt` is one thing and not four. A concept of single words only (`pain`,
`ache`, `hurts`) joins them inside longer phrases too: who has taught `heel pain` need not teach `heel aches`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cms.errors import BadInput
from cms.search.words import STOP_WORDS, stem, tokens

if TYPE_CHECKING:
    from cms.search.spelling import NearWords

LONGEST = 8
"""Words of a phrase that are looked at."""
STOP_STEMS = frozenset(stem(word) for word in STOP_WORDS)
SAY_TO_MEANS, MEANS_TO_MEANS, TO_SAY = 0.7, 0.6, 0.4
"""What a widened match is worth beside what was typed (1.0)."""


def _no_words() -> "NearWords":
    """The speller stands on NumPy, which is loaded when somebody searches, not before a server can answer."""
    from cms.search.spelling import NearWords

    return NearWords()


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing by its names: `say` is what visitors type, `means` what clinicians write."""

    concept: str
    say: tuple[str, ...] = ()
    means: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Other:
    """Another way to say what was typed: its stems, its weight, and how it reads."""

    stems: tuple[str, ...]
    weight: float
    label: str


@dataclass(frozen=True, slots=True)
class Match:
    """Words of the query (`places` in its stems) that are one thing: its `stems` as the vocabulary has them, how it
    reads, and the other ways to say it."""

    places: tuple[int, ...]
    stems: tuple[str, ...]
    label: str
    others: tuple[Other, ...]


@dataclass(slots=True)
class _Phrase:
    """`together`: what is left of it without stop words is too little to be sought word by word; `alike` are its stems
    with one of each set of words that are one to the author."""

    stems: tuple[str, ...]
    label: str
    together: bool = False
    alike: tuple[str, ...] = ()
    others: dict[tuple[str, ...], Other] = field(default_factory=dict)


@dataclass(slots=True)
class Vocabulary:
    """All concepts, ready to be looked up."""

    concepts: tuple[Concept, ...] = ()
    _phrases: dict[tuple[str, ...], _Phrase] = field(default_factory=dict)
    _by_stem: dict[str, list[_Phrase]] = field(default_factory=dict)
    _same: dict[str, str] = field(default_factory=dict)
    _near: "NearWords" = field(default_factory=_no_words)

    @classmethod
    def of(cls, concepts: Iterable[Concept]) -> "Vocabulary":
        """A vocabulary of these concepts; the same phrase in two concepts widens to both."""
        vocabulary = cls(tuple(concepts))
        vocabulary._same = _same(vocabulary.concepts)
        for concept in vocabulary.concepts:
            says, means = _phrases(concept.say), _phrases((concept.concept, *concept.means))
            written = _phrases((concept.concept, *concept.means), as_written=True)
            said = _phrases(concept.say, as_written=True)
            for stems, label in {**says, **means}.items():
                together = len(stems) == 2 and stems not in written and stems not in said
                known = vocabulary._phrases.setdefault(stems, _Phrase(stems, label, together))
                known.together &= together
                _widen(known, written, MEANS_TO_MEANS if stems in means else SAY_TO_MEANS)
                _widen(known, said, TO_SAY)
        for phrase in vocabulary._phrases.values():
            phrase.alike = tuple(vocabulary._same.get(word, word) for word in phrase.stems)
            for word in set(phrase.alike):
                vocabulary._by_stem.setdefault(word, []).append(phrase)
        texts = [text for one in vocabulary.concepts for text in (one.concept, *one.say, *one.means)]
        vocabulary._near.add(sorted({token.word for text in texts for token in tokens(text)} - STOP_WORDS))
        return vocabulary

    def uses(self, stem: str) -> bool:
        """Whether any phrase of the vocabulary has this stem in it."""
        return self._same.get(stem, stem) in self._by_stem

    def has(self, stems: tuple[str, ...]) -> bool:
        """Whether these stems are a phrase of the vocabulary."""
        return stems in self._phrases

    def corrections(self, word: str, limit: int, slips: int | None = None) -> list[tuple[str, int]]:
        """Words of the vocabulary near to a misspelt one: visitors' words that no post writes."""
        found = self._near.nearest(word) if slips is None else self._near.near(word, slips)
        return sorted(found, key=lambda pair: (pair[0][0] != word[0], pair[0]))[:limit]

    def match(self, stems: Sequence[str]) -> list[Match]:
        """Phrases of the vocabulary in a query: longest first, no word used twice, in the query's order.

        Words may stand in another order and a few others between them ("pain in my heel" is `heel pain`).
        """
        free = [True] * len(stems)
        alike = [self._same.get(word, word) for word in stems]
        found: list[tuple[int, Match]] = []
        for phrase in self._likely(alike):
            places = _places(phrase.stems, stems, free, phrase.together)
            if places is None and len(phrase.stems) > 1:
                places = _places(phrase.alike, alike, free, phrase.together)
            if places:
                for place in places:
                    free[place] = False
                others = tuple(phrase.others.values())
                found.append((min(places), Match(places, phrase.stems, phrase.label, others)))
        return [match for _, match in sorted(found, key=lambda pair: pair[0])]

    def _likely(self, alike: Sequence[str]) -> list[_Phrase]:
        """The phrases that stand in a query if no other does: longest first, then those that stand closest."""
        said, free = set(alike), [True] * len(alike)
        ranked: list[tuple[int, int, tuple[str, ...], _Phrase]] = []
        phrases = {phrase.stems: phrase for word in said for phrase in self._by_stem.get(word, ())}
        for phrase in phrases.values():
            if said.issuperset(phrase.alike) and (places := _places(phrase.alike, alike, free, phrase.together)):
                ranked.append((-len(phrase.stems), places[-1] - places[0], phrase.stems, phrase))
        return [phrase for *_, phrase in sorted(ranked, key=lambda row: row[:3])]


def _places(
    phrase: tuple[str, ...], stems: Sequence[str], free: Sequence[bool], together: bool
) -> tuple[int, ...] | None:
    """Where the words of a phrase stand in a query, close together; None if they do not."""
    size, room = len(phrase), 2 * len(phrase) + 2 if len(phrase) > 1 else 1
    for start in range(len(stems)):
        if tuple(stems[start : start + size]) == phrase and all(free[start : start + size]):
            return tuple(range(start, start + size))
    if any(word in STOP_STEMS for word in phrase):
        return None  # "it band" must stand as written
    for start in range(len(stems)):
        if not free[start] or stems[start] not in phrase:
            continue
        wanted = list(phrase)
        places: list[int] = []
        for place in range(start, min(start + room, len(stems))):
            if free[place] and stems[place] in wanted:
                if together and (stems[place] != wanted[0] or not _only_stops(stems, places, place)):
                    break
                wanted.remove(stems[place])
                places.append(place)
        if not wanted:
            return tuple(places)
    return None


def _only_stops(stems: Sequence[str], places: Sequence[int], place: int) -> bool:
    """Whether nothing but stop words stands between the last of `places` and `place`."""
    return not places or all(word in STOP_STEMS for word in stems[places[-1] + 1 : place])


def _same(concepts: Iterable[Concept]) -> dict[str, str]:
    """Stems that are one word to the author: those of concepts that hold nothing but single words."""
    same: dict[str, str] = {}
    for one in concepts:
        row = [[token.stem for token in tokens(text)] for text in (one.concept, *one.say, *one.means)]
        if len(row) > 1 and all(len(words) == 1 for words in row):
            for (word,) in row:
                same.setdefault(word, row[0][0])
    return same


def _widen(phrase: _Phrase, others: Mapping[tuple[str, ...], str], weight: float) -> None:
    for stems, label in others.items():
        if (
            stems != phrase.stems
            and label != phrase.label
            and (stems not in phrase.others or phrase.others[stems].weight < weight)
        ):
            phrase.others[stems] = Other(stems, weight, label)


def _phrases(texts: Iterable[str], as_written: bool = False) -> dict[tuple[str, ...], str]:
    """Stems to reading. Unless `as_written`, a phrase is known without its stop words too, as visitors drop them."""
    phrases: dict[tuple[str, ...], str] = {}
    for text in texts:
        row = list(tokens(text))[:LONGEST]
        whole = tuple(token.stem for token in row)
        content = tuple(token.stem for token in row if token.word not in STOP_WORDS)
        if whole:
            phrases.setdefault(whole, text)
        if len(content) > 1 and not as_written:
            phrases.setdefault(content, text)
    return phrases


def read(data: Any) -> list[Concept]:
    """Concepts from what `vocabulary.yaml` holds: a list of `concept`, `say` and `means`.

    Raises BadInput naming the entry and the cure.
    """
    if data is None:
        return []
    if isinstance(data, Mapping):
        data = data.get("concepts", [])
    if not isinstance(data, list):
        raise BadInput("The vocabulary must be a list of entries, each with concept, say and means.")
    concepts: list[Concept] = []
    for number, entry in enumerate(data, 1):
        if not isinstance(entry, Mapping) or not str(entry.get("concept") or "").strip():
            raise BadInput(f"Entry {number} of the vocabulary has no concept: give it one, such as heel pain.")
        name = str(entry["concept"]).strip()
        lists: list[tuple[str, ...]] = []
        for key in ("say", "means"):
            texts = entry.get(key) or []
            if isinstance(texts, str):
                texts = [texts]
            if not isinstance(texts, list) or not all(isinstance(text, str | int | float) for text in texts):
                raise BadInput(f"{key} of the vocabulary's entry {name!r} must be a list of phrases.")
            lists.append(tuple(str(text).strip() for text in texts if str(text).strip()))
        concepts.append(Concept(name, lists[0], lists[1]))
    return concepts
