"""`import_folder`: an author's folder into the database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from cms.library import folder, shelf
from cms.library.fields import Reader
from cms.library.pictures_in import import_pictures
from cms.library.posts_in import import_posts
from cms.library.problems import Problem
from cms.library.shelf_in import import_list, import_site
from cms.library.tally import Tally
from cms.posts import current_site, zone
from cms.publishing import settle


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `problems` are files that were not imported; `notes` are worth a look, no more.
    `kept_here` of the posts that were the same have been changed here since, and were left so."""

    posts_new: int = 0
    posts_changed: int = 0
    posts_same: int = 0
    kept_here: int = 0
    pictures: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def import_folder(session: Session, path: Path | str, *, dry_run: bool = False, force: bool = False) -> Imported:
    """Import a folder as `docs/content.md` describes it. Safe while the service runs.

    Good files are imported, each bad one is told as a Problem and left out whole. What was imported is
    public and searchable on return. Importing twice changes nothing the second time. A crash leaves whole
    posts, and importing again does the rest. A file that has not changed since it came last is passed over,
    even where its post was changed here since, unless `force` is given; a changed file wins.
    `dry_run` tells the same and writes nothing.
    Call it with a session of its own: it commits, and forgets the rows that the session held.
    Raises BadInput if there is no such folder, or no posts/ in it.
    """
    root = folder.look_at(Path(path))
    tally = Tally(force)
    _transaction(session, dry_run, partial(import_site, session, root, tally))
    pictures = import_pictures(session, root, tally, dry_run=dry_run)
    reader = Reader(zone(current_site(session)))
    session.rollback()
    lists = Reader(reader.zone, first_line=1)
    for kind in shelf.LISTS[:-1]:
        _transaction(session, dry_run, partial(import_list, session, root, kind, lists, tally))
    # Pins name posts, so they come last.
    posts = [*folder.post_files(root, "posts"), *folder.post_files(root, "drafts")]
    import_posts(session, root, posts, reader, tally, dry_run=dry_run)
    _transaction(session, dry_run, partial(import_list, session, root, shelf.PINS, lists, tally))
    if not dry_run:
        settle(session)
    return Imported(tally.new, tally.changed, tally.same, tally.kept_here, pictures, tally.problems, tally.notes)


def _transaction(session: Session, dry_run: bool, work: Callable[[], object]) -> None:
    work()
    if dry_run:
        session.rollback()
        session.info.pop("recorded", None)
    else:
        session.commit()
    session.expunge_all()
