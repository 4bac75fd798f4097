"""Hints beside the Publish button: what a careful colleague would say. Never a gate."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

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
from cms.markup.outline import plain_text
from cms.posts import Content, Post, Redirect, Revision, current_site

USELESS_ALT = re.compile(
    r"(?:image|picture|photo|img|screenshot|graphic|bild|dsc|pxl)?[\s_-]*\d*|.*\.(?:jpe?g|png|webp|gif|heic|avif)", re.I
)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w./-])\+?\(?\d[\d ().-]{7,16}\d(?![\w/-])")
# "Patient Maria Keller", "my client John": a name right after the word for whom we treat.
PATIENT = re.compile(
    r"\b(?:[Pp]atient|[Cc]lient)s?(?:,| named| called)? ((?:Mr|Mrs|Ms|Dr)\.? ?[A-Z]\w+|[A-Z][a-z]+ [A-Z][a-z]+)"
    r"|\b((?:Mr|Mrs|Ms)\.? [A-Z][a-z]+)"
)
LONG_SENTENCE = 35  # words
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
HARD_READING = 16.0  # Flesch-Kincaid grade; patient leaflets should stay near 8 (NIH, "Clear & Simple")


def add_routes(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/api/posts/<post_id>/hints", view_func=hints)


def hints(post_id: str) -> ResponseReturnValue:
    """What to look at in the working text."""
    session = reading()
    post = find_post(session, post_id)
    revision = post.working()
    found = check(session, post, revision) if revision is not None else []
    return jsonify(hints=[{"about": hint.about, "message": hint.message} for hint in found])


def check(session: Session, post: Post, revision: Revision) -> list[Hint]:
    """All hints for a revision: our own, then the plugins'."""
    content = revision.content()
    site = current_site(session)
    found = list(_about_fields(content))
    if revision.clean is None:
        reason = str((revision.removed or [{}])[0].get("name", ""))
        return [*found, Hint("body", f"This text cannot be published as it is: {reason}")]
    look = Look()
    look.feed(revision.clean)
    try:
        text = publishing.finish(session, content, revision.clean).text
    except BadInput:
        text = plain_text(revision.clean)
    found += _about_pictures(look, content)
    found += _about_headings(look)
    found += _about_links(session, look, post, site)
    found += _about_privacy(f"{content.title}\n{text}", site)
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
        self.links: list[str] = []
        self._heading: Seen | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = dict(attrs)
        if tag == "img":
            self.pictures.append((have.get("src") or "", have.get("alt"), "data-decorative" in have))
        elif tag == "a" and have.get("href"):
            self.links.append(have["href"] or "")
        elif tag in ("h2", "h3", "h4"):
            self._heading = Seen(int(tag[1]))
            self.headings.append(self._heading)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("h2", "h3", "h4"):
            self._heading = None

    def handle_data(self, data: str) -> None:
        if self._heading is not None:
            self._heading.words += data


def _about_fields(content: Content) -> Iterator[Hint]:
    if not content.title.strip():
        yield Hint("title", "The post has no headline yet; it needs one before it can be published.")
    if not content.excerpt.strip():
        yield Hint("excerpt", "There is no excerpt: lists and search engines will show the first words of the post.")
    if not content.tags:
        yield Hint("tags", "There is no tag yet: tags help readers to find related posts.")


def _about_pictures(look: Look, content: Content) -> Iterator[Hint]:
    for number, (src, alt, decorative) in enumerate(look.pictures, 1):
        if decorative:
            continue
        if not (alt or "").strip():
            yield Hint("body", f"Picture {number} has no description. Write one, or mark it as decorative.")
        elif USELESS_ALT.fullmatch((alt or "").strip()) or (alt or "").strip() == src.removeprefix("media/"):
            yield Hint("body", f"The description of picture {number}, “{alt}”, tells nothing. Say what it shows.")
    if content.cover and content.cover.get("src") and not str(content.cover.get("alt") or "").strip():
        yield Hint("cover", "The cover has no description.")


def _about_headings(look: Look) -> Iterator[Hint]:
    before = 1
    for heading in look.headings:
        words = " ".join(heading.words.split())
        if not words:
            yield Hint("body", "There is an empty heading.")
        if heading.level > before + 1:
            yield Hint("body", f"The heading “{words}” is smaller than its place: a level above it is missing.")
        before = heading.level


def _about_links(session: Session, look: Look, post: Post, site: Settings) -> Iterator[Hint]:
    for href in dict.fromkeys(look.links):
        slug = own_slug(href, site)
        if slug and slug != post.slug and not leads_somewhere(session, slug):
            yield Hint("body", f"The link to {href} leads to no post that is public.")


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


def _about_privacy(text: str, site: Settings) -> Iterator[Hint]:
    own = {_digits(part) or part.strip().lower() for part in re.split(r"[,;\n]", site.own_contacts) if part.strip()}
    for match in dict.fromkeys(EMAIL.findall(text)):
        if match.lower() not in own:
            yield Hint("body", f"“{match}” looks like a person's e-mail address. Is it meant to be public?")
    for match in dict.fromkeys(PHONE.findall(text)):
        if 9 <= len(_digits(match)) <= 15 and _digits(match) not in own:
            yield Hint("body", f"“{match.strip()}” looks like a phone number. Is it meant to be public?")
    for named in dict.fromkeys(one or two for one, two in PATIENT.findall(text)):
        yield Hint("body", f"“{named}” may be a patient's name. Write only what nobody can be known by.")


def _digits(text: str) -> str:
    return "" if "@" in text else re.sub(r"\D", "", text)


def _about_reading(text: str, site: Settings) -> Iterator[Hint]:
    if not site.language.lower().startswith("en"):
        return
    sentences = [s for s in re.split(r"(?<=[.!?])\s+|\n+", text) if len(WORD.findall(s)) > 3]
    for sentence in sentences:
        if len(WORD.findall(sentence)) > LONG_SENTENCE:
            start = " ".join(sentence.split()[:6])
            yield Hint("body", f"The sentence that begins “{start}…” is very long. Two are easier to read.")
            break
    words = [word for sentence in sentences for word in WORD.findall(sentence)]
    if len(words) >= 100:
        grade = 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59
        if grade > HARD_READING:
            yield Hint("body", "The words are hard for many readers. Shorter sentences and everyday words help.")


def _syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouyà-ü]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith("le") and groups > 1
    return max(1, groups - silent)
