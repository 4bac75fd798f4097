"""One run: ask for what has changed, write it, take away what is gone."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import Client

from cms import __version__
from cms.db import newest_seq, reading, utcnow, writing
from cms.errors import CmsError
from cms.markup.outline import plain_text
from cms.posts import Post, Redirect, current_site, is_public, next_due
from cms.publishing import notice_due
from cms.search.tables import Concept
from cms.search.words import FILLERS, STOP_WORDS
from cms.static_site.changes import changes_since
from cms.static_site.folder import Folder
from cms.static_site.hosting import headers_file, redirects_file
from cms.static_site.plan import File, every_file, public_posts, public_tags

PARTS = ("head", "post", "related")  # of an article's page, as fragments
BETWEEN_CELLS = re.compile(r"(?=</t[dh]>\s*<t[dh][ >])")
SEARCHED = 200_000  # characters of text that the search file may hold: it is for small sites


@dataclass(slots=True)
class Report:
    """What a run did."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    asked: int = 0
    files: int = 0
    next_due: datetime | None = None


def publish(app: Flask, root: Path) -> Report:
    """Bring the folder `root` up to date, within an application context.

    Raises BadInput if the folder holds somebody else's files, CmsError if the service does not answer.
    """
    folder = Folder.open(root)
    notice_due(writing())
    at, session = utcnow(), reading()
    session.rollback()  # what was read before this run began is over
    seq, report = newest_seq(session), Report()
    settings = _settings_mark(app)
    posts = public_posts(session)
    changes = changes_since(session, folder, settings, posts)
    files = list(every_file(posts, public_tags(session)))
    ask = _Asking(app, folder, report)
    for file in files:
        if changes.touch(file, folder):
            ask.for_file(file)
    more = {
        "_redirects": redirects_file(
            [*json.loads(ask.answer("/api/v1/redirects"))["redirects"], *_moved(session)]
        ).encode(),
        "_headers": headers_file().encode(),
        "search.json": _search_file().encode(),
    }
    for path, body in more.items():
        ask.keep(path, body)
    kept = {file.path for file in files} | set(more)
    kept |= ask.named_files(kept)
    report.removed = folder.keep_only(kept)
    report.files = len(kept)
    report.next_due = next_due(session)
    folder.remember(seq, at, settings)
    return report


def _settings_mark(app: Flask) -> str:
    """Changes with anything outside the journal that answers depend on."""
    site = current_site(reading())
    return hashlib.sha256(f"{__version__} {site.public_url} {site!r}".encode()).hexdigest()[:16]


class _Asking:
    """Asks the application itself, and writes what it answers."""

    def __init__(self, app: Flask, folder: Folder, report: Report) -> None:
        self._client = Client(app)
        self._folder = folder
        self._report = report
        self._base = app.extensions["midstance"].settings.public("")
        self._named = re.compile(re.escape(self._base) + r"/((?:media|embed)/[\w.-]+\.(?!html)\w+)")

    def answer(self, address: str) -> bytes:
        answer = self._client.get(address, base_url=self._base or None, buffered=True)
        if answer.status_code != 200:
            raise CmsError(f"{address} answers {answer.status_code}; it is left as it was. Publish again later.")
        self._report.asked += 1
        return answer.get_data()

    def for_file(self, file: File) -> None:
        self.keep(file.path, self.answer(file.address))

    def keep(self, path: str, body: bytes) -> None:
        if self._folder.write(path, body):
            self._report.written.append(path)

    def named_files(self, kept: Iterable[str]) -> set[str]:
        """Pictures, and scripts by their hash, that the kept files name; those not yet there are fetched."""
        named = {name for path in kept for name in self._named.findall(self._folder.text(path))}
        for name in sorted(named):
            if not self._folder.has(name):
                self.keep(name, self.answer(f"/{name}"))
        return named


def _moved(session: Session) -> list[dict[str, Any]]:
    """Where the files of a post went that has another slug now; the embeds ask for them by either."""
    rows = session.execute(
        sa.select(Redirect.source, Post.slug)
        .join(Post, Post.id == Redirect.target)
        .where(Redirect.kind == "post", is_public())
        .order_by(Redirect.source)
    )
    files = (
        "posts/{}.json",
        "posts/{}/related.json",
        "posts/{}.md",
        *(f"embed/fragment/{part}/{{}}.html" for part in PARTS),
    )
    return [
        {"from": f"/{file.format(old)}", "to": f"/{file.format(new)}", "status": 301}
        for old, new in rows
        for file in files
    ]


def _search_file() -> str:
    """What `static.js` searches: words of every post, newest first as far as they fit, and the vocabulary."""
    session = reading()
    rows = session.execute(sa.select(Post.slug, Post.html).where(is_public()).order_by(Post.published_at.desc()))
    found: dict[str, str] = {}
    room = SEARCHED
    for slug, html in rows:
        text = plain_text(BETWEEN_CELLS.sub(" · ", html))  # an extract must not run the cells of a table together
        found[str(slug)] = text[: max(0, room)]
        room -= len(text)
    concepts = session.execute(sa.select(Concept.say, Concept.means).order_by(Concept.position)).all()
    data = {
        "text": found,
        "concepts": [{"say": list(say), "means": list(means)} for say, means in concepts],
        "stop": sorted(STOP_WORDS | FILLERS),
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
