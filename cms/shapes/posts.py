"""One whole post: five statements, whatever stands in it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from cms.posts import Post, Redirect, Revision
from cms.shapes import json_ld
from cms.shapes.cards import CARD_COLUMNS, MOST_CARDS, PUBLIC, card_from
from cms.shapes.links import whole_links
from cms.shapes.markdown import article_markdown
from cms.shapes.people import people_of
from cms.shapes.pictures import name_of, placed, stored_pictures
from cms.shapes.view import View

POST_COLUMNS = (
    *CARD_COLUMNS,
    Post.html.label("body"),
    Post.text,
    Post.outline,
    Post.references,
    Post.blocks,
    Post.seo,
    Post.reviewed_by_id,
    Post.last_reviewed_at,
    Post.live_id,
)
_BY_SLUG = sa.select(*POST_COLUMNS).where(PUBLIC, Post.slug == sa.bindparam("slug"))
_ID_OF = sa.select(Post.id).where(PUBLIC, Post.slug == sa.bindparam("slug"))
_MOVED = (
    sa.select(Post.slug)
    .join(Redirect, sa.and_(Redirect.kind == "post", Redirect.target == Post.id))
    .where(PUBLIC, Redirect.source == sa.bindparam("slug"))
)
_WHEN: sa.BindParameter[Any] = sa.bindparam("when", type_=Post.published_at.type)
_ID: sa.BindParameter[Any] = sa.bindparam("id")
place = sa.tuple_(Post.published_at, Post.id)
_BESIDE = sa.select(Post.slug.label("slug"), Post.title.label("title"))
_BEFORE = (
    _BESIDE.add_columns(sa.literal_column("'previous'").label("side"))
    .where(PUBLIC, place < sa.tuple_(_WHEN, _ID))
    .order_by(Post.published_at.desc(), Post.id.desc())
    .limit(1)
)
_AFTER = (
    _BESIDE.add_columns(sa.literal_column("'next'").label("side"))
    .where(PUBLIC, place > sa.tuple_(_WHEN, _ID))
    .order_by(Post.published_at, Post.id)
    .limit(1)
)
_NEIGHBOURS = sa.union_all(sa.select(_BEFORE.subquery()), sa.select(_AFTER.subquery()))
_LIVE = sa.select(Revision).where(Revision.id == sa.bindparam("live_id"))


def public_post(view: View, slug: str, formats: Sequence[str] = ("html",)) -> dict[str, Any] | None:
    """The post that the public may see under `slug`, or None."""
    rows = view.rows(_BY_SLUG, {"now": view.now, "slug": slug})
    return whole_post(view, rows[0], formats) if rows else None


def public_id(view: View, slug: str) -> str | None:
    """The id of the post that the public may see under `slug`, or None."""
    rows = view.rows(_ID_OF, {"now": view.now, "slug": slug})
    return str(rows[0].id) if rows else None


def moved_to(view: View, slug: str) -> str | None:
    """The present slug of a public post that once had this one."""
    rows = view.rows(_MOVED, {"now": view.now, "slug": slug})
    return str(rows[0].slug) if rows else None


def whole_post(view: View, row: Any, formats: Sequence[str]) -> dict[str, Any]:
    """A post from a row that holds POST_COLUMNS, as the contract shows it."""
    places = [row.cover, *(block.get("picture") for block in row.blocks)]
    stored = stored_pictures(view, [name for place in places if (name := name_of(place))])
    post = card_from(view, row)
    authors, reviewer = people_of(view, [author["slug"] for author in post["authors"]], row.reviewed_by_id)
    post |= written(view, row, formats)
    beside = neighbours(view, row)
    post |= {
        "outline": row.outline,
        "references": row.references,
        "reviewed_by": without_addresses(reviewer),
        "last_reviewed_at": day(row.last_reviewed_at),
        "previous": beside.get("previous"),
        "next": beside.get("next"),
        "blocks": [with_picture(block, stored) for block in row.blocks],
        "seo": search_engines(row.seo, post),
    }
    post["json_ld"] = json_ld.article(post, authors, reviewer, view.site.site_name, view.site.language)
    return post


def written(view: View, row: Any, formats: Sequence[str]) -> dict[str, str]:
    """The article in the formats asked for."""
    article: dict[str, str] = {}
    if "html" in formats:
        article["html"] = whole_links(view, view.html(row.body))
    if "text" in formats:
        article["text"] = row.text
    if "markdown" in formats:
        article["markdown"] = markdown(view, row)
    return article


def markdown(view: View, row: Any) -> str:
    """The live revision as Markdown that stands alone."""
    revision = view.session.scalar(_LIVE, {"live_id": row.live_id})
    return article_markdown(view, revision.clean or "", row.blocks) if revision else ""


def neighbours(view: View, row: Any) -> dict[str, dict[str, str]]:
    """The public posts published just before and after, asked for once until the public side changes."""
    known: dict[str, dict[str, dict[str, str]]] = view.memo.setdefault("neighbours", {})
    beside = known.get(row.id)
    if beside is None:
        if len(known) >= MOST_CARDS:
            known.clear()
        found = view.rows(_NEIGHBOURS, {"now": view.now, "when": row.published_at, "id": row.id})
        beside = known[row.id] = {side: {"slug": slug, "title": title} for slug, title, side in found}
    return beside


def search_engines(given: Mapping[str, Any], post: Mapping[str, Any]) -> dict[str, Any]:
    """What goes in a page's head: as the author wrote it, else from the post."""
    cover = post["cover"]
    return {
        "title": str(given.get("title") or post["title"]),
        "description": str(given.get("description") or post["excerpt"]),
        "canonical_url": str(given.get("canonical_url") or post["url"]),
        "image": cover["src"] if cover else None,
    }


def with_picture(block: Mapping[str, Any], stored: Mapping[str, Mapping[str, Any] | None]) -> dict[str, Any]:
    """A block whose picture, if it has one, is the whole picture."""
    if "picture" not in block:
        return dict(block)
    return {**block, "picture": placed(stored, block["picture"]) if block["picture"] else None}


def without_addresses(person: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {key: person[key] for key in ("slug", "name", "credentials")} if person else None


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None
