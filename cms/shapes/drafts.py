"""A draft in the shape of a post, as readers would see it if it were published now."""

from typing import Any

import sqlalchemy as sa

from cms import publishing
from cms.posts import Author, Post, Revision, post_address
from cms.shapes import json_ld
from cms.shapes.fields import rfc3339
from cms.shapes.links import whole_links
from cms.shapes.people import author_ref
from cms.shapes.pictures import name_of, placed, stored_pictures
from cms.shapes.posts import search_engines, with_picture, without_addresses
from cms.shapes.view import View


def draft_post(view: View, post: Post, revision: Revision) -> dict[str, Any]:
    """The post that publishing `revision` now would make. Raises BadInput if its text cannot be cleaned."""
    content = revision.content()
    finished = publishing.finish(view.session, content, revision.clean)
    places = [content.cover, *(block.get("picture") for block in finished.blocks)]
    stored = stored_pictures(view, [name for place in places if (name := name_of(place))])
    people = _people(view, [*content.authors, *([content.reviewed_by] if content.reviewed_by else [])])
    authors = [people[slug] for slug in content.authors if slug in people]
    reviewer = people.get(content.reviewed_by or "")
    tags = [publishing.find_tag(view.session, name) or name for name in content.tags]
    slug = publishing.coming_slug(view.session, post, content)
    shape: dict[str, Any] = {
        "id": post.id,
        "slug": slug,
        "url": post_address(view.site, slug),
        "title": revision.title,
        "excerpt": finished.excerpt,
        "cover": placed(stored, content.cover) if content.cover else None,
        "tags": [
            {"slug": tag, "name": tag} if isinstance(tag, str) else {"slug": tag.slug, "name": tag.name} for tag in tags
        ],
        "hashtags": finished.hashtags,
        "authors": [without_addresses(author) for author in authors],
        "published_at": rfc3339(post.published_at or view.now),
        "updated_at": rfc3339(revision.saved_at),
        "reading_time": finished.reading_time,
        "featured": content.featured,
        "html": whole_links(view, view.html(finished.html)),
        "outline": finished.outline,
        "references": finished.references,
        "reviewed_by": without_addresses(reviewer),
        "last_reviewed_at": content.last_reviewed_at,
        "previous": None,
        "next": None,
        "blocks": [with_picture(block, stored) for block in finished.blocks],
    }
    shape["seo"] = search_engines(content.seo, shape)
    shape["json_ld"] = json_ld.article(shape, authors, reviewer, view.site.site_name, view.site.language)
    return shape


def _people(view: View, slugs: list[str]) -> dict[str, dict[str, Any]]:
    rows = view.session.scalars(sa.select(Author).where(Author.slug.in_(slugs)))
    return {row.slug: author_ref(row) | {"same_as": list(row.same_as)} for row in rows}
