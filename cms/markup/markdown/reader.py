"""Markdown -> HTML in the cleaner's canonical form, with the blocks that stand in it.

markdown-it-py parses (CommonMark, tables, strikethrough, raw HTML); its tokens are written here, because
its own renderer adds white space and writes what the policy does not know. Web addresses that stand in the
text become links, as on GitHub.
"""

from collections.abc import Iterable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cms.errors import TooLarge
from cms.markup.addresses import typed_addresses
from cms.markup.clean.guard import DEEPEST, MOST_CHARACTERS, characters
from cms.markup.clean.policy import allowed, kept_attributes
from cms.markup.markdown.fences import BadBlock, kind_of, read_block
from cms.markup.tokens import escape_text, escape_value, open_tag

MOST_BRACKETS = 10_000  # each may open a link, which the parser looks for to the end of its paragraph
TOO_DEEP = f"quotes or lists are nested more than {DEEPEST} levels deep here."
LEVELS = {"h1": "h2", "h5": "h4", "h6": "h4"}
MARKS = {"strong": "strong", "em": "em", "s": "s"}
CONTAINERS = frozenset({"blockquote", "bullet_list", "list_item", "table", "thead", "tbody", "tr"})


def parser() -> MarkdownIt:
    """markdown-it as we use it: addresses stay as they are written, and are judged by the cleaning policy."""
    made = (
        MarkdownIt("commonmark", {"html": True, "maxNesting": DEEPEST + 10})
        .enable(["table", "strikethrough"])
        .disable("text_join")
    )
    made.normalizeLink = lambda url: url  # type: ignore[method-assign]  # the library's way to set it
    made.normalizeLinkText = lambda link: link  # type: ignore[method-assign]  # likewise
    made.validateLink = lambda url: True  # type: ignore[method-assign]  # likewise
    return made


PARSER = parser()


class Renderer:
    """One document's rendering."""

    def __init__(self, ours: bool) -> None:
        self.ours = ours
        self.blocks: dict[str, dict[str, Any]] = {}
        self.numbers: dict[str, int] = {}

    def document(self, found: list[Token]) -> str:
        """All block tokens as HTML."""
        out: list[str] = []
        skip = 0
        for at, token in enumerate(found):
            if skip:
                skip -= 1
                continue
            if token.type == "paragraph_open" and (figure := self.figure(found[at + 1], token.hidden)):
                out.append(figure)
                skip = 2
            else:
                out.append(self.block(token))
        return "".join(out)

    def block(self, token: Token) -> str:
        """One block token."""
        kind = token.type
        if kind == "inline":
            return self.inline(token.children or [])
        if kind in ("paragraph_open", "paragraph_close"):
            return "" if token.hidden else f"<{'/' if token.nesting < 0 else ''}p>"
        if kind == "fence" and self.ours and (block := kind_of(token.info)):
            return self.fenced(*block, token)
        if kind in ("fence", "code_block"):
            return self.code(token)
        if kind == "html_block":
            return token.content.rstrip("\n")
        if kind == "hr":
            return "<hr>"
        tag = LEVELS.get(token.tag, token.tag) if self.ours else token.tag
        if token.nesting < 0:
            return f"</{tag}>"
        start = str(token.attrs.get("start", "1"))
        return open_tag(tag, {"start": start} if tag == "ol" and start != "1" else None)

    def fenced(self, kind: str, here: bool, token: Token) -> str:
        """A block of ours; two with one id must say the same."""
        line = (token.map or [0])[0] + 1
        self.numbers[kind] = self.numbers.get(kind, 0) + here
        name, data = read_block(kind, token.content, line, self.numbers[kind])
        if self.blocks.setdefault(name, data) != data:
            raise BadBlock(line, f"another block above has the id “{name}” too. Please give one of them another.")
        return f'<figure data-block="{name}"></figure>' if here else ""

    def code(self, token: Token) -> str:
        """A code block."""
        if not token.content:
            return "<pre></pre>"
        language = f"language-{token.info.split()[0]}" if token.info.strip() else ""
        attributes = {"class": language} if allowed("code", "class", language) else None
        return f"<pre>{open_tag('code', attributes)}{escape_text(token.content)}</code></pre>"

    def figure(self, inline: Token, hidden: bool) -> str:
        """A picture that stands alone in its paragraph is a figure; the picture's title is its caption."""
        children = inline.children or []
        if hidden or len(children) != 1 or children[0].type != "image":
            return ""
        made = self.picture(children[0])
        title = str(children[0].attrs.get("title") or "")
        caption = f"<figcaption>{escape_text(title)}</figcaption>" if title else ""
        return f"<figure>{made}{caption}</figure>" if made.startswith("<img") else ""

    def picture(self, token: Token) -> str:
        """A picture; its words alone if its address may not stand."""
        alt = plain(token.children or [])
        kept = kept_attributes("img", {"src": str(token.attrs.get("src", "")), "alt": alt})
        return open_tag("img", kept) if kept else escape_text(alt)

    def inline(self, children: Iterable[Token]) -> str:
        """What stands in a line."""
        out: list[str] = []
        links: list[bool] = []
        for token in children:
            kind = token.type
            if kind == "text":
                out.append(escape_text(token.content) if any(links) else linked(token.content))
            elif kind == "text_special":
                out.append(escape_text(token.content))
            elif kind == "softbreak":
                out.append("\n")
            elif kind == "hardbreak":
                out.append("<br>")
            elif kind == "code_inline":
                out.append(f"<code>{escape_text(token.content)}</code>" if token.content else "")
            elif kind == "html_inline":
                out.append(token.content)
            elif kind == "image":
                out.append(self.picture(token))
            elif kind == "link_open":
                kept = kept_attributes("a", {"href": str(token.attrs.get("href", ""))})
                links.append(kept is not None)
                out.append(open_tag("a", kept) if kept else "")
            elif kind == "link_close":
                out.append("</a>" if links.pop() else "")
            else:
                out.append(f"</{token.tag}>" if token.nesting < 0 else f"<{token.tag}>")
        return "".join(out)


