"""Lines -> lines with the structure that people type by hand: bullets, numbers, keycaps, addresses."""

import re
from dataclasses import dataclass, replace
from itertools import groupby

from cms.errors import TooLarge
from cms.markup.addresses import typed_addresses
from cms.markup.clean.guard import MOST_CHARACTERS, MOST_TAGS
from cms.markup.paste.lines import Line, Run

WHITE = " \t\n\r\xa0"
SPACES = re.compile(f"[{WHITE}]+")
NOTHING = re.compile("[\\s\u200b\ufeff\u2800\u2063\u3164]*")
BULLET = re.compile(r"\s*([•●▪■∙‣⁃◦○▫·])\s*(?=\S)")
DASH = re.compile(r"\s*([-–—*])\s+(?=\S)")
NUMBER = re.compile(r"\s*\(?(\d{1,3})[.)]\s+(?=\S)")
KEYCAP = re.compile("\\s*[0-9#*]\ufe0f?\u20e3|\\s*\U0001f51f")
INNER_BULLETS = "◦○▫⁃"
LONGEST_HEADING = 80
# A hashtag or a name linked to the service that it was copied from.
SERVICE_LINK = re.compile(
    r"/|https?://(?:[a-z]+\.)?(?:instagram|facebook|threads|x|twitter|linkedin)\.com/", re.IGNORECASE
)
STANDING = frozenset({"hr", "img", "block", "table"})


@dataclass(slots=True)
class Shaped:
    """The lines, and what was done by hand before."""

    lines: list[Line]
    bullets: bool = False
    numbers: bool = False
    links: bool = False
    shifted: bool = False
    title: str = ""


def shape(lines: list[Line], *, titled: bool = False) -> Shaped:
    """Give lines the structure that was typed; `titled` asks for the document's title apart from its text.

    Raises TooLarge for more text than a post can hold.
    """
    characters = sum(len(run.text) for line in lines for run in line.runs if not run.text.isspace())
    if characters > MOST_CHARACTERS or len(lines) > MOST_TAGS:
        raise TooLarge(
            f"This text has {characters:,} characters in {len(lines):,} lines; {MOST_CHARACTERS:,} and {MOST_TAGS:,} "
            "are the most that one post can hold. Please paste it in parts."
        )
    done = Shaped([line for line in map(tidy, lines) if line.kind in STANDING or line.runs or line.held])
    unblank(done.lines, lines)
    plain_marks(done.lines)
    if titled:
        take_title(done)
    typed_lists(done)
    keycap_headings(done.lines)
    heading_levels(done)
    for line in done.lines:
        line.runs = joined([without_service(run) for run in line.runs])
        if line.kind != "pre" and ("://" in line.text or "www." in line.text):
            line.runs, found = with_links(line.runs)
            done.links = done.links or found
    return done


def unblank(kept: list[Line], before: list[Line]) -> None:
    """What an empty line that went leaves behind: a new paragraph, or the item that it began."""
    staying = set(map(id, kept))
    gone: Line | None = None
    for line in before:
        if id(line) not in staying:
            gone = gone if gone and gone.kind == "item" else line
            continue
        if gone is not None:
            line.soft = False
            if line.kind == "more" and gone.kind == "item":
                line.kind, line.level, line.ordered, line.start = "item", gone.level, gone.ordered, gone.start
        gone = None


def tidy(line: Line) -> Line:
    """Runs with single spaces, none at the ends, and marks that hold words rather than spaces."""
    if line.kind == "pre":
        return line
    for row in line.rows:
        for cell in row:
            cell.lines = shape(cell.lines).lines
    if NOTHING.fullmatch(line.text):
        line.runs = []
        return line
    pieces: list[Run] = []
    for run in line.runs:
        text = run.text.replace("\u200b", "").replace("\ufeff", "")
        core = text.strip(WHITE)
        if not core:
            pieces.append(replace(run, text=text))
            continue
        at = text.index(core[0])
        lead, tail = text[:at], text[at + len(core) :]
        pieces += [replace(run, text=lead), replace(run, text=SPACES.sub(inner_space, core)), replace(run, text=tail)]
    line.runs = joined(between_words(pieces))
    return line


