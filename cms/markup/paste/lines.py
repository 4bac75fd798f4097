"""A document as a flat list of lines, each with what it is and its runs of text.

Every program that people copy from has its own idea of lists and headings; as lines they are all alike:
a kind, a level, and text with marks. Nesting is put back when the lines are written.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Run:
    """Text with its marks; `href` is "" or the address that it links to."""

    text: str
    marks: frozenset[str] = frozenset()
    href: str = ""


@dataclass(slots=True)
class Line:
    """One line of a document.

    `kind`: p, h (with `level` 1 to 6; 0 is the document's title), item (`level` from 1), more (another paragraph
    of the item before), pre, hr, img and block (with `attributes`), or table (with `rows`; its caption is the text).
    `soft`: it followed a line break, not the end of a paragraph. `quote`: "" or "plain" or "pull".
    `held`: it stays though it has no text, for a picture or table follows in the same item.
    """

    kind: str
    runs: list[Run] = field(default_factory=list)
    level: int = 0
    ordered: bool = False
    start: int = 1
    soft: bool = False
    quote: str = ""
    held: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    rows: "list[list[Cell]]" = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(slots=True)
class Cell:
    """A cell of a table."""

    head: bool
    attributes: dict[str, str]
    lines: list[Line]
