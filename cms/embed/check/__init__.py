"""`cms check-embed URL`: what a visitor without JavaScript, such as most search engines, finds on a page."""

from cms.embed.check.command import check_embed
from cms.embed.check.page import Page, read_page
from cms.embed.check.verdict import Finding, judge

__all__ = ["Finding", "Page", "check_embed", "judge", "read_page"]
