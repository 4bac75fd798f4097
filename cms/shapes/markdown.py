"""An article as Markdown that stands alone: pictures by public address, blocks as plain words."""

import html as entities
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cms.markup.hashtags import split_hashtags
from cms.markup.markdown import to_markdown
from cms.shapes.links import whole_links
from cms.shapes.pictures import stored_pictures
from cms.shapes.view import View

BLOCK = re.compile(r'<figure data-block="([a-z0-9-]+)"></figure>')
SOURCE = re.compile(r'src="media/([^"]+)"')
PLACE = re.compile(r'(src="|\]\(<?)media/([^">)\s]+)')  # the same in Markdown, as HTML and as ![]()


def article_markdown(view: View, clean_html: str, blocks: Sequence[Mapping[str, Any]]) -> str:
    """Markdown of clean HTML. `blocks` are the post's public blocks."""
    by_id = {block["id"]: block for block in blocks}
    body = BLOCK.sub(lambda place: as_html(by_id.get(place[1], {})), split_hashtags(clean_html).html)
    names = [entities.unescape(name) for name in SOURCE.findall(body)]
    stored = stored_pictures(view, names)

    def address(place: re.Match[str]) -> str:
        picture = stored.get(entities.unescape(place[2]))
        return place[1] + (picture["src"] if picture else "")

    return PLACE.sub(address, to_markdown(whole_links(view, body), {}))


def as_html(block: Mapping[str, Any]) -> str:
    """A block in elements that Markdown has; "" for what the article does not lose by leaving it out."""
    kind = block.get("kind")
    if kind == "exercise":
        steps = "".join(f"<li>{_text(step)}</li>" for step in block.get("steps") or [])
        dose = ", ".join(f"{name}: {value}" for name, value in (block.get("dose") or {}).items())
        parts = [f"<h3>{_text(block.get('name'))}</h3>", f"<ol>{steps}</ol>" if steps else ""]
        parts += [f"<p>{_text(dose)}</p>" if dose else ""]
        parts += [f"<p>Stop if: {_text(block['stop_if'])}</p>" if block.get("stop_if") else ""]
        return "".join(parts)
    if kind == "question":
        return f"<h3>{_text(block.get('question'))}</h3><p>{_text(block.get('answer'))}</p>"
    if kind == "booking" and block.get("url"):
        return f'<p><a href="{_text(block["url"])}">{_text(block.get("label") or block["url"])}</a></p>'
    if kind == "video" and block.get("title"):
        return f"<p>Video: {_text(block['title'])}</p>"
    return ""


def _text(value: object) -> str:
    return entities.escape(str(value or ""))
