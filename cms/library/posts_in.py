"""Posts from files into the database, in batches.

Reading, parsing and rendering Markdown happen with no transaction open; each batch is then one short
transaction, so that editors and the public get in between, and a crash leaves whole posts only.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.db import record
from cms.errors import CmsError
from cms.library import kept, post_file
from cms.library.beside import Beside
from cms.library.fields import Reader
from cms.library.folder import read_bytes
from cms.library.notes import notes_of
from cms.library.post_file import PostFile
from cms.library.problems import Problem, Unusable
from cms.library.tables import LibraryFile
from cms.markup.outline import slugify
from cms.media import Picture
from cms.posts import Author, Post, Redirect, Revision, Tag, new_id
from cms.publishing import fill_author, free_slug, put_live
from cms.publishing.desk import fill, open_draft, same_content

BATCH = 100  # posts in one transaction: under a second of holding the writers' lock


@dataclass(slots=True)
class Tally:
    """What is wanted, and what has happened so far. `force` brings back what the files say even where they
    have not changed and the database has."""

    force: bool = False
    new: int = 0
    changed: int = 0
    same: int = 0
    kept_here: int = 0  # of the same: posts that were changed here since their file came
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def count(self, outcome: str) -> None:
        setattr(self, outcome, getattr(self, outcome) + 1)


@dataclass(slots=True)
class Known:
    """What the database holds, looked at once before the first file, and what the folder has said so far."""

    root: str  # the folder that is imported
    standings: dict[str, kept.Standing]
    files: dict[str, LibraryFile]
    posts: dict[str, str] = field(default_factory=dict)  # slug -> id of the post that has it
    ids: dict[str, str] = field(default_factory=dict)  # folder/id -> file that speaks for it
    slugs: dict[str, str] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)  # as posts write them -> slug
    tags: dict[int, str] = field(default_factory=dict)  # id -> slug
    pictures: frozenset[str] = frozenset()

    def forget_made(self) -> None:
        """After a rollback: authors and tags that were just made are gone."""
        self.authors.clear()
        self.tags.clear()

    def came_before(self, path: str, digest: str) -> LibraryFile | None:
        """What is remembered of this very file, if its post is still there."""
        row = self.files.get(path)
        if row is None or row.digest != digest or row.post_id not in self.standings:
            return None
        return row

    def brought(self, path: str) -> str | None:
        """The id of the post that this file of this very folder brought before."""
        row = self.files.get(path)
        return row.post_id if row is not None and row.stamps.get("root") == self.root else None

    def may_speak_for(self, path: str, post_id: str) -> bool:
        """Whether a file without an id is this post's: it brought it, or another file did that is gone by now."""
        row = self.files.get(path)
        if row is not None and row.post_id == post_id:
            return True
        before = [other for other, row in self.files.items() if row.post_id == post_id]
        return any(self.brought(other) and not Path(self.root, other).exists() for other in before)

    def was_changed_here(self, row: LibraryFile) -> bool:
        """Whether something has happened to the post since its file came."""
        standing = self.standings[str(row.post_id)]
        return standing.deleted or row.stamps.get("post") != standing.stamp(row.path)


def look(session: Session, root: Path) -> Known:
    """Look at what the database holds before the folder `root` comes in."""
    files = {row.path: row for row in session.scalars(sa.select(LibraryFile))}
    known = Known(str(root.resolve()), kept.standings(session), files)
    known.posts = {slug: id for id, slug in session.execute(sa.select(Post.id, Post.slug)) if slug}
    known.pictures = frozenset(session.scalars(sa.select(Picture.name)))
    session.expunge_all()  # the rows are looked at long after this transaction
    session.rollback()
    return known


def import_posts(
    session: Session, root: Path, paths: Sequence[str], reader: Reader, tally: Tally, *, dry_run: bool = False
) -> None:
    """Import these files, committing batch by batch; the caller settles at the end."""
    known = look(session, root)
    files = _readable(root, paths, reader, known, tally)
    with Beside(0 if dry_run else len(paths)) as beside:
        while batch := list(islice(files, BATCH)):
            _import_batch(session, batch, known, tally)
            if dry_run:
                session.rollback()
                session.info.pop("recorded", None)
                known.forget_made()
            else:
                session.commit()
            session.expunge_all()
            beside.nudge(len(batch))


def _readable(root: Path, paths: Iterable[str], reader: Reader, known: Known, tally: Tally) -> Iterator[PostFile]:
    """The files that can be used and are news; the others are counted or told as problems."""
    for path in paths:
        try:
            data = read_bytes(root, path)
            row = known.came_before(path, hashlib.sha256(data).hexdigest())
            if row is not None and not (tally.force and known.was_changed_here(row)):
                _claim(known, path, row.post_id, row.stamps.get("slug"))
                tally.same += 1
                tally.kept_here += known.was_changed_here(row)
                continue
            file = post_file.of_bytes(path, data, reader)
            _claim(known, path, file.values["id"], slugify(file.values["slug"]), file)
        except Unusable as unusable:
            tally.problems.append(unusable.problem(path))
        else:
            yield file


