"""What stands in a line of clean HTML -> Markdown: marks, links, code, pictures, and text with its signs escaped."""

import re
from collections.abc import Mapping

from cms.markup.addresses import typed_addresses
from cms.markup.clean.policy import BLOCKS, MARKS
from cms.markup.tokens import End, Start, Text, Token, open_tag

SPECIAL = re.compile(r"[\\`*\[\]<>]|~~|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w{1,31};)|\xa0")
EMPTY_LINE = re.compile("\n(?=\n)")
SIMPLE_MARKS = {"strong": "**", "em": "*", "s": "~~"}
PLAIN_ADDRESS = re.compile(r"[^\s()<>\\]*")


class NotMarkdown(Exception):
    """Markdown has no words for this."""


class Source:
    """A cursor over the tokens of one top-level block."""

    def __init__(self, found: list[Token], html_marks: bool) -> None:
        self.found = found
        self.at = 0
        self.html_marks = html_marks  # write <strong> rather than ** where flanking rules would fail

    def peek(self) -> Token | None:
        return self.found[self.at] if self.at < len(self.found) else None

    def take(self) -> Token:
        token = self.found[self.at]
        self.at += 1
        return token

    def starts(self, *names: str) -> bool:
        token = self.peek()
        return isinstance(token, Start) and token.name in names

    def ends(self, name: str) -> bool:
        token = self.peek()
        return isinstance(token, End) and token.name == name


def picture(attributes: Mapping[str, str], caption: str = "") -> str:
    """A picture in Markdown's own words."""
    if "data-decorative" in attributes or "alt" not in attributes or "\n" in caption + attributes["alt"]:
        raise NotMarkdown
    quoted = caption.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    title = f' "{quoted}"' if caption else ""
    return f"![{escaped(attributes['alt'])}]({destination(attributes['src'])}{title})"


def destination(url: str) -> str:
    """An address as it stands in the brackets of a link."""
    return url.replace("&", "&amp;") if PLAIN_ADDRESS.fullmatch(url) else f"<{url.replace('&', '&amp;')}>"


def inline(source: Source, name: str, stop_at_blocks: bool = False) -> str:
    """What stands up to the end tag `name` (which is taken), or to the first block in a list item."""
    out: list[str] = []
    while not source.ends(name):
        if stop_at_blocks and source.starts(*BLOCKS):
            return "".join(out)
        token = source.take()
        if isinstance(token, Text):
            outer = name not in MARKS
            out.append(at_edges(token.text, first=outer and not out, last=outer and source.ends(name)))
        elif not isinstance(token, Start):
            raise NotMarkdown
        elif token.name == "br":
            out.append("<br>" if source.html_marks or source.ends(name) or name not in ("p", "li") else "\\\n")
        elif token.name == "img":
            out.append(open_tag("img", token.attributes) if source.html_marks else picture(token.attributes))
        elif token.name == "a":
            out.append(link(source, token))
        elif token.name == "code":
            out.append(code(source, token))
        else:
            inner = inline(source, token.name)
            sign = SIMPLE_MARKS.get(token.name)
            if sign and not source.html_marks:
                out.append(f"{sign}{inner}{sign}")
            else:
                out.append(f"<{token.name}>{inner}</{token.name}>")
    if not stop_at_blocks:
        source.take()
    return "".join(out)


def at_edges(text: str, first: bool, last: bool) -> str:
    """Escaped text whose white space at the ends of lines, and whose empty lines, survive."""
    lines = escaped(text).split("\n")
    for i, line in enumerate(lines):
        begins, ends = bool(i) or first, i < len(lines) - 1 or last
        bare = line.strip()
        if line == bare:
            continue
        lead = line[: len(line) - len(line.lstrip())] if begins or not bare else ""
        trail = line[len(line.rstrip()) :] if bare and ends else ""
        if bare or begins or ends:
            lines[i] = numeric(lead) + line[len(lead) : len(line) - len(trail)] + numeric(trail)
    return EMPTY_LINE.sub("&#10;", "\n".join(lines))


def numeric(space: str) -> str:
    """White space as character references, which Markdown does not trim."""
    return "".join(f"&#{ord(character)};" for character in space)


def escaped(text: str) -> str:
    """Text with a backslash before what Markdown would read; a typed address must not become a link."""
    out: list[str] = []
    at = 0
    for start, _, _ in typed_addresses(text) if "://" in text or "www." in text else ():
        sign = text.index(":" if text[start] in "hH" else ".", start)
        out += [SPECIAL.sub(escape_one, text[at:sign]), "\\" + text[sign]]
        at = sign + 1
    return "".join([*out, SPECIAL.sub(escape_one, text[at:])])


def escape_one(match: re.Match[str]) -> str:
    """One special sign."""
    return "&nbsp;" if match[0] == "\xa0" else "\\" + match[0]


def code(source: Source, start: Start) -> str:
    """Code in a line."""
    text = source.take()
    if not isinstance(text, Text) or not source.ends("code") or "\n" in text.text:
        raise NotMarkdown
    source.take()
    if source.html_marks:
        return f"<code>{escaped(text.text)}</code>"
    ticks = "`" * (max((len(run) for run in re.findall("`+", text.text)), default=0) + 1)
    pad = " " if text.text[0] in "` " or text.text[-1] in "` " else ""
    return f"{ticks}{pad}{text.text}{pad}{ticks}"


def link(source: Source, start: Start) -> str:
    """A link; one that shows its own address is written as that address alone."""
    href = start.attributes["href"]
    token = source.peek()
    if isinstance(token, Text) and isinstance(source.found[source.at + 1], End):
        shown = token.text
        if list(typed_addresses(shown)) == [(0, len(shown), href)]:
            source.at += 2
            return f"<{href}>" if source.html_marks and shown == href else shown
        if href == f"mailto:{shown}":
            source.at += 2
            return f"<{shown}>"
    inner = inline(source, "a")
    if source.html_marks:
        return f"{start.raw}{inner}</a>"
    return f"[{inner}]({destination(href)})"
