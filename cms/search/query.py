"""A visitor's words, understood: folded, repaired from the site's own words, widened by its vocabulary.

Pure and engine-independent: words in, a `Plan` out. There is no query language to get wrong: `AND`,
`title:*`, `~99` and an unbalanced quote are words and signs like any others. Work is bounded: 200
characters, 32 words, a fixed number of looked-up variants a word.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

from cms.search.engine import Clause, Lexicon, Plan, Want
from cms.search.vocabulary import Match, Vocabulary
from cms.search.words import FILLERS, STOP_WORDS, Token, camel_words, fold_word, stem, tokens

LONGEST_QUERY = 200
MOST_WORDS = 32
JOINED, ACRONYM, PREFIX, SPELLING = 0.95, 0.9, 0.8, 0.85
COMPLETIONS = 6
SHORTEST_REPAIRED, NEIGHBOURS = 5, 12
"""Letters from which a word is repaired by its neighbour; near words that are looked at for it."""
SHOWN = 0.5
"""Weight from which visitors are told of another way to say it: what clinicians write, not what others type."""
OTHERS = 12
"""Ways that the vocabulary may add to one thing asked for."""
_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "”": "”"}


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
    count: int = 1


def understand(q: str, lexicon: Lexicon, vocabulary: Vocabulary) -> Plan:
    """The plan for a query. Never raises, whatever `q` is; a query without words gives an empty plan."""
    text = q[:LONGEST_QUERY]
    row = list(tokens(text))[:MOST_WORDS]
    if not row:
        return Plan()
    only_stops = all(token.word in STOP_WORDS for token in row)
    only_fillers = all(token.word in STOP_WORDS or token.word in FILLERS for token in row)
    asked = [_asked(text, row, place, lexicon, vocabulary, only_stops) for place in range(len(row))]
    _join_neighbours(asked, lexicon)
    _repair_phrases(asked, lexicon, vocabulary)
    expanded: list[str] = []
    whole = _widen(asked, lexicon, vocabulary, expanded)
    wants = _wants(asked, FILLERS if not only_fillers else frozenset()) + whole + _quoted(text, lexicon)
    sequence = tuple(word for one in asked if not one.stop for word in one.clauses[0].stems)
    return Plan(
        wants=tuple(wants),
        sequence=sequence,
        corrected=_corrected(text, asked),
        expanded=tuple(expanded),
        fuzzy=any(one.fuzzy for one in asked),
    )


def _asked(
    text: str, row: list[Token], place: int, lexicon: Lexicon, vocabulary: Vocabulary, only_stops: bool
) -> Asked:
    """One word: as typed if the posts know it, else split, completed or repaired."""
    token = row[place]
    surface = text[token.start : token.end]
    stop = token.word in STOP_WORDS and not only_stops and not _is_acronym(surface, token.word, lexicon)
    known = lexicon.posts_with_stem(token.stem) > 0
    one = Asked(token, surface, [Clause((token.stem,), label=surface)], stop, known)
    if stop:
        return one
    meaning = lexicon.meaning(token.word) or lexicon.meaning(token.word.removesuffix("s"))
    if meaning:
        one.clauses.append(Clause(_stems(meaning), ACRONYM, "acronym", meaning))
    hashtag = text[token.start - 1 : token.start] == "#"
    parts = _split(token.word, surface if hashtag else "", lexicon, known or vocabulary.uses(token.stem))
    if parts:
        joined = " ".join(parts)
        one.clauses.append(Clause(_stems(joined), JOINED, "split", joined))
        one.corrected = joined if not known else None
        return one
    if known or vocabulary.uses(token.stem):
        return one
    if place == len(row) - 1:
        one.clauses += [
            Clause((root,), PREFIX, "prefix", found.word)
            for found in lexicon.completions(token.word, COMPLETIONS if len(token.word) > 1 else 0)
            if (root := stem(found.word)) != token.stem
        ]
    if len(one.clauses) == 1:
        _repair(one, token.word, lexicon, vocabulary)
    return one


def _repair(one: Asked, word: str, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
    """Spelling, from words that posts or vocabulary use: the nearest, and an equally near one a little less."""
    found = lexicon.corrections(word, 2)
    taught = vocabulary.corrections(word, 1)
    if taught and (not found or taught[0][1] < found[0][1]):
        found = taught
    for rank, (near, distance) in enumerate(found):
        if rank and distance > found[0][1]:
            break
        one.clauses.append(Clause((stem(near),), SPELLING - 0.1 * rank, "spelling", near))
    if found:
        one.corrected, one.fuzzy = found[0][0], True


def _is_acronym(surface: str, word: str, lexicon: Lexicon) -> bool:
    """`IT` in capitals, where the posts define it, is no stop word."""
    return surface.isupper() and len(surface) > 1 and lexicon.meaning(word) is not None


def _split(word: str, surface: str, lexicon: Lexicon, known: bool) -> list[str] | None:
    """`toeyoga` as `toe yoga`: two or three words that the posts know, best where they stand together.

    A word that the posts use themselves (a hashtag) is split only where they write it apart as well.
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
            if not all(lexicon.posts_with(part) or lexicon.posts_with_stem(stem(part)) for part in parts[1:]):
                continue
            together = lexicon.phrase_posts(_stems(" ".join(parts)))
            if not together and (known or len(parts) == 3 or min(map(len, parts)) < 3 or len(word) < 7):
                continue
            rank = (together, min(lexicon.posts_with_stem(stem(part)) for part in parts), parts)
            if best is None or rank[:2] > best[:2]:
                best = rank
    return best[2] if best else None


