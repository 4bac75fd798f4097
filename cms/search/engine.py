"""What an engine is: the shapes that go in and come out, and the protocol every engine keeps.

Nothing here knows Whoosh. An engine stores documents and answers plans; it never sees a visitor's
words raw. The plan (`query.py`) holds terms already folded, stemmed, repaired and widened, so an
engine needs no query language: PostgreSQL would turn a plan into a `tsquery`, OpenSearch into a
`bool` query. Ids come back; rows are fetched by whoever asked, through the gate.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from cms.errors import Unavailable

Pairs = list[tuple[str, bool]]
"""Text in pieces, each with whether it is a hit: never HTML, so nothing to escape."""

Stage = Literal["all", "most", "any", "fuzzy"]
ClauseKind = Literal["word", "phrase", "prefix", "spelling", "joined", "split", "acronym", "vocabulary"]


class IndexBroken(Unavailable):
    """The index is missing, truncated, of another version or unreadable: rebuild it."""

    title = "The search index cannot be read"


@dataclass(frozen=True, slots=True)
class Section:
    """A passage of a post: from one heading to the next. `anchor` is "" before the first heading."""

    anchor: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class TagName:
    """A tag with every name a visitor may call it by."""

    slug: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A public post as an engine stores it: plain text only, all of it public."""

    id: str
    slug: str
    title: str
    sections: tuple[Section, ...] = ()
    excerpt: str = ""
    tags: tuple[TagName, ...] = ()
    hashtags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    author_names: tuple[str, ...] = ()
    references: str = ""
    published_at: datetime | None = None

    @property
    def headings(self) -> list[str]:
        """The headings in order."""
        return [section.heading for section in self.sections if section.heading]


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened up to the journal row `seq`: documents to put, ids to remove."""

    put: Sequence[Document]
    remove: Sequence[str]
    seq: int


@dataclass(frozen=True, slots=True)
class Clause:
    """One way to satisfy a want: a stem, or several in a row (a phrase). `weight` is 1 for what was typed."""

    stems: tuple[str, ...]
    weight: float = 1.0
    kind: ClauseKind = "word"
    label: str = ""


@dataclass(frozen=True, slots=True)
class Want:
    """One thing the visitor asked for, with the ways it may be met; the best of them counts.

    `count` is how often it was asked for. `needed` is false for words that carry no subject:
    they add to a score but a post without them misses nothing. A `whole` is a phrase that is one thing: how much
    it says depends on the posts that hold it together, not on those that hold its words.
    """

    text: str
    clauses: tuple[Clause, ...]
    count: float = 1.0
    needed: bool = True
    exact: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A query understood. `sequence` is what was typed, as stems in order, for the closeness bonus."""

    wants: tuple[Want, ...] = ()
    sequence: tuple[str, ...] = ()
    corrected: str | None = None
    expanded: tuple[str, ...] = ()
    fuzzy: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """A post near in meaning to what was asked: how near (a cosine, up to 1), and the anchor of its nearest section."""

    id: str
    similarity: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Request:
    """A plan with its filters and its page. `tags` are slugs, all of which a post must have.

    `near` are the posts nearest in meaning, nearest first; empty where meaning is off. An engine adds them to
    what it finds by words.
    """

    plan: Plan
    tags: tuple[str, ...] = ()
    author: str | None = None
    offset: int = 0
    limit: int = 10
    pinned: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    explain: bool = False
    near: tuple[Near, ...] = ()


@dataclass(slots=True)
class Passage:
    """The section that answers: its anchor in the post, and its heading."""

    id: str
    heading: str


@dataclass(slots=True)
class Hit:
    """One post found. `title` and `body` are highlights; `explain` says what gave how much."""

    id: str
    score: float
    title: Pairs = field(default_factory=list)
    body: list[Pairs] = field(default_factory=list)
    passage: Passage | None = None
    explain: dict[str, object] | None = None


@dataclass(slots=True)
class Answer:
    """What an engine says to a request. `facets` counts every matching post by tag slug."""

    total: int = 0
    stage: Stage = "all"
    hits: list[Hit] = field(default_factory=list)
    facets: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """What `search.find` answers: ids and all that is shown beside them, but no rows."""

    q: str
    total: int = 0
    hits: list[Hit] = field(default_factory=list)
    facets: list[tuple[str, int]] = field(default_factory=list)
    stage: Stage = "all"
    corrected: str | None = None
    expanded: list[str] = field(default_factory=list)
    degraded: bool = False
    page: int = 1
    limit: int = 10

    @property
    def ids(self) -> list[str]:
        """The ids found, best first."""
        return [hit.id for hit in self.hits]


