"""Lists of posts: five statements at most, whatever the size of the page; one where nothing has changed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from cms.db import UTCDateTime
from cms.markup.hashtags import hashtag_key, tag_key
from cms.posts import Author, Post, PostHashtag, PostTag, Tag, TagName, is_public, post_address, post_author
from cms.shapes.fields import rfc3339
from cms.shapes.links import whole_links
from cms.shapes.pictures import name_of, placed, stored_pictures
from cms.shapes.view import View

NOW = sa.bindparam("now", type_=UTCDateTime())
PUBLIC = is_public(NOW)


def public_now() -> sa.ColumnElement[bool]:
    """The gate for statements that are built once: give them `view.now` as `now`."""
    return PUBLIC


CARD_COLUMNS = (
    Post.id,
    Post.slug,
    Post.title,
    Post.excerpt,
    Post.cover,
    Post.published_at,
    Post.updated_at,
    Post.reading_time,
    Post.featured,
)
MOST_TOTALS = 2000
MOST_CARDS = 5000
CARD_WIDTH = len(CARD_COLUMNS)
ORDERS: Mapping[str, tuple[sa.ColumnElement[Any], ...]] = {
    "-published_at": (Post.published_at.desc(), Post.id.desc()),
    "published_at": (Post.published_at.asc(), Post.id.asc()),
    "title": (sa.func.lower(Post.title), Post.id.asc()),
    "-updated_at": (Post.updated_at.desc(), Post.id.desc()),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """Which posts, in what order, which page of them. `tags` are slugs, names or aliases; all must be there."""

    tags: tuple[str, ...] = ()
    hashtag: str | None = None
    author: str | None = None
    year: int | None = None
    featured: bool | None = None
    order: str = "-published_at"
    page: int = 1
    limit: int = 10
    html: bool = False


def list_cards(view: View, listing: Listing) -> tuple[list[dict[str, Any]], int]:
    """The cards of one page, and how many posts there are in all."""
    values = _values(listing)
    totals: dict[Any, int] = view.memo.setdefault("totals", {})
    counted = tuple(values.items())
    page, count = _statements(
        len(listing.tags),
        listing.hashtag is not None,
        listing.author is not None,
        listing.year is not None,
        listing.featured is not None,
        listing.order,
    )
    if counted not in totals:  # counting takes longer than reading a page: once for each change is enough
        if len(totals) >= MOST_TOTALS:
            totals.clear()  # somebody is trying filters out; the usual ones come back by themselves
        totals[counted] = view.rows(count, {**values, "now": view.now})[0].total
    total, offset = totals[counted], (listing.page - 1) * listing.limit
    if offset >= total:
        return [], total
    values |= {"now": view.now, "limit": listing.limit, "offset": offset}
    ids = [row[0] for row in view.rows(page, values)]
    cards = cards_by_id(view, ids)
    if listing.html:
        bodies = dict(map(tuple, view.rows(_BODIES, {"ids": ids})))
        cards = {id: card | {"html": whole_links(view, view.html(bodies[id]))} for id, card in cards.items()}
    return [cards[id] for id in ids if id in cards], total


def _values(listing: Listing) -> dict[str, Any]:
    """What the statements of a listing have to be told, apart from the moment and the page."""
    values: dict[str, Any] = {f"tag_{number}": tag_key(tag) for number, tag in enumerate(listing.tags)}
    if listing.hashtag is not None:
        values["hashtag"] = hashtag_key(listing.hashtag.lstrip("#＃"))
    if listing.author is not None:
        values["author"] = listing.author
    if listing.year is not None:
        values["year_begins"] = datetime(listing.year, 1, 1, tzinfo=UTC)
        values["year_ends"] = datetime(listing.year, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    if listing.featured is not None:
        values["featured"] = listing.featured
    return values


def cards_by_id(view: View, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Cards of those of these posts that are public, each made once until the public side changes."""
    known: dict[str, dict[str, Any]] = view.memo.setdefault("cards", {})
    found = {id: card for id in ids if (card := known.get(id)) is not None}
    if missing := [id for id in ids if id not in found]:
        values = {"now": view.now, "ids": missing}
        rows = view.rows(_BY_ID, values)
        links = links_of(view.rows(_LINKS_BY_ID, values)) if rows else {}
        stored = stored_pictures(view, [name for row in rows if row.cover and (name := name_of(row.cover))])
        fresh = {row.id: card_of(view, row, links, stored) for row in rows}
        _remember(known, fresh)
        found.update(fresh)
    return {id: dict(found[id]) for id in ids if id in found}


def card_from(view: View, row: Any) -> dict[str, Any]:
    """The card of a public post whose row begins with CARD_COLUMNS, made once until the public side changes."""
    known: dict[str, dict[str, Any]] = view.memo.setdefault("cards", {})
    card = known.get(row.id)
    if card is None:
        links = links_of(view.rows(_LINKS_BY_ID, {"now": view.now, "ids": [row.id]}))
        stored = stored_pictures(view, [name] if row.cover and (name := name_of(row.cover)) else [])
        card = card_of(view, row, links, stored)
        _remember(known, {row.id: card})
    return dict(card)


