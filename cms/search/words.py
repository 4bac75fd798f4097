"""Words: how text becomes the terms that are indexed, and a query the terms that are looked up.

Pure. One way for both sides, so that what is written and what is asked always meet: Unicode is
folded (`Café` and `cafe` are one), apostrophes curly or straight are one (`runner’s` is `runner`),
numbers keep their value (`10,000` is `10000`), and the English stem is taken last, so that the
surface word stays known for spelling, suggestions and highlights.
"""

import re
import sys
import unicodedata
import zlib
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import snowballstemmer

LONGEST_WORD = 40
"""Letters of a word that count. Longer ones are cut, on both sides alike."""


def _marks() -> str:
    """Combining marks as a character class: part of the word they stand in (`é` decomposed, Devanagari)."""
    ranges: list[list[int]] = []
    for code in range(0x300, min(sys.maxunicode, 0x1FFFF)):
        if unicodedata.category(chr(code)) in ("Mn", "Mc") and not 0xFE00 <= code <= 0xFE0F and code != 0x20E3:
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(a)}-{chr(b)}" if a != b else chr(a) for a, b in ranges)


_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\u0e00-\u0e7f"
_WORD = re.compile(
    rf"[{_IDEOGRAPHS}]"  # scripts without spaces: one sign, one term
    r"|\d+(?:[.,]\d+)+"
    rf"|[^\W_{_IDEOGRAPHS}](?:[^\W_{_IDEOGRAPHS}]|[{_marks()}])*"
    rf"(?:['’ʼ＇][^\W\d_{_IDEOGRAPHS}]+)*"
)
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_APOSTROPHE = re.compile("['’ʼ＇]")

_STOPS = """
a about above after again against all also am an and any are as at be because been before being
below between both but by can could did do does doing down during each few for from further had has
have having he her here hers him his how i if in into is it its itself just me more most my myself
no nor not of off on once only or other our out over own same she should so some such than that the
their theirs them then there these they this those through to too under until up very was we were
what when where which while who whom why will with would you your yours im ive dont cant isnt arent
doesnt didnt wont id whats theres get gets getting got us ours let lets youre youve youll theyre theyve weve
havent hasnt hadnt wasnt werent couldnt wouldnt shouldnt hes shes thats wheres whos hows
"""
STOP_WORDS = frozenset(_STOPS.split())
"""Words that carry no subject by themselves. They are indexed all the same: phrases need them."""

_FILLERS = """
best good great near help need want know tell please really thing things way make makes made use using
come people someone anyone everyone lot bit much many ever still keep try find tips tip advice guide
question questions ask like actually maybe sure ok okay little yes hello hi thanks thank today now soon always often
"""
FILLERS = frozenset(_FILLERS.split())
"""Words that say how something is asked, not what: a post without them misses nothing."""

IRREGULAR = {
    "feet": "foot",
    "teeth": "tooth",
    "calves": "calf",
    "women": "woman",
    "men": "man",
    "children": "child",
    "ran": "run",
    "knees": "knee",
    "fasciae": "fascia",
    "fascias": "fascia",
    "tendinitis": "tendonitis",
    "wore": "wear",
    "worn": "wear",
    "hurts": "hurt",
    "slept": "sleep",
    "felt": "feel",
}
"""Forms the stemmer cannot know; spellings of one word that both stand in posts."""


class Token(NamedTuple):
    """A word where it stands: `word` folded, `stem` as indexed, `start` and `end` in the text."""

    word: str
    stem: str
    start: int
    end: int


@lru_cache(maxsize=1_024)
def fold(text: str) -> str:
    """`text` without case, accents and typographic variants: `Café` gives `cafe`."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return unicodedata.normalize("NFC", "".join(c for c in folded if not "\u0300" <= c <= "\u036f"))


def fold_word(surface: str) -> str:
    """One word as written to the word as known: folded, possessive and apostrophes gone, cut to length."""
    word = fold(surface)
    if not word.isalnum():
        if word[0].isdigit():
            return word.replace(",", "")[:LONGEST_WORD]
        word = _APOSTROPHE.sub("'", word)
        if word.endswith("'s"):
            word = word[:-2]
        word = word.replace("'", "")
    return word[:LONGEST_WORD]


@cache
def _stemmer() -> "snowballstemmer.basestemmer.BaseStemmer":
    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=4_096)
def stem(word: str) -> str:
    """The stem of a folded word, as it stands in the index."""
    irregular = IRREGULAR.get(word)
    if irregular is not None:
        return irregular if irregular == word else stem(irregular)
    if len(word) < 3 or not word.isascii() or word[0].isdigit():
        return word
    return str(_stemmer().stemWord(word))


def term_number(stem: str) -> int:
    """A number for a stem, the same everywhere: 32 bits, so two stems share one about once in four billion."""
    return zlib.crc32(stem.encode())


def tokens(text: str) -> Iterator[Token]:
    """Every word of `text` in order. Linear in the length of the text, whatever it holds."""
    make = tuple.__new__  # what Token() itself calls
    for found in _WORD.finditer(text):
        word, root = word_and_stem(found[0])
        if word:
            yield make(Token, (word, root, *found.span()))


@lru_cache(maxsize=65_536)
def word_and_stem(surface: str) -> tuple[str, str]:
    """One word as written to the word as known, and its stem. The latest are kept, at most 16 MB: as many as a
    large blog has, for a stem takes longer than all else that is done with a word."""
    word = fold_word(surface)
    return word, stem(word)


def stems(text: str) -> tuple[str, ...]:
    """The stems of `text` in order."""
    return tuple(token.stem for token in tokens(text))


_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")


def camel_words(tag: str) -> list[str]:
    """The words inside a hashtag: `RunStronger` gives `Run` and `Stronger`, `runningPT` `running` and `PT`."""
    return _CAMEL.findall(tag)
