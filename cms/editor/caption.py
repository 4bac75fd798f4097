"""A caption for Instagram, made from the post: within its limits, hashtags last."""

import re

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from cms import publishing
from cms.db import reading
from cms.editor.working import find_post
from cms.errors import BadInput
from cms.markup.hashtags import hashtag_key

MOST_CHARACTERS = 2200  # Instagram counts UTF-16 units and refuses more; 30 hashtags likewise
MOST_HASHTAGS = 30


def add_routes(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/api/posts/<post_id>/caption", view_func=caption)


def caption(post_id: str) -> ResponseReturnValue:
    """The working text as a caption."""
    session = reading()
    revision = find_post(session, post_id).working()
    if revision is None:
        raise BadInput("Write something first.")
    content = revision.content()
    done = publishing.finish(session, content, revision.clean)
    tags = [found.name if (found := publishing.find_tag(session, name)) else name for name in content.tags]
    return jsonify(caption=make_caption(content.title, done.text, [*done.hashtags, *map(camel, tags)]))


def make_caption(title: str, text: str, hashtags: list[str]) -> str:
    """Title, as many whole paragraphs as fit (or the first words of one that does not), then the hashtags."""
    unique = list({hashtag_key(name): name for name in reversed(hashtags) if name}.values())[::-1]
    end = " ".join(f"#{name}" for name in unique[:MOST_HASHTAGS])
    room = MOST_CHARACTERS - (length(end) + 2 if end else 0)
    parts: list[str] = []
    for part in [title.strip(), *(line.strip() for line in re.split(r"\n+", text))]:
        if not part:
            continue
        left = room - sum(length(kept) + 2 for kept in parts)
        if length(part) <= left:
            parts.append(part)
            continue
        if cut := shorten(part, left):
            parts.append(cut)
        break
    return "\n\n".join([*parts, end] if end else parts)


def shorten(text: str, most: int) -> str:
    """The first whole words with "…" behind them; "" where not even a few fit."""
    while length(text) + 1 > most and " " in text:
        text = text.rpartition(" ")[0]
    return f"{text.rstrip(' ,;:-')}…" if 20 <= length(text) + 1 <= most else ""


def length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def camel(name: str) -> str:
    """ "foot strength" -> "FootStrength": readable in a hashtag, and read aloud as words."""
    words = re.split(r"[\s\-_]+", name)
    return re.sub(r"\W", "", "".join(word[:1].upper() + word[1:] for word in words))
