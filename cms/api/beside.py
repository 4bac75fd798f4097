"""What stands beside the JSON API, as the OpenAPI document describes it: feeds, pages, files, embeds."""

from dataclasses import dataclass, field
from typing import Any

HTML = "text/html"
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
FEEDS, PAGES, EMBEDS, SERVICE = "feeds", "pages", "embeds", "service"
GROUPS = {
    FEEDS: "What feed readers, search engines and language models fetch.",
    PAGES: "Plain pages, which need no script.",
    EMBEDS: "What other websites carry. docs/embedding.md says how.",
    SERVICE: "For whoever runs the service.",
}
LISTS = {
    "tag": "Slug of a tag.",
    "hashtag": "A hashtag, with or without #.",
    "author": "Slug of an author.",
    "featured": "Only featured posts.",
    "order": "-published_at (if you say nothing), published_at, title or -updated_at.",
    "page": "Which page.",
    "limit": "How many; 6 if you say nothing.",
    "level": "Level of the headings, 1 to 6.",
}
PATH = {
    "slug": "Slug of a post or tag.",
    "number": "Which part, from 1.",
    "file": "Name of the file.",
    "filename": "Name of the file.",
    "digest": "The first 16 digits of the file's SHA-256.",
    "kind": "js, mjs or css.",
}


@dataclass(frozen=True, slots=True)
class Beside:
    """One address: what it is, the type and an example of what it answers, the parameters it understands (others
    are ignored), whether an old slug redirects, and which errors it may answer besides."""

    path: str
    group: str
    what: str
    media_type: str
    example: Any
    query: dict[str, str] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()
    moves: bool = False
    validated: bool = True  # it has an ETag, and answers 304
    errors: tuple[int, ...] = ()


def _fragment(name: str, inside: str) -> str:
    return f'<cms-{name}><template shadowrootmode="open">{inside}</template></cms-{name}>'


