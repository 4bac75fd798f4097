"""Reading what choosing needs to know: the public posts that are candidates for each other's lists."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.posts import Post, PostTag, Tag, published
from cms.related.choosing import CANDIDATES, Choice, Facts, blend, choose
from cms.search.engine import Alike, Engine, Likeness
from cms.search.words import word_and_stem

if TYPE_CHECKING:
    from cms.search.meaning.meaning import Meaning

BATCH = 100
NEAR = 4 * CANDIDATES
"""Posts near in meaning that are looked at beside those alike in words."""
MOST_KNOWN = 12_000
"""Posts that are remembered, the latest: about 60 MB."""


class Study:
    """Computes lists; remembers the posts that it has read. `session` may be replaced between two lists.
    `likeness` is who is asked for it, if not the engine itself."""

    def __init__(
        self, session: Session, engine: Engine, meaning: "Meaning | None" = None, likeness: Likeness | None = None
    ) -> None:
        self.session = session
        self._likeness = likeness or engine
        self._meaning = meaning
        self._lexicon = engine.lexicon()
        self._counts, self._posts = _tag_counts(session)
        self._known: dict[str, Facts | None] = {}

    def related(self, id: str) -> tuple[list[Choice], list[Alike]]:
        """The list of one post, empty if it is not public; and the posts most like it."""
        alike = self._likeness.alike(id, CANDIDATES)
        if self._meaning is not None:
            alike = blend(alike, self._meaning.alike(id, NEAR))
        wanted = [id, *(row.id for row in alike)]
        self._load(wanted)
        post = self._known.get(id)
        if post is None:
            return [], alike
        pinned = self._ids_of_slugs(post.pinned)
        self._load(pinned)
        others = {name: other for name in [*wanted, *pinned] if name != id and (other := self._known.get(name))}
        return choose(self._with_phrases(post), others, alike, self._counts, self._posts), alike

    def _ids_of_slugs(self, slugs: Sequence[str]) -> list[str]:
        if not slugs:
            return []
        return list(self.session.scalars(published().with_only_columns(Post.id).where(Post.slug.in_(slugs))))

    def _load(self, ids: Sequence[str]) -> None:
        missing = [id for id in ids if id not in self._known]
        if not missing:
            return
        while len(self._known) > MOST_KNOWN:
            self._known.pop(next(iter(self._known)))
        for start in range(0, len(missing), BATCH):
            self._known |= self._read(missing[start : start + BATCH])

    def _read(self, ids: list[str]) -> dict[str, Facts | None]:
        """The facts of each; None for what is not public."""
        found: dict[str, Facts | None] = dict.fromkeys(ids)
        tags: dict[str, dict[str, str]] = {}
        named = sa.select(PostTag.post_id, Tag.slug, Tag.name).join(Tag, Tag.id == PostTag.tag_id)
        for id, slug, name in self.session.execute(
            named.where(PostTag.post_id.in_(ids)).order_by(PostTag.post_id, PostTag.position)
        ):
            tags.setdefault(id, {})[slug] = name
        columns = (Post.id, Post.slug, Post.title, Post.text, Post.references, Post.pinned, Post.excluded)
        for id, slug, title, text, references, pinned, excluded in self.session.execute(
            published().with_only_columns(*columns).where(Post.id.in_(ids))
        ):
            found[id] = Facts(
                id=id,
                slug=slug or id,
                tags=tags.get(id, {}),
                references=frozenset(
                    str(row.get("doi") or row.get("url")) for row in references if row.get("doi") or row.get("url")
                ),
                text=f"{title}\n{text}".lower().replace("'", "’"),
                pinned=tuple(pinned),
                excluded=tuple(excluded),
            )
        return found

    def _with_phrases(self, post: Facts) -> Facts:
        """The phrases a post uses more than once and shares with some other posts, the rarest weightiest."""
        weights: dict[str, float] = {}
        for phrase, count in self._likeness.phrases(post.id).items():
            holders = self._lexicon.phrase_posts(tuple(word_and_stem(word)[1] for word in phrase.split()))
            if 2 <= holders <= max(self._posts / 3, 3):
                weights[phrase] = count / holders
        return replace(post, phrases=weights)


def _tag_counts(session: Session) -> tuple[dict[str, int], int]:
    """Public posts by tag slug, and in all."""
    public = published().with_only_columns(Post.id).scalar_subquery()
    rows = session.execute(
        sa.select(Tag.slug, sa.func.count())
        .join(PostTag, PostTag.tag_id == Tag.id)
        .where(PostTag.post_id.in_(public))
        .group_by(Tag.slug)
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(published().with_only_columns(Post.id).subquery()))
    return {slug: int(count) for slug, count in rows}, int(total or 0)
