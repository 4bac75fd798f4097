"""What other websites carry: embed.js, fragments for their servers, the demo website and the sample page."""

from gettext import translation
from typing import Any

from flask import Blueprint, Response, request

from cms.embed import demo, duda, files, fragments, pages, search_page
from cms.embed.headers import shared
from cms.embed.words import FILTERS

WORDS = translation("messages", fallback=True)  # looked for once, not at each word
blueprint = Blueprint(
    "embed", __name__, template_folder="templates", static_folder="assets", static_url_path="/embed/assets"
)
for path, kind in (("/embed.js", "js"), ("/embed/embed.mjs", "mjs"), ("/embed/embed.css", "css")):
    blueprint.add_url_rule(path, f"current_{kind}", files.current, defaults={"kind": kind})
blueprint.add_url_rule("/embed/embed.<digest>.<kind>", view_func=files.pinned)
blueprint.add_url_rule("/embed/fragment/posts", "fragment_posts", fragments.posts)
blueprint.add_url_rule("/embed/fragment/tags", "fragment_tags", fragments.tags)
blueprint.add_url_rule("/embed/fragment/post/<slug>", "fragment_post", fragments.post)
blueprint.add_url_rule("/embed/fragment/head/<slug>", "fragment_head", fragments.head)
blueprint.add_url_rule("/embed/fragment/related/<slug>", "fragment_related", fragments.related)
blueprint.add_url_rule("/embed/demo/", "demo", demo.home)
blueprint.add_url_rule("/embed/demo/blog", "demo_blog", demo.blog)
blueprint.add_url_rule("/embed/demo/article", "demo_article", demo.article)
blueprint.add_url_rule("/embed/sample", view_func=pages.sample)
blueprint.add_url_rule("/embed/search", "search_page", search_page.results)
blueprint.add_url_rule("/feeds/duda.json", "duda", duda.collection)
for name, function in FILTERS.items():
    blueprint.add_app_template_filter(function, name)


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {"_": WORDS.gettext, "asset": pages.asset}


@blueprint.after_request
def _open_to_all(response: Response) -> Response:
    return shared(response) if request.endpoint == "embed.static" else response
