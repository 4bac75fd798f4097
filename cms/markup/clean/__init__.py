"""Author's HTML -> HTML that is safe to show, and a report of what was taken out.

The chain is guard -> nh3 -> bleach -> writer, until nothing changes:

1. `guard` refuses what is too large or too deep and drops characters that may not stand in a document.
2. `nh3` (html5ever, the parser of a browser) parses and keeps only what the policy names.
3. `bleach`, another parser with the same policy, cleans what nh3 wrote: what one misreads the other does not.
4. `write` puts the result into its one canonical form.

A text that nh3 leaves as it is, byte for byte, and that is already canonical, is clean: it consists of the
policy's tags alone, nested as a parser leaves them, each attribute matched by its pattern. Such a text
comes back as it is without asking bleach (the tests hold that bleach would change nothing), so
`clean(clean(x).html).html == clean(x).html` holds by construction. Nothing else skips a step.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any, cast

import bleach
import nh3

from cms.errors import TooLarge
from cms.markup.clean.guard import MOST_CHARACTERS, MOST_TAGS, characters, guard
from cms.markup.clean.policy import (
    ATTRIBUTES,
    DISSOLVED,
    RENAMED,
    SCHEMES,
    SWALLOWED,
    TAGS,
    Policy,
    address,
    allowed,
    policy,
)
from cms.markup.clean.report import Removed, report
from cms.markup.clean.writer import write
from cms.markup.tokens import SPACE, Start, escape_text, tokens

__all__ = ["Cleaned", "Policy", "Removed", "clean", "pictures_without_alt", "policy"]

ROUNDS = 4
PASSING = TAGS | set(RENAMED) | DISSOLVED
# What a <template> holds would vanish in the parser, words and all; as a <div> it is read like the rest.
TEMPLATE = re.compile(r"<(/?)template(?=[\s/>])", re.IGNORECASE)
# An address that is too long to stay goes before the parser: an open link is repeated in each paragraph that
# follows, and 130,000 characters 9,900 times over take seconds.
ENDLESS = re.compile(r"""(href\s*=\s*)(?:"[^"]{4096,}"?|'[^']{4096,}'?|[^\s"'>][^\s>]{4095,})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Clean HTML in canonical form, and what was taken out on the way."""

    html: str
    removed: tuple[Removed, ...] = ()


def fitting(tag: str, name: str, value: str) -> str | None:
    """An attribute's value as it may stay, or None."""
    if name in ("href", "src"):
        value = address(value)
    return value if allowed(tag, name, value) else None


NH3 = nh3.Cleaner(
    tags=set(PASSING),
    clean_content_tags=set(SWALLOWED),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    attribute_filter=fitting,
    url_schemes=set(SCHEMES),
    link_rel=None,
)


class Renaming:
    """A filter after bleach's own: names that mean one of ours become it, attributes are looked at again."""

    def __init__(self, source: Iterable[dict[str, Any]]) -> None:
        self.source = source

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for token in self.source:
            if token["type"] in ("StartTag", "EndTag", "EmptyTag"):
                token["name"] = tag = RENAMED.get(token["name"], token["name"])
                if token.get("data"):
                    token["data"] = {
                        (space, name): value
                        for (space, name), value in token["data"].items()
                        if space is None and allowed(tag, name, unescape(value))
                    }
            yield token


BLEACH = bleach.Cleaner(
    tags=PASSING,
    attributes=lambda tag, name, value: allowed(RENAMED.get(tag, tag), name, unescape(value)),
    protocols=SCHEMES,
    strip=True,
    strip_comments=True,
    filters=[cast(Any, Renaming)],  # the stubs want a subclass; bleach itself only iterates
)


def clean(html: str) -> Cleaned:
    """Clean an author's HTML.

    Returns canonical HTML (`policy()` names all it may hold; cleaning it again changes nothing) with the
    report of what was removed. Words are never lost silently: an element that goes leaves its words, but
    `script` and `style`, which the report names. Raises TooLarge or BadInput; both tell the cure.
    """
    guard(html)
    text, controls = characters(html)
    once, _ = characters(NH3.clean(ENDLESS.sub(r'\1""', TEMPLATE.sub(r"<\1div", text))))
    if once == html and write(once) == once:
        return Cleaned(once)
    removed = report(html, controls)
    for _ in range(ROUNDS):
        fits(once)
        done = write(characters(str(BLEACH.clean(once)))[0])
        fits(done)
        once = NH3.clean(done)
        if once == done and write(done) == done:
            guard(done)
            return Cleaned(done, removed)
    return Cleaned(as_paragraphs(once), (*removed, Removed("text", "formatting that never settles", 1)))


def fits(html: str) -> None:
    """Refuse what grew on the way: a parser closes 10,000 open paragraphs and repeats an open link in each."""
    if len(html) > 2 * MOST_CHARACTERS or html.count("<") > 2 * MOST_TAGS:
        raise TooLarge(
            f"Cleaned, this text would have {len(html):,} characters and {html.count('<'):,} formatting marks; "
            f"{MOST_CHARACTERS:,} and {MOST_TAGS:,} are the most that one post can hold. "
            "Please paste it again without formatting, or split it into two posts."
        )


def as_paragraphs(html: str) -> str:
    """The last resort: the words alone, one paragraph a line, which no parser can misread."""
    words = unescape(nh3.clean(html, tags=set()))
    lines = (line.strip(SPACE) for line in words.split("\n"))
    return "".join(f"<p>{escape_text(line)}</p>" for line in lines if line)


def pictures_without_alt(html: str) -> list[str]:
    """Sources of the pictures in clean HTML that have no words for them and are not marked decorative.

    An empty `alt` alone is not enough: it may have been forgotten. Only `data-decorative` says it is meant.
    """
    return [
        token.attributes["src"]
        for token in tokens(html)
        if isinstance(token, Start)
        and token.name == "img"
        and not token.attributes.get("alt", "").strip()
        and "data-decorative" not in token.attributes
    ]
