"""What a clipboard holds -> honest structure: headings, real lists, tables, links, real bold only.

The one implementation for the editor (which sends the raw clipboard string) and for importers. A clipboard's
HTML is read as a tree (`tree`), flattened into lines (`walk`), given the structure that people type by
hand (`shaped`), and written (`written`); then it is cleaned like everything from outside.
"""

import re
from dataclasses import dataclass, field, replace
from gettext import gettext as _

from cms.errors import BadInput, TooLarge
from cms.markup.clean import Removed, clean
from cms.markup.clean.guard import MOST_CHARACTERS, characters
from cms.markup.clean.report import report
from cms.markup.markdown.reader import read as read_markdown
from cms.markup.paste.plain import looks_like_markdown, text_lines
from cms.markup.paste.shaped import Shaped, shape
from cms.markup.paste.tree import read_tree
from cms.markup.paste.walk import read_lines
from cms.markup.paste.written import html_of

__all__ = ["Pasted", "paste"]

# HTML that only colours text: code editors copy Markdown like this.
STRUCTURE = re.compile(r"<(?:p|h[1-6]|ul|ol|table|b|strong|i|em|a|img|blockquote|pre|hr)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pasted:
    """Clean HTML to put into the post, notes for the author in plain English, what was left behind, and the
    document's title, if it was asked for apart and there is one."""

    html: str
    notes: list[str] = field(default_factory=list)
    removed: tuple[Removed, ...] = ()
    title: str = ""


def paste(html: str | None, text: str | None = None, *, titled: bool = False) -> Pasted:
    """A clipboard's HTML (else its plain text) as clean HTML; cleaning that again changes nothing.

    `titled` asks for the title that the document begins with apart from its text.

    Takes up to 4,000,000 characters and 60,000 tags in linear time. Raises TooLarge or BadInput, with the cure.
    """
    text = text or ""
    if html and html.strip() and not (looks_like_markdown(text[:MOST_CHARACTERS]) and not STRUCTURE.search(html)):
        pasted = from_html(html, titled=titled)
        if pasted.html or not text.strip():
            return pasted
    return from_text(text, titled=titled)


def from_html(html: str, *, titled: bool = False) -> Pasted:
    """A clipboard's HTML."""
    html = characters(html)[0]
    reader = read_lines(read_tree(html))
    done = shape(reader.lines, titled=titled)
    cleaned = clean(html_of(done.lines))
    notes = notes_on(done, reader.pictures)
    if reader.styled:
        notes.append(_("Fonts, colours and sizes were left behind."))
    lost = tuple(x for x in report(html, 0) if x.kind != "attribute" and not noise(x))
    return Pasted(cleaned.html, notes, lost, done.title)


def from_text(text: str, *, titled: bool = False) -> Pasted:
    """A clipboard's plain text, read as Markdown if it looks like it."""
    if len(text) > MOST_CHARACTERS:
        raise TooLarge(
            f"This text has {len(text):,} characters; {MOST_CHARACTERS:,} is the most that one post can hold. "
            "Please paste it in parts."
        )
    text = characters(text)[0]
    if looks_like_markdown(text):
        try:
            pasted = from_html(read_markdown(text, ours=False)[0], titled=titled)
        except BadInput:
            pass  # too deep or too large as Markdown: as lines it may fit
        else:
            return replace(pasted, notes=[_("This looked like Markdown and was read as such."), *pasted.notes])
    done = shape(text_lines(text))
    return Pasted(clean(html_of(done.lines)).html, notes_on(done, 0))


def notes_on(done: Shaped, pictures: int) -> list[str]:
    """What the author should know, in plain English."""
    notes: list[str] = []
    if pictures:
        what = _("1 picture") if pictures == 1 else _("{n} pictures").format(n=pictures)
        place = _("A note in square brackets marks the place: add it with “Add picture”.")
        notes.append(_("{pictures} could not come along.").format(pictures=what) + f" {place}")
    if done.bullets:
        notes.append(_("Typed bullets became a list."))
    if done.numbers:
        notes.append(_("Lines numbered by hand became a numbered list."))
    if done.links:
        notes.append(_("Web addresses became links."))
    if done.shifted:
        notes.append(_("Headings moved one level down, because the post’s title is the first level."))
    return notes


def noise(removed: Removed) -> bool:
    """What every clipboard of an office program holds and nobody misses; pictures have a note of their own."""
    if removed.kind == "address":
        return not removed.name.lower().startswith(("javascript:", "vbscript:"))
    return removed.name in ("style", "xml", "input") or (removed.kind == "element" and ":" in removed.name)