def inner_space(match: re.Match[str]) -> str:
    """White space inside a run as one space."""
    space, whole = match[0], match.string
    return space if space == " " else no_break(space, whole[match.start() - 1], whole[match.end()])


def between_words(pieces: list[Run]) -> list[Run]:
    """Spaces once between words, with the marks that the words on both sides share."""
    out: list[Run] = []
    space = ""
    for piece in pieces:
        if not piece.text.strip(WHITE):
            space += piece.text
            continue
        if space and out:
            shared = out[-1].marks & piece.marks
            href = piece.href if out[-1].href == piece.href else ""
            out.append(Run(no_break(space, out[-1].text[-1], piece.text[0]), shared, href))
        out.append(piece)
        space = ""
    return out


def no_break(space: str, before: str, after: str) -> str:
    """One space; a no-break space stays where typography wants it: after a number, before a French sign."""
    wanted = space == "\xa0" and (before.isdigit() or before == "«" or after in "?!:;»%")
    return space if wanted else " "


def joined(runs: list[Run]) -> list[Run]:
    """Neighbours with the same marks as one run."""
    out: list[Run] = []
    for (marks, href), same in groupby(runs, key=lambda run: (run.marks, run.href)):
        out.append(Run("".join(run.text for run in same), marks, href))
    return out


def plain_marks(lines: list[Line]) -> None:
    """Marks that say nothing go: bold or italic all over a heading, a font for code all over a line."""
    for line in lines:
        for mark in ("strong", "em", "u") if line.kind == "h" else ("mono",):
            if all(mark in run.marks for run in line.runs if run.text.strip()):
                unmark(line, mark)
        if any("mono" in run.marks for run in line.runs):
            line.runs = joined([replace(run, marks=as_code(run.marks)) for run in line.runs])


def as_code(marks: frozenset[str]) -> frozenset[str]:
    """Words in a font for code, among others that are not, are code."""
    return marks - {"mono"} | {"code"} if "mono" in marks else marks


def unmark(line: Line, mark: str) -> None:
    """Take a mark from all runs of a line."""
    line.runs = joined([replace(run, marks=run.marks - {mark}) for run in line.runs])


# -- lists typed by hand -------------------------------------------------------------------------------
def typed_lists(done: Shaped) -> None:
    """Lines with typed bullets become items; so do two and more lines numbered in order or dashed."""
    lines = done.lines
    at = 0
    while at < len(lines):
        if lines[at].kind not in ("p", "more") or KEYCAP.match(lines[at].text):
            at += 1
            continue
        if BULLET.match(lines[at].text):
            at = bulleted(lines, at)
            done.bullets = True
            continue
        dashes = alike(lines, at, DASH)
        numbers = numbered(lines, at)
        if dashes >= 2:
            for line in lines[at : at + dashes]:
                to_item(line, DASH)
            done.bullets = True
        elif numbers >= 2:
            first = NUMBER.match(lines[at].text)
            for line in lines[at : at + numbers]:
                to_item(line, NUMBER, ordered=True, start=int(first[1]) if first else 1)
            done.numbers = True
        at += max(dashes if dashes >= 2 else 0, numbers if numbers >= 2 else 0, 1)


def bulleted(lines: list[Line], at: int) -> int:
    """Make a run of bulleted lines items; hollow bullets after full ones are one level deeper."""
    outer = ""
    while at < len(lines) and lines[at].kind in ("p", "more") and (match := BULLET.match(lines[at].text)):
        if not outer:
            outer = match[1]
        deeper = match[1] in INNER_BULLETS and match[1] != outer
        to_item(lines[at], BULLET, level=2 if deeper else 1)
        at += 1
    return at


