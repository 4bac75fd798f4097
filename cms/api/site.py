"""`/site` and `/redirects`: what a website's own server wants to know."""

from collections.abc import Mapping
from typing import Any

from cms.api.blueprint import PublicBlueprint
from cms.shapes import View, list_redirects, site_facts
from cms.shapes.schemas import RedirectsAnswer, Site

site = PublicBlueprint("site", __name__, description="The site as its author describes it.")


@site.resource("/site", Site)
def get_site(view: View, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Read name, language, disclaimer, booking link and feeds of the site."""
    return site_facts(view)


@site.resource("/redirects", RedirectsAnswer)
def get_redirects(view: View, asked: Mapping[str, Any]) -> dict[str, Any]:
    """List old addresses on your own site and where they lead now."""
    return {"redirects": list_redirects(view)}
