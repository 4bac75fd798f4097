"""Pictures as posts show them: put, replaced, used, no longer used."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.markup.tokens import Start, tokens
from cms.media import Encoded, Picture, keep, set_focal
from cms.posts import Author, Exercise, Post, Revision
from cms.publishing.follow import settle
from cms.publishing.live import rerender
from cms.publishing.people import posts_showing


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a picture is used. `kind` is post, author or exercise; `id` is that row's."""

    kind: str
    id: str
    title: str


def put_picture(session: Session, encoded: Encoded, name: str) -> Picture:
    """Make or replace the picture of this name and re-render the live posts that show it, in the running
    transaction."""
    before = session.scalar(sa.select(Picture.digest).where(Picture.name == name))
    picture = keep(session, encoded, name, name=name)
    if before is None or before != picture.digest:
        for post in posts_with_picture(session, name):
            rerender(session, post)
    return picture


def save_picture(
    session: Session,
    picture: Picture,
    *,
    alt: str | None = None,
    caption: str | None = None,
    focal: tuple[float, float] | None = None,
) -> Picture:
    """Save what is said about a picture; live posts that show it follow. Commits."""
    if alt is not None:
        picture.alt = alt.strip()
    if caption is not None:
        picture.caption = caption.strip()
    if focal is not None:
        set_focal(picture, focal)
    if session.is_modified(picture):
        session.flush()
        for post in posts_with_picture(session, picture.name):
            rerender(session, post)
        session.commit()
        settle(session)
    return picture


def learn_descriptions(session: Session, post: Post) -> None:
    """Let pictures that the library has no words for take the words that a post gives them. Commits."""
    revision = post.working()
    if revision is None:
        return
    shown = [token.attributes for token in tokens(revision.clean or "") if isinstance(token, Start)]
    shown.append(revision.content().cover or {})
    said = {str(one.get("src", "")).removeprefix("media/"): str(one["alt"]) for one in shown if one.get("alt")}
    bare = sa.select(Picture).where(Picture.name.in_(said), Picture.alt == "")
    for picture in session.scalars(bare).all():
        save_picture(session, picture, alt=said[picture.name])


def posts_with_picture(session: Session, name: str) -> list[Post]:
    """Posts whose live revision shows a picture, in the text, in a block or as the cover, or an exercise with it."""
    shown = _mentions(session, name, sa.select(Post).join(Revision, Post.live_id == Revision.id))
    for exercise_id in session.scalars(sa.select(Exercise.id).where(Exercise.picture == f"media/{name}")):
        shown |= {post.id: post for post in posts_showing(session, exercise_id)}
    return list(shown.values())


def where_used(session: Session, name: str) -> list[Use]:
    """Every place where a picture is used: posts (drafts too, the bin too), authors, exercises."""
    working = sa.select(Post).join(Revision, sa.or_(Post.live_id == Revision.id, Post.draft_id == Revision.id))
    posts = _mentions(session, name, working).values()
    address = f"media/{name}"
    in_bio = Author.bio_html.contains(f'"{address}"', autoescape=True)
    authors = session.scalars(sa.select(Author).where(sa.or_(Author.picture == address, in_bio)))
    exercises = session.scalars(sa.select(Exercise).where(Exercise.picture == address))
    return [
        *(Use("post", post.id, _title(post)) for post in posts),
        *(Use("author", author.slug, author.name) for author in authors),
        *(Use("exercise", exercise.id, exercise.name) for exercise in exercises),
    ]


def _mentions(session: Session, name: str, posts: sa.Select[Post]) -> dict[str, Post]:
    """The posts among these whose revision names the picture; a name may not go on behind it."""
    address = f"media/{name}"
    fields = sa.cast(Revision.fields, sa.Text)
    found = posts.where(
        sa.or_(
            *(Revision.source.contains(address + end, autoescape=True) for end in ENDS),
            *(fields.contains(address + end, autoescape=True) for end in ENDS),
        )
    )
    return {post.id: post for post in session.scalars(found)}


# What stands behind a picture's name where it ends: a quote of HTML or JSON.
ENDS = ('"', "'", '\\"')


def _title(post: Post) -> str:
    working = post.working()
    return (working.title if working else "") or post.title
