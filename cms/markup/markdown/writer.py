"""Clean HTML -> Markdown, as far as Markdown can say it.

Everything here may be wrong for some odd text: `to_markdown` reads each piece back and keeps it only if it
gives the same HTML, so the rules below have to be readable, not complete.
"""

import re

from cms.markup.clean.policy import BLOCKS
from cms.markup.markdown.inline import NotMarkdown, Source, inline, picture
from cms.markup.tokens import SPACE, Start, Text, Token

LINE_START = re.compile(r"(#{1,6})(?=\s|$)|([-+])(?=\s|$)|(\d{1,9})([.)])(?=\s|$)|([=~-]{1,3})|(\|)")


def block_markdown(found: list[Token], html_marks: bool, bullet: str) -> str:
    """One top-level block as Markdown. Raises NotMarkdown.

    `bullet` is the sign for list items, another one than the list just before had.
    """
    return block(Source(found, html_marks), bullet)


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


def raw(html: str) -> str:
    """HTML as Markdown lets it through: without blank lines, which would end it."""
    if "\n" not in html:
        return html
    return re.sub(rf"\n(?=[{SPACE}]*\n|[{SPACE}]*$)", "&#10;", html)