@dataclass(frozen=True, slots=True)
class Alike:
    """A post that reads like another: `likeness` 0..1, and the stems that say so, strongest first."""

    id: str
    likeness: float
    terms: tuple[str, ...] = ()


class Likeness(Protocol):
    """What relating asks of each post."""

    def alike(self, id: str, limit: int) -> list[Alike]:
        """Posts that read like this one, best first; empty if it is not in the index."""

    def phrases(self, id: str) -> Mapping[str, int]:
        """The phrases that its title and text hold twice or more, as written, with how often."""


@dataclass(frozen=True, slots=True)
class WordCount:
    """A surface word of the posts and the number of posts that hold it."""

    word: str
    posts: int


class Lexicon(Protocol):
    """What the posts themselves teach: their words, phrases, acronyms. Follows the index."""

    def posts_with(self, word: str) -> int:
        """How many posts hold the folded surface word."""

    def posts_with_stem(self, stem: str) -> int:
        """How many posts hold any form of the stem."""

    def size(self) -> int:
        """How many posts there are."""

    def completions(self, prefix: str, limit: int) -> list[WordCount]:
        """Known words beginning with `prefix`, commonest first."""

    def corrections(self, word: str, limit: int, slips: int | None = None) -> list[tuple[str, int]]:
        """Known words near to a misspelt one, with their edit distance, best first: the nearest that a word of its
        length may be repaired to, or all within `slips`."""

    def phrase_posts(self, stems: tuple[str, ...]) -> int:
        """In how many posts these stems were seen as a phrase (0: not a phrase of this site)."""

    def meaning(self, acronym: str) -> str | None:
        """What an acronym stands for, as the posts define it."""

    def acronym(self, stems: tuple[str, ...]) -> str | None:
        """The acronym that the posts use for a phrase."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion while typing. `parts` shows which letters were typed."""

    kind: Literal["post", "tag", "phrase"]
    text: str
    parts: Pairs
    slug: str | None = None
    id: str | None = None


class Engine(Likeness, Protocol):
    """An index of public posts that follows the journal.

    Every method may raise `IndexBroken`; the caller then heals. Methods that write are called inside
    `writing()`; those that read may run in many threads.
    """

    name: str

    def writing(self) -> AbstractContextManager[None]:
        """Be the only writer among all threads and processes; waits for the others. May be nested."""

    def set_aside(self) -> None:
        """Put a broken index out of the way, so that `rebuild` begins from nothing."""

    def mark(self) -> object:
        """Something that differs whenever the index was written or made anew; None if there is none. Cheap."""

    def seq(self) -> int:
        """The newest journal row that the index holds. 0 when it is new."""

    def apply(self, put: Sequence[Document], remove: Iterable[str], seq: int) -> None:
        """Store `put` (replacing by id), drop `remove`, remember `seq`: visible at once, all or nothing."""

    def rebuild(self, documents: Iterable[Document], seq: int) -> int:
        """Build anew from `documents` beside the old one, then switch. Returns how many it stored."""

    def search(self, request: Request) -> Answer:
        """Answer a plan."""

    def at_length(self) -> AbstractContextManager[Likeness]:
        """The same for a great many posts, cheaper, as of now, whatever is published meanwhile."""

    def suggest(self, q: str, limit: int) -> list[Suggestion]:
        """What a visitor may be about to type."""

    def lexicon(self) -> Lexicon:
        """What the posts teach, as of now."""

    def ids(self) -> set[str]:
        """Every id in the index: what `check` compares with the truth."""

    def untidy(self) -> bool:
        """Whether `tidy` has something to do. Cheap."""

    def tidy(self, changes: Callable[[int], Changes]) -> None:
        """Whatever makes the next searches cheaper, if anything. Runs beside requests and may take long;
        must not disturb a search or hold up a publish. `changes(seq)` tells what happened after `seq`."""

    def facts(self) -> Mapping[str, object]:
        """Figures for people: posts, size on disk, segments."""

    def close(self) -> None:
        """Let go of files."""
