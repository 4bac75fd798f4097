"""A clipboard's plain text: an Instagram caption, an e-mail, Markdown."""

import re

from cms.markup.paste.lines import Line, Run

# Signs that somebody wrote Markdown on purpose. Bullets alone are not: everybody types those.
MARKDOWN = re.compile(
    r"^#{1,6}[ \t]+\S|^```|^\|.+\|[ \t]*\n\|[ \t:|-]+\|[ \t]*$|^> \S"
    r"|(?<![\w*])\*\*\S(?:[^*\n]{0,500}\S)?\*\*(?![\w*])|\]\((?:https?://|/|mailto:|media/|#)[^\s)]{0,2000}\)",
    re.MULTILINE,
)
BREAKS = re.compile("\r\n|[\r\n\u2028\u2029\v\f]")


def looks_like_markdown(text: str) -> bool:
    """Whether a text has signs of Markdown that nobody types by chance."""
    return MARKDOWN.search(text) is not None


def text_lines(text: str) -> list[Line]:
    """Plain text as lines; those without an empty line between them are one paragraph."""
    lines: list[Line] = []
    before = False
    for written in BREAKS.split(text):
        if not written.strip():
            before = False
            continue
        lines.append(Line("p", [Run(written)], soft=before))
        before = True
    return lines
