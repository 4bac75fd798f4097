"""A clipboard's tree -> lines."""

import re
from collections.abc import Iterable
from dataclasses import replace

from cms.markup.addresses import safe_address
from cms.markup.paste.elements import (
    CELL,
    INLINE,
    LANGUAGE,
    Where,
    all_text,
    heading_level,
    hidden,
    is_long,
    is_title,
    marked,
    own,
    quoted,
    tiny,
    word_item,
)
from cms.markup.paste.lines import Cell, Line, Run
from cms.markup.paste.tree import Node


class Reader:
    """One walk over a tree."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.line: Line | None = None  # the line that text goes to
        self.next_kind: Line | None = None  # what the next line will be: an item or a heading
        self.pictures = 0  # those that could not come along
        self.styled = False

    # -- lines -------------------------------------------------------------------------------------
    def finish(self) -> None:
        """End the line."""
        self.line = None

    def open_line(self, where: Where) -> Line:
        """The line that text goes to now."""
        if self.line is None:
            if self.next_kind is not None:
                self.line, self.next_kind = self.next_kind, None
            elif where.lists and self.lines and self.lines[-1].kind in ("item", "more"):
                self.line = Line("more", level=len(where.lists), quote=where.quote)
            else:
                self.line = Line("p", quote=where.quote)
            self.lines.append(self.line)
        return self.line

    def add(self, text: str, where: Where) -> None:
        """Text in the flow."""
        if where.kept_space and "\n" in text and text.strip():
            for i, part in enumerate(text.split("\n")):
                if i:
                    self.break_line(where)
                self.add(part, where)
            return
        if self.line is None and not text.strip(" \t\n\r\xa0"):
            return
        self.open_line(where).runs.append(Run(text, where.marks, where.href))

    def break_line(self, where: Where) -> None:
        """A line break: what follows is a soft line of the same paragraph; two in a row end it."""
        line = self.line
        if line is None:
            if self.lines and self.lines[-1].soft and not self.lines[-1].runs:
                self.lines.pop()
            return
        if not line.text.strip() and line.soft:
            self.lines.remove(line) if line in self.lines[-1:] else None
            self.finish()
            return
        if line.kind == "h":
            line.runs.append(Run(" "))
            return
        kind = "more" if line.kind == "item" else line.kind
        self.line = Line(kind, level=line.level, soft=True, quote=line.quote)
        self.lines.append(self.line)

    def stand(self, line: Line) -> None:
        """A line that is no text; an item that begins with it is opened first."""
        self.finish()
        if self.next_kind is not None and self.next_kind.kind == "item":
            self.next_kind.held = True
            self.lines.append(self.next_kind)
            self.next_kind = None
        self.lines.append(line)

    # -- the walk ----------------------------------------------------------------------------------
    def walk(self, children: Iterable[Node | str], where: Where) -> None:
        """Elements and texts in order."""
        for child in children:
            if isinstance(child, str):
                self.add(child, where)
            elif not hidden(child):
                self.element(child, where)

    def element(self, node: Node, where: Where) -> None:
        """One element."""
        self.styled = self.styled or bool(node.style)
        name = node.name
        if name == "br":
            self.break_line(where)
        elif name == "img":
            self.picture(node, where)
        elif name == "hr":
            self.stand(Line("hr", quote=where.quote))
        elif name == "input":
            pass
        elif name in INLINE:
            self.walk(node.children, marked(node, where))
        elif name == "pre":
            self.preformatted(node, where)
        elif name == "table":
            self.table(node, where)
        elif name in ("ul", "ol", "menu", "dir"):
            self.listing(node, where)
        elif name == "figure" and "data-block" in node.attributes:
            self.stand(Line("block", attributes={"data-block": node.attributes["data-block"]}))
        else:
            self.block(node, where)

    def block(self, node: Node, where: Where) -> None:
        """A paragraph, heading, item or wrapper."""
        self.finish()
        where = marked(node, where)
        if quote := quoted(node):
            where = replace(where, quote=quote)
        level = heading_level(node)
        title = is_title(node, first=not self.lines)
        if (level or title) and is_long(node):
            level, title = 0, False
        item = word_item(node)
        if node.name == "li":
            self.item(node, where)
        elif level or title:
            bare = replace(where, marks=where.marks - {"strong"})
            self.kinded(node, bare, Line("h", level=0 if title else level, quote=where.quote))
        elif item is not None:
            item.quote = where.quote
            self.kinded(node, where, item)
        else:
            self.walk(node.children, where)
        self.finish()

    def kinded(self, node: Node, where: Where, line: Line) -> None:
        """A block whose first line is of a kind."""
        before, self.next_kind = self.next_kind, line
        self.walk(node.children, where)
        self.next_kind = before if self.next_kind is line else None

    def listing(self, node: Node, where: Where) -> None:
        """A list; one that stands straight inside another belongs to the item before."""
        self.finish()
        start = node.attributes.get("start", "1")
        number = int(start) if re.fullmatch(r"\d{1,5}", start) else 1
        inner = replace(where, lists=(*where.lists, node.name == "ol"), start=number)
        self.walk(node.children, inner)
        self.finish()

    def item(self, node: Node, where: Where) -> None:
        """An item; its level is what the program says, else how deep it stands."""
        said = node.attributes.get("aria-level") or node.attributes.get("data-aria-level") or ""
        level = int(said) if re.fullmatch(r"[1-9]", said) else max(len(where.lists), 1)
        ordered = where.lists[-1] if where.lists else False
        inner = replace(where, lists=where.lists or (False,))
        self.kinded(node, inner, Line("item", level=level, ordered=ordered, start=where.start, quote=where.quote))

    def preformatted(self, node: Node, where: Where) -> None:
        """Preformatted text, as it stands."""
        self.finish()
        text = all_text(node).strip("\n")
        if text:
            code = next(node.find("code"), node)
            css_class = next(filter(LANGUAGE.fullmatch, code.attributes.get("class", "").split()), "")
            attributes = {"class": css_class} if css_class else {}
            self.stand(Line("pre", [Run(text)], quote=where.quote, attributes=attributes))

    def table(self, node: Node, where: Where) -> None:
        """A table. One cell alone is no table but a box around text."""
        self.finish()
        cells = list(node.find("td", "th"))
        if len(cells) == 1:
            self.walk(cells[0].children, where)
            self.finish()
            return
        line = Line("table", quote=where.quote)
        for row in own(node, "tr", "caption"):
            if row.name == "caption":
                line.runs = [run for inner in self.inside(row) for run in inner.runs]
            elif cells := own(row, "td", "th"):
                line.rows.append([self.cell(cell) for cell in cells])
        if line.rows:
            self.stand(line)

    def cell(self, node: Node) -> Cell:
        """A cell with its lines. A heading in a cell is only bold words: a table has no chapters."""
        kept = {name: node.attributes[name] for name in CELL if name in node.attributes}
        lines = self.inside(node)
        for line in lines:
            if line.kind == "h":
                line.kind = "p"
                line.runs = [replace(run, marks=run.marks | {"strong"}) for run in line.runs]
        return Cell(node.name == "th", kept, lines)

    def inside(self, node: Node) -> list[Line]:
        """The lines inside an element, apart from the others."""
        inner = Reader()
        inner.pictures = self.pictures
        inner.walk(node.children, Where())
        self.pictures = inner.pictures
        self.styled = self.styled or inner.styled
        return inner.lines

    def picture(self, node: Node, where: Where) -> None:
        """A picture; one that cannot come along leaves its words in square brackets."""
        source, alt = node.attributes.get("src", ""), " ".join(node.attributes.get("alt", "").split())
        if node.attributes.get("aria-roledescription") == "checkbox" or tiny(node):
            return
        if alt and len(alt) <= 16 and not any(map(str.isalnum, alt.replace("\ufe0f\u20e3", ""))) and not alt.isascii():
            self.add(alt, where)  # an emoji drawn as a picture
            return
        kept = safe_address(source) if source[:4].lower() == "http" else None
        self.finish()
        if source.startswith("media/") or (kept and "googleusercontent.com/" not in source):
            named = {name: value for name, value in node.attributes.items() if name in ("alt", "data-decorative")}
            self.stand(Line("img", attributes={"src": kept or source} | named, quote=where.quote))
            return
        self.pictures += 1
        self.add(
            f"[Picture: {alt}]" if alt else f"[Picture {self.pictures}]", replace(where, marks=frozenset(), href="")
        )
        self.finish()


def read_lines(root: Node) -> Reader:
    """The lines of a tree."""
    reader = Reader()
    reader.walk(root.children, Where())
    return reader
