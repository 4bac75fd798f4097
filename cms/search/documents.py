"""Public posts as documents for the engine: read through the gate, in batches, never a draft."""

from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload, undefer

from cms.markup import outline
from cms.posts import Post, PostTag, Tag, published
from cms.search.engine import Document, Section, TagName

BATCH = 200


def documents(session: Session, ids: Iterable[str] | None = None) -> Iterator[Document]:
    """The documents of all public posts, or of those of `ids` that are public."""
    if ids is None:
        wanted: Sequence[str] = session.scalars(published().with_only_columns(Post.id).order_by(Post.id)).all()
    else:
        wanted = list(ids)
    query = published().options(
        undefer(Post.html),
        undefer(Post.references),
        selectinload(Post.tag_links).joinedload(PostTag.tag).selectinload(Tag.names),
        selectinload(Post.hashtag_links),
        selectinload(Post.authors),
    )
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        posts = session.scalars(query.where(Post.id.in_(batch)).order_by(Post.id)).all()
        for post in posts:
            yield document(post)
        session.expunge_all()


def document(post: Post) -> Document:
    """One public post as the engine stores it."""
    sections = [Section(row.id, row.heading, row.text) for row in outline.sections(post.html)]
    return Document(
        id=post.id,
        slug=post.slug or post.id,
        title=post.title,
        sections=tuple(sections),
        excerpt=post.excerpt,
        tags=tuple(TagName(link.tag.slug, link.tag.name, tuple(link.tag.aliases)) for link in post.tag_links),
        hashtags=tuple(link.name for link in post.hashtag_links),
        authors=tuple(author.slug for author in post.authors),
        author_names=tuple(author.name for author in post.authors),
        references=" ".join(str(row.get("text") or "") for row in post.references),
        published_at=post.published_at,
    )


def ids_of_tag(session: Session, tag_id: int) -> list[str]:
    """The posts that carry a tag."""
    return list(session.scalars(sa.select(PostTag.post_id).where(PostTag.tag_id == tag_id)))
