"""What cleaning took out, in words an author understands."""

import re
from collections import Counter
from dataclasses import dataclass
from gettext import gettext as _
from html import unescape

from cms.markup.clean.policy import ATTRIBUTES, NEUTRAL, RENAMED, SWALLOWED, TAGS, address, allowed

TAG = re.compile(r"<([a-zA-Z][^\s/<>]*)([^<>]*)")
ATTRIBUTE = re.compile(r"[\s/\"']([a-zA-Z_:@][-\w:.]*)\s*=")
ADDRESS = re.compile(r"[\s/\"'](?i:href|src)\s*=\s*(?:\"([^\"]*)|'([^']*)|([^\s\"']+))")
MOST_LINES = 50  # distinct things told; a hostile text could name thousands
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Removed:
    """One thing that cleaning took out.

    `kind` is "element" (the tag went, its words stayed), "text" (it went with what was inside),
    "attribute", or "address" (a link's or picture's address that is none).
    """

    kind: str
    name: str
    count: int

    @property
    def sentence(self) -> str:
        """Plain English for the author."""
        times = _("once") if self.count == 1 else _("{n} times").format(n=f"{self.count:,}")
        if self.kind == "element":
            sentence = _("“{name}” was taken out {times}; the words inside were kept.")
        elif self.kind == "attribute":
            sentence = _("The setting “{name}” was taken out {times}.")
        elif self.kind == "address":
            sentence = _("The address “{name}” was taken out {times}: it is not a web, e-mail or phone address.")
        else:
            sentence = _("“{name}” was taken out {times}, with what was inside.")
        return sentence.format(name=self.name, times=times)


def without_comments(html: str) -> str:
    """HTML without its comments, for counting only; linear, however many are never closed."""
    parts: list[str] = []
    at = 0
    while (start := html.find("<!--", at)) >= 0:
        parts.append(html[at:start])
        end = html.find("-->", start + 4)
        if end < 0:
            at = len(html)
            break
        at = end + 3
    parts.append(html[at:])
    return "".join(parts)


def report(html: str, controls: int) -> tuple[Removed, ...]:
    """What of `html` cannot be in its clean form: a count by kind and name, the most frequent first.

    `controls` is the number of forbidden characters found before. Tags are counted as they are written, so
    the report tells of hidden ones too; wrappers without meaning (`div`, `span`) are not worth a line.
    """
    found: Counter[tuple[str, str]] = Counter()
    for match in TAG.finditer(without_comments(html)):
        name = match[1].lower()
        if name in SWALLOWED:
            found["text", name] += 1
        elif name not in TAGS and name not in RENAMED and name not in NEUTRAL:
            found["element", name] += 1
        if "=" in match[2]:
            found.update(attributes_lost(RENAMED.get(name, name), match[2]))
    if controls:
        found["text", "invisible control characters"] += controls
    return tuple(
        Removed(kind, name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…", count)
        for (kind, name), count in found.most_common(MOST_LINES)
    )


def attributes_lost(tag: str, written: str) -> Counter[tuple[str, str]]:
    """Attributes and addresses of one start tag that may not stand in clean HTML."""
    lost: Counter[tuple[str, str]] = Counter()
    own = ATTRIBUTES.get(tag, ())
    for attribute in ATTRIBUTE.findall(written):
        if attribute.lower() not in own:
            lost["attribute", attribute.lower()] += 1
    if tag in ("a", "img"):
        name = "href" if tag == "a" else "src"
        for values in ADDRESS.findall(written):
            value = address(unescape(next(filter(None, values), "")))
            if value and not allowed(tag, name, value):
                lost["address", value] += 1
    return lost
