"""From what an author wrote to what a reader gets: clean, take hashtags out, set anchors, expand blocks.

Nothing here writes. The same function serves publishing, previews and re-rendering after an exercise or
a picture that several posts share was edited.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy.orm import Session

from cms.config import Settings
from cms.hooks import Plugins
from cms.markup import blocks as markup_blocks
from cms.markup import hashtags, outline
from cms.markup.addresses import safe_address
from cms.markup.clean import clean
from cms.media import picture_data
from cms.posts import Content, Exercise, current_site

# What the public may see of a built-in block's data. Anything else an author's file holds stays private.
BLOCK_FIELDS: Mapping[str, tuple[str, ...]] = {
    "booking": ("label", "url", "text"),
    "video": ("provider", "video_id", "title"),
    "question": ("question", "answer"),
    "reference": ("text", "url", "doi", "journal", "year", "shows"),
}


@dataclass(frozen=True, slots=True)
class Finished:
    """A post as readers get it. `html` names media by marker (see `cms/markup/blocks.py`)."""

    html: str
    text: str
    excerpt: str
    outline: list[dict[str, Any]]  # {"id", "level", "text"}
    references: list[dict[str, Any]]  # {"n", "text", "url", "doi"}
    blocks: list[dict[str, Any]]  # {"kind", "id", …}
    hashtags: list[str]  # first spellings, in order of standing
    reading_time: int  # minutes


def finish(session: Session, content: Content, clean_html: str | None = None) -> Finished:
    """Make the finished post from its content.

    `clean_html` is the stored result of cleaning `content.source`, to save doing it again.
    Raises BadInput (what to change is in `detail`) if the source cannot be cleaned.
    """
    site = current_site(session)
    plugins: Plugins = current_app.extensions["midstance"].plugins
    body = hashtags.split_hashtags(clean(content.source).html if clean_html is None else clean_html)
    anchored = outline.with_anchors(body.html)
    blocks = _resolve(session, anchored, content.blocks)
    references = _references(plugins, blocks, content.references)
    html = markup_blocks.render(
        anchored, blocks, picture_data(session), _expander(plugins, site, references), _own_hosts(site)
    )
    text = outline.plain_text(html)
    return Finished(
        html=html,
        text=text,
        excerpt=content.excerpt.strip() or outline.excerpt(body.html),
        outline=[asdict(heading) for heading in outline.headings(anchored)],
        references=references,
        blocks=_public_blocks(plugins, site, blocks),
        hashtags=_unique([*content.hashtags, *body.inline, *body.trailing]),
        reading_time=outline.reading_time(text),
    )


def silent_blocks(session: Session, content: Content, clean_html: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The blocks that are placed in the text and show nothing: of a kind nobody knows, an exercise that is in no
    list, a video without its number. Each with its data."""
    placed = markup_blocks.block_ids(clean_html)
    if not placed:
        return []
    site = current_site(session)
    resolved = _resolve(session, clean_html, content.blocks)
    expand = _expander(current_app.extensions["midstance"].plugins, site, [])
    pictures = picture_data(session)

    def shows(name: str) -> bool:
        place = f'<figure data-block="{name}"></figure>'
        return bool(markup_blocks.render(place, resolved, pictures, expand))

    return [(name, content.blocks.get(name, {})) for name in dict.fromkeys(placed) if not shows(name)]


def _own_hosts(site: Settings) -> frozenset[str]:
    """Hosts that are the author's own: links to them are not links away."""
    return frozenset(filter(None, (urlsplit(address).hostname for address in (site.public_url, site.post_url))))


def _resolve(session: Session, html: str, blocks: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The blocks that stand in the post, in order, exercises filled from the library."""
    resolved: dict[str, dict[str, Any]] = {}
    for block_id in markup_blocks.block_ids(html):
        block = dict(blocks.get(block_id, {}))
        if block.get("kind") == "exercise":
            exercise = session.get(Exercise, str(block.get("exercise") or block_id))
            if exercise is None:
                continue
            block |= {
                "exercise": exercise.id,
                "name": exercise.name,
                "steps": exercise.steps,
                "dose": exercise.dose,
                "stop_if": exercise.stop_if,
                "picture": exercise.picture,
            }
        if block:
            resolved[block_id] = block
    return resolved


def _references(
    plugins: Plugins, blocks: Mapping[str, Mapping[str, Any]], listed: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The post's research references, numbered: those standing in the text first, then those only listed."""
    found = plugins.first("find_references", blocks=list(blocks.values()), listed=listed) or []
    return [
        {
            "n": number,
            "text": str(reference.get("text") or ""),
            "url": safe_address(str(reference.get("url") or "")) or "",
            "doi": str(reference.get("doi") or ""),
        }
        for number, reference in enumerate(found, start=1)
    ]


def _expander(
    plugins: Plugins, site: Settings, references: list[dict[str, Any]]
) -> Callable[[str, Mapping[str, Any]], str | None]:
    """Ask the plugins for a block's HTML; a reference is told its number first."""
    numbers = {markup_blocks.key_of(markup_blocks.reference_from(row, 0)): row["n"] for row in references}

    def expand(kind: str, data: Mapping[str, Any]) -> str | None:
        if kind == "reference":
            key = markup_blocks.key_of(markup_blocks.reference_from(data, 0))
            data = {**data, "n": numbers.get(key)}
        html = plugins.first("expand_block", kind=kind, data=data, site=site)
        return str(html) if html is not None else None

    return expand


def _public_blocks(plugins: Plugins, site: Settings, blocks: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    public = []
    for block_id, block in blocks.items():
        kind = str(block.get("kind") or "")
        if kind == "exercise":
            names = ("exercise", "name", "steps", "dose", "stop_if", "picture")
            data = {name: block[name] for name in names}
        elif (described := plugins.first("describe_block", kind=kind, data=block, site=site)) is not None:
            data = described
        elif kind in BLOCK_FIELDS:
            data = {name: str(block[name]) for name in BLOCK_FIELDS[kind] if block.get(name) is not None}
        else:
            continue
        if "url" in data:
            data["url"] = safe_address(str(data["url"])) or ""
        public.append({"kind": kind, "id": block_id, **data})
    return public


def _unique(names: list[str]) -> list[str]:
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(hashtags.hashtag_key(name.lstrip("#＃")), name.lstrip("#＃"))
    return [name for key, name in first.items() if key]
