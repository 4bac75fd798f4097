"""A post as the editor shows it: its state, its working text, and how a form's fields go back into it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from cms.db import utcnow
from cms.editor.when import clock, field_value, in_words
from cms.errors import BadInput, NotFound
from cms.posts import Content, Post, Revision, current_site, post_address, zone

TEXTS = ("title", "excerpt", "slug")
LONGEST_TEXT = 20_000
LONGEST_LIST = 200


def find_post(session: Session, post_id: str) -> Post:
    """The post with this id. Raises NotFound."""
    post = session.get(Post, post_id)
    if post is None:
        raise NotFound("There is no post here. It may have been deleted for good.")
    return post


def state_of(post: Post, now: datetime | None = None) -> str:
    """draft, scheduled, published or bin. A withdrawn post is a draft to her."""
    if post.deleted_at is not None:
        return "bin"
    if post.state == "published":
        return "scheduled" if post.published_at and post.published_at > (now or utcnow()) else "published"
    return "draft"


def moment_of_publishing(post: Post) -> datetime | None:
    """What "Publish" means: now for a scheduled or withdrawn post; one that is out keeps its date."""
    return None if state_of(post) == "published" else utcnow()


def describe(session: Session, post: Post) -> dict[str, Any]:
    """What the page shows around the text: state, address, moments in words."""
    site = current_site(session)
    state = state_of(post)
    address = post_address(site, post.slug) if post.slug and state == "published" else ""
    return {
        "id": post.id,
        "state": state,
        "changed": state in ("published", "scheduled") and post.draft_id is not None,
        "withdrawn": post.state == "withdrawn",
        "when": in_words(post.published_at, zone(site)) if post.published_at else "",
        "at": field_value(post.published_at, zone(site)) if post.published_at and state == "scheduled" else "",
        "url": address,
        "zone": site.time_zone,
    }


def text_of_revision(session: Session, revision: Revision | None) -> dict[str, Any]:
    """The working text and fields, with the token that a save must name."""
    if revision is None:
        return {"token": None, "saved_at": None, "saved_clock": "", **fields_of(Content()), "html": "", "blocks": {}}
    content = revision.content()
    return {
        "token": revision.token,
        "saved_at": revision.saved_at.isoformat(),
        "saved_clock": clock(revision.saved_at, zone(current_site(session))),
        **fields_of(content),
        "html": revision.clean if revision.clean is not None else None,
        "source": None if revision.clean is not None else revision.source,
        "problem": "" if revision.clean is not None else (revision.removed or [{}])[0].get("name", ""),
        "blocks": content.blocks,
    }


def fields_of(content: Content) -> dict[str, Any]:
    """The fields beside the text."""
    return {
        "title": content.title,
        "excerpt": content.excerpt,
        "slug": content.slug,
        "tags": content.tags,
        "hashtags": content.hashtags,
        "authors": content.authors,
        "featured": content.featured,
        "cover": content.cover,
        "seo": content.seo,
        "reviewed_by": content.reviewed_by,
        "last_reviewed_at": content.last_reviewed_at,
        "next_review_due": content.next_review_due,
        "references": content.references,
        "related": content.related,
    }


def put_fields(content: Content, data: Mapping[str, Any]) -> Content:
    """Put the fields that were sent into the content; the others stay as they are.

    Raises BadInput naming the field whose kind is wrong: our own script never sends such a thing.
    """
    for name in TEXTS:
        if name in data:
            setattr(content, name, _text(name, data[name]))
    if "html" in data:
        content.source = _text("html", data["html"], limit=None)
    for name in ("tags", "hashtags", "authors"):
        if name in data:
            setattr(content, name, _texts(name, data[name]))
    if "featured" in data:
        content.featured = bool(data["featured"])
    if "reviewed_by" in data:
        content.reviewed_by = _text("reviewed_by", data["reviewed_by"] or "") or None
    for name in ("last_reviewed_at", "next_review_due"):
        if name in data:
            setattr(content, name, _day(name, data[name]))
    if "cover" in data:
        content.cover = _cover(data["cover"])
    if "seo" in data:
        sent = {key: _text(key, text) for key, text in _object("seo", data["seo"]).items()}
        content.seo = {key: text for key, text in {**content.seo, **sent}.items() if text}
    if "references" in data:
        content.references = [_plain(row) for row in _list("references", data["references"])]
    if "related" in data:
        content.related = {key: _texts(key, row) for key, row in _object("related", data["related"]).items()}
    if "blocks" in data:
        blocks = _object("blocks", data["blocks"])
        content.blocks = {str(key): _object("blocks", block) for key, block in blocks.items()}
    return content


def _wrong(name: str, what: str) -> BadInput:
    return BadInput(f"{name} must be {what}.", {name: [f"Must be {what}."]})


def _text(name: str, value: Any, limit: int | None = LONGEST_TEXT) -> str:
    if not isinstance(value, str):
        raise _wrong(name, "text")
    if limit is not None and len(value) > limit:
        raise _wrong(name, f"shorter than {limit:,} characters")
    return value


def _texts(name: str, value: Any) -> list[str]:
    return list(dict.fromkeys(" ".join(_text(name, item).split()) for item in _list(name, value) if item))


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > LONGEST_LIST:
        raise _wrong(name, f"a list of at most {LONGEST_LIST}")
    return value


def _object(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or len(value) > LONGEST_LIST:
        raise _wrong(name, "an object")
    return value


def _plain(row: Any) -> dict[str, Any]:
    return {key: value for key, value in _object("references", row).items() if value not in (None, "")}


def _day(name: str, value: Any) -> str | None:
    if not value:
        return None
    try:
        return date.fromisoformat(_text(name, value)).isoformat()
    except ValueError:
        raise _wrong(name, "a date such as 2026-11-22") from None


def _cover(value: Any) -> dict[str, Any] | None:
    if not value:
        return None
    cover = _object("cover", value)
    _text("cover", cover.get("src", ""))
    return cover
