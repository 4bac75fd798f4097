"""What the public sees: publish, undo, withdraw, delete, restore.

Each public function commits, with its journal rows in the same transaction, and then lets the followers
catch up, so that the change is searchable, listed and announced when it returns.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.db import record, utcnow
from cms.errors import BadInput, Conflict
from cms.markup.outline import slugify
from cms.posts import Author, Content, Post, Redirect, Revision
from cms.publishing.desk import describe
from cms.publishing.finished import Finished, finish
from cms.publishing.follow import settle
from cms.publishing.links import link_hashtags, link_people, link_tags

# Columns that readers see. A change in any of them moves `updated_at`.
SEEN = [
    "slug",
    "title",
    "excerpt",
    "html",
    "cover",
    "featured",
    "outline",
    "references",
    "blocks",
    "seo",
    "reviewed_by_id",
    "last_reviewed_at",
]
UNDO = ["state", "slug", "published_at", "updated_at", "came_due", "live_id", "draft_id"]
# Where published posts are files, the list of them has this name.
NO_SLUGS = frozenset({"index"})


def publish(
    session: Session,
    post: Post,
    *,
    base: str | None = None,
    at: datetime | None = None,
    editor_id: int | None = None,
) -> Post:
    """Make the open draft live, now or (with `at` in the future) when its moment comes.

    `base`, if given, must be the token of what the editor saw. Raises Conflict if it is not, BadInput with
    the cure if there is no title, the text cannot be cleaned, or the slug is taken.
    """
    session.refresh(post)
    revision = post.working()
    if revision is None:
        raise BadInput("There is nothing to publish yet. Write a title and some text first.")
    if base is not None and revision.token != base:
        raise Conflict(
            "This post was changed elsewhere since you opened it. Look at the newer text before publishing.",
            current=describe(session, revision),
        )
    undo = {name: _plain(getattr(post, name)) for name in UNDO} | {"old_slugs": _old_slugs(session, post)}
    put_live(session, post, revision, at=at)
    post.undo = undo
    session.commit()
    settle(session)
    return post


def put_live(
    session: Session,
    post: Post,
    revision: Revision,
    *,
    at: datetime | None = None,
    updated_at: datetime | None = None,
) -> None:
    """Make `revision` the live one, in the running transaction (the import does many before it commits).

    `at` is the moment of publication; without it a post keeps the one it has, and a new one gets this moment.
    """
    content = revision.content()
    if not content.title.strip():
        raise BadInput("Give the post a title before publishing.", {"title": ["A title is needed."]})
    finished = finish(session, content, revision.clean)
    now = utcnow()
    was_public = is_out(post)
    seen_before = _seen(post)
    _move_slug(session, post, content.slug, content.title)
    _fill_columns(session, post, revision, finished)
    links_changed = [
        link_people(session, post, content.authors),
        link_hashtags(session, post, finished.hashtags),
        link_tags(session, post, content.tags, finished.hashtags),
    ]
    post.state, post.deleted_at = "published", None
    post.published_at = at or (post.published_at if post.live_id else None) or now
    post.came_due = post.published_at <= now
    post.live_id, post.draft_id = revision.id, None
    revision.published_at = now
    changed = seen_before != _seen(post) or any(links_changed)
    if updated_at is not None:
        post.updated_at = updated_at
    elif not was_public or post.updated_at is None:
        post.updated_at = max(post.published_at, post.updated_at or post.published_at)
    elif changed:
        post.updated_at = max(now, post.published_at)
    session.flush()
    session.expire(post, ["live", "draft", "authors", "reviewed_by"])
    if was_public:  # one that is put off to a later moment is gone until then
        record(session, "post_updated" if post.came_due else "post_withdrawn", post.id)
    else:
        record(session, "post_published", post.id)


def undo_publish(session: Session, post: Post) -> Post:
    """Take the last publish back: the post is exactly what it was before (for a first publish: a draft again).

    What was written since stays the open draft.
    """
    session.refresh(post)
    before = post.undo
    if before is None:
        raise BadInput("There is nothing to undo.")
    published_revision, newer_draft = post.live_id, post.draft_id
    _move_back(session, post, before)
    if before["state"] == "published" and before["live_id"] is not None:
        revision = session.get_one(Revision, before["live_id"])
        put_live(session, post, revision, at=_moment(before["published_at"]))
        post.updated_at = _moment(before["updated_at"])
    else:
        post.state, post.live_id = before["state"], before["live_id"]
        post.published_at, post.updated_at = _moment(before["published_at"]), _moment(before["updated_at"])
        post.came_due = before["came_due"]
        record(session, "post_withdrawn", post.id)
    written = published_revision if before["live_id"] != published_revision else None
    post.draft_id = newer_draft or before["draft_id"] or written
    post.undo = None
    session.commit()
    session.expire(post, ["live", "draft"])
    settle(session)
    return post


def withdraw(session: Session, post: Post) -> Post:
    """Take a post off the site; its text stays, as a draft to edit and publish again."""
    if post.state != "published":
        raise BadInput("This post is not published.")
    post.state, post.undo = "withdrawn", None
    record(session, "post_withdrawn", post.id)
    session.commit()
    settle(session)
    return post


def delete(session: Session, post: Post) -> Post:
    """Move a post to the bin, from which `restore` brings it back as it was."""
    if post.deleted_at is None:
        post.deleted_at, post.undo = utcnow(), None
        record(session, "post_deleted", post.id)
        session.commit()
        settle(session)
    return post


def restore(session: Session, post: Post) -> Post:
    """Bring a post back from the bin, in the state it was in."""
    if post.deleted_at is not None:
        post.deleted_at = None
        if post.state == "published":
            post.came_due = post.published_at is not None and post.published_at <= utcnow()
            record(session, "post_published", post.id)
        session.commit()
        settle(session)
    return post


def erase(session: Session, post: Post) -> None:
    """Delete a post for good, with its history. Only from the bin."""
    if post.deleted_at is None:
        raise BadInput("Move the post to the bin first.")
    post_id = post.id
    post.live_id = post.draft_id = None
    session.flush()
    session.execute(sa.delete(Redirect).where(Redirect.kind == "post", Redirect.target == post_id))
    session.execute(sa.delete(Revision).where(Revision.post_id == post_id))
    session.delete(post)
    record(session, "post_deleted", post_id)
    session.commit()
    settle(session)


def rerender(session: Session, post: Post) -> None:
    """Make a live post's finished form again, in the running transaction, after something it shows changed."""
    if post.live is None:
        return
    before = _seen(post)
    _fill_columns(session, post, post.live, finish(session, post.live.content(), post.live.clean))
    if before != _seen(post):
        if is_out(post):
            post.updated_at = utcnow()
        record(session, "post_updated", post.id)


