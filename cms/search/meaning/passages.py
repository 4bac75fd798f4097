"""What of a post the model reads: its passages, each with the title and the heading it stands under.

Pure. A passage is a section, cut where the model would stop reading; a section of a line or two goes with
the one before.
"""

from dataclasses import dataclass
from hashlib import blake2b

from cms.search.engine import Document

WORDS = 170
"""Words of a passage at most: with title and heading about the 256 pieces of words that the model reads."""
FEWEST_WORDS = 25
MOST_PASSAGES = 40
"""A post has its first so many read: about 6,000 words."""
LONGEST_WORD = 40
"""Characters of one word at most; what is longer is no word."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage: the anchor of its section ("" before the first heading), and the text that the model reads."""

    anchor: str
    text: str


def read(document: Document) -> list[Reading]:
    """The passages of a post, one at least."""
    readings: list[Reading] = []
    for anchor, heading, words in _passages(document)[:MOST_PASSAGES]:
        name = ". ".join(part for part in (document.title, heading) if part)
        readings.append(Reading(anchor, f"{name}. {' '.join(words)}"))
    return readings or [Reading("", f"{document.title}. {document.excerpt}")]


def _passages(document: Document) -> list[tuple[str, str, list[str]]]:
    """Anchor, heading and words of each passage in turn; a last line that would stand alone is left out."""
    rows: list[tuple[str, str, list[str]]] = []
    for section in document.sections:
        words = [word[:LONGEST_WORD] for word in section.text.split()]
        if rows and len(words) < FEWEST_WORDS and len(rows[-1][2]) + len(words) < WORDS:
            rows[-1][2].extend([*section.heading.split(), *words])
            continue
        for start in range(0, max(len(words) - FEWEST_WORDS, 1), WORDS):
            rows.append((section.anchor, section.heading, words[start : start + WORDS]))
    return rows


def digest(readings: list[Reading]) -> str:
    """Tells whether a post reads as it did."""
    whole = "\0".join(f"{reading.anchor}\0{reading.text}" for reading in readings)
    return blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