def _join_neighbours(asked: list[Asked], lexicon: Lexicon) -> None:
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


def _repair_phrases(asked: list[Asked], lexicon: Lexicon, vocabulary: Vocabulary) -> None:
    """`shin splits` is nearly always meant to be `shin splints`, `planter facitis` is `plantar fasciitis`.

    Of two neighbours that nobody writes beside each other, one is repaired where that makes a phrase of the posts
    or of the vocabulary. A word that the posts know keeps its full weight, so that exact hits stay.
    """
    for one, other in pairwise(asked):
        if one.stop or other.stop or _is_phrase((_root(one), _root(other)), lexicon, vocabulary):
            continue
        for wrong in (other, one):
            if len(wrong.token.word) < SHORTEST_REPAIRED or (wrong.known and wrong.corrected):
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
    pair = (stem(word), _root(other)) if wrong is one else (_root(one), stem(word))
    return _is_phrase(pair, lexicon, vocabulary)


def _is_phrase(pair: tuple[str, str], lexicon: Lexicon, vocabulary: Vocabulary) -> bool:
    return lexicon.phrase_posts(pair) > 0 or vocabulary.has(pair)


def _root(one: Asked) -> str:
    """The stem of a word as it was repaired."""
    return stem(one.corrected) if one.fuzzy and one.corrected else one.token.stem


def _widen(asked: list[Asked], lexicon: Lexicon, vocabulary: Vocabulary, expanded: list[str]) -> list[Want]:
    """Add what the vocabulary knows to the words it is about.

    A phrase with a stop word in it (`it band`) is wanted as a whole, beside its words.
    """
    whole: list[Want] = []
    repaired = [_root(one) for one in asked]
    flat: list[tuple[str, int]] = []
    for place, one in enumerate(asked):
        parts = _stems(one.corrected) if one.corrected and not one.fuzzy else (repaired[place],)
        flat += [(part, place) for part in parts]
    for match in vocabulary.match([word for word, _ in flat]):
        stretch = [asked[place] for place in sorted({flat[at][1] for at in match.places})]
        clauses = _others(match, lexicon, expanded)
        if any(one.stop for one in stretch):
            stems = tuple(one.token.stem for one in stretch)
            phrase = Clause(stems, 1.0, "phrase", match.label)
            whole.append(Want(match.label, (phrase, *clauses)))
        for one in stretch:
            if not one.stop and one.token.word not in FILLERS:
                one.clauses += clauses
    return whole


def _others(match: Match, lexicon: Lexicon, expanded: list[str]) -> list[Clause]:
    """The other ways to say a match that some post can meet."""
    clauses: list[Clause] = []
    for other in sorted(match.others, key=lambda other: -other.weight):
        if len(clauses) < OTHERS and all(lexicon.posts_with_stem(word) for word in other.stems):
            clauses.append(Clause(other.stems, other.weight, "vocabulary", other.label))
            if other.weight >= SHOWN and other.label not in expanded:
                expanded.append(other.label)
    return clauses


def _wants(asked: list[Asked], fillers: frozenset[str]) -> list[Want]:
    """One want a different word; a word asked for twice counts twice; fillers are welcome, not needed."""
    wants: dict[str, Want] = {}
    for one in asked:
        if one.stop:
            continue
        known = wants.get(one.token.stem)
        if known is None:
            clauses = tuple(dict.fromkeys(one.clauses))
            wants[one.token.stem] = Want(one.surface, clauses, needed=one.token.word not in fillers)
        else:
            wants[one.token.stem] = replace(known, count=known.count + 1)
    return list(wants.values())


def _quoted(text: str, lexicon: Lexicon) -> list[Want]:
    """What stands between quotes, as phrases: a post without them has less than all that was asked."""
    wants: list[Want] = []
    at = 0
    while at < len(text) and len(wants) < 4:
        closing = _QUOTES.get(text[at])
        end = text.find(closing, at + 1) if closing else -1
        if end > at:
            stems = tuple(token.stem for token in tokens(text[at + 1 : end]))[:8]
            if len(stems) > 1:
                wants.append(Want(text[at + 1 : end], (Clause(stems, 1.0, "phrase"),), exact=True))
            at = end
        at += 1
    return wants


def _corrected(text: str, asked: list[Asked]) -> str | None:
    """The query as it was meant, where anything was repaired."""
    if not any(one.corrected for one in asked):
        return None
    out: list[str] = []
    at = 0
    for one in asked:
        out += [text[at : one.token.start], one.corrected or one.surface]
        at = one.token.end
    out.append(text[at:])
    return " ".join("".join(out).split())


def _stems(phrase: str) -> tuple[str, ...]:
    return tuple(token.stem for token in tokens(phrase))
