"""What clean HTML may hold, said once; the editor's schema is tested against `policy()`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


def names(text: str) -> frozenset[str]:
    """Names written with spaces between them -> a set."""
    return frozenset(text.split())


BLOCKS = frozenset({"p", "h2", "h3", "h4", "ul", "ol", "blockquote", "pre", "hr", "figure", "table"})
PARTS = frozenset({"li", "figcaption", "caption", "thead", "tbody", "tr", "th", "td"})
MARKS = frozenset({"strong", "em", "s", "u", "sub", "sup", "mark", "code", "a"})
TAGS = BLOCKS | PARTS | MARKS | {"br", "img"}

# Order matters: it is the order in which attributes are written.
ATTRIBUTES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "a": ("href",),
        "img": ("src", "alt", "data-decorative"),
        "ol": ("start",),
        "th": ("scope", "colspan", "rowspan"),
        "td": ("colspan", "rowspan"),
        "figure": ("data-block",),
        "blockquote": ("class",),
        "code": ("class",),
    }
)
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
LONGEST_ADDRESS = 2048

# Names an author may bring that mean one of ours.
RENAMED: Mapping[str, str] = MappingProxyType(
    {
        "h1": "h2",
        "h5": "h4",
        "h6": "h4",
        "b": "strong",
        "i": "em",
        "strike": "s",
        "del": "s",
        "ins": "u",
        "cite": "em",
        "dfn": "em",
        "var": "em",
        "kbd": "code",
        "samp": "code",
        "tt": "code",
        "tfoot": "tbody",
        "listing": "pre",
        "dir": "ul",
        "menu": "ul",
    }
)
# Wrappers without meaning of their own: they end a line of text, and that must not get lost.
DISSOLVED = names(
    "address article aside body center dd details dialog div dl dt fieldset footer form header hgroup"
    " legend main nav optgroup option search section summary"
)
# Neither name is missed by a reader, so their removal is not reported.
NEUTRAL = DISSOLVED | names(
    "html head meta link title span font big small label base col colgroup wbr o:p abbr time bdi bdo q nobr"
    " picture tfoot"
)
# Elements that vanish with what is inside: none of it was meant to be read.
SWALLOWED = frozenset({"script", "style"})

HOST = r"(?:[^\s/?#@:\\<>\"'`{}|^%\[\]]+|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?"
REST = r"(?:[/?#][^\s\\<>\"`{}|^]*)?"
WEB = rf"(?i:https?)://{HOST}{REST}"
HREF = re.compile(
    rf"{WEB}|(?i:mailto):[^\s\\<>\"'`{{}}|^]+|(?i:tel):\+?[0-9A-Za-z().*#;=_-]+"
    r"|/(?:[^\s/\\<>\"`{}|^][^\s\\<>\"`{}|^]*)?|#[^\s\\<>\"`{}|^]*"
)
SRC = re.compile(rf"media/\w[\w.()+@~-]{{0,199}}|{WEB}")
BLOCK_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

PATTERNS: Mapping[tuple[str, str], re.Pattern[str]] = MappingProxyType(
    {
        ("a", "href"): HREF,
        ("img", "src"): SRC,
        ("img", "alt"): re.compile(r"(?s:.*)"),
        ("img", "data-decorative"): re.compile(""),
        ("ol", "start"): re.compile(r"-?[0-9]{1,6}"),
        ("th", "scope"): re.compile("row|col|rowgroup|colgroup"),
        ("th", "colspan"): re.compile(r"[1-9][0-9]{0,2}"),
        ("th", "rowspan"): re.compile(r"[1-9][0-9]{0,2}"),
        ("td", "colspan"): re.compile(r"[1-9][0-9]{0,2}"),
        ("td", "rowspan"): re.compile(r"[1-9][0-9]{0,2}"),
        ("figure", "data-block"): BLOCK_ID,
        ("blockquote", "class"): re.compile("pull"),
        ("code", "class"): re.compile(r"language-[A-Za-z0-9+#._-]{1,40}"),
    }
)
# What the attribute says anyway, so it is not written.
DEFAULTS = frozenset({("ol", "start", "1"), ("td", "colspan", "1"), ("td", "rowspan", "1")}) | frozenset(
    {("th", "colspan", "1"), ("th", "rowspan", "1")}
)


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy as data: tags, attributes by tag, patterns of the classes by tag, schemes of addresses.

    `patterns` are whole-string patterns of every attribute's value, keyed `tag attribute`.
    """

    tags: frozenset[str]
    attributes: Mapping[str, frozenset[str]]
    classes: Mapping[str, str]
    schemes: frozenset[str]
    patterns: Mapping[str, str]


def policy() -> Policy:
    """The cleaning policy as data."""
    return Policy(
        tags=TAGS,
        attributes={tag: frozenset(names) for tag, names in ATTRIBUTES.items()},
        classes={tag: PATTERNS[tag, "class"].pattern for tag in ("blockquote", "code")},
        schemes=SCHEMES,
        patterns={f"{tag} {name}": pattern.pattern for (tag, name), pattern in PATTERNS.items()},
    )


def address(value: str) -> str:
    """An address without the white space around it, and with the spaces inside written as %20.

    Browsers do the same; without it a link with a space in it would be thrown away.
    """
    value = value.strip()
    if " " in value and value[:4].lower() == "http":
        value = value.replace(" ", "%20")
    return value


def allowed(tag: str, name: str, value: str) -> bool:
    """Whether `<tag name="value">` may stand in clean HTML, the tag looked at by itself."""
    pattern = PATTERNS.get((tag, name))
    if pattern is None or (name in ("href", "src") and len(value) > LONGEST_ADDRESS):
        return False
    return pattern.fullmatch(value) is not None


def kept_attributes(tag: str, attributes: Mapping[str, str]) -> dict[str, str] | None:
    """The attributes that stay, in the order in which they are written.

    None when the tag is nothing without what was lost: a link without address, a picture without source.
    """
    kept: dict[str, str] = {}
    for name in ATTRIBUTES.get(tag, ()):
        value = attributes.get(name)
        if value is None:
            continue
        if name in ("href", "src"):
            value = address(value)
        if allowed(tag, name, value) and (tag, name, value) not in DEFAULTS:
            kept[name] = value
    if (tag == "a" and "href" not in kept) or (tag == "img" and "src" not in kept):
        return None
    if "data-decorative" in kept and kept.get("alt") != "":
        del kept["data-decorative"]  # a picture with words for it is not decoration
    return kept
