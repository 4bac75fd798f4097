"""robots.txt, llms.txt and posts as Markdown."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from cms.shapes import Listing, View, list_cards, list_tags

MOST_POSTS = 100


def robots(view: View) -> str:
    """Everything may be read but the editor and drafts."""
    site = view.site
    return (
        f"User-agent: *\nDisallow: {site.prefix}/editor/\nDisallow: {site.prefix}/api/v1/preview/\n"
        f"\nSitemap: {site.public('/sitemap.xml')}\n"
    )


def llms(view: View) -> str:
    """What stands here, as https://llmstxt.org proposes: links to the posts as Markdown."""
    site = view.site
    lines = [f"# {_line(site.site_name)}", ""]
    if site.description:
        lines += [f"> {_line(site.description)}", ""]
    if site.disclaimer:
        lines += [_line(site.disclaimer), ""]
    pages = [list_cards(view, Listing(page=page, limit=100))[0] for page in range(1, MOST_POSTS // 100 + 1)]
    cards = [card for page in pages for card in page]
    if cards:
        lines += ["## Posts", ""]
        lines += [
            f"- [{_label(card['title'])}]({markdown_address(view, card['slug'])}): {_line(card['excerpt'])}"
            for card in cards
        ]
        lines.append("")
    tags, _ = list_tags(view, "-count", 1, 100)
    if tags:
        lines += ["## Topics", ""]
        lines += [f"- [{_label(tag['name'])}]({tag['url']}): {tag['count']}" for tag in tags]
        lines.append("")
    lines += [
        "## For programs",
        "",
        f"- [JSON API]({site.public('/api/v1/docs')}): posts, tags and search",
        f"- [OpenAPI]({site.public('/api/v1/openapi.json')})",
        f"- [RSS]({site.public('/feed.xml')})",
    ]
    return "\n".join(lines) + "\n"


def as_markdown(view: View, post: Mapping[str, Any]) -> str:
    """A post as a Markdown page of its own: title, who and when, the article, research, disclaimer."""
    who = ", ".join(", ".join([author["name"], *author["credentials"]]) for author in post["authors"])
    lines = [f"# {_line(post['title'])}", ""]
    if who:
        lines += [f"By {_line(who)}", ""]
    lines += [f"Published {post['published_at'][:10]}, updated {post['updated_at'][:10]}. {post['url']}", ""]
    if post["reviewed_by"]:
        reviewer = ", ".join([post["reviewed_by"]["name"], *post["reviewed_by"]["credentials"]])
        lines += [f"Reviewed by {_line(reviewer)}" + _on(post["last_reviewed_at"]), ""]
    lines += [post["markdown"].strip(), ""]
    if post["references"]:
        lines += ["## References", ""]
        lines += [f"{row['n']}. {_line(row['text'])} {row['url'] or row['doi']}".rstrip() for row in post["references"]]
        lines.append("")
    if view.site.disclaimer:
        lines += ["---", "", _line(view.site.disclaimer), ""]
    return "\n".join(lines)


def markdown_address(view: View, slug: str) -> str:
    """Where a post stands as Markdown."""
    return view.site.public(f"/posts/{quote(slug, safe='')}.md")


def _on(day: str | None) -> str:
    return f", {day}" if day else ""


def _line(text: str) -> str:
    return " ".join(text.split())


def _label(text: str) -> str:
    """Text of a Markdown link."""
    return _line(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
