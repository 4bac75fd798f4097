"""Hints beside the Publish button: what a careful colleague would say. Never a gate."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cms import publishing
from cms.config import Settings
from cms.db import reading
from cms.editor.working import find_post
from cms.errors import BadInput
from cms.hooks import Hint, Plugins
from cms.markup.hashtags import split_hashtags
from cms.markup.outline import plain_text
from cms.posts import Content, Exercise, Post, Redirect, Revision, current_site

USELESS_ALT = re.compile(
    r"(?:image|picture|photo|img|screenshot|graphic|bild|dsc|pxl)?[\s_-]*\d*|.*\.(?:jpe?g|png|webp|gif|heic|avif)", re.I
)
LONG_SENTENCE = 35  # words
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
HARD_READING = 12.0  # Flesch-Kincaid grade; leaflets should stay near 8 (NIH, "Clear & Simple"); a hint nags later


def add_routes(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/api/posts/<post_id>/hints", view_func=hints)


def hints(post_id: str) -> ResponseReturnValue:
    """What to look at in the working text, the hashtags in it that count as tags, and those that leave its end."""
    session = reading()
    post = find_post(session, post_id)
    revision = post.working()
    finished = finish(session, revision) if revision is not None else None
    counted = [
        {"slug": tag.slug, "name": tag.name, "hashtag": name}
        for name in (finished.hashtags if finished else [])
        if (tag := publishing.find_tag(session, name)) is not None
    ]
    found = check(session, post, revision, finished, tagged=bool(counted)) if revision is not None else []
    leaving = split_hashtags(revision.clean).trailing if revision is not None and revision.clean else []
    return jsonify(
        hints=[{"about": hint.about, "message": hint.message, "at": hint.at} for hint in found],
        counted=counted,
        leaving=[f"#{name}" for name in leaving],
    )


def finish(session: Session, revision: Revision) -> publishing.Finished | None:
    """The post that this revision makes; None if its text cannot be published as it is."""
    if revision.clean is None:
        return None
    try:
        return publishing.finish(session, revision.content(), revision.clean)
    except BadInput:
        return None


def check(
    session: Session, post: Post, revision: Revision, finished: publishing.Finished | None, *, tagged: bool
) -> list[Hint]:
    """All hints for a revision: our own, then the plugins'. `tagged` says that a hashtag counts as a tag."""
    content = revision.content()
    site = current_site(session)
    found = list(_about_fields(content, tagged=tagged or bool(content.tags)))
    if revision.clean is None:
        reason = str((revision.removed or [{}])[0].get("name", ""))
        return [*found, Hint("body", f"This text cannot be published as it is: {reason}")]
    look = Look()
    look.feed(revision.clean)
    text = finished.text if finished else plain_text(revision.clean)
    found += _about_pictures(look, content)
    found += _about_blocks(session, look, content)
    found += _about_headings(look)
    found += _about_links(session, look, post, site, finished)
    found += _about_reading(text, site)
    plugins: Plugins = current_app.extensions["midstance"].plugins
    for answer in plugins.answers("check_post", title=content.title, text=text, site=site):
        found += answer
    return found


@dataclass(slots=True)
class Seen:
    """A heading as it stands in the text."""

    level: int
    words: str = ""


