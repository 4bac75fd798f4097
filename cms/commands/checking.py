"""`check`: whether everything that belongs together is together, and how to mend what is not."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from cms import search
from cms.config import Settings
from cms.errors import BadInput
from cms.instance import is_current
from cms.media import Picture, files_of, media_folder
from cms.posts import Post, Revision
from cms.publishing import finish, rerender, settle


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, in plain words, with the cure."""

    what: str
    cure: str
    serious: bool = True

    def __str__(self) -> str:
        return f"{self.what} {self.cure}"


def findings(session: Session, settings: Settings) -> Iterator[Finding]:
    """Look at everything; nothing is changed. `session` may be one that only reads."""
    yield from _database(session)
    if not is_current():
        yield Finding("The database is from another version.", "Start the service once, or run: cms init")
        return
    yield from _pictures(session)
    for post in posts_that_differ(session):
        yield Finding(
            f"The post “{post.title}” ({post.slug}) would look otherwise if it were published now.",
            "Run: cms check --mend",
        )
    for problem in search.check():
        yield Finding(problem, "Or run: cms check --mend")
    yield from _rights(settings)


def mend(session: Session) -> int:
    """Render every post anew that differs, and make the index anew if it differs. Returns how many posts."""
    posts = posts_that_differ(session)
    for post in posts:
        rerender(session, post)
    session.commit()
    settle(session)
    if search.check():
        search.rebuild()
    return len(posts)


def _database(session: Session) -> Iterator[Finding]:
    if session.get_bind().dialect.name != "sqlite":
        return
    for (row,) in session.execute(sa.text("PRAGMA integrity_check(10)")):
        if row != "ok":
            yield Finding(f"The database file is damaged: {row}.", "Bring back a backup: cms restore PATH")
    for row in session.execute(sa.text("PRAGMA foreign_key_check")):
        yield Finding(f"A row of the table {row[0]} points to a row of {row[2]} that is gone.", "Please report this.")


def _pictures(session: Session) -> Iterator[Finding]:
    for picture in session.scalars(sa.select(Picture).order_by(Picture.name)):
        for file in sorted(files_of(picture)):
            path = media_folder() / file
            cure = f"Upload {picture.name} again, or bring the file back from a backup."
            if not path.is_file():
                yield Finding(f"A file of the picture {picture.name} is missing: media/{file}.", cure)
            elif not file.startswith(hashlib.sha256(path.read_bytes()).hexdigest()[:32]):
                yield Finding(f"A file of the picture {picture.name} is damaged: media/{file}.", cure)


def posts_that_differ(session: Session) -> list[Post]:
    """Live posts whose finished form is not what their text gives now."""
    columns = (Post.html, Post.text, Post.outline, Post.references, Post.blocks)
    query = sa.select(Post).where(Post.live_id.is_not(None)).options(*(undefer(column) for column in columns))
    live = sa.orm.joinedload(Post.live).options(undefer(Revision.source), undefer(Revision.clean))
    differing = []
    for post in session.scalars(query.options(live).order_by(Post.id)):
        assert post.live is not None  # noqa: S101 - the query says so
        try:
            now = finish(session, post.live.content(), post.live.clean)
        except BadInput:
            differing.append(post)
            continue
        shown = (now.html, now.text, now.excerpt, now.outline, now.references, now.blocks)
        if shown != (post.html, post.text, post.excerpt, post.outline, post.references, post.blocks):
            differing.append(post)
    return differing


def _rights(settings: Settings) -> Iterator[Finding]:
    for path in (settings.instance, settings.instance / "secret_key"):
        if path.exists() and path.stat().st_mode & 0o077:
            serious = path != settings.instance  # a folder that others may look into is worth a word, no more
            yield Finding(f"Other users of this machine can read {path}.", f"Run: chmod go-rwx {path}", serious)
