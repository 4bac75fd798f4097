"""A clipboard's HTML as a small tree, whatever wrote it.

nh3 (html5ever) parses, as a browser would: conditional comments, VML and unclosed tags are its business, in
linear time. It keeps the attributes that say something about structure; what it writes is read by our
own tokenizer. Nothing of it reaches a page: `paste()` cleans what it makes of the tree.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import nh3

from cms.errors import BadInput, TooLarge
from cms.markup.clean import ENDLESS, PASSING, TEMPLATE
from cms.markup.clean.guard import deepest
from cms.markup.tokens import VOID, End, Start, tokens

MOST_CHARACTERS = 4_000_000
MOST_TAGS = 60_000
MOST_ENTITIES = 200_000
MOST_IN_ATTRIBUTES = 12_000_000
DEEPEST = 400  # refused beyond; a parser needs quadratic time for open elements in thousands
TREE_DEPTH = 120  # deeper elements are taken apart, so that walking the tree never runs out of stack

TAGS = set(PASSING) | {"span", "font", "input", "label", "big", "small", "q", "abbr"}
ATTRIBUTES = {
    "*": {"style", "class", "role", "aria-level", "align", "hidden"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "data-decorative", "aria-roledescription"},
    "ol": {"start"},
    "li": {"data-aria-level"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "figure": {"data-block"},
}
SCHEMES = {"http", "https", "mailto", "tel", "file", "data", "cid", "blob", "about", "webkit-fake-url"}
# Values that are only long: base64 pictures and base64 fonts. Their first characters tell what they are.
LONG_DATA = re.compile(r"(data:[a-z]+/[a-z0-9.+-]+;base64,)[A-Za-z0-9+/=\s]{200,}", re.IGNORECASE)


@dataclass(slots=True)
class Node:
    """An element; `children` are elements and texts in order."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)
    style: dict[str, str] = field(default_factory=dict)

    def find(self, *names: str) -> Iterator["Node"]:
        """The elements of these names inside, in order."""
        waiting: list[Node | str] = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            if isinstance(node, Node):
                if node.name in names:
                    yield node
                waiting.extend(reversed(node.children))


def parsed(html: str) -> str:
    """HTML as nh3 writes it, with the attributes that tell of structure. Raises TooLarge.

    A parser repeats an open `<b style=…>` in every paragraph that follows: 100,000 characters, 50,000 times
    over. So what attributes hold is counted while it is written.
    """
    left = MOST_IN_ATTRIBUTES

    def counted(tag: str, name: str, value: str) -> str | None:
        nonlocal left
        left -= len(value)
        return value if left > 0 else None

    reader = nh3.Cleaner(
        tags=TAGS,
        clean_content_tags={"script", "style"},
        attributes=ATTRIBUTES,
        attribute_filter=counted,
        url_schemes=SCHEMES,
        link_rel=None,
    )
    written = reader.clean(ENDLESS.sub(r'\1""', TEMPLATE.sub(r"<\1div", html)))
    if left <= 0:
        raise TooLarge("The formatting of what you pasted repeats itself without end. Please paste it as plain text.")
    return written


def read_tree(html: str) -> Node:
    """The tree of a clipboard's HTML. Raises TooLarge or BadInput, with the cure."""
    entities = html.count("&")
    if len(html) > MOST_CHARACTERS or html.count("<") > MOST_TAGS or entities > MOST_ENTITIES:
        raise TooLarge(
            f"This is too much to paste at once ({len(html):,} characters, {html.count('<'):,} formatting marks, "
            f"{entities:,} special characters; {MOST_CHARACTERS:,}, {MOST_TAGS:,} and {MOST_ENTITIES:,} are the most). "
            "Please paste it in parts, or as plain text."
        )
    if deepest(html, DEEPEST) > DEEPEST:
        raise BadInput("What you pasted is nested too deeply to be read. Please paste it as plain text.")
    html = LONG_DATA.sub(r"\1", html)
    root = Node("")
    stack = [root]
    hidden = 0  # elements open below the deepest that the tree holds
    for token in tokens(parsed(html)):
        if isinstance(token, Start):
            node = Node(token.name, token.attributes, [], css(token.attributes.get("style", "")))
            if token.name in VOID or token.name == "input":
                stack[-1].children.append(node)
            elif len(stack) > TREE_DEPTH:
                hidden += 1
            else:
                stack[-1].children.append(node)
                stack.append(node)
        elif isinstance(token, End):
            if hidden:
                hidden -= 1
            elif len(stack) > 1:
                stack.pop()
        else:
            stack[-1].children.append(token.text)
    return root


def css(style: str) -> dict[str, str]:
    """A style attribute as names and values in lower case."""
    found: dict[str, str] = {}
    for part in style.split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip().lower()] = value.strip().lower()
    return found
