"""A query's words mended: joined or split as the posts write them, spelling repaired, acronyms joined to phrases.

Pure. Evidence comes from the posts and the vocabulary alone; a word that the posts use is never replaced.
"""

from dataclasses import dataclass
from itertools import pairwise

from cms.search.engine import Clause, Lexicon
from cms.search.vocabulary import Vocabulary
from cms.search.words import Token, camel_words, fold_word, stem, stems

JOINED, ACRONYM, SPELLING = 0.95, 0.9, 0.85
SHORTEST_REPAIRED, SHORTEST_UNKNOWN, NEIGHBOURS = 5, 3, 12
"""Letters from which a word is repaired by its neighbour, and one that no post knows; near words looked at for it."""


@dataclass(slots=True)
class Asked:
    """One word of the query with what became of it."""

    token: Token
    surface: str
    clauses: list[Clause]
    stop: bool
    known: bool
    corrected: str | None = None
    fuzzy: bool = False
    part: bool = False


def repair(one: Asked, word: str, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
    """Spelling, from words that posts or vocabulary use: the nearest, and an equally near one a little less."""
    found = lexicon.corrections(word, 2)
    taught = vocabulary.corrections(word, 1)
    if taught and (not found or taught[0][1] < found[0][1]):
        found = taught
    for rank, (near, distance) in enumerate(found):
        if rank and distance > found[0][1]:
            break
        one.clauses.append(Clause((stem(near),), SPELLING - 0.1 * rank, "spelling", near))
    if found and not split_up(one, found[0][0], "", lexicon, vocabulary):
        one.corrected, one.fuzzy = found[0][0], True


def split_up(one: Asked, word: str, surface: str, lexicon: Lexicon, vocabulary: Vocabulary) -> bool:
    """Add the words that `word` joins, if it joins any; whether it does."""
    parts = _split(word, surface, lexicon, vocabulary)
    if parts:
        joined = " ".join(parts)
        one.clauses.append(Clause(stems(joined), JOINED, "split", joined))
        one.corrected = joined if not one.known else None
    return bool(parts)


def _split(word: str, surface: str, lexicon: Lexicon, vocabulary: Vocabulary) -> list[str] | None:
    """`toeyoga` as `toe yoga`: two or three words that stand together in posts or vocabulary.

    Words that merely exist prove nothing: `headache` is no `head ache`, `deadline` no `dead line`.
    """
    if len(word) < 5:
        return None
    camel = [fold_word(part) for part in camel_words(surface)]
    if len(camel) > 1 and all(lexicon.posts_with_stem(stem(part)) for part in camel):
        return camel
    best: tuple[int, int, list[str]] | None = None
    for cut in range(2, len(word) - 1):
        left, right = word[:cut], word[cut:]
        if not lexicon.posts_with(left):
            continue
        for parts in [[left, right], *[[left, right[:at], right[at:]] for at in range(2, len(right) - 1)]]:
            if len(parts) == 3 and len(word) < 9:
                break
            if not all(lexicon.posts_with_stem(form := stem(part)) or vocabulary.uses(form) for part in parts[1:]):
                continue
            row = stems(" ".join(parts))
            together = lexicon.phrase_posts(row) or int(vocabulary.has(row))
            if not together:
                continue
            rank = (together, min(lexicon.posts_with_stem(stem(part)) for part in parts), parts)
            if best is None or rank[:2] > best[:2]:
                best = rank
    return best[2] if best else None


def join_neighbours(asked: list[Asked], lexicon: Lexicon) -> None:
    """`shin splints` also finds `shinsplints`, `e mail` finds `email`; phrases find their acronym."""
    for one, other in pairwise(asked):
        joined = one.token.word + other.token.word
        if len(joined) > 4 and lexicon.posts_with(joined):
            clause = Clause((stem(joined),), JOINED, "joined", joined)
            one.clauses.append(clause)
            other.clauses.append(clause)
            if not one.known and not other.known:
                one.fuzzy = other.fuzzy = False
    for size in (2, 3, 4):
        for start in range(len(asked) - size + 1):
            stretch = asked[start : start + size]
            short = lexicon.acronym(tuple(one.token.stem for one in stretch))
            if short:
                for one in stretch:
                    one.clauses.append(Clause((stem(short),), ACRONYM, "acronym", short))


def repair_phrases(asked: list[Asked], lexicon: Lexicon, vocabulary: Vocabulary) -> None:
    """`shin splits` is nearly always meant to be `shin splints`, `planter facitis` is `plantar fasciitis`.

    Of two neighbours that nobody writes beside each other, one is repaired where that makes a phrase of the posts
    or of the vocabulary. A word that the posts know keeps its full weight, so that exact hits stay.
    """
    for one, other in pairwise(asked):
        if one.stop or other.stop or _is_phrase((root(one), root(other)), lexicon, vocabulary):
            continue
        for wrong in (other, one):
            shortest = SHORTEST_REPAIRED if wrong.known else SHORTEST_UNKNOWN
            if len(wrong.token.word) < shortest or (wrong.known and wrong.corrected):
                continue
            slips = 1 if wrong.known or len(wrong.token.word) < 6 else 2
            near = lexicon.corrections(wrong.token.word, NEIGHBOURS, slips)
            near += vocabulary.corrections(wrong.token.word, NEIGHBOURS, slips)
            meant = next(
                (word for word, _ in near if _makes_phrase(word, wrong, one, other, lexicon, vocabulary)), None
            )
            if meant:
                wrong.clauses.append(Clause((stem(meant),), SPELLING, "spelling", meant))
                wrong.corrected, wrong.fuzzy = meant, not wrong.known
                break


def _makes_phrase(word: str, wrong: Asked, one: Asked, other: Asked, lexicon: Lexicon, vocabulary: Vocabulary) -> bool:
    """Whether `word` in the place of `wrong` makes a phrase of the two; for a known word the first letter stays."""
    if stem(word) == wrong.token.stem or (wrong.known and word[0] != wrong.token.word[0]):
        return False
    pair = (stem(word), root(other)) if wrong is one else (root(one), stem(word))
    return _is_phrase(pair, lexicon, vocabulary)


def _is_phrase(pair: tuple[str, str], lexicon: Lexicon, vocabulary: Vocabulary) -> bool:
    return lexicon.phrase_posts(pair) > 0 or vocabulary.has(pair)


def root(one: Asked) -> str:
    """The stem of a word as it was repaired."""
    return stem(one.corrected) if one.fuzzy and one.corrected else one.token.stem
