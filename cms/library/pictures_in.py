"""Pictures of a folder into the media library, two encoders at a time."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Session

from cms.errors import CmsError
from cms.library.folder import picture_files, read_bytes
from cms.library.problems import Problem, Unusable
from cms.library.tally import Tally
from cms.media import NAME, Encoded, Picture, digest_of, encode, known, media_folder
from cms.posts import settings
from cms.publishing.pictures import put_picture

ENCODERS = 2


def import_pictures(session: Session, root: Path, tally: Tally, *, dry_run: bool = False) -> int:
    """Take in every picture of media/ that is new or differs. Commits after each; returns how many."""
    digests = {
        name: (upload, digest)
        for name, upload, digest in session.execute(sa.select(Picture.name, Picture.upload_digest, Picture.digest))
    }
    session.rollback()
    count = 0
    for file, encoded in _encoded(_news(root, digests, tally), tally, dry_run=dry_run):
        if not dry_run:
            put_picture(session, encoded, file.removeprefix("media/"))
            session.commit()
            session.expunge_all()
        count += 1
    return count


def _news(root: Path, digests: dict[str, tuple[str, str]], tally: Tally) -> Iterator[tuple[str, bytes]]:
    """The files that are pictures by name, and not in the library as they are."""
    most = settings().upload_bytes
    for file in picture_files(root):
        name = file.removeprefix("media/")
        try:
            if not NAME.fullmatch(name):
                raise Unusable(
                    None,
                    "A picture's name is of letters, digits, dots and hyphens, in media/ itself.",
                    "Rename it, here and in the posts that show it.",
                )
            data = read_bytes(root, file, most)
        except Unusable as unusable:
            tally.problems.append(unusable.problem(file))
            continue
        if digest_of(data) not in digests.get(name, ()):
            yield file, data


def _encoded(news: Iterator[tuple[str, bytes]], tally: Tally, *, dry_run: bool) -> Iterator[tuple[str, Encoded]]:
    """Each with what was made of it, in their order; at most twice ENCODERS are read ahead."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # werkzeug's proxy has it
    limits = settings()
    with ThreadPoolExecutor(ENCODERS) as pool, tempfile.TemporaryDirectory() as trial:
        folder = Path(trial) if dry_run else media_folder()

        def work(data: bytes) -> Encoded:
            with app.app_context():
                return known(data) or encode(data, folder, limits.picture_pixels, limits.upload_bytes)

        waiting = []
        for file, data in news:
            waiting.append((file, pool.submit(work, data)))
            if len(waiting) >= 2 * ENCODERS:
                yield from _done(*waiting.pop(0), tally)
        for file, future in waiting:
            yield from _done(file, future, tally)


def _done(file: str, future: Future[Encoded], tally: Tally) -> Iterator[tuple[str, Encoded]]:
    try:
        yield file, future.result()
    except CmsError as error:
        tally.problems.append(Problem(file, None, error.detail, ""))
