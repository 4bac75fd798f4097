"""Blocks in Markdown: a fenced block whose info is a kind, with YAML inside."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import yaml

from cms.errors import BadInput
from cms.markup.clean.policy import BLOCK_ID

KINDS = frozenset({"exercise", "booking", "video", "question", "reference"})
# A kind that a plugin brings is written "block kind", so that no language of a code block is taken for one.
# "data" behind it says that the block stands elsewhere, within raw HTML, and this is only what it holds.
KIND = re.compile("[a-z][a-z0-9_-]{0,39}")
INFO = re.compile(rf"(?:({'|'.join(sorted(KINDS))})|block ({KIND.pattern}))( data)?")
LONGEST = 20_000
MOST_VALUES = 2_000
DEEPEST = 40


class BadBlock(BadInput):
    """A block that cannot be read; `line` is its line in the Markdown, counted from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"Line {line}: {problem}")
        self.line = line
        self.problem = problem


def kind_of(info: str) -> tuple[str, bool] | None:
    """The block kind that a fence's info names, and whether the block stands here; None for a code block."""
    match = INFO.fullmatch(info.strip())
    return (match[1] or match[2], not match[3]) if match else None


def read_block(kind: str, content: str, line: int, number: int) -> tuple[str, dict[str, Any]]:
    """The id and the data of a fenced block; `number` names it if it has no id.

    Raises BadBlock with the line and the cure.
    """
    if len(content) > LONGEST:
        raise BadBlock(line, f"this {kind} block is longer than {LONGEST:,} characters. Please shorten it.")
    try:
        data = yaml.safe_load(content) if content.strip() else {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = line + 1 + (mark.line if mark else 0)
        problem = getattr(error, "problem", None) or "it is not valid YAML"
        raise BadBlock(
            where,
            f"this {kind} block cannot be read ({problem}). Write one “name: value” a line; "
            "put a value with a colon in it between quotes.",
        ) from error
    except (RecursionError, ValueError, OverflowError) as error:
        raise BadBlock(line, f"this {kind} block has a value that cannot be read ({error}).") from error
    if not isinstance(data, dict):
        raise BadBlock(line, f"this {kind} block needs “name: value” lines, such as “id: short-foot”.")
    plain = dict(as_json(data, line, [MOST_VALUES]))
    name = str(plain.pop("id", "") or f"{kind}-{number}")
    if not BLOCK_ID.fullmatch(name):
        raise BadBlock(line, f"the id “{name[:80]}” needs small letters, digits and hyphens only.")
    if kind == "exercise":
        plain.setdefault("exercise", name)
    plain.pop("kind", None)
    return name, {"kind": kind, **plain}


def as_json(value: Any, line: int, left: list[int], depth: int = 0) -> Any:
    """A YAML value as JSON can hold it; `left` counts down, for YAML's aliases can say one value a million times."""
    left[0] -= 1
    if left[0] < 0 or depth > DEEPEST:
        raise BadBlock(line, f"this block has more than {MOST_VALUES:,} values, or lists in lists without end.")
    if isinstance(value, dict):
        return {str(key): as_json(inner, line, left, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [as_json(inner, line, left, depth + 1) for inner in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise BadBlock(line, "this block has a value that is neither text, number, list nor mapping.")


def write_block(name: str, data: Mapping[str, Any], number: int | None) -> str:
    """A block as a fenced block; its id is left out where reading would give it the same.

    `number` is its number among those of its kind, None for a block that stands elsewhere.
    """
    kind = str(data.get("kind", ""))
    values = {key: value for key, value in data.items() if key != "kind"}
    if kind == "exercise" and values.get("exercise") == name:
        del values["exercise"]
        values = {"id": name, **values}
    elif name != f"{kind}-{number}":
        values = {"id": name, **values}
    body = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=10_000) if values else ""
    ticks = max((len(run) for run in re.findall("`+", body)), default=0)
    fence = "`" * max(3, ticks + 1)
    info = (kind if kind in KINDS else f"block {kind}") + (" data" if number is None else "")
    return f"{fence}{info}\n{body}{fence}"