BESIDE = (
    Beside("/feed.xml", FEEDS, "Newest posts as RSS 2.0.", "application/rss+xml", f'{XML}<rss version="2.0">…</rss>'),
    Beside("/atom.xml", FEEDS, "Newest posts as Atom.", "application/atom+xml", f"{XML}<feed>…</feed>"),
    Beside(
        "/feed.json", FEEDS, "Newest posts as JSON Feed 1.1.", "application/feed+json",
        {"version": "https://jsonfeed.org/version/1.1", "title": "Stride & Sole Physio", "items": []},
    ),
    Beside(
        "/tags/{slug}/feed.xml", FEEDS, "Newest posts of a tag as RSS 2.0.", "application/rss+xml",
        f'{XML}<rss version="2.0">…</rss>', moves=True,
    ),
    Beside(
        "/feeds/duda.json", FEEDS, "Newest posts as flat rows, for a collection of the site builder Duda.",
        "application/json", [{"slug": "plantar-fasciitis", "title": "Plantar fasciitis"}],
    ),
    Beside("/sitemap.xml", FEEDS, "Every public post, for crawlers.", "application/xml", f"{XML}<urlset>…</urlset>"),
    Beside(
        "/sitemap-{number}.xml", FEEDS, "A part of the sitemap where there are more than 50,000 posts.",
        "application/xml", f"{XML}<urlset>…</urlset>",
    ),
    Beside("/robots.txt", FEEDS, "For crawlers.", "text/plain", "User-agent: *\nDisallow: /editor/\n"),
    Beside("/llms.txt", FEEDS, "What stands here, for language models.", "text/markdown", "# Stride & Sole Physio\n"),
    Beside("/posts/{slug}.md", FEEDS, "A post as Markdown.", "text/markdown", "# Plantar fasciitis\n", moves=True),
    Beside(
        "/oembed", FEEDS, "A link to a post, with its title and picture (oEmbed).", "application/json",
        {"version": "1.0", "type": "link", "title": "Plantar fasciitis"},
        {"url": "Address of a post.", "format": "json."}, frozenset({"url"}), errors=(404, 422, 501),
    ),
    Beside("/media/{file}", FEEDS, "A picture; the name is a hash of its content.", "image/webp", "(bytes)"),
    Beside("/", PAGES, "The newest posts.", HTML, "<!doctype html>…", {"page": "Which page."}),
    Beside("/posts/{slug}", PAGES, "A post.", HTML, "<!doctype html>…", moves=True),
    Beside("/tags/{slug}", PAGES, "A tag's posts.", HTML, "<!doctype html>…", {"page": "Which page."}, moves=True),
    Beside("/favicon.ico", PAGES, "The icon.", "image/x-icon", "(bytes)"),
    Beside("/page.css", PAGES, "The style sheet of the plain pages.", "text/css", "body { … }"),
    Beside("/embed.js", EMBEDS, "The whole script of the embeds, to be asked for again soon.", "text/javascript", "…"),
    Beside("/embed/embed.mjs", EMBEDS, "The same as a module.", "text/javascript", "…"),
    Beside("/embed/embed.css", EMBEDS, "The style sheet of elements that a server filled.", "text/css", "…"),
    Beside(
        "/embed/embed.{digest}.{kind}", EMBEDS, "Exactly the version with this hash, for ever.", "text/javascript", "…"
    ),
    Beside(
        "/embed/fragment/posts", EMBEDS, "<cms-posts>, filled.", HTML,
        _fragment("posts", "<ul><li><a>…</a></li></ul>"), LISTS,
    ),
    Beside(
        "/embed/fragment/tags", EMBEDS, "<cms-tags>, filled.", HTML, _fragment("tags", "<ul><li><a>…</a></li></ul>"),
        {"order": "name or -count.", "limit": "How many (30).", "href": "Address of a tag, with {slug}."},
    ),
    Beside(
        "/embed/fragment/post/{slug}", EMBEDS, "<cms-post>, filled.", HTML,
        _fragment("post", "<article>…</article>"), {"level": "Level of the title; 0 for none."}, moves=True,
    ),
    Beside(
        "/embed/fragment/related/{slug}", EMBEDS, "<cms-related>, filled.", HTML,
        _fragment("related", "<ul><li><a>…</a></li></ul>"),
        {"limit": "1 to 12.", "level": "Level of the heading.", "heading": "Words of the heading."}, moves=True,
    ),
    Beside(
        "/embed/fragment/head/{slug}", EMBEDS, "What belongs into the head of a page that shows the post.", HTML,
        '<link rel="canonical" href="https://example.com/blog/plantar-fasciitis">', moves=True,
    ),
    Beside("/embed/sample", EMBEDS, "A sample page of a hundred lines.", HTML, "<!doctype html>…"),
    Beside(
        "/embed/search", EMBEDS, "The search page, for readers without scripts.", HTML, "<!doctype html>…",
        {"q": "What to look for.", "tag": "Slug of a tag; several mean all of them.", "page": "Which page."},
        errors=(429,),
    ),
    Beside("/embed/demo/", EMBEDS, "The demo website.", HTML, "<!doctype html>…"),
    Beside("/embed/demo/blog", EMBEDS, "Its blog.", HTML, "<!doctype html>…", {"tag": "Slug of a tag."}),
    Beside(
        "/embed/demo/article", EMBEDS, "Its page of an article.", HTML, "<!doctype html>…",
        {"post": "Slug of a post."}, errors=(404,),
    ),
    Beside("/embed/assets/{filename}", EMBEDS, "A file of the sample page or the demo website.", "text/css", "…"),
    Beside("/healthz", SERVICE, "The process answers.", "text/plain", "ok\n", validated=False),
    Beside(
        "/readyz", SERVICE, "Database and search index answer.", "application/json",
        {"status": "ready", "database": "ok", "search": "ok"}, validated=False, errors=(503,),
    ),
    Beside(
        "/metrics", SERVICE, "Figures for Prometheus; to this machine only, unless METRICS is set.", "text/plain",
        "midstance_posts_public 12\n", validated=False, errors=(404,),
    ),
    Beside("/api/v1/openapi.json", SERVICE, "This document.", "application/json", {"openapi": "3.1.0"}, errors=(422,)),
    Beside("/api/v1/docs", SERVICE, "This document as a page.", HTML, "<!doctype html>…", errors=(422,)),
)  # fmt: skip
