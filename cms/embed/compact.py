"""ECMAScript made small without a build tool: comments and spaces out, names of local things short.

It is not for any script, it is for ours, which keeps to a few rules: every statement ends in a semicolon,
nothing is divided, and one name means either something local or a property, never both. A name that is used
as a property anywhere (`x.name`, `{name}`, `{name: …}`) is left alone everywhere, unless it begins with `_`: such
a property is ours alone, and is made short too.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, product
from string import ascii_letters

LITERAL = r"""(?P<kept>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|/(?![/*])(?:\\.|\[(?:\\.|[^\]])*\]|[^/\\\n])+/[a-z]*)"""
TEMPLATE = r"`(?P<template>(?:\\.|[^`\\])*)`"
SPACE = r"(?P<space>//[^\n]*|/\*.*?\*/|\s+)"
TOKEN = re.compile(rf"{LITERAL}|{TEMPLATE}|{SPACE}|(?P<word>[A-Za-z_$][\w$]*)|(?P<other>\.\.\.|=>|.)", re.S)
FILLED = re.compile(r"\$\{([^{}]*)\}")  # ${…} in a template; ours hold no braces

DECLARED = (
    re.compile(r"\b(?:const|let|class) (\w+)"),
    re.compile(r"\(([\w, .=\[\]]*)\) ?=>"),  # (a, b) =>
    re.compile(r"\bcatch \((\w+)\)"),
    re.compile(r"^ +(?:async )?\w+\(([\w, ]*)\) \{", re.M),  # a method's parameters
    re.compile(r"\bconst \[([\w, ]*)\]"),
)
SHORT = ["".join(letters) for size in (1, 2) for letters in product(ascii_letters, repeat=size)]
RESERVED = frozenset({"as", "do", "if", "in", "is", "of", "on", "at"})


def compact(text: str) -> str:
    """The same script, smaller. `text` must keep to the rules above; tests run the result."""
    pieces = [(str(found.lastgroup), found.group()) for found in TOKEN.finditer(text)]
    names = _short_names(text, pieces)
    return _join(pieces, names)


def _join(pieces: list[tuple[str, str]], names: dict[str, str]) -> str:
    out: list[str] = []
    spaced = before = ""
    for kind, piece in pieces:
        if kind == "space":
            spaced = " "
            continue
        if kind == "word" and (before != "." or piece.startswith("_")):
            piece = names.get(piece, "let" if piece == "const" else piece)
        elif kind == "template":
            piece = FILLED.sub(lambda found: "${" + _inside(found[1], names) + "}", piece)
        if piece == "=>":
            _bare_parameter(out)
        if spaced and out and re.match(r"[\w$]", piece) and re.search(r"[\w$]$", out[-1]):
            out.append(" ")
        out.append(piece)
        spaced, before = "", piece
    return "".join(_declared_together(out)).replace(";}", "}")


def _bare_parameter(out: list[str]) -> None:
    """`(a)=>` as `a=>`; what stands before must not grow together with it."""
    before, opened, name, closed = ["", "", "", "", *out][-4:]
    if (opened, closed) == ("(", ")") and re.fullmatch(r"\w+", name) and not re.search(r"[\w$]$", before):
        out[-3:] = [name]


def _declared_together(out: list[str]) -> Iterator[str]:
    """`let a=1;let b=2` as `let a=1,b=2`."""
    declaring = [False]  # whether the statement that we are in declares names, for each open bracket
    skip = 0
    for at, piece in enumerate(out):
        if skip:
            skip -= 1
        elif piece == ";" and declaring[-1] and out[at + 1 : at + 2] == ["let"]:
            skip = 2 if out[at + 2] == " " else 1
            yield ","
        else:
            if piece in ("(", "[", "{"):
                declaring.append(False)
            elif piece in (")", "]", "}"):
                declaring.pop()
            elif piece in ("let", ";"):
                declaring[-1] = piece == "let"
            yield piece


def _inside(code: str, names: dict[str, str]) -> str:
    return _join([(str(found.lastgroup), found.group()) for found in TOKEN.finditer(code)], names)


def _short_names(text: str, pieces: list[tuple[str, str]]) -> dict[str, str]:
    """A short name for each local one and for each property of our own, the shortest for the most used."""
    declared = set(re.findall(r"[A-Za-z_$][\w$]*", " ".join(chain.from_iterable(p.findall(text) for p in DECLARED))))
    words = Counter(re.findall(r"[A-Za-z_$][\w$]*", text))
    ours = [name for name, _ in words.most_common() if name.startswith("_")]
    local = [name for name, _ in words.most_common() if name in declared - _properties(pieces) and len(name) > 2]
    free = [name for name in SHORT if name not in words and name not in RESERVED]
    return dict(zip(local, free, strict=False)) | dict(zip(ours, free, strict=False))


def _properties(pieces: list[tuple[str, str]]) -> set[str]:
    """Every word that stands for a property somewhere."""
    code = [(kind, piece) for kind, piece in pieces if kind != "space"]
    found: set[str] = set()
    brackets: list[str] = []
    for (_, before), (kind, piece), (_, after) in zip(code, code[1:], [*code[2:], ("other", "")], strict=False):
        if piece in ("(", "[", "{"):
            brackets.append(piece)
        elif piece in (")", "]", "}") and brackets:
            brackets.pop()
        if kind != "word":
            continue
        keyed = brackets[-1:] == ["{"] and before in ("{", ",") and after in (",", "}", "=", ":", "(")
        if before == "." or keyed:
            found.add(piece)
    return found
