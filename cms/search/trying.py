"""What a query would find with another vocabulary: for the author who wants to see before she saves.

Nothing is counted, nothing is changed.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cms.db import newest_seq
from cms.posts import Post, published
from cms.search.engine import IndexBroken, Request
from cms.search.follower import catch_up
from cms.search.query import understand
from cms.search.state import Pins, normalised, state
from cms.search.vocabulary import Concept, Vocabulary


@dataclass(frozen=True, slots=True)
class Tried:
    """What was found: ids of public posts, best first, how many in all, and the words that were looked for too."""

    ids: list[str]
    total: int
    expanded: tuple[str, ...]


def try_concepts(
    session: Session, q: str, entry: Concept, *, instead_of: str = "", limit: int = 5
) -> tuple[Tried, Tried]:
    """What `q` finds now, and what it would find with `entry` in the vocabulary, in place of the entry that is
    named `instead_of` if there is one. Raises IndexBroken while the index is being rebuilt."""
    here = state()
    newest = newest_seq(session)
    here.learn(session, newest)
    if here.engine.seq() < newest:
        catch_up()
    others = [one for one in here.vocabulary.concepts if one.concept != instead_of]
    return _try(session, q, here.vocabulary, limit), _try(session, q, Vocabulary.of([*others, entry]), limit)


def _try(session: Session, q: str, vocabulary: Vocabulary, limit: int) -> Tried:
    here = state()
    plan = understand(q, here.engine.lexicon(), vocabulary)
    pins = here.pins.get(normalised(q), Pins())
    answer = here.engine.search(Request(plan, (), None, 0, limit, tuple(pins.pinned), frozenset(pins.excluded), False))
    ids = [hit.id for hit in answer.hits]
    public = set(session.scalars(published().with_only_columns(Post.id).where(Post.id.in_(ids)))) if ids else set()
    return Tried([id for id in ids if id in public], answer.total, plan.expanded if answer.total else ())


__all__ = ["IndexBroken", "Tried", "try_concepts"]
