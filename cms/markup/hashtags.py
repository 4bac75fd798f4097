"""Hashtags in running text, any script, and the run of them at a post's end."""

import html as entities
import re
import unicodedata
from dataclasses import dataclass, field

TAG = re.compile(r"(?:^|(?<![\w&/]))[#＃](?!\ufe0f|\u20e3)(\w*[^\W\d_]\w*)")


@dataclass(frozen=True, slots=True)
class Hashtag:
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SplitPost:
    html: str
    trailing: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        """Every hashtag once, in order, first spelling."""
        seen: dict[str, str] = {}
        for name in [*self.inline, *self.trailing]:
            seen.setdefault(hashtag_key(name), name)
        return list(seen.values())


def find_hashtags(text: str) -> list[Hashtag]:
    """Hashtags in plain text by twitter-text's rules."""
    return [Hashtag(m[1], m.start(), m.end()) for m in TAG.finditer(text)]


def hashtag_key(name: str) -> str:
    """What makes two spellings one hashtag."""
    return unicodedata.normalize("NFKC", name).casefold()


def tag_key(name: str) -> str:
    """What makes a hashtag and a tag's name one: casefolded, no spaces, no hyphens."""
    return re.sub(r"[\s\-_]+", "", hashtag_key(name))


def split_hashtags(html: str) -> SplitPost:
    """Take the hashtags-only paragraphs at the end out of the body."""
    trailing: list[str] = []
    while m := re.search(r"<p>([^<]*)</p>\s*$", html):
        found = find_hashtags(entities.unescape(m[1]))
        if not found or TAG.sub("", m[1]).strip():
            break
        trailing = [t.name for t in found] + trailing
        html = html[: m.start()]
    body = re.sub(r"<(pre|code|a)\b.*?</\1>", " ", html, flags=re.S)
    inline = [t.name for t in find_hashtags(entities.unescape(re.sub(r"<[^>]*>", " ", body)))]
    return SplitPost(html, trailing, inline)
