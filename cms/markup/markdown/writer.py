"""Clean HTML -> Markdown, as far as Markdown can say it.

Everything here may be wrong for some odd text: `to_markdown` reads each piece back and keeps it only if it
gives the same HTML, so the rules below have to be readable, not complete.
"""

import re
from collections.abc import Mapping
from typing import Any

from cms.markup.addresses import typed_addresses
from cms.markup.clean.policy import BLOCKS, MARKS
from cms.markup.markdown.fences import write_block
from cms.markup.tokens import SPACE, End, Start, Text, Token, open_tag

SPECIAL = re.compile(r"[\\`*\[\]<>]|~~|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w{1,31};)|\xa0")
LINE_START = re.compile(r"(#{1,6})(?=\s|$)|([-+])(?=\s|$)|(\d{1,9})([.)])(?=\s|$)|([=~-]{1,3})|(\|)")
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


def block_markdown(
    found: list[Token], blocks: Mapping[str, Mapping[str, Any]], number: int, html_marks: bool, bullet: str
) -> str:
    """One top-level block as Markdown. Raises NotMarkdown.

    `number` is the block's number among those of its kind; `bullet` the sign for list items, another one
    than the list just before had.
    """
    first = found[0]
    if not isinstance(first, Start):
        raise NotMarkdown
    if first.name == "figure" and "data-block" in first.attributes:
        name = first.attributes["data-block"]
        if name not in blocks:
            raise NotMarkdown
        return write_block(name, blocks[name], number)
    source = Source(found, html_marks)
    return block(source, bullet)


def block(source: Source, bullet: str = "-") -> str:
    """The block that starts here."""
    token = source.take()
    if not isinstance(token, Start):
        raise NotMarkdown
    name = token.name
    if name == "hr":
        return "---"
    if name == "p":
        return paragraph(inline(source, "p"))
    if name in ("h2", "h3", "h4"):
        text = inline(source, name).replace("\n", "&#10;")
        if not text:
            raise NotMarkdown
        return f"{'#' * int(name[1])} {text}"
    if name in ("ul", "ol"):
        return listing(source, name, int(token.attributes.get("start", "1")), bullet)
    if name == "blockquote" and not token.attributes:
        inner = "\n\n".join(blocks_until(source, "blockquote"))
        return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))
    if name == "pre":
        return code_block(source)
    if name == "table":
        return table(source)
    if name == "figure":
        return figure(source)
    raise NotMarkdown


def blocks_until(source: Source, name: str) -> list[str]:
    """The blocks up to the end tag `name`; lists that touch get different signs."""
    out: list[str] = []
    bullet = "-"
    after_list = False
    while not source.ends(name):
        is_list = source.starts("ul", "ol")
        bullet = ("*" if bullet == "-" else "-") if is_list and after_list else "-"
        after_list = is_list
        out.append(block(source, bullet))
    source.take()
    return out


def paragraph(text: str) -> str:
    """A paragraph's lines, each kept from looking like something else."""
    return "\n".join(map(line_start, text.split("\n")))


def line_start(line: str) -> str:
    """A line whose first signs could start a list, heading, rule or table, with a backslash before them."""
    match = LINE_START.match(line)
    if not match:
        return line
    if match[3]:
        return f"{match[3]}\\{line[len(match[3]) :]}"
    return "\\" + line


def listing(source: Source, name: str, number: int, bullet: str) -> str:
    """A list; items keep their own blocks by indentation."""
    items: list[str] = []
    loose = False
    while source.starts("li"):
        source.take()
        sign = bullet if name == "ul" else f"{number + len(items)}{'.' if bullet == '-' else ')'}"
        parts: list[str] = []
        if not (isinstance(source.peek(), Start) and source.starts(*BLOCKS)):
            parts.append(paragraph(inline(source, "li", stop_at_blocks=True)))
        elif source.starts("p"):
            loose = True
        bare = bool(parts)
        if not source.ends("li"):
            parts += blocks_until(source, "li")
        else:
            source.take()
        text = ("\n" if bare and not loose else "\n\n").join(parts)
        indent = " " * (len(sign) + 1)
        items.append(f"{sign} {text}".replace("\n", "\n" + indent).replace(f"\n{indent}\n", "\n\n").rstrip())
    if not source.ends(name) or not items:
        raise NotMarkdown
    source.take()
    return ("\n\n" if loose else "\n").join(items)


def code_block(source: Source) -> str:
    """A fenced code block."""
    if not source.starts("code"):
        raise NotMarkdown
    start = source.take()
    language = start.attributes.get("class", "").removeprefix("language-") if isinstance(start, Start) else ""
    text = source.take()
    if not isinstance(text, Text) or not text.text.endswith("\n"):
        raise NotMarkdown
    source.take()
    if not source.ends("pre"):
        raise NotMarkdown
    source.take()
    ticks = max((len(run) for run in re.findall("`+", text.text)), default=0)
    fence = "`" * max(3, ticks + 1)
    return f"{fence}{language}\n{text.text}{fence}"


def table(source: Source) -> str:
    """A table with one head row and plain cells."""
    rows: list[list[str]] = []
    for part in ("thead", "tbody"):
        if not source.starts(part):
            continue
        source.take()
        while source.starts("tr"):
            source.take()
            rows.append([])
            while source.starts("th", "td"):
                cell = source.take()
                if not isinstance(cell, Start) or cell.attributes or (cell.name == "th") != (part == "thead"):
                    raise NotMarkdown
                rows[-1].append(inline(source, cell.name).replace("|", "\\|").replace("\n", "&#10;"))
            source.take()
        source.take()
    if not source.ends("table") or not rows or not rows[0]:
        raise NotMarkdown
    source.take()
    lines = ["|" + "".join(f" {cell} |" if cell else " |" for cell in row) for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def figure(source: Source) -> str:
    """A picture with or without a caption of plain words."""
    if not source.starts("img"):
        raise NotMarkdown
    attributes = source.take()
    caption = ""
    if source.starts("figcaption"):
        source.take()
        words = source.take()
        if not isinstance(words, Text) or not source.ends("figcaption"):
            raise NotMarkdown
        source.take()
        caption = words.text
    if not source.ends("figure") or not isinstance(attributes, Start):
        raise NotMarkdown
    source.take()
    return picture(attributes.attributes, caption)


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


def raw(html: str) -> str:
    """HTML as Markdown lets it through: without blank lines, which would end it."""
    if "\n" not in html:
        return html
    return re.sub(rf"\n(?=[{SPACE}]*\n|[{SPACE}]*$)", "&#10;", html)