def _remember(known: dict[str, dict[str, Any]], fresh: Mapping[str, dict[str, Any]]) -> None:
    if len(known) + len(fresh) > MOST_CARDS:
        known.clear()
    known.update(fresh)


def card_of(
    view: View, row: Sequence[Any], links: "Mapping[str, Links]", stored: Mapping[str, Mapping[str, Any] | None]
) -> dict[str, Any]:
    """One card, from a row that begins with CARD_COLUMNS. The one place that says what a card shows."""
    post_id, slug, title, excerpt, cover, published_at, updated_at, reading_time, featured = row[:CARD_WIDTH]
    tied = links.get(post_id, NO_LINKS)
    return {
        "id": post_id,
        "slug": slug,
        "url": post_address(view.site, slug),
        "title": title,
        "excerpt": excerpt,
        "cover": placed(stored, cover) if cover else None,
        "tags": tied.tags,
        "hashtags": tied.hashtags,
        "authors": tied.authors,
        "published_at": rfc3339(published_at),
        "updated_at": rfc3339(updated_at or published_at),
        "reading_time": reading_time,
        "featured": featured,
    }


@dataclass(slots=True)
class Links:
    """What is tied to one post."""

    tags: list[dict[str, Any]]
    hashtags: list[str]
    authors: list[dict[str, Any]]


NO_LINKS = Links([], [], [])


def links_of(linked: Iterable[Any]) -> dict[str, Links]:
    """Tags, hashtags and authors by post."""
    links: dict[str, Links] = {}
    for kind, post_id, _, slug, name, credentials in sorted(linked, key=_position):
        tied = links.get(post_id)
        if tied is None:
            tied = links[post_id] = Links([], [], [])
        if kind == "t":
            tied.tags.append({"slug": slug, "name": name})
        elif kind == "h":
            tied.hashtags.append(name)
        else:
            tied.authors.append({"slug": slug, "name": name, "credentials": _credentials(credentials)})
    return links


_position = itemgetter(2)


@lru_cache(maxsize=256)
def _credentials(text: str) -> list[str]:
    return [str(item) for item in json.loads(text)]


@lru_cache(maxsize=256)
def _statements(
    tags: int, hashtag: bool, author: bool, year: bool, featured: bool, order: str
) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """The ids on a page, and how many there are in all."""
    wanted: list[sa.ColumnElement[bool]] = [PUBLIC]
    for number in range(tags):
        tagged = sa.select(PostTag.post_id).join(TagName, TagName.tag_id == PostTag.tag_id)
        wanted.append(Post.id.in_(tagged.where(TagName.key == sa.bindparam(f"tag_{number}"))))
    if hashtag:
        marked = sa.select(PostHashtag.post_id).where(PostHashtag.key == sa.bindparam("hashtag"))
        wanted.append(Post.id.in_(marked))
    if author:
        written = sa.select(post_author.c.post_id).join(Author, Author.id == post_author.c.author_id)
        wanted.append(Post.id.in_(written.where(Author.slug == sa.bindparam("author"))))
    if year:
        begins, ends = (sa.bindparam(name, type_=UTCDateTime()) for name in ("year_begins", "year_ends"))
        wanted.append(Post.published_at.between(begins, ends))
    if featured:
        wanted.append(Post.featured == sa.bindparam("featured"))
    count = sa.select(sa.func.count().label("total")).select_from(Post).where(*wanted)
    page = sa.select(Post.id).where(*wanted).order_by(*ORDERS[order])
    return page.limit(sa.bindparam("limit")).offset(sa.bindparam("offset")), count


def links_statement(posts: sa.Select[Any]) -> sa.CompoundSelect[Any]:
    """Everything tied to the posts whose ids `posts` selects, in one statement that is always the same text."""
    ids = sa.select(posts.cte("these"))
    nothing: sa.ColumnElement[Any] = sa.cast(sa.null(), sa.Text)
    tags: sa.Select[Any] = (
        sa.select(sa.literal_column("'t'"), PostTag.post_id, PostTag.position, Tag.slug, Tag.name, nothing)
        .join(Tag, Tag.id == PostTag.tag_id)
        .where(PostTag.post_id.in_(ids))
    )
    hashtags: sa.Select[Any] = sa.select(
        sa.literal_column("'h'"), PostHashtag.post_id, PostHashtag.position, nothing, PostHashtag.name, nothing
    ).where(PostHashtag.post_id.in_(ids))
    written = post_author.c
    credentials = sa.cast(Author.credentials, sa.Text)
    authors: sa.Select[Any] = (
        sa.select(sa.literal_column("'a'"), written.post_id, written.position, Author.slug, Author.name, credentials)
        .join(Author, Author.id == written.author_id)
        .where(written.post_id.in_(ids))
    )
    return sa.union_all(tags, hashtags, authors)


_BY_ID = sa.select(*CARD_COLUMNS).where(PUBLIC, Post.id.in_(sa.bindparam("ids", expanding=True)))
_BODIES = sa.select(Post.id, Post.html).where(Post.id.in_(sa.bindparam("ids", expanding=True)))
_LINKS_BY_ID = links_statement(_BY_ID.with_only_columns(Post.id))
