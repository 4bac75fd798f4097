"""Lines -> HTML. What comes out is still to be cleaned; here it is only put together."""

from cms.markup.paste.lines import Cell, Line, Run
from cms.markup.paste.shaped import STANDING, unmark
from cms.markup.tokens import escape_text, escape_value, open_tag

# The order in which marks nest.
INSIDE_ITEMS = STANDING | {"pre"}
ORDER = ("strong", "em", "u", "s", "sub", "sup", "mark", "code")


def html_of(lines: list[Line]) -> str:
    """All lines, nested again."""
    out: list[str] = []
    lists: list[str] = []  # the names of the open lists; in each an item is open
    quote = ""
    for at, line in enumerate(lines):
        if line.quote != quote:
            close(out, lists, 0)
            if quote:
                out.append("</blockquote>")
            if line.quote:
                out.append(open_tag("blockquote", {"class": "pull"} if line.quote == "pull" else None))
            quote = line.quote
        if line.kind == "item":
            open_item(out, lists, line)
            out.append(runs_html(line.runs))
        elif line.kind == "more" and lists:
            close(out, lists, max(line.level, 1))
            out.append(f"<br>{runs_html(line.runs)}" if line.soft else f"<p>{runs_html(line.runs)}</p>")
        elif line.kind in INSIDE_ITEMS and lists and inside_item(lines, at):
            out.append(block_html(line, out))
        else:
            close(out, lists, 0)
            out.append(block_html(line, out))
    close(out, lists, 0)
    if quote:
        out.append("</blockquote>")
    return "".join(out)


def inside_item(lines: list[Line], at: int) -> bool:
    """Whether a picture or table stands in an item: it begins one, or the list goes on after it."""
    after = lines[at + 1].kind if at + 1 < len(lines) else ""
    return lines[at - 1].held or after in ("item", "more")


def open_item(out: list[str], lists: list[str], line: Line) -> None:
    """Close and open lists until an item of this level may begin, and begin it."""
    level = min(line.level, len(lists) + 1)
    close(out, lists, level)
    name = "ol" if line.ordered else "ul"
    if len(lists) == level:
        out.append("</li>")
        if lists[-1] != name:
            out.append(f"</{lists.pop()}>")
    if len(lists) < level:
        out.append(open_tag(name, {"start": str(line.start)} if line.ordered and line.start != 1 else None))
        lists.append(name)
    out.append("<li>")


def close(out: list[str], lists: list[str], level: int) -> None:
    """Close the lists deeper than a level."""
    while len(lists) > level:
        out.append(f"</li></{lists.pop()}>")


def block_html(line: Line, out: list[str]) -> str:
    """A line that is a block of its own, or a soft one that goes on in the paragraph before."""
    if line.kind == "hr":
        return "<hr>"
    if line.kind == "img":
        return f"<figure>{open_tag('img', line.attributes)}</figure>"
    if line.kind == "block":
        return f"{open_tag('figure', line.attributes)}</figure>"
    if line.kind == "table":
        return table_html(line)
    if line.kind == "pre":
        return f"<pre>{open_tag('code', line.attributes)}{escape_text(line.text)}\n</code></pre>"
    if line.kind == "h":
        return f"<h{line.level}>{runs_html(line.runs)}</h{line.level}>"
    start = "<p>"
    if line.soft and out and out[-1].endswith("</p>"):
        out[-1] = out[-1].removesuffix("</p>")
        start = "<br>"
    return f"{start}{runs_html(line.runs)}</p>"


def runs_html(runs: list[Run]) -> str:
    """Runs as HTML; marks that neighbours share stay open between them."""
    out: list[str] = []
    open_marks: list[tuple[str, str]] = []
    for run in runs:
        wanted = [("a", run.href)] if run.href else []
        wanted += [(mark, "") for mark in ORDER if mark in run.marks]
        same = 0
        while same < min(len(wanted), len(open_marks)) and wanted[same] == open_marks[same]:
            same += 1
        out += [f"</{name}>" for name, _ in reversed(open_marks[same:])]
        for name, href in wanted[same:]:
            out.append(f'<a href="{escape_value(href)}">' if name == "a" else f"<{name}>")
        open_marks = wanted
        out.append(escape_text(run.text))
    out += [f"</{name}>" for name, _ in reversed(open_marks)]
    return "".join(out)


def table_html(line: Line) -> str:
    """A table; a first row that is bold all over is its head."""
    rows, caption = line.rows, runs_html(line.runs)
    head = all(cell.head for cell in rows[0]) or (len(rows) > 1 and all(is_bold(cell.lines) for cell in rows[0]))
    parts = [f"<caption>{caption}</caption>" if caption else ""]
    if head:
        parts.append(f"<thead>{row_html(rows[0], True)}</thead>")
    if body := rows[1:] if head else rows:
        parts.append(f"<tbody>{''.join(row_html(row, False) for row in body)}</tbody>")
    return f"<table>{''.join(parts)}</table>"


def is_bold(lines: list[Line]) -> bool:
    """Whether a cell holds bold words and nothing else."""
    runs = [run for line in lines for run in line.runs if run.text.strip()]
    return bool(runs) and all(line.kind == "p" for line in lines) and all("strong" in run.marks for run in runs)


def row_html(row: list[Cell], head: bool) -> str:
    """One row; what is a head cell need not be bold besides."""
    out: list[str] = []
    for cell in row:
        name = "th" if head or cell.head else "td"
        if name == "th" and is_bold(cell.lines):
            for line in cell.lines:
                unmark(line, "strong")
        alone = len(cell.lines) == 1 and cell.lines[0].kind == "p"
        inner = runs_html(cell.lines[0].runs) if alone else html_of(cell.lines)
        out.append(f"{open_tag(name, cell.attributes)}{inner}</{name}>")
    return f"<tr>{''.join(out)}</tr>"
