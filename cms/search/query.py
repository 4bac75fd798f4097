"""A visitor's words, understood: folded, repaired from the site's own words, widened by its vocabulary.

Pure and engine-independent: words in, a `Plan` out. There is no query language to get wrong: `AND`,
`title:*`, `~99` and an unbalanced quote are words and signs like any others. Work is bounded: 200
characters, 32 words, a fixed number of looked-up variants a word.
"""

from dataclasses import replace

from cms.search.engine import Clause, Lexicon, Plan, Want
from cms.search.mending import ACRONYM, Asked, join_neighbours, repair, repair_phrases, root, split_up
from cms.search.vocabulary import Match, Vocabulary
from cms.search.words import FILLERS, STOP_WORDS, Token, stem, stems, tokens

LONGEST_QUERY = 200
MOST_WORDS = 32
PREFIX = 0.8
COMPLETIONS = 6
SHOWN = 0.5
"""Weight from which visitors are told of another way to say it: what clinicians write, not what others type."""
OTHERS = 12
"""Ways that the vocabulary may add to one thing asked for."""
_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "”": "”"}


def understand(q: str, lexicon: Lexicon, vocabulary: Vocabulary) -> Plan:
    """The plan for a query. Never raises, whatever `q` is; a query without words gives an empty plan."""
    text = q[:LONGEST_QUERY]
    row = list(tokens(text))[:MOST_WORDS]
    if not row:
        return Plan()
    only_stops = all(token.word in STOP_WORDS for token in row)
    only_fillers = all(token.word in STOP_WORDS or token.word in FILLERS for token in row)
    asked = [_asked(text, row, place, lexicon, vocabulary, only_stops) for place in range(len(row))]
    join_neighbours(asked, lexicon)
    repair_phrases(asked, lexicon, vocabulary)
    expanded: list[str] = []
    whole = _widen(asked, lexicon, vocabulary, expanded)
    wants = _wants(asked, only_fillers) + whole + _quoted(text, lexicon)
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
        one.clauses.append(Clause(stems(meaning), ACRONYM, "acronym", meaning))
    hashtag = text[token.start - 1 : token.start] == "#"
    if split_up(one, token.word, surface if hashtag else "", lexicon, vocabulary):
        return one
    if known or vocabulary.uses(token.stem):
        return one
    if place == len(row) - 1:
        one.clauses += [
            Clause((form,), PREFIX, "prefix", found.word)
            for found in lexicon.completions(token.word, COMPLETIONS if len(token.word) > 1 else 0)
            if (form := stem(found.word)) != token.stem
        ]
    if len(one.clauses) == 1:
        repair(one, token.word, lexicon, vocabulary)
    return one


def _is_acronym(surface: str, word: str, lexicon: Lexicon) -> bool:
    """`IT` in capitals, where the posts define it, is no stop word."""
    return surface.isupper() and len(surface) > 1 and lexicon.meaning(word) is not None


def _widen(asked: list[Asked], lexicon: Lexicon, vocabulary: Vocabulary, expanded: list[str]) -> list[Want]:
    """Add what the vocabulary knows to the words it is about.

    A phrase with a stop word in it is wanted as a whole, beside its words.
    """
    whole: list[Want] = []
    repaired = [root(one) for one in asked]
    flat: list[tuple[str, int]] = []
    for place, one in enumerate(asked):
        parts = stems(one.corrected) if one.corrected and not one.fuzzy else (repaired[place],)
        flat += [(part, place) for part in parts]
    for match in vocabulary.match([word for word, _ in flat]):
        stretch = [asked[place] for place in sorted({flat[at][1] for at in match.places})]
        clauses = _others(match, lexicon, expanded)
        phrase = Clause(match.stems, 1.0, "phrase", match.label)
        if _is_one_thing(stretch, [phrase, *clauses], lexicon, vocabulary):
            whole.append(Want(match.label, (phrase, *clauses), whole=True))
            for one in stretch:
                one.part = True
        elif any(one.stop for one in stretch):
            whole.append(Want(match.label, (phrase, *clauses)))
        for one in stretch:
            if not one.stop and one.token.word not in FILLERS:
                one.clauses += clauses
    return whole


def _is_one_thing(stretch: list[Asked], ways: list[Clause], lexicon: Lexicon, vocabulary: Vocabulary) -> bool:
    """Whether the words of a phrase are welcome, but by themselves not the thing.

    So it is where one word is left beside stop words, and that word is nothing to the vocabulary (`it band`); and
    where the posts say the phrase neither as it stands nor in any other way (`chest pain`).
    """
    if len(stretch) < 2:
        return False
    content = [one for one in stretch if not one.stop and one.token.word not in FILLERS]
    if len(content) < 2 and len(content) < len(stretch):
        return not any(vocabulary.has((one.token.stem,)) for one in content)
    return not any(_said(way.stems, lexicon) for way in ways)


def _said(stems: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether posts say this: a word that any holds, or a phrase that stands out in one."""
    return lexicon.phrase_posts(stems) > 0 if len(stems) > 1 else lexicon.posts_with_stem(stems[0]) > 0


def _others(match: Match, lexicon: Lexicon, expanded: list[str]) -> list[Clause]:
    """The other ways to say a match that some post can meet."""
    clauses: list[Clause] = []
    for other in sorted(match.others, key=lambda other: -other.weight):
        if len(clauses) < OTHERS and all(lexicon.posts_with_stem(word) for word in other.stems):
            clauses.append(Clause(other.stems, other.weight, "vocabulary", other.label))
            if other.weight >= SHOWN and other.label not in expanded:
                expanded.append(other.label)
    return clauses


def _wants(asked: list[Asked], only_fillers: bool) -> list[Want]:
    """One want a different word; a word asked for twice counts twice.

    Fillers, numbers beside words, and words that are part of a thing wanted as a whole are welcome, not needed.
    """
    wants: dict[str, Want] = {}
    only_numbers = all(one.stop or one.token.word.isdigit() for one in asked)
    for one in asked:
        if one.stop:
            continue
        known = wants.get(one.token.stem)
        if known is None:
            word = one.token.word
            spare = one.part or (word in FILLERS and not only_fillers) or (word.isdigit() and not only_numbers)
            wants[one.token.stem] = Want(one.surface, tuple(dict.fromkeys(one.clauses)), needed=not spare)
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
