"""Posts from files into the database, in batches.

Reading, parsing and rendering Markdown happen with no transaction open; each batch is then one short
transaction, so that editors and the public get in between, and a crash leaves whole posts only.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
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
from cms.library.known import Known, look
from cms.library.notes import notes_of
from cms.library.people_in import know_people
from cms.library.post_file import PostFile
from cms.library.problems import Problem, Unusable
from cms.library.tally import Tally
from cms.markup.outline import slugify
from cms.posts import Post, Redirect, Revision, Tag, new_id
from cms.publishing import free_slug, put_live
from cms.publishing.desk import fill, open_draft, same_content

BATCH = 100  # posts in one transaction: under a second of holding the writers' lock


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
    know_people(session, file, known, tally)
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
