"""What an author writes of one post: the part of it that revisions keep.

Everything in here is a draft's own until it is published; `Post` holds the copy that readers see.
"""

from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(slots=True)
class Content:
    """One post as its author has it.

    `source` is HTML as it came (never cleaned in place). `tags` holds names or slugs, `authors` and
    `reviewed_by` hold slugs, dates are `YYYY-MM-DD`. `cover` is `{src, alt, caption, focal_point: [x, y]}`
    with `src` as `media/<name>`. `blocks` maps the ids of `<figure data-block>` to their data.
    `extra` holds front matter that Midstance does not know, `layout` what the file form needs to come
    back byte for byte (the order of its keys).
    """

    title: str = ""
    source: str = ""
    slug: str = ""
    excerpt: str = ""
    cover: dict[str, Any] | None = None
    tags: list[str] = field(default_factory=list)
    hashtags: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    featured: bool = False
    seo: dict[str, Any] = field(default_factory=dict)
    reviewed_by: str | None = None
    last_reviewed_at: str | None = None
    next_review_due: str | None = None
    references: list[dict[str, Any]] = field(default_factory=list)
    related: dict[str, list[str]] = field(default_factory=dict)
    blocks: dict[str, dict[str, Any]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    layout: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain data of everything but title and source, which have columns of their own."""
        data = asdict(self)
        del data["title"], data["source"]
        return data

    @classmethod
    def from_json(cls, title: str, source: str, data: dict[str, Any]) -> "Content":
        """The other way round; keys of an older or newer release are passed over."""
        known = {row.name for row in fields(cls)} - {"title", "source"}
        return cls(title=title, source=source, **{key: value for key, value in data.items() if key in known})
