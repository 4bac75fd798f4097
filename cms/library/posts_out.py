"""All posts as files: which file each goes into, and what is written there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from cms.library import folder, kept, post_out, shelf
from cms.library.fields import Reader
from cms.library.problems import Problem, Unusable
from cms.library.tables import LibraryFile
from cms.markup.hashtags import tag_key
from cms.markup.outline import slugify
from cms.posts import Post, PostTag, Revision, Tag, TagName

ID_LINE = re.compile(rb"^id:[ \t]*[\"']?([0-9A-Za-z-]{1,26})[\"']?[ \t]*(?:#.*)?\r?$", re.M)
HEAD = 65_536
AT_ONCE = 200


@dataclass(slots=True)
class Plan:
    """Where each post goes. `live` and `draft` map a post's id to its path; `stale` are files in the folder
    of posts that are in the bin, or of drafts that have been published since."""

    live: dict[str, str] = field(default_factory=dict)
    draft: dict[str, str] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)


def plan(session: Session, root: Path, reader: Reader) -> Plan:
    """Give each post its path: the file of the folder that has its id, else that from which it came, else
    a new one of date and slug."""
    there = {where: dict(_files_with_ids(root, where)) for where in ("posts", "drafts")}
    came: dict[str, str] = {}
    for path, post_id in session.execute(
        sa.select(LibraryFile.path, LibraryFile.post_id).order_by(LibraryFile.path.desc())
    ):
        if post_id is not None:
            came.setdefault(f"{path.split('/', 1)[0]}/{post_id}", path)
    made = Plan()
    taken = {path.casefold() for files in there.values() for path in files.values()}
    taken |= {path.casefold() for path in came.values()}
    known: set[str] = set()
    columns = (Post.id, Post.slug, Post.published_at, Post.created_at, Post.live_id, Post.draft_id, Post.deleted_at)
    working = sa.func.coalesce(Post.draft_id, Post.live_id)
    rows = session.execute(
        sa.select(*columns, Revision.title).outerjoin(Revision, Revision.id == working).order_by(Post.id)
    )
    for post_id, slug, published, created, live_id, draft_id, deleted, title in rows:
        known.add(post_id)
        if deleted is not None or (live_id is None and draft_id is None):
            continue
        path = there["posts"].get(post_id) or came.get(f"posts/{post_id}") or ""
        if not path:
            path = _new_path(post_id, published or created, slug or slugify(title or ""), reader, taken)
            taken.add(path.casefold())
        made.live[post_id] = path
        if live_id is not None and draft_id is not None:
            name = PurePosixPath(path).name
            made.draft[post_id] = there["drafts"].get(post_id) or came.get(f"drafts/{post_id}") or f"drafts/{name}"
    for where, mapping in (("posts", made.live), ("drafts", made.draft)):
        stale = [path for post_id, path in there[where].items() if post_id in known and post_id not in mapping]
        made.stale += sorted(stale)
    return made


def _files_with_ids(root: Path, where: str) -> Iterator[tuple[str, str]]:
    for path in folder.post_files(root, where):
        try:
            data = folder.read_bytes(root, path)[:HEAD]
        except Unusable:
            continue
        end = data.find(b"\n---", 3)
        if data.startswith((b"---", b"\xef\xbb\xbf---")) and (found := ID_LINE.search(data, 0, max(end + 1, 0))):
            yield found[1].decode(), path


def _new_path(post_id: str, moment: datetime, slug: str, reader: Reader, taken: set[str]) -> str:
    stem = f"posts/{moment.astimezone(reader.zone):%Y-%m-%d}-{slug}"
    path = f"{stem}.md"
    return path if path.casefold() not in taken else f"{stem}-{post_id[-8:].lower()}.md"


def contents(session: Session, where: Plan, reader: Reader, problems: list[Problem]) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every post's file. What cannot be written is told as a Problem."""
    tags, names = _tag_links(session), _tag_names(session)
    old_slugs = shelf.old_post_slugs(session)
    ids = list(where.live)
    for start in range(0, len(ids), AT_ONCE):
        for post, rows in _load(session, ids[start : start + AT_ONCE]):
            linked = tags.get(post.id, [])
            for path, is_draft in ((where.live[post.id], post.live_id is None), (where.draft.get(post.id), True)):
                if path is None:
                    continue
                try:
                    row = rows.get(path.split("/", 1)[0])
                    if row is not None and _is_as_it_came(post, row, path, linked):
                        yield path, row.data
                    else:
                        said = _said(post, path, is_draft, linked, names, old_slugs.get(post.id, []))
                        yield path, post_out.compose(said, row, reader)
                except Unusable as unusable:
                    problems.append(unusable.problem(path))
        session.expunge_all()


def _load(session: Session, ids: list[str]) -> Iterator[tuple[Post, dict[str, LibraryFile]]]:
    texts = (undefer(Revision.source), undefer(Revision.clean), undefer(Revision.fields))
    posts = session.scalars(
        sa.select(Post)
        .where(Post.id.in_(ids))
        .order_by(Post.id)
        .options(
            sa.orm.joinedload(Post.live).options(*texts),
            sa.orm.joinedload(Post.draft).options(*texts),
        )
    ).all()
    files: dict[str, dict[str, LibraryFile]] = {}
    came = sa.select(LibraryFile).where(LibraryFile.post_id.in_(ids)).options(undefer(LibraryFile.packed))
    for row in session.scalars(came.order_by(LibraryFile.path.desc())):
        files.setdefault(str(row.post_id), {}).setdefault(row.path.split("/", 1)[0], row)
    for post in posts:
        yield post, files.get(post.id, {})


def _is_as_it_came(post: Post, row: LibraryFile, path: str, linked: list[str]) -> bool:
    """Whether the file may be written back unread: nothing has happened to the post since it came."""
    return (
        row.whole
        and row.path == path
        and row.stamps.get("post") == kept.standing_of(post).stamp(path)
        and (path.startswith("drafts/") or row.stamps.get("tags") == linked)
    )


def _said(
    post: Post, path: str, is_draft: bool, linked: list[str], names: dict[str, str], old_slugs: list[str]
) -> post_out.Said:
    revision = post.draft if is_draft else post.live
    if revision is None or revision.clean is None:
        raise Unusable(
            None, "The text of this draft cannot be cleaned yet.", "Open it in the editor and mend what it says there."
        )
    content = revision.content()
    if is_draft:
        return post_out.of_draft(path, post, content, revision.clean)
    if list(dict.fromkeys(slug for name in content.tags if (slug := names.get(tag_key(name))))) != linked:
        content.tags = linked  # a tag was renamed since
    return post_out.of_live(path, post, content, revision.clean, old_slugs)


def _tag_links(session: Session) -> dict[str, list[str]]:
    """Slugs of the tags chosen for each post; those that a hashtag brought are not among them."""
    links: dict[str, list[str]] = {}
    for post_id, slug in session.execute(
        sa.select(PostTag.post_id, Tag.slug)
        .join(Tag, Tag.id == PostTag.tag_id)
        .where(PostTag.from_hashtag.is_(False))
        .order_by(PostTag.post_id, PostTag.position)
    ):
        links.setdefault(post_id, []).append(slug)
    return links


def _tag_names(session: Session) -> dict[str, str]:
    return dict(session.execute(sa.select(TagName.key, Tag.slug).join(Tag)).all())