def _claim(known: Known, path: str, post_id: str | None, slug: str | None, file: PostFile | None = None) -> None:
    """Let one file alone speak for an id and a slug. Raises Unusable if another does."""
    folder = path.split("/", 1)[0]
    for kind, value, taken in (("id", post_id, known.ids), ("slug", slug, known.slugs)):
        if value is None:
            continue
        other = taken.get(f"{folder}/{value}")
        if other is not None:
            cure = "Delete this line, and a new one is made." if kind == "id" else "Give this post another slug."
            line = file.line(kind, "title") if file else None
            raise Unusable(line, f"The {kind} “{value}” stands in {other} already.", cure)
    for value, taken in ((post_id, known.ids), (slug, known.slugs)):
        if value is not None:
            taken[f"{folder}/{value}"] = path


def _import_batch(session: Session, batch: list[PostFile], known: Known, tally: Tally) -> None:
    """All of a batch at once; if one of its files cannot be imported, again, each behind a savepoint."""
    outcomes, notes = [], len(tally.notes)
    try:
        with session.no_autoflush:
            outcomes = [_import_one(session, file, known, tally) for file in batch]
            session.flush()
    except (Unusable, CmsError):
        session.rollback()
        session.expunge_all()
        known.forget_made()
        del tally.notes[notes:]
        for file in batch:
            _import_behind_savepoint(session, file, known, tally)
    else:
        for outcome in outcomes:
            tally.count(outcome)


def _import_behind_savepoint(session: Session, file: PostFile, known: Known, tally: Tally) -> None:
    try:
        with session.begin_nested(), session.no_autoflush:
            outcome = _import_one(session, file, known, tally)
    except Unusable as unusable:
        tally.problems.append(unusable.problem(file.path))
    except CmsError as error:
        line = file.line("slug" if "slug" in error.errors else "title")
        tally.problems.append(Problem(file.path, line, error.detail, "Then import again."))
    else:
        tally.count(outcome)
        return
    known.forget_made()


def _import_one(session: Session, file: PostFile, known: Known, tally: Tally) -> str:
    _know_people(session, file, known, tally)
    post = _find(session, file, known)
    before = kept.standing_of(post) if post else None
    if post is None:
        post = Post(id=file.values["id"] or new_id(), tag_links=[], hashtag_links=[])
        session.add(post)  # goes to the database together with its revision
    # Held until the post is done: the session lets go of a revision that nobody holds, and would read it again.
    if file.path.startswith("drafts/") and post.live_id is not None:
        held = _put_draft(session, post, file)
    elif file.values["status"] == "published" or file.values["withdrawn"]:
        held = _put_live(session, post, file)
    else:
        held = _put_draft(session, post, file)
        if post.state == "published":
            _take_off(session, post)
    if post.deleted_at is not None:
        post.deleted_at = None
    session.expire(post, ["live", "draft"])
    if (revision := post.working()) is not None:
        tally.notes += notes_of(session, file, revision, known.pictures)
    _remember(session, post, file, known)
    del held
    if before is None:
        return "new"
    return "same" if before == kept.standing_of(post) else "changed"


def _find(session: Session, file: PostFile, known: Known) -> Post | None:
    """The post that a file speaks of: by its id, else by slug or name if this file brought it before.

    A slug alone is not enough: two authors may choose the same, and neither text may be lost.
    """
    if file.values["id"]:
        return session.get(Post, file.values["id"])
    slug = slugify(file.values["slug"])
    post_id = known.posts.get(slug)
    if post_id is not None and not known.may_speak_for(file.path, post_id):
        raise Unusable(
            file.line("slug", "title"),
            f"Another post has the address “{slug}”.",
            f"If it is the same post, write “id: {post_id}” here; else “slug: {free_slug(session, slug)}” is free.",
        )
    post_id = post_id or known.brought(file.path)
    post = session.get(Post, post_id) if post_id else None
    if post is not None:
        folder = file.path.split("/", 1)[0]
        other = known.ids.setdefault(f"{folder}/{post.id}", file.path)
        if other != file.path:
            raise Unusable(file.line("slug", "title"), f"{other} is the same post.", "Give this one another slug.")
    return post


