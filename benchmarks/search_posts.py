"""Made-up posts for measuring speed: about 627 words each, a vocabulary that grows as real text's does.

Words follow Zipf's law; each post has two of 300 topics, whose words it repeats, so that phrases, tags and
likeness exist. The same seed gives the same posts.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from cms.search.engine import Document, Section, TagName
from cms.search.words import STOP_WORDS

WORDS = 627
TOPICS = 300
TAGS = 60
VOCABULARY = 40_000


class Maker:
    """Makes posts and queries about them. `often` are words of the field, said more often than all others."""

    def __init__(self, seed: int = 7, often: Sequence[str] = ()) -> None:
        self.random = random.Random(seed)
        self.words = [*often, *self._words()]
        self.common = sorted(STOP_WORDS)
        weights = [1 / (rank + 3) for rank in range(len(self.words))]
        self._cumulative = list(accumulate(weights))
        self.topics = [self.random.sample(self.words[50:20_000], 25) for _ in range(TOPICS)]

    def _words(self) -> list[str]:
        syllables = [a + b for a in "bcdfghjklmnprstvw" for b in ("a", "e", "i", "o", "u", "ar", "en", "ol", "is")]
        made: dict[str, None] = {}
        while len(made) < VOCABULARY:
            made["".join(self.random.choices(syllables, k=self.random.choice((2, 2, 3, 3, 4))))] = None
        return list(made)

    def text(self, topic: list[str], words: int) -> str:
        """Running text: two in five words carry no subject, one in five is the topic's."""
        general = iter(self.random.choices(self.words, cum_weights=self._cumulative, k=words))
        out: list[str] = []
        for number in range(words):
            chance = self.random.random()
            if chance < 0.4:
                out.append(self.random.choice(self.common))
            elif chance < 0.6:
                out.append(self.random.choice(topic))
            else:
                out.append(next(general))
            if number % 14 == 13:
                out[-1] += "."
        return " ".join(out)

    def post(self, number: int) -> Document:
        """One post."""
        first, second = self.random.randrange(TOPICS), self.random.randrange(TOPICS)
        topic = self.topics[first] + self.topics[second][:10]
        sections = [Section("", "", self.text(topic, WORDS // 5))]
        for part in range(4):
            heading = " ".join(self.random.sample(topic, 3)).capitalize()
            sections.append(Section(f"part-{part}", heading, self.text(topic, WORDS // 5)))
        tags = tuple(TagName(f"tag-{n}", f"Tag {self.words[n]}") for n in sorted({first % TAGS, second % TAGS}))
        return Document(
            id=f"{number:026d}",
            slug=f"post-{number}",
            title=" ".join(self.random.sample(topic, 5)).capitalize(),
            sections=tuple(sections),
            excerpt=self.text(topic, 25),
            tags=tags,
            authors=(f"author-{first % 5}",),
            published_at=datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=number),
        )

    def posts(self, count: int) -> Iterator[Document]:
        """Many posts."""
        return (self.post(number) for number in range(count))

    def queries(self, count: int) -> list[str]:
        """What visitors type: one to four words of a topic, some with common words between, one in eight misspelt."""
        chosen = random.Random(11)
        made: list[str] = []
        for number in range(count):
            topic = chosen.choice(self.topics)
            words = chosen.sample(topic, chosen.choice((1, 2, 2, 3, 3, 4)))
            if number % 8 == 7 and len(words[0]) > 5:
                words[0] = words[0][:2] + words[0][3:]
            if number % 3 == 2:
                words = ["how", "do", "i", *words[:1], "with", *words[1:], chosen.choice(self.words[:200])]
            made.append(" ".join(words))
        return made
