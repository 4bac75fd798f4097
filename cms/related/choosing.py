"""Choosing: from posts that read alike to the few that a thoughtful editor would put under a post.

Likeness (tf-idf over the index) leads; shared tags add by rarity, shared references too. Pins come
first, exclusions hold both ways, near-duplicates are shown once, and what lies below `LEAST` is not
shown at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from math import log
from operator import or_

from cms.search.engine import Alike, Near
from cms.search.words import tokens

KEPT = 16
CANDIDATES = 48
LEAST = 0.1
TAGS = 0.25
REFERENCES = 0.1
DUPLICATE = 0.8
"""Share of words two posts have in common from which they count as one."""
SKETCH = 2_048
UNRELATED = 0.3
"""Nearness in meaning that any two posts of a blog may have; what is above adds to likeness."""
NOT_A_TOPIC = frozenset({"featured", "news", "how-to", "uncategorized"})
"""Tags that say what a post is, not what it is about."""
REASONS = 3
_SAYS_NOTHING = """
one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty half dozen hundred
thousand second seconds minute minutes hour hours day days week weeks month months year years percent times
first last next more less read click here good better best new old keep make made take go goes going every
much many way ways thing things lot lots bit save saved question questions
"""
SAYS_NOTHING = frozenset(_SAYS_NOTHING.split())
"""Words that make a phrase no topic: "two weeks" is no reason to read on."""


@dataclass(frozen=True)
class Facts:
    """What choosing needs to know of a public post."""

    id: str
    slug: str
    tags: Mapping[str, str]  # slug: name
    references: frozenset[str]
    text: str  # in lower case
    pinned: Sequence[str] = ()
    excluded: Sequence[str] = ()
    phrases: Mapping[str, float] = field(default_factory=dict)  # of the post itself: phrase -> weight

    @cached_property
    def sketch(self) -> tuple[int, int]:
        """How many different words the text has, and a number with one of SKETCH bits set for each."""
        words = set(self.text.split())
        return len(words), reduce(or_, (1 << hash(word) % SKETCH for word in words), 0)


@dataclass(frozen=True, slots=True)
class Choice:
    """One chosen post."""

    id: str
    score: float
    reasons: list[dict[str, str]]


def choose(
    post: Facts, others: Mapping[str, Facts], alike: Sequence[Alike], tag_counts: Mapping[str, int], posts: int
) -> list[Choice]:
    """The related posts of `post` among `others` (by id), best first, at most KEPT. Same input, same answer."""
    likeness = {row.id: row for row in alike}
    by_slug = {other.slug: other for other in others.values()}
    allowed = {
        id: other
        for id, other in others.items()
        if id != post.id and other.slug not in post.excluded and post.slug not in other.excluded
    }
    rarity = _rarity(post, tag_counts, posts)
    scored = sorted(
        ((_score(post, other, likeness.get(id), rarity), id) for id, other in allowed.items()),
        key=lambda pair: (-pair[0], pair[1]),
    )
    chosen = [
        Choice(by_slug[slug].id, 1.0, [{"kind": "pinned", "label": "Chosen by the author"}])
        for slug in dict.fromkeys(post.pinned)
        if slug in by_slug and by_slug[slug].id in allowed
    ]
    shown = [post, *(others[choice.id] for choice in chosen)]
    for score, id in scored:
        other = others[id]
        if score < LEAST or len(chosen) == KEPT:
            break
        if any(id == seen.id or _same(other, seen) for seen in shown):
            continue
        reasons = _reasons(post, other, likeness.get(id), rarity)
        if reasons:
            chosen.append(Choice(id, round(min(score, 0.999), 4), reasons))
            shown.append(other)
    return chosen


def blend(alike: Sequence[Alike], near: Sequence[Near]) -> list[Alike]:
    """Likeness in words with nearness in meaning added, most alike first, at most CANDIDATES."""
    rows = {row.id: row for row in alike}
    for other in near:
        known = rows.get(other.id, Alike(other.id, 0.0))
        likeness = min(known.likeness + max(other.similarity - UNRELATED, 0.0), 1.0)
        rows[other.id] = replace(known, likeness=likeness)
    return sorted(rows.values(), key=lambda row: (-row.likeness, row.id))[:CANDIDATES]


def _rarity(post: Facts, tag_counts: Mapping[str, int], posts: int) -> dict[str, float]:
    """What sharing each of the post's tags says: much for a rare tag, nothing for one that most posts have."""
    rarity: dict[str, float] = {}
    for slug in post.tags:
        count = tag_counts.get(slug, 1)
        if slug not in NOT_A_TOPIC and not (posts >= 6 and count > posts / 2):
            rarity[slug] = log(1 + posts / max(count, 1))
    return rarity


def _score(post: Facts, other: Facts, alike: Alike | None, rarity: Mapping[str, float]) -> float:
    total = sum(rarity.values())
    shared = sum(weight for slug, weight in rarity.items() if slug in other.tags)
    score = alike.likeness if alike else 0.0
    if total:
        score += TAGS * shared / total
    return score + REFERENCES * min(len(post.references & other.references), 3)


def _same(one: Facts, other: Facts) -> bool:
    """Whether two posts are near-duplicates.

    Nearly always the sketches tell that they are not, a hundred times as fast: each bit that the other lacks
    is a word that it lacks.
    """
    (words, bits), (others, other_bits) = one.sketch, other.sketch
    most = max(words, others)
    lacking = max((bits & ~other_bits).bit_count(), (other_bits & ~bits).bit_count())
    if lacking > (1 - DUPLICATE) * most + 1:
        return False
    return len(set(one.text.split()).intersection(other.text.split())) >= DUPLICATE * most > 0


def _as_written(text: str, root: str) -> str:
    """A word of `text` that has this stem."""
    return next((token.word for token in tokens(text) if token.stem == root), root)


def _reasons(post: Facts, other: Facts, alike: Alike | None, rarity: Mapping[str, float]) -> list[dict[str, str]]:
    """What a reader may be told, the most telling first: shared topics, then phrases that both posts use."""
    tags = sorted((slug for slug in rarity if slug in other.tags), key=lambda slug: (-rarity[slug], slug))
    reasons = [{"kind": "tag", "label": post.tags[slug]} for slug in tags[:2]]
    said = {reason["label"].casefold() for reason in reasons}
    for phrase in sorted(post.phrases, key=lambda phrase: (-post.phrases[phrase], phrase)):
        if len(reasons) == REASONS:
            break
        if SAYS_NOTHING.intersection(phrase.split()):
            continue
        if phrase in other.text and not any(phrase in label or label in phrase for label in said):
            reasons.append({"kind": "phrase", "label": phrase})
            said.add(phrase)
    if not reasons and alike:
        words = (_as_written(post.text, root) for root in alike.terms)
        telling = next((word for word in words if _is_telling(word)), None)
        if telling:
            reasons.append({"kind": "phrase", "label": telling})
    return reasons


def _is_telling(word: str) -> bool:
    """Whether a word alone can be a reason to read on: "35" and "questions" are none."""
    return word not in SAYS_NOTHING and any(letter.isalpha() for letter in word)
