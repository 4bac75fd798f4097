"""`export_folder`: the database into an author's folder."""

from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.errors import BadInput
from cms.library import folder, posts_out, shelf_out
from cms.library.fields import Reader
from cms.library.problems import Problem
from cms.media import Picture, digest_of, media_folder
from cms.posts import current_site, zone


@dataclass(slots=True)
class Exported:
    """What an export did. `stale` are files in the folder of posts that are in the bin now, or of drafts that
    were published since; with `prune` they were removed."""

    written: int = 0
    same: int = 0
    stale: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def export_folder(session: Session, path: Path | str, *, prune: bool = False) -> Exported:
    """Write all content into a folder, as `docs/content.md` describes it. Safe while the service runs.

    The same content gives the same bytes, always; a file that says so already is not touched, files that
    are not ours are left alone. Each file is whole or not there. Give it a session with no transaction open:
    all files show one moment. Raises BadInput if the folder cannot be written.
    """
    root = _made(Path(path))
    exported = Exported()
    with session.begin():
        reader = Reader(zone(current_site(session)))
        plan = posts_out.plan(session, root, reader)
        for file, data in shelf_out.files(session, Reader(reader.zone, first_line=1)).items():
            _write(root, file, data, exported)
        for file, data in posts_out.contents(session, plan, reader, exported.problems):
            _write(root, file, data, exported)
        for picture in session.scalars(sa.select(Picture).order_by(Picture.name)):
            _write_picture(root, picture, exported)
    exported.stale = plan.stale
    if prune:
        for file in plan.stale:
            (root / file).unlink(missing_ok=True)
    return exported


def _made(path: Path) -> Path:
    try:
        for where in (path, path / "posts"):
            where.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f"Nothing can be written to {path} ({error.strerror}). Give another folder, or the right to write there."
        ) from error
    return path.resolve()


def _write(root: Path, file: str, data: bytes, exported: Exported) -> None:
    path = root / file
    folder.stays_inside(root, path)
    if folder.write_if_changed(path, data):
        exported.written += 1
    else:
        exported.same += 1


def _write_picture(root: Path, picture: Picture, exported: Exported) -> None:
    """The picture as it is kept. The very file from which it was made, private data and all, is the author's
    own: where it lies in the folder it stays."""
    file = f"media/{picture.name}"
    path = root / file
    if path.is_file() and not path.is_symlink() and digest_of(path.read_bytes()) == picture.upload_digest:
        exported.same += 1
        return
    try:
        data = (media_folder() / picture.file).read_bytes()
    except OSError:
        exported.problems.append(
            Problem(file, None, "The file of this picture is missing.", "Bring back a backup, or upload it again.")
        )
        return
    _write(root, file, data, exported)
