"""What is refused before any parser sees it, and what characters never pass.

Every check is one linear pass: the parsers behind are linear too, but a limit that everybody can read is
kinder than a request that never ends.
"""

import re

from cms.errors import BadInput, TooLarge
from cms.markup.clean.policy import BLOCKS, DISSOLVED, names

MOST_CHARACTERS = 262_144
MOST_TAGS = 10_000  # counted as "<"
MOST_ENTITIES = 40_000  # counted as "&"
DEEPEST = 100

TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)")
VOID = names("area base br col embed hr img input link meta param source track wbr")
# A start tag that ends what stands open on top, as HTML allows: <li>a<li>b is not nested.
LINE_ENDERS = (BLOCKS | DISSOLVED | {"h1", "h5", "h6", "dir", "menu", "listing"}) - {"option", "optgroup"}
ENDS_TOP = {name: frozenset({"p"}) for name in LINE_ENDERS} | {
    "li": frozenset({"p", "li"}),
    "dt": frozenset({"p", "dt", "dd"}),
    "dd": frozenset({"p", "dt", "dd"}),
    "td": frozenset({"p", "td", "th"}),
    "th": frozenset({"p", "td", "th"}),
    "tr": frozenset({"p", "td", "th", "tr"}),
    "tbody": frozenset({"p", "td", "th", "tr", "tbody", "thead", "tfoot"}),
    "tfoot": frozenset({"p", "td", "th", "tr", "tbody", "thead", "tfoot"}),
    "option": frozenset({"option"}),
    "a": frozenset({"a"}),
}
NONE: frozenset[str] = frozenset()

# C0 and C1 controls but tab and newline; halves of characters; characters that Unicode says are none.
# U+200D, U+FE0F and U+20E3 are not among them: emoji are made of those.
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
PLANE_ENDS = re.compile("[" + "".join(f"{chr(p * 65536 + 65534)}{chr(p * 65536 + 65535)}" for p in range(1, 17)) + "]")


def characters(text: str) -> tuple[str, int]:
    """Text without the characters that may not stand in a document, and how many those were.

    Carriage returns become newlines, form feeds spaces; two halves of one character that came apart
    (as JSON from some phones has them) become one again.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text, 0
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    text, first = CONTROL.subn("", text)
    text, second = PLANE_ENDS.subn("", text)
    return text, first + second


def deepest(html: str, enough: int = DEEPEST) -> int:
    """How deep the elements nest at most; counting stops just above `enough`.

    One pass with a stack: every tag is pushed once and popped once, and an end tag looks for its start only
    where one is open, so the cost is linear however the tags lie.
    """
    stack: list[str] = []
    open_tags: dict[str, int] = {}
    deep = 0

    def pop() -> str:
        name = stack.pop()
        open_tags[name] -= 1
        return name

    for match in TAG.finditer(html):
        name = match[2].lower()
        if name in VOID:
            continue
        if match[1]:
            while open_tags.get(name) and pop() != name:
                pass
            continue
        ends = ENDS_TOP.get(name, NONE)
        while stack and stack[-1] in ends:
            pop()
        stack.append(name)
        open_tags[name] = open_tags.get(name, 0) + 1
        if len(stack) > deep:
            deep = len(stack)
            if deep > enough:
                break
    return deep


def guard(html: str) -> None:
    """Refuse what is too large (TooLarge) or too deeply nested (BadInput); the message tells the cure."""
    if not isinstance(html, str):
        raise BadInput("The text has to be HTML as a string.")
    for many, most, what in (
        (len(html), MOST_CHARACTERS, "characters"),
        (html.count("<"), MOST_TAGS, "formatting marks"),
        (html.count("&"), MOST_ENTITIES, "special characters (&)"),
    ):
        if many > most:
            raise TooLarge(
                f"This text has {many:,} {what}; {most:,} is the most that one post can hold. "
                "Please split it into two posts."
            )
    if deepest(html) > DEEPEST:
        raise BadInput(
            f"In this text lists, tables or formatting are nested more than {DEEPEST} levels deep. "
            "Please paste it again without formatting, or remove the outer levels."
        )
