"""The one canonical way to write a document: every clean text is exactly what `write()` makes of it.

`write()` is total: whatever tags come in, it writes HTML in which only the policy's tags stand, each where
the HTML standard's parser leaves it when it reads the result, so parsing never moves anything. Hence
"is this text canonical?" is answered by `write(html) == html`, in one linear pass.

What it does besides:
- text outside a block gets a paragraph; wrappers (`div`, `section`) dissolve but still end the line;
- a list straight inside a list moves into the item before it; an item outside a list gets one;
- blocks inside `strong` or `a` are turned inside out (`<strong><p>` -> `<p><strong>`); empty marks go;
- white space between blocks goes; white space inside a paragraph stays as it is.
"""

from dataclasses import dataclass, field

from cms.markup.clean.policy import BLOCKS, DISSOLVED, MARKS, PARTS, RENAMED, kept_attributes
from cms.markup.tokens import SPACE, End, Start, Text, escape_text, open_tag, tokens

# What may stand directly inside: WRAP blocks only, MIXED blocks or bare text, TEXT text only.
WRAP, MIXED, TEXT, PRE, LIST, TABLE, ROWS, ROW = range(8)
INSIDE = {
    "": WRAP,
    "blockquote": WRAP,
    "li": MIXED,
    "td": MIXED,
    "th": MIXED,
    "figure": MIXED,
    "p": TEXT,
    "h2": TEXT,
    "h3": TEXT,
    "h4": TEXT,
    "caption": TEXT,
    "figcaption": TEXT,
    "pre": PRE,
    "ul": LIST,
    "ol": LIST,
    "table": TABLE,
    "thead": ROWS,
    "tbody": ROWS,
    "tr": ROW,
}
# A block may stand in these; elsewhere the missing link is made first.
MISSING = {LIST: "li", TABLE: "tbody", ROWS: "tr", ROW: "td"}
PARENT = {"li": LIST, "tr": ROWS, "td": ROW, "th": ROW, "thead": TABLE, "tbody": TABLE, "caption": TABLE}


@dataclass(slots=True, eq=False)
class Frame:
    """An open block: `name` is "" for one that is not written; `implied` if we made it ourselves."""

    name: str
    inside: int
    implied: bool = False
    closed: bool = False


@dataclass(slots=True, eq=False)
class Mark:
    """An open mark (strong, a …) of the input; it is written when its first text comes."""

    name: str
    tag: str


