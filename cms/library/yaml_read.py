"""YAML with the line of everything that is said, read so that no file can hurt.

libyaml builds its tree by recursion in C: 200,000 opening brackets end the process. So the events are
counted first, without recursion; a file that nests deeper than any honest one is refused by its line.
Scalars keep their spelling (`1.10`, `2026-11-22`, `yes`): what they mean is for the field to say.
"""

from collections.abc import Iterator
from typing import Any

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from cms.library.problems import Unusable

try:
    from yaml import CSafeLoader as Loader  # ten times as fast
except ImportError:  # pragma: no cover - PyYAML built without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]  # where libyaml is not built in

DEEPEST = 32
MOST_NODES = 200_000
TRUE = {"true", "yes", "on", "y"}
FALSE = {"false", "no", "off", "n"}


def compose(text: str, first_line: int = 1) -> Node | None:
    """The tree of one YAML document; `first_line` is the line of the file at which the text begins.

    Raises Unusable with the line for what is no YAML, nests too deep, or repeats itself without end.
    """
    try:
        _count(text, first_line)
        return yaml.compose(text, Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise Unusable(
            line, f"This is not valid YAML: {what}.", "Mend this line; text with : or # in it wants quotes."
        ) from None
    except yaml.reader.ReaderError as error:
        line = first_line + text.count("\n", 0, int(error.position))
        raise Unusable(
            line, "Here stands a character that YAML does not allow.", "Delete it, or write it as \\x.. in quotes."
        ) from None


def _count(text: str, first_line: int) -> None:
    depth = 0
    for nodes, event in enumerate(yaml.parse(text, Loader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST or nodes > MOST_NODES:
            raise Unusable(
                first_line + (event.start_mark.line if event.start_mark else 0),
                "This nests too deep or holds too much.",
                "Make it simpler.",
            )


def line_of(node: Node, first_line: int = 1) -> int:
    return first_line + int(node.start_mark.line)


def pairs(node: Node, first_line: int = 1) -> Iterator[tuple[str, Node, Node]]:
    """Key, key node and value node of a mapping. Raises Unusable for no mapping and for a key said twice."""
    if not isinstance(node, MappingNode):
        raise Unusable(
            line_of(node, first_line), "Here should stand lines such as “name: value”.", "Write it that way."
        )
    seen: set[str] = set()
    for key_node, value in node.value:
        if not isinstance(key_node, ScalarNode):
            raise Unusable(line_of(key_node, first_line), "A name must be one word.", "Mend this line.")
        key = str(key_node.value)
        if key in seen:
            raise Unusable(line_of(key_node, first_line), f"“{key}” stands here twice.", "Delete one of them.")
        seen.add(key)
        yield key, key_node, value


def items(node: Node, first_line: int = 1) -> list[Node]:
    """The items of a list. Raises Unusable if it is none."""
    if is_null(node):
        return []
    if not isinstance(node, SequenceNode):
        raise Unusable(
            line_of(node, first_line), "Here should stand a list.", "Write [one, two], or lines beginning with “- ”."
        )
    return list(node.value)


def is_scalar(node: Node) -> bool:
    return isinstance(node, ScalarNode)


def is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def text(node: Node, first_line: int = 1) -> str:
    """A scalar as it is spelled. Raises Unusable for lists and mappings."""
    if not isinstance(node, ScalarNode):
        raise Unusable(line_of(node, first_line), "Here should stand a text.", "Write it in one line, in quotes.")
    return "" if is_null(node) else str(node.value)


def plain(node: Node, first_line: int = 1) -> Any:
    """Any value as plain data, for what Midstance does not know. Dates and the like stay as spelled."""
    budget = [MOST_NODES]
    return _plain(node, first_line, budget, 0)


def _plain(node: Node, first_line: int, budget: list[int], depth: int) -> Any:
    budget[0] -= 1
    if budget[0] < 0 or depth > DEEPEST:
        raise Unusable(
            line_of(node, first_line), "This repeats itself without end (& and *).", "Write it out, or delete it."
        )
    if isinstance(node, SequenceNode):
        return [_plain(item, first_line, budget, depth + 1) for item in node.value]
    if isinstance(node, MappingNode):
        return {key: _plain(value, first_line, budget, depth + 1) for key, _, value in pairs(node, first_line)}
    return _scalar(node)


def _scalar(node: Node) -> Any:
    spelled = str(node.value)
    kind = str(node.tag).removeprefix("tag:yaml.org,2002:")
    if kind == "null":
        return None
    if kind == "bool":
        return spelled.lower() in TRUE
    if kind == "int" and len(spelled) < 18 and spelled.lstrip("+-").isdecimal() and not spelled.startswith("0"):
        return int(spelled)
    if kind == "float" and spelled.replace(".", "", 1).lstrip("+-").isdecimal():
        return float(spelled)
    return spelled