class Look(HTMLParser):
    """Reads clean HTML for what the hints need."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[tuple[str, str | None, bool]] = []
        self.headings: list[Seen] = []
        self.links: dict[str, str] = {}  # address -> words
        self.blocks: list[str] = []
        self._heading: Seen | None = None
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        if tag == "img":
            self.pictures.append((have.get("src", ""), have.get("alt"), "data-decorative" in have))
        elif tag == "figure" and have.get("data-block"):
            self.blocks.append(have["data-block"])
        elif tag == "a" and have.get("href"):
            self._link = have["href"]
            self.links[self._link] = ""
        elif tag in ("h2", "h3", "h4"):
            self._heading = Seen(int(tag[1]))
            self.headings.append(self._heading)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = ""
        elif tag in ("h2", "h3", "h4"):
            self._heading = None

    def handle_data(self, data: str) -> None:
        if self._heading is not None:
            self._heading.words += data
        if self._link:
            self.links[self._link] += data


def _about_fields(content: Content, *, tagged: bool) -> Iterator[Hint]:
    if not content.title.strip():
        yield Hint("title", "The post has no title yet; it needs one before it can be published.")
    if not content.excerpt.strip():
        yield Hint("excerpt", "There is no summary: lists and search engines will show the first words of the post.")
    if not tagged:
        yield Hint("tags", "There is no tag yet: tags help readers to find related posts.")


def _about_pictures(look: Look, content: Content) -> Iterator[Hint]:
    for number, (src, alt, decorative) in enumerate(look.pictures, 1):
        if decorative:
            continue
        if not (alt or "").strip():
            yield Hint("body", f"Picture {number} has no description. Write one, or mark it as decorative.", src)
        elif USELESS_ALT.fullmatch((alt or "").strip()) or (alt or "").strip() == src.removeprefix("media/"):
            yield Hint("body", f"The description of picture {number}, “{alt}”, tells nothing. Say what it shows.", src)
    if content.cover and content.cover.get("src") and not str(content.cover.get("alt") or "").strip():
        yield Hint("cover", "The cover has no description.")


def _about_blocks(session: Session, look: Look, content: Content) -> Iterator[Hint]:
    for block_id in look.blocks:
        block = content.blocks.get(block_id, {})
        if block.get("kind") != "exercise":
            continue
        if block.get("draft"):
            name = str(block["draft"].get("name") or "A new exercise")
            yield Hint("body", f"“{name}” is not in your library yet, so readers do not see it: press Save exercise.")
        elif session.get(Exercise, str(block.get("exercise") or block_id)) is None:
            yield Hint("body", "There is an exercise block with no exercise in it.")


def _about_headings(look: Look) -> Iterator[Hint]:
    before = 1
    for heading in look.headings:
        words = " ".join(heading.words.split())
        if not words:
            yield Hint("body", "There is an empty heading.")
        if heading.level > before + 1:
            message = f"The heading “{words}” is smaller than its place: a level above it is missing."
            yield Hint("body", message, words)
        before = heading.level


def _about_links(
    session: Session, look: Look, post: Post, site: Settings, finished: publishing.Finished | None
) -> Iterator[Hint]:
    anchors = {heading["id"] for heading in finished.outline} if finished else set()
    for href, words in look.links.items():
        slug = own_slug(href, site)
        if slug and slug != post.slug and not leads_somewhere(session, slug):
            yield Hint("body", f"The link to {href} leads to no post that is public.", words)
        elif href.startswith("#") and finished and unquote(href[1:]) not in anchors:
            yield Hint("body", f"The link to {href} leads to no heading of this post.", words)


def own_slug(href: str, site: Settings) -> str:
    """The slug that a link to one of our own posts names, or ""."""
    for pattern in filter(None, (site.post_url, site.public("/posts/{slug}"), "/posts/{slug}")):
        front, _, back = pattern.partition("{slug}")
        paths = {front, urlsplit(front).path} if urlsplit(front).path.strip("/") else {front}
        for start in paths:
            if href.startswith(start) and href.split("#")[0].split("?")[0].endswith(back):
                slug = href.split("#")[0].split("?")[0][len(start) :].removesuffix(back).strip("/")
                if slug and "/" not in slug:
                    return slug
    return ""


def leads_somewhere(session: Session, slug: str) -> bool:
    known = session.scalar(
        sa.select(Post.id).where(Post.slug == slug, Post.state == "published", Post.deleted_at.is_(None))
    )
    moved = session.scalar(sa.select(Redirect.id).where(Redirect.kind == "post", Redirect.source == slug))
    return known is not None or moved is not None


def _about_reading(text: str, site: Settings) -> Iterator[Hint]:
    if not site.language.lower().startswith("en"):
        return
    sentences = [s for s in re.split(r"(?<=[.!?])\s+|\n+", text) if len(WORD.findall(s)) > 3]
    for sentence in sentences:
        if len(WORD.findall(sentence)) > LONG_SENTENCE:
            start = " ".join(sentence.split()[:6])
            message = f"The sentence that begins “{start}…” is very long. Two are easier to read."
            yield Hint("body", message, start)
            break
    words = [word for sentence in sentences for word in WORD.findall(sentence)]
    if len(words) >= 100:
        grade = 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59
        if grade > HARD_READING:
            hardest = sorted(set(words), key=lambda word: (-_syllables(word), word))[:3]
            named = ", ".join(f"“{word}”" for word in hardest)
            cure = "Everyday words and shorter sentences help."
            yield Hint("body", f"The words are hard for many readers, such as {named}. {cure}", hardest[0])


def _syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouyà-ü]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith("le") and groups > 1
    return max(1, groups - silent)