@dataclass(slots=True)
class Writer:
    """The state of one pass."""

    out: list[str] = field(default_factory=list)
    stack: list[Frame] = field(default_factory=lambda: [Frame("", WRAP)])
    marks: list[Mark] = field(default_factory=list)
    live: int = 0  # how many of the marks are written and not closed
    opened: list[tuple[str, Frame | Mark | None]] = field(default_factory=list)
    space: str = ""  # white space that is written only if text follows
    run: bool = False  # text has been written since the last block began or ended
    item: Frame | None = None  # a list item whose end tag waits: a list may still follow into it

    # -- blocks ------------------------------------------------------------------------------------
    def quiet(self) -> None:
        """End the run of text: close the written marks, forget the space at its end."""
        for mark in reversed(self.marks[: self.live]):
            self.out.append(f"</{mark.name}>")
        self.live = 0
        self.space = ""
        self.run = False

    def settle(self) -> None:
        """Write the end tag that was waiting."""
        if self.item is not None:
            self.out.append("</li>")
            self.item = None

    def pop(self) -> None:
        """Close the innermost block."""
        self.quiet()
        self.settle()
        frame = self.stack.pop()
        frame.closed = True
        if frame.name == "li":
            self.item = frame
        elif frame.name:
            self.out.append(f"</{frame.name}>")

    def push(self, name: str, tag: str, inside: int, implied: bool = False) -> Frame:
        """Open a block."""
        self.quiet()
        self.settle()
        if tag:
            self.out.append(tag)
        frame = Frame(name, inside, implied)
        self.stack.append(frame)
        return frame

    def make_room(self) -> bool:
        """Close and open what it takes until a block may stand here; False inside a heading or pre."""
        while True:
            top = self.stack[-1]
            if top.inside in (WRAP, MIXED):
                return True
            if top.inside == TEXT and top.name == "p":
                self.pop()
            elif top.inside in (TEXT, PRE):
                if self.run:
                    self.space = "\n" if top.inside == PRE else " "
                return False
            elif top.implied and top.inside == LIST:
                self.pop()
            else:
                name = MISSING[top.inside]
                self.push(name, f"<{name}>", INSIDE[name], implied=True)

    def block(self, name: str, attributes: dict[str, str]) -> Frame | None:
        """Start a block of ours, or dissolve it where none may stand."""
        if name in ("ul", "ol") and self.item is not None and self.stack[-1].inside == LIST:
            item, self.item = self.item, None  # <ul><li>a</li><ul>: the inner list belongs to a
            item.closed, item.implied = False, True
            self.stack.append(item)
        if not self.make_room():
            return None
        if name == "hr" or "data-block" in attributes:
            self.quiet()
            self.settle()
            self.out.append(open_tag(name, attributes) + ("" if name == "hr" else f"</{name}>"))
            return None
        return self.push(name, open_tag(name, attributes), INSIDE[name])

    def part(self, name: str, attributes: dict[str, str]) -> Frame | None:
        """Start a part of a list or table; where that is missing, make it or dissolve the part."""
        while self.stack[-1].name == "p":
            self.pop()
        if name == "figcaption":
            if self.stack[-1].name == "figure":
                return self.push(name, "<figcaption>", TEXT)
            return self.block("p", {})
        wanted = PARENT[name]
        if self.stack[-1].implied and self.stack[-1].inside == MIXED:
            self.pop()
        while self.stack[-1].implied and self.stack[-1].inside > wanted:
            self.pop()
        if name == "li" and self.stack[-1].inside != LIST and self.make_room():
            self.push("ul", "<ul>", LIST, implied=True)
        while name not in ("li", "caption") and TABLE <= self.stack[-1].inside < wanted:
            made = MISSING[self.stack[-1].inside]
            self.push(made, f"<{made}>", INSIDE[made], implied=True)
        if self.stack[-1].inside == wanted:
            return self.push(name, open_tag(name, attributes), INSIDE[name])
        return self.push("", "", WRAP) if self.make_room() else None

    def wrapper(self) -> Frame | None:
        """Start a `div` or its like: it ends the line before it and holds lines of its own."""
        if self.stack[-1].implied and self.stack[-1].inside == LIST:
            self.pop()
        if self.stack[-1].inside in (LIST, TABLE, ROWS, ROW) or not self.make_room():
            return None
        return self.push("", "", WRAP)

    # -- text --------------------------------------------------------------------------------------
    def ready(self) -> bool:
        """Make a place where text may stand; True where white space at its edges does not count."""
        top = self.stack[-1]
        if top.inside in (WRAP, LIST, TABLE, ROWS, ROW):
            self.make_room()
            top = self.stack[-1]
            if top.inside == WRAP:
                top = self.push("p", "<p>", TEXT, implied=True)
        return top.implied or top.inside == MIXED

    def emit(self, written: str) -> None:
        """Write text or a picture, its marks opened before it."""
        if self.space:
            self.out.append(self.space)
            self.space = ""
        if self.live < len(self.marks):
            self.out.extend(mark.tag for mark in self.marks[self.live :])
            self.live = len(self.marks)
        self.out.append(written)
        self.run = True

    def text(self, text: str) -> None:
        """Running text."""
        inside = self.stack[-1].inside
        if inside not in (TEXT, PRE) and not text.strip(SPACE):
            if self.run and inside == MIXED:
                self.space = self.space or text
            return
        if self.ready():
            body = text.rstrip(SPACE)
            tail = text[len(body) :]
            if not self.run:
                body = body.lstrip(SPACE)
            if body:
                if body[0] in SPACE:
                    self.space = ""
                self.emit(escape_text(body))
            if self.run:
                self.space = self.space or tail
            return
        if inside == PRE and self.out[-1] == "<pre>":
            text = text.lstrip("\n")  # a parser drops the first newline: once would be never enough
        if text:
            if text[0] in SPACE:
                self.space = ""
            self.emit(escape_text(text))

    def atom(self, name: str, tag: str) -> None:
        """A line break or a picture."""
        if name == "br" and self.stack[-1].inside == PRE:
            self.text("\n")
        elif name == "br" and not self.run and self.stack[-1].inside not in (TEXT, PRE):
            return
        else:
            self.ready()
            if name == "br":
                self.space = ""
            self.emit(tag)

    # -- tags --------------------------------------------------------------------------------------
    def start(self, token: Start) -> None:
        """A start tag of the input."""
        name = RENAMED.get(token.name, token.name)
        attributes = kept_attributes(name, token.attributes) if token.attributes or name in ("a", "img") else {}
        done: Frame | Mark | None = None
        if name in ("br", "img"):
            if attributes is not None:
                self.atom(name, open_tag(name, attributes))
            return
        if name == "hr":
            self.block("hr", {})
            return
        if name in MARKS:
            done = self.mark(name, attributes)
        elif name in BLOCKS:
            done = self.block(name, attributes or {})
        elif name in PARTS:
            done = self.part(name, attributes or {})
        elif name in DISSOLVED:
            done = self.wrapper()
        self.opened.append((token.name, done))

    def mark(self, name: str, attributes: dict[str, str] | None) -> Mark | None:
        """Start a mark, unless it says what is said already."""
        if attributes is None or any(mark.name == name for mark in self.marks):
            return None
        if name == "code" and not (self.stack[-1].inside == PRE and not self.marks):
            attributes = {}
        made = Mark(name, open_tag(name, attributes))
        self.marks.append(made)
        return made

    def end(self, name: str) -> None:
        """An end tag of the input; one that closes nothing is left out."""
        if not self.opened or self.opened[-1][0] != name:
            return
        done = self.opened.pop()[1]
        if isinstance(done, Mark):
            if self.live == len(self.marks):
                self.out.append(f"</{done.name}>")
                self.live -= 1
            self.marks.pop()
        elif done is not None:
            while not done.closed:
                self.pop()
        elif RENAMED.get(name, name) not in MARKS:
            self.part_words()

    def part_words(self) -> None:
        """A block dissolved in a heading or pre ends: the words after it are words of their own."""
        top = self.stack[-1]
        if self.run and top.inside in (TEXT, PRE) and top.name != "p":
            self.space = "\n" if top.inside == PRE else " "


def write(html: str) -> str:
    """HTML as a serialiser wrote it -> the same document in canonical form. Linear, never raises."""
    writer = Writer()
    for token in tokens(html):
        if isinstance(token, Text):
            writer.text(token.text)
        elif isinstance(token, End):
            writer.end(token.name)
        else:
            writer.start(token)
    while len(writer.stack) > 1:
        writer.pop()
    writer.quiet()
    writer.settle()
    return "".join(writer.out)
