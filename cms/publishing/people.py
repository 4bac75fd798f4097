"""Authors, exercises, redirects and the site: saved here, with every post re-rendered that shows them."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.db import record
from cms.errors import BadInput
from cms.markup.addresses import safe_address
from cms.markup.clean import clean
from cms.markup.markdown import to_html
from cms.markup.outline import slugify
from cms.posts import Author, Exercise, Post, Redirect, Revision, current_site, describe_site
from cms.publishing.follow import settle
from cms.publishing.live import rerender


def fill_author(author: Author, values: Mapping[str, Any]) -> None:
    """Put what a form or file says into an author: name, credentials, bio (Markdown), picture, same_as."""
    name = str(values.get("name", author.name) or "").strip()
    if not name:
        raise BadInput("Give the author a name.", {"name": ["A name is needed."]})
    author.name = name
    if "credentials" in values:
        author.credentials = [str(item).strip() for item in values["credentials"] if str(item).strip()]
    if "bio" in values:
        author.bio = str(values["bio"] or "")
        author.bio_html = clean(to_html(author.bio).html).html
    if "picture" in values:
        author.picture = values["picture"] or None
    if "same_as" in values:
        author.same_as = [address for item in values["same_as"] if (address := safe_address(str(item)))]


def save_author(session: Session, author: Author, values: Mapping[str, Any]) -> Author:
    """Save a new or known author. Commits."""
    fill_author(author, values)
    if not author.slug:
        author.slug = _free_author_slug(session, slugify(author.name))
    session.add(author)
    session.flush()
    record(session, "author_changed", author=author.id)
    session.commit()
    settle(session)
    return author


def save_exercise(session: Session, exercise: Exercise, values: Mapping[str, Any]) -> Exercise:
    """Save a new or known exercise and re-render every live post that shows it. Commits."""
    fill_exercise(exercise, values)
    session.add(exercise)
    session.flush()
    for post in posts_showing(session, exercise.id):
        rerender(session, post)
    record(session, "exercise_changed", exercise=exercise.id)
    session.commit()
    settle(session)
    return exercise


def fill_exercise(exercise: Exercise, values: Mapping[str, Any]) -> None:
    """Put what a form or file says into an exercise: name, steps, dose, stop_if, picture."""
    name = str(values.get("name", exercise.name) or "").strip()
    if not name:
        raise BadInput("Give the exercise a name.", {"name": ["A name is needed."]})
    exercise.name = name
    exercise.id = exercise.id or slugify(name)[:64]
    if "steps" in values:
        exercise.steps = [str(step).strip() for step in values["steps"] or [] if str(step).strip()]
    if "dose" in values:
        exercise.dose = dict(values["dose"] or {})
    if "stop_if" in values:
        exercise.stop_if = str(values["stop_if"] or "").strip()
    if "picture" in values:
        exercise.picture = values["picture"] or None


def appearances(session: Session, slug: str) -> list[Post]:
    """Posts that this author wrote or reviewed, by their working or live text: drafts too, the bin too."""
    shown = sa.or_(Post.live_id == Revision.id, Post.draft_id == Revision.id)
    named = sa.cast(Revision.fields, sa.Text).contains(f'"{slug}"', autoescape=True)
    found: dict[str, Post] = {}
    for post, revision in session.execute(sa.select(Post, Revision).join(Revision, shown).where(named)):
        content = revision.content()
        if slug in (*content.authors, content.reviewed_by):
            found[post.id] = post
    return list(found.values())


def posts_showing(session: Session, exercise_id: str) -> list[Post]:
    """Posts whose live revision places this exercise."""
    return [
        post
        for post, blocks in _live_with_blocks(session, exercise_id)
        if any(
            block.get("kind") == "exercise" and str(block.get("exercise") or block_id) == exercise_id
            for block_id, block in blocks.items()
        )
    ]


def _live_with_blocks(session: Session, word: str) -> Iterator[tuple[Post, Mapping[str, Mapping[str, Any]]]]:
    """Posts in whose live revision's fields this word stands, with the blocks of that revision."""
    live = sa.select(Post).join(Revision, Post.live_id == Revision.id)
    for post in session.scalars(live.where(sa.cast(Revision.fields, sa.Text).contains(word, autoescape=True))).all():
        if post.live:
            yield post, post.live.content().blocks


def save_site(session: Session, values: Mapping[str, str]) -> None:
    """Save what the author says of the site, and re-render every live post with a call to book, if that leads
    elsewhere now. Commits; raises BadInput naming each field that cannot be used."""
    before = _booking(session)
    describe_site(session, values)
    session.flush()
    if _booking(session) != before:
        for post, blocks in _live_with_blocks(session, "booking"):
            if any(block.get("kind") == "booking" for block in blocks.values()):
                rerender(session, post)
    session.commit()
    settle(session)


def _booking(session: Session) -> tuple[str, str]:
    site = current_site(session)
    return site.booking_label, site.booking_url


def save_redirect(session: Session, source: str, target: str, status: int = 301) -> Redirect:
    """Keep an old address of the author's own site pointing to a new one. Commits."""
    redirect = put_redirect(session, source, target, status)
    session.commit()
    settle(session)
    return redirect


def put_redirect(session: Session, source: str, target: str, status: int = 301) -> Redirect:
    """The same within the running transaction."""
    if not source.startswith("/"):
        raise BadInput("An old address begins with a slash, such as /old-page.", {"from": ["Begin with a slash."]})
    if not target.startswith("/") and not target.startswith(("https://", "http://")):
        raise BadInput("The new address begins with a slash or https://.", {"to": ["Begin with a slash or https://."]})
    redirect = session.scalar(sa.select(Redirect).where(Redirect.kind == "path", Redirect.source == source))
    if redirect is None:
        redirect = Redirect(kind="path", source=source)
        session.add(redirect)
    if (redirect.target, redirect.status) != (target, status):
        redirect.target, redirect.status = target, status
        record(session, "redirect_changed")
    session.flush()
    return redirect


def _free_author_slug(session: Session, wanted: str) -> str:
    slug, number = wanted, 1
    while session.scalar(sa.select(Author.id).where(Author.slug == slug)):
        number += 1
        slug = f"{wanted[:110]}-{number}"
    return slug
