"""Whom and what a live post is linked to: its authors, hashtags and tags, in the running transaction."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.markup.hashtags import hashtag_key, tag_key
from cms.posts import Author, Post, PostHashtag, PostTag, post_author
from cms.publishing.shelf import find_or_make_tags, tags_by_key

_PEOPLE = (
    sa.select(post_author.c.author_id)
    .where(post_author.c.post_id == sa.bindparam("post"))
    .order_by(post_author.c.position)
)


def link_people(session: Session, post: Post, slugs: list[str]) -> bool:
    """Authors in the order given; slugs that nobody has are passed over. Returns whether anything changed."""
    known: dict[str, int] = {}
    if slugs:
        rows = session.execute(sa.select(Author.slug, Author.id).where(Author.slug.in_(slugs)))
        known = {row.slug: row.id for row in rows}
    wanted = [known[slug] for slug in dict.fromkeys(slugs) if slug in known]
    if wanted == list(session.scalars(_PEOPLE, {"post": post.id})):
        return False
    session.execute(sa.delete(post_author).where(post_author.c.post_id == post.id))
    if wanted:
        session.execute(
            sa.insert(post_author),
            [{"post_id": post.id, "author_id": who, "position": n} for n, who in enumerate(wanted)],
        )
    return True


def link_hashtags(session: Session, post: Post, names: list[str]) -> bool:
    """Hashtags as spelled in the post, in order. Returns whether anything changed."""
    wanted = [(hashtag_key(name), name) for name in names]
    if wanted == [(link.key, link.name) for link in post.hashtag_links]:
        return False
    if post.hashtag_links:
        post.hashtag_links.clear()
        session.flush()
    post.hashtag_links.extend(
        PostHashtag(post_id=post.id, key=key, name=name, position=n) for n, (key, name) in enumerate(wanted)
    )
    return True


def link_tags(session: Session, post: Post, names: list[str], hashtags: list[str]) -> bool:
    """Chosen tags first, made if they are new; then those that a hashtag stands for. Returns whether
    anything changed."""
    keys = [tag_key(name) for name in hashtags]
    known = tags_by_key(session, [*keys, *(tag_key(name.lstrip("#＃")) for name in names)])
    chosen = find_or_make_tags(session, names, known)
    meant = dict.fromkeys(known[key] for key in keys if key in known)
    wanted = [(tag.id, False) for tag in chosen]
    wanted += [(tag.id, True) for tag in meant if tag not in chosen]
    if wanted == [(link.tag_id, link.from_hashtag) for link in post.tag_links]:
        return False
    if post.tag_links:
        post.tag_links.clear()
        session.flush()
    post.tag_links.extend(
        PostTag(post_id=post.id, tag_id=tag_id, from_hashtag=from_hashtag, position=n)
        for n, (tag_id, from_hashtag) in enumerate(wanted)
    )
    return True
