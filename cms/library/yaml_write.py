"""Plain data as YAML, always the same way, so that an unchanged text gives unchanged bytes.

PyYAML's fast emitter writes emoji as `\\U0001F600`, its slow one takes 2 ms a post; this one writes what
a person would write and quotes, by JSON's rules, whatever could be read otherwise.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH = 100
# Begins with a letter, holds nothing that YAML gives a meaning to, anywhere, not even inside [ ] and { }.
PLAIN = re.compile(r"[^\W\d_][\w .()/;'+&%@-]*")
ADDRESS = re.compile(r"(?:https?://|media/|/)[A-Za-z0-9._~/-]+")
MEANS_SOMETHING = {"true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan", "inf", "infinity"}
# JSON leaves these as they are; YAML takes them for line ends or refuses them.
ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
BARE_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?Z)?")


class Moment(str):
    """A date or time: written bare."""

    __slots__ = ()


def scalar(value: Any) -> str:
    """One value on one line."""
    if value is None:
        return "null"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    text = str(value)
    if isinstance(value, Moment) and BARE_MOMENT.fullmatch(text):
        return text
    if ADDRESS.fullmatch(text) or (
        PLAIN.fullmatch(text) and text == text.strip() and text.casefold() not in MEANS_SOMETHING
    ):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def flow(value: Any) -> str:
    """A value on one line, lists in [ ] and mappings in { }."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def entry(key: str, value: Any, indent: int = 0) -> str:
    """`key: value` with its final newline, in one line where it fits and in several where it does not."""
    pad = " " * indent
    name = f"{pad}{scalar(key)}:"
    if isinstance(value, str):
        return f"{name} {_text(value, indent)}\n"
    if isinstance(value, Mapping) and value:
        if fits := _fits(name, value):
            return fits
        return f"{name}\n" + "".join(entry(str(key), item, indent + 2) for key, item in value.items())
    if isinstance(value, Sequence) and value:
        if not any(isinstance(item, Mapping) for item in value) and (fits := _fits(name, value)):
            return fits
        return f"{name}\n" + "".join(list_item(item, indent + 2) for item in value)
    return f"{name} {flow(value)}\n"


def list_item(value: Any, indent: int = 0) -> str:
    """`- value` with its final newline."""
    pad = " " * indent
    if isinstance(value, Mapping) and value:
        lines = "".join(entry(str(key), item, indent + 2) for key, item in value.items())
        return f"{pad}- {lines[indent + 2 :]}"
    return f"{pad}- {flow(value)}\n"


def _fits(name: str, value: Any) -> str | None:
    line = f"{name} {flow(value)}\n"
    return line if len(line) <= WIDTH and not any(mark in line for mark in ("\\n", "{}, ", "[[")) else None


def _text(value: str, indent: int) -> str:
    """A text: bare, quoted, or over several lines as it stands if nothing in it could get lost that way."""
    lines = value.split("\n")
    whole = lines[:-1] if lines[-1] == "" else lines
    honest = len(whole) > 1 and all(_keeps(line) for line in whole) and whole[0][:1].strip() and whole[-1]
    if not honest:
        return scalar(value)
    pad = " " * (indent + 2)
    body = "\n".join(pad + line if line else "" for line in whole)
    return f"|{'' if lines[-1] == '' else '-'}\n{body}"


def _keeps(line: str) -> bool:
    """Whether a line survives in a block of text: no odd ends, no characters that YAML takes for more."""
    return line == line.rstrip() and not ESCAPED.search(line) and all(char >= " " for char in line)
