"""Pages that show what a website can do with the service: the sample page and the demo website."""

from flask import Response, render_template, request

from cms.db import reading
from cms.embed.headers import page
from cms.posts import current_site


def sample() -> Response:
    """GET /embed/sample: posts, search and related articles, fetched as JSON by a hundred lines of script."""
    site = current_site(reading())
    return page(render_template("embed/sample.html", site=site, **addresses()), site)


def addresses() -> dict[str, str]:
    """Addresses as a page of ours writes them: on the host that it was reached at, under the mount prefix."""
    root = request.script_root
    return {
        "api": f"{root}/api/v1",
        "docs": f"{root}/api/v1/docs",
        "demo": f"{root}/embed/demo/",
        "editor": f"{root}/editor/",
        "feed": f"{root}/feed.xml",
        "search_page": f"{root}/embed/search",
    }


def asset(name: str) -> str:
    """Address of one of our own style sheets, scripts or drawings."""
    return f"{request.script_root}/embed/assets/{name}"