def is_out(post: Post) -> bool:
    """Whether the public can see the post at this moment (the same rule as `posts.gate`, on a loaded row)."""
    return (
        post.state == "published"
        and post.deleted_at is None
        and post.published_at is not None
        and post.published_at <= utcnow()
    )


def free_slug(session: Session, wanted: str, post: Post | None = None) -> str:
    """`wanted`, or with the lowest number behind it that makes it free."""
    slug, number = wanted, 1
    while _slug_taken(session, slug, post):
        number += 1
        slug = f"{wanted[:110]}-{number}"
    return slug


_SLUG: sa.BindParameter[str] = sa.bindparam("slug")
_OWNERS = (
    sa.select(Post.id)
    .where(Post.slug == _SLUG)
    .union_all(sa.select(Redirect.target).where(Redirect.kind == "post", Redirect.source == _SLUG))
)
"""Whose slug it is, or was."""


def _slug_taken(session: Session, slug: str, post: Post | None) -> bool:
    if slug in NO_SLUGS:
        return True
    return any(post is None or owner != post.id for owner in session.scalars(_OWNERS, {"slug": slug}))


def coming_slug(session: Session, post: Post, content: Content) -> str:
    """The slug that publishing this content would give the post."""
    if content.slug.strip():
        return slugify(content.slug)
    return post.slug or free_slug(session, slugify(content.title), post)


def _move_slug(session: Session, post: Post, wanted: str, title: str) -> None:
    """Give the post its slug; an old one goes on answering with a redirect."""
    if wanted.strip():
        slug = slugify(wanted)
        if _slug_taken(session, slug, post):
            offer = free_slug(session, slug, post)
            raise BadInput(f"The address “{slug}” is taken. “{offer}” is free.", {"slug": [f"“{offer}” is free."]})
    elif post.slug:
        return
    else:
        slug = free_slug(session, slugify(title), post)
    if post.slug == slug:
        return
    if post.slug and post.live_id is not None:
        session.add(Redirect(kind="post", source=post.slug, target=post.id))
    if session.scalars(_OWNERS, {"slug": slug}).first() is not None:  # an old slug of its own, taken up again
        session.execute(sa.delete(Redirect).where(Redirect.kind == "post", Redirect.source == slug))
    post.slug = slug


def _old_slugs(session: Session, post: Post) -> list[str]:
    """The slugs that redirect to the post."""
    old = sa.select(Redirect.source).where(Redirect.kind == "post", Redirect.target == post.id)
    return list(session.scalars(old.order_by(Redirect.source)))


def _move_back(session: Session, post: Post, before: Mapping[str, Any]) -> None:
    """Give the post the slug and the old slugs it had: an address that was never meant leaves no redirect."""
    if post.slug == before["slug"]:
        return
    session.execute(sa.delete(Redirect).where(Redirect.kind == "post", Redirect.target == post.id))
    post.slug = before["slug"]
    session.add_all(Redirect(kind="post", source=slug, target=post.id) for slug in before.get("old_slugs", []))
    session.flush()


def _fill_columns(session: Session, post: Post, revision: Revision, finished: Finished) -> None:
    content = revision.content()
    post.title = revision.title.strip()
    post.excerpt, post.html, post.text = finished.excerpt, finished.html, finished.text
    post.outline, post.references, post.blocks = finished.outline, finished.references, finished.blocks
    post.reading_time, post.cover = finished.reading_time, content.cover
    post.featured, post.seo = content.featured, content.seo
    post.pinned = list(content.related.get("pinned") or [])
    post.excluded = list(content.related.get("excluded") or [])
    post.last_reviewed_at = _day(content.last_reviewed_at)
    post.next_review_due = _day(content.next_review_due)
    reviewer = content.reviewed_by and session.scalar(sa.select(Author).where(Author.slug == content.reviewed_by))
    post.reviewed_by_id = reviewer.id if reviewer else None


def _seen(post: Post) -> list[Any]:
    return [getattr(post, name) for name in SEEN]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day(text: str | None) -> date | None:
    """A date as written in a form or a file; what is no date is passed over, it never stops a publish."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