def alike(lines: list[Line], at: int, pattern: re.Pattern[str]) -> int:
    """How many lines from here on begin so."""
    count = 0
    while at + count < len(lines) and lines[at + count].kind in ("p", "more") and pattern.match(lines[at + count].text):
        count += 1
    return count


def numbered(lines: list[Line], at: int) -> int:
    """How many lines from here on are numbered one after the other."""
    count = 0
    before = None
    while at + count < len(lines) and lines[at + count].kind in ("p", "more"):
        match = NUMBER.match(lines[at + count].text)
        if not match or (before is not None and int(match[1]) != before + 1):
            break
        before = int(match[1])
        count += 1
    return count


def to_item(line: Line, pattern: re.Pattern[str], ordered: bool = False, start: int = 1, level: int = 1) -> None:
    """A typed item without what was typed for its bullet."""
    match = pattern.match(line.text)
    cut = match.end() if match else 0
    runs: list[Run] = []
    for run in line.runs:
        taken = min(cut, len(run.text))
        cut -= taken
        if run.text[taken:]:
            runs.append(replace(run, text=run.text[taken:]))
    inside = line.level if line.kind == "more" else 0
    line.kind, line.runs, line.soft = "item", runs, False
    line.level, line.ordered, line.start = inside + level, ordered, start


# -- headings ------------------------------------------------------------------------------------------
def take_title(done: Shaped) -> None:
    """The title that the document begins with leaves the lines: a heading above all the others."""
    first, others = done.lines[:1], done.lines[1:]
    highest = min((line.level for line in others if line.kind == "h"), default=7)
    if first and others and first[0].kind == "h" and not first[0].quote and first[0].level < highest:
        done.title = " ".join(first[0].text.split())
        done.lines = others


def keycap_headings(lines: list[Line]) -> None:
    """A short line that begins with a keycap (1️⃣ Toe yoga) and has text under it is a heading.

    Keycap lines one right after the other are steps, and stay as they are; none ever becomes a numbered
    list, for the emoji is the author's.
    """
    for at, line in enumerate(lines[:-1]):
        if line.kind != "p" or line.quote or not KEYCAP.match(line.text) or len(line.text) > LONGEST_HEADING:
            continue
        words = KEYCAP.sub("", line.text).strip()
        after = lines[at + 1]
        ends = words[-1:] in ".,;…" or not any(map(str.isalpha, words))
        if not ends and after.kind not in ("h", "hr") and not KEYCAP.match(after.text):
            line.kind, line.level, line.soft = "h", 2, False
            after.soft = False
            plain_marks([line])


def heading_levels(done: Shaped) -> None:
    """Headings from level 2 to 4: level 1 is the post's title, so a document that uses it moves down whole."""
    found = [line for line in done.lines if line.kind == "h"]
    done.shifted = any(line.level <= 1 for line in found)
    for line in found:
        line.level = min(max(line.level + done.shifted, 2), 4)


def without_service(run: Run) -> Run:
    """A run that is not linked to another service's page about a hashtag or a person."""
    if run.href and run.text[:1] in "#＃@" and SERVICE_LINK.match(run.href):
        return replace(run, href="")
    return run


# -- addresses -----------------------------------------------------------------------------------------
def with_links(runs: list[Run]) -> tuple[list[Run], bool]:
    """Runs with the web addresses in their text as links, and whether there were any."""
    out: list[Run] = []
    for run in runs:
        if run.href or "code" in run.marks:
            out.append(run)
            continue
        at = 0
        for start, end, url in typed_addresses(run.text):
            out += [replace(run, text=run.text[at:start]), replace(run, text=run.text[start:end], href=url)]
            at = end
        out.append(replace(run, text=run.text[at:]))
    return [run for run in out if run.text], any(run.href for run in out) and out != runs
