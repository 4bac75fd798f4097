"""After a commit: search and related articles catch up with the journal, plugins are told.

A follower that fails is logged and never undoes a publish; it catches up the next time.
"""

import logging
from collections.abc import Callable

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from cms import related, search
from cms.db import Journal, record, recorded, utcnow, writing
from cms.hooks import Plugins, PostEvent
from cms.posts import Post, current_site, is_public, post_address

log = logging.getLogger(__name__)

ANNOUNCED = {
    "post_published": "post_published",
    "came_due": "post_published",
    "post_updated": "post_updated",
    "post_withdrawn": "post_withdrawn",
    "post_deleted": "post_withdrawn",
}


def settle(session: Session | None = None) -> None:
    """Let every follower catch up and tell the plugins what was committed in `session` since the last time."""
    session = session or writing()
    for follower in followers():
        try:
            follower()
        except Exception:
            log.exception("%s could not catch up; it will the next time", follower.__module__)
    rows = recorded(session)
    if rows:
        _announce(session, rows)
        session.rollback()  # reading for the announcement opened a transaction: give the writers' lock back


def followers() -> tuple[Callable[[], object], ...]:
    return search.catch_up, related.catch_up


def notice_due(session: Session) -> int:
    """Write a `came_due` row for each scheduled post whose moment has passed. Commits; returns how many."""
    due = session.scalars(sa.select(Post).where(is_public(), Post.came_due.is_(False))).all()
    for post in due:
        post.came_due = True
        record(session, "came_due", post.id)
    session.commit()
    if due:
        settle(session)
    return len(due)


def _announce(session: Session, rows: list[Journal]) -> None:
    plugins: Plugins = current_app.extensions["midstance"].plugins
    site = current_site(session)
    for row in rows:
        hook = ANNOUNCED.get(row.kind)
        post = session.get(Post, row.post_id) if hook and row.post_id else None
        if hook is None or post is None or post.slug is None:
            continue
        if hook != "post_withdrawn" and (post.published_at is None or post.published_at > utcnow()):
            continue  # scheduled: announced when its moment comes
        event = PostEvent(post.id, post.slug, post.title, post_address(site, post.slug), row.at)
        plugins.announce(hook, event=event, site=site)
