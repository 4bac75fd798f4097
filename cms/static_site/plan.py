"""Which files there are, and the address of the service that gives each its bytes."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.posts import Post, PostTag, Tag, is_public

LIMIT = 100  # posts on a page: the most that the API gives
FEEDS = ("feed.xml", "atom.xml", "feed.json", "sitemap.xml", "robots.txt", "llms.txt", "page.css", "favicon.ico")
SCRIPTS = ("embed.js", "embed/embed.mjs", "embed/embed.css", "embed/assets/static.js")


@dataclass(frozen=True, slots=True)
class File:
    """One file: its path in the folder, the address to ask, and whose it is ("" for what lists many)."""

    path: str
    address: str
    post_id: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class PublicPost:
    id: str
    slug: str


def public_posts(session: Session) -> list[PublicPost]:
    """Every public post, newest first."""
    newest = (Post.published_at.desc(), Post.id.desc())
    rows = session.execute(sa.select(Post.id, Post.slug).where(is_public()).order_by(*newest))
    return [PublicPost(id, slug) for id, slug in rows if slug]


def public_tags(session: Session) -> list[str]:
    """Slugs of the tags that public posts have."""
    used = sa.select(Tag.slug).join(PostTag, PostTag.tag_id == Tag.id).join(Post, Post.id == PostTag.post_id)
    return list(session.scalars(used.where(is_public()).group_by(Tag.slug).order_by(Tag.slug)))


def every_file(posts: list[PublicPost], tags: list[str]) -> Iterator[File]:
    """Every file but media, `_redirects`, `_headers` and the search file."""
    yield from _lists(len(posts))
    for post in posts:
        slug, api = post.slug, f"/api/v1/posts/{post.slug}"
        yield File(f"posts/{slug}.json", api, post.id)
        yield File(f"posts/{slug}/related.json", f"{api}/related?limit=12", post.id)
        yield File(f"posts/{slug}/index.html", f"/posts/{slug}", post.id)
        yield File(f"posts/{slug}.md", f"/posts/{slug}.md", post.id)
        yield File(f"embed/fragment/head/{slug}.html", f"/embed/fragment/head/{slug}", post.id)
        yield File(f"embed/fragment/post/{slug}.html", f"/embed/fragment/post/{slug}", post.id)
        yield File(f"embed/fragment/related/{slug}.html", f"/embed/fragment/related/{slug}", post.id)
    for tag in tags:
        yield File(f"tags/{tag}/index.json", f"/api/v1/tags/{tag}?limit={LIMIT}", tag=tag)
        yield File(f"tags/{tag}/index.html", f"/tags/{tag}", tag=tag)
        yield File(f"tags/{tag}/feed.xml", f"/tags/{tag}/feed.xml", tag=tag)


def _lists(count: int) -> Iterator[File]:
    yield File("posts/index.json", f"/api/v1/posts?limit={LIMIT}")
    for number in range(1, max(1, -(-count // LIMIT)) + 1):
        yield File(f"posts/page/{number}.json", f"/api/v1/posts?limit={LIMIT}&page={number}")
    yield File("tags/index.json", f"/api/v1/tags?limit={LIMIT}")
    yield File("site.json", "/api/v1/site")
    yield File("index.html", "/")
    yield File("feeds/duda.json", "/feeds/duda.json")
    yield File("embed/fragment/posts.html", "/embed/fragment/posts")
    yield File("embed/fragment/tags.html", "/embed/fragment/tags")
    for name in (*FEEDS, *SCRIPTS):
        yield File(name, f"/{name}")
