"""Search from the database alone, for the minutes in which the index is being rebuilt: plainer, never wrong.

Same shape as the engine's answer. Words are looked for as they are in title, excerpt and text (LIKE, with
its signs escaped), all of them or else any.
"""

import re
from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from cms.posts import Author, Post, PostTag, Tag, post_author, published
from cms.search.engine import Answer, Hit, Pairs, Stage
from cms.search.words import STOP_WORDS, fold, tokens

WORDS = 8
SNIPPET = 180
MOST = 500
"""Posts that are ranked: the newest of those that match."""


def search(
    session: Session, q: str, tags: Sequence[str], author: str | None, offset: int, limit: int, excluded: frozenset[str]
) -> Answer:
    """Answer from SQL. Costs a scan of the posts' text."""
    typed = [q[token.start : token.end] for token in tokens(q[:200])]
    words = list(dict.fromkeys([word for word in typed if fold(word) not in STOP_WORDS] or typed))[:WORDS]
    if not words:
        return Answer(stage="any")
    stage: Stage = "all"
    found = _matching(session, words, tags, author, excluded, sa.and_)
    if not found and len(words) > 1:
        stage, found = "any", _matching(session, words, tags, author, excluded, sa.or_)
    ranked = sorted(found, key=lambda post: -_score(post, words))
    hits = [_hit(post, words) for post in ranked[offset : offset + limit]]
    return Answer(len(found), stage, hits, _facets(session, [post.id for post in found]))


def _matching(
    session: Session,
    words: Sequence[str],
    tags: Sequence[str],
    author: str | None,
    excluded: frozenset[str],
    join: object,
) -> list[Post]:
    conditions = [
        sa.or_(*(column.icontains(word, autoescape=True) for column in (Post.title, Post.excerpt, Post.text)))
        for word in words
    ]
    query = published().where((sa.and_ if join is sa.and_ else sa.or_)(*conditions))
    for slug in tags:
        tagged = sa.select(PostTag.post_id).join(Tag, Tag.id == PostTag.tag_id).where(Tag.slug == slug)
        query = query.where(Post.id.in_(tagged))
    if author is not None:
        written = sa.select(post_author.c.post_id).join(Author, Author.id == post_author.c.author_id)
        query = query.where(Post.id.in_(written.where(Author.slug == author)))
    if excluded:
        query = query.where(Post.id.not_in(excluded))
    query = query.options(undefer(Post.text)).order_by(Post.published_at.desc(), Post.id.desc()).limit(MOST)
    return list(session.scalars(query))


def _score(post: Post, words: Sequence[str]) -> float:
    title, text = post.title.casefold(), post.text.casefold()
    return sum(3.0 * (word.casefold() in title) + min(text.count(word.casefold()), 5) / 5 for word in words)


def _hit(post: Post, words: Sequence[str]) -> Hit:
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    first = pattern.search(post.text)
    start = max(0, first.start() - 60) if first else 0
    start = post.text.rfind(" ", 0, start) + 1 if start else 0
    body = _marked(post.text[start : start + SNIPPET], pattern)
    return Hit(post.id, round(_score(post, words), 4), _marked(post.title, pattern), [body] if body else [])


def _marked(text: str, pattern: "re.Pattern[str]") -> Pairs:
    pairs: Pairs = []
    at = 0
    for found in pattern.finditer(text):
        if found.start() > at:
            pairs.append((text[at : found.start()], False))
        pairs.append((found.group(), True))
        at = found.end()
    if at < len(text):
        pairs.append((text[at:], False))
    return pairs


def _facets(session: Session, ids: Sequence[str]) -> dict[str, int]:
    if not ids:
        return {}
    rows = session.scalars(sa.select(Tag.slug).join(PostTag, PostTag.tag_id == Tag.id).where(PostTag.post_id.in_(ids)))
    return dict(Counter(rows))
