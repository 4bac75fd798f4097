"""A post's file in two: front matter, cut into the lines of each key, and body."""

import re
from dataclasses import dataclass, field

from yaml import Node

from cms.library import yaml_read
from cms.library.problems import Unusable

FENCE = "---"
FIRST_LINE = 2  # the front matter begins below the opening fence


@dataclass(slots=True)
class Front:
    """`chunks` holds each key's own lines, with the comments above it; `values` its parsed value;
    `lines` where it stands in the file."""

    chunks: dict[str, str] = field(default_factory=dict)
    values: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


def split(text: str) -> tuple[str, str]:
    """Front matter and body. Raises Unusable if the fences are missing."""
    found = re.match(r"---[ \t]*\r?\n", text)
    if not found:
        raise Unusable(
            1,
            "The file does not begin with front matter.",
            "Begin it with a line ---, then title: and the like, then a line --- again.",
        )
    end = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.M).search(text, found.end())
    if end is None:
        raise Unusable(1, "The front matter has no end.", "Put a line --- below it, before the text.")
    return text[found.end() : end.start()], text[end.end() :]


def parse(front: str, first_line: int = FIRST_LINE) -> Front:
    """Cut front matter, or any file of `key: value`, into its keys. Raises Unusable with the line of the file."""
    parsed = Front()
    root = yaml_read.compose(front, first_line)
    if root is None:
        return parsed
    starts: list[tuple[int, str]] = []
    for key, key_node, value in yaml_read.pairs(root, first_line):
        parsed.values[key] = value
        parsed.lines[key] = yaml_read.line_of(key_node, first_line)
        starts.append((int(key_node.start_mark.index), key))
    if not _is_block(front, starts):  # {title: …} on one line: nothing to cut
        return parsed
    cuts = [0, *(above(front, index) for index, _ in starts[1:]), len(front)]
    for number, (_, key) in enumerate(starts):
        parsed.chunks[key] = front[cuts[number] : cuts[number + 1]]
    if parsed.chunks and not (last := parsed.chunks[starts[-1][1]]).endswith("\n"):
        parsed.chunks[starts[-1][1]] = last + "\n"
    return parsed


def above(text: str, index: int) -> int:
    """Where the comments and empty lines begin that stand right above a line."""
    while index > 0:
        start = text.rfind("\n", 0, index - 1) + 1
        line = text[start:index]
        if line.strip() and not line.startswith("#"):
            break
        index = start
    return index


def comments(chunk: str) -> str:
    """The comments and empty lines at the beginning of a chunk."""
    lines = chunk.splitlines(keepends=True)
    count = next((n for n, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    return "".join(lines[:count])


def _is_block(front: str, starts: list[tuple[int, str]]) -> bool:
    """Whether every key begins a line of its own."""
    return all(index == 0 or front[index - 1] == "\n" for index, _ in starts)