def linked(text: str) -> str:
    """Text as HTML, the web addresses in it as links."""
    if "://" not in text and "www." not in text:
        return escape_text(text)
    out: list[str] = []
    at = 0
    for start, end, url in typed_addresses(text):
        out.append(f'{escape_text(text[at:start])}<a href="{escape_value(url)}">{escape_text(text[start:end])}</a>')
        at = end
    return "".join([*out, escape_text(text[at:])])


def plain(children: Iterable[Token]) -> str:
    """The words of inline tokens, for a picture's alt."""
    out: list[str] = []
    for token in children:
        if token.type in ("softbreak", "hardbreak"):
            out.append(" ")
        elif token.type == "image":
            out.append(plain(token.children or []))
        elif token.type != "html_inline":
            out.append(token.content)
    return "".join(out)


def read(markdown: str, ours: bool = True) -> tuple[str, dict[str, dict[str, Any]]]:
    """Markdown -> HTML and blocks. Raises TooLarge or BadBlock.

    A text that is not `ours` has no blocks (they stay code), and its headings keep their own level.
    """
    brackets = markdown.count("[")
    if len(markdown) > MOST_CHARACTERS or brackets > MOST_BRACKETS:
        raise TooLarge(
            f"This text has {len(markdown):,} characters and {brackets:,} brackets; {MOST_CHARACTERS:,} and "
            f"{MOST_BRACKETS:,} are the most that one post can hold. Please split it into two posts."
        )
    renderer = Renderer(ours)
    found = PARSER.parse(characters(markdown)[0])
    for token in found:  # the parser leaves out what nests deeper than it was told to look
        if token.level >= DEEPEST and token.nesting > 0 and not token.hidden:
            raise BadBlock((token.map or [0])[0] + 1, f"{TOO_DEEP} Take out the outer levels.")
    return renderer.document(found), renderer.blocks