def _put_live(session: Session, post: Post, file: PostFile) -> Revision:
    values, content = file.values, file.content
    revision = post.live if post.live and same_content(post.live, content) else None
    draft = post.draft
    if revision is None and draft is not None and post.live_id is None and same_content(draft, content):
        revision, draft = draft, None
    state = "withdrawn" if values["withdrawn"] else "published"
    if revision is None or not _stands(post, file, revision, state):
        revision = revision or _new_revision(session, post, file)
        post.undo = None  # the last publish of the desk is no longer the last
        put_live(session, post, revision, at=values["published_at"], updated_at=values["updated_at"])
        if draft is not None and draft.id != revision.id and draft.id != post.live_id:
            post.draft_id = draft.id  # an edit that is open in the editor stays open
        if state == "withdrawn":
            _take_off(session, post)
    _keep_old_slugs(session, post, file)
    return revision


def _stands(post: Post, file: PostFile, revision: Revision, state: str) -> bool:
    """Whether all that the file says is so already."""
    values = file.values
    return (
        post.live_id == revision.id
        and post.state == state
        and post.deleted_at is None
        and (values["published_at"] or post.published_at) == post.published_at
        and (values["updated_at"] or post.updated_at) == post.updated_at
    )


def _put_draft(session: Session, post: Post, file: PostFile) -> Revision:
    working = post.working()
    if working is not None and same_content(working, file.content):
        return working
    draft = open_draft(session, post, file.content)
    _insist_on_clean(draft, file)
    return draft


def _new_revision(session: Session, post: Post, file: PostFile) -> Revision:
    revision = Revision(post_id=post.id, note="imported")
    fill(revision, file.content)
    _insist_on_clean(revision, file)
    session.add(revision)
    session.flush()
    return revision


def _insist_on_clean(revision: Revision, file: PostFile) -> None:
    if revision.clean is None:
        raise Unusable(file.body_line, revision.removed[0]["name"], "Then import again.")


def _take_off(session: Session, post: Post) -> None:
    """As `publishing.withdraw`, within the running transaction."""
    post.state, post.undo = "withdrawn", None
    record(session, "post_withdrawn", post.id)


def _keep_old_slugs(session: Session, post: Post, file: PostFile) -> None:
    """Addresses that the post had before go on leading to it."""
    for slug in (slugify(name) for name in file.values["old_slugs"]):
        row = session.scalar(sa.select(Redirect).where(Redirect.kind == "post", Redirect.source == slug))
        if slug == post.slug or (row is not None and row.target == post.id):
            continue
        if free_slug(session, slug, post) != slug:
            raise Unusable(file.line("old_slugs"), f"“{slug}” leads to another post.", "Take it out of this list.")
        session.add(Redirect(kind="post", source=slug, target=post.id))
        record(session, "redirect_changed")
        session.flush()


def _know_people(session: Session, file: PostFile, known: Known, tally: Tally) -> None:
    """Authors that a post names and nobody has described are made, as tags are, and told."""
    content = file.content
    for name in dict.fromkeys([*content.authors, *([content.reviewed_by] if content.reviewed_by else [])]):
        if name not in known.authors:
            known.authors[name] = _author(session, name, file, tally).slug
    content.authors = list(dict.fromkeys(known.authors[name] for name in content.authors))
    content.reviewed_by = known.authors.get(content.reviewed_by or "")


def _author(session: Session, name: str, file: PostFile, tally: Tally) -> Author:
    slug = slugify(name)
    author = session.scalar(sa.select(Author).where(sa.or_(Author.slug.in_((name, slug)), Author.name == name)))
    if author is None:
        author = Author(slug=slug)
        fill_author(author, {"name": name if name != slug else name.replace("-", " ").title()})
        session.add(author)
        session.flush()
        record(session, "author_changed", author=author.id)
        tally.notes.append(
            Problem(
                file.path,
                file.line("authors", "reviewed_by"),
                f"Nobody has described the author “{name}”, so {author.name} was made.",
                "Say more in authors.yaml, or mend the spelling.",
            )
        )
    return author


def _remember(session: Session, post: Post, file: PostFile, known: Known) -> None:
    standing = kept.standing_of(post)
    stamps = {
        "post": standing.stamp(file.path),
        "slug": slugify(file.values["slug"]),
        "root": known.root,
        "tags": [_tag_slug(session, link.tag_id, known) for link in post.tag_links if not link.from_hashtag],
        "body": kept.body_stamp(file.content),
    }
    published = file.values["status"] == "published" or file.values["withdrawn"]
    whole = file.says("id") and (not published or file.says("published_at"))
    is_new = file.path not in known.files and post.id not in known.standings
    kept.remember(session, file.path, file.data, stamps, post_id=post.id, whole=whole, is_new=is_new)


def _tag_slug(session: Session, tag_id: int, known: Known) -> str:
    if tag_id not in known.tags:
        known.tags[tag_id] = session.get_one(Tag, tag_id).slug
    return known.tags[tag_id]
