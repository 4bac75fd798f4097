"""What is there and what is missing on a page with embeds, and how to mend it."""

from collections.abc import Iterator
from dataclasses import dataclass
from gettext import gettext as _
from urllib.parse import parse_qsl, urlsplit

from cms.embed.check.page import Element, Page

FEWEST_WORDS = {"cms-post": 50, "cms-posts": 10, "cms-related": 5, "cms-tags": 1, "cms-search": 1}
FRAGMENT = {
    "cms-post": "/embed/fragment/post/SLUG",
    "cms-posts": "/embed/fragment/posts",
    "cms-related": "/embed/fragment/related/SLUG",
    "cms-tags": "/embed/fragment/tags",
}
CAMPAIGN = frozenset({"fbclid", "gclid", "msclkid"})
NEEDED = ("script-src", "connect-src", "img-src")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `cure` is empty where all is well, and good advice where it stands beside `good`."""

    about: str
    good: bool
    says: str
    cure: str = ""


def judge(page: Page) -> list[Finding]:
    """Every finding about a page, in the order in which to mend them."""
    if not page.elements and not page.scripts:
        return [
            Finding(
                _("Embeds"),
                False,
                _("there is no cms- element and no embed.js in the page's HTML"),
                _("If your builder adds them by script, search engines may miss them. docs/embedding.md shows how to "
                  "put them into the page itself."),
            )
        ]  # fmt: skip
    return [*_script(page), *_head(page), *_contents(page), *_data(page)]


def _script(page: Page) -> Iterator[Finding]:
    if not page.scripts:
        cure = _(
            "Add the script line from docs/embedding.md, once, in the head. Without it the elements stay as they are."
        )
        filled = all(_is_filled(element) and element.name != "cms-search" for element in page.elements)
        yield Finding("embed.js", filled, _("is not on the page"), cure)
        return
    script = page.scripts[0]
    if urlsplit(page.url).scheme == "https" and urlsplit(script).scheme == "http":
        cure = _("A page on https may not load a script over http. docs/going-live.md puts the service on https.")
        yield Finding("embed.js", False, _("is loaded from {}").format(script), cure)
        return
    if page.fault:
        cure = _("Is the address spelled right? It is that of your service, with /embed.js behind it.")
        yield Finding("embed.js", False, f"{script} {page.fault}", cure)
        return
    yield Finding("embed.js", True, _("is loaded from {}").format(script))
    for policy in (page.headers.get("content-security-policy"), *page.policies):
        if policy:
            yield _policy(policy, script)


def _policy(policy: str, script: str) -> Finding:
    """Whether the host's own policy lets embed.js work (https://www.w3.org/TR/CSP3/)."""
    address = urlsplit(script)
    origin = f"{address.scheme}://{address.netloc}"
    rules = {name: values for name, *values in (part.split() for part in policy.lower().split(";") if part.split())}
    missing = [
        name
        for name in NEEDED
        if (values := rules.get(name, rules.get("default-src"))) is not None and not _allows(values, origin)
    ]
    if not missing:
        return Finding(_("Content security policy"), True, _("lets the embeds work"))
    line = "; ".join(f"{name} {origin}" for name in missing)
    cure = _("Add to the policy of the page: {}").format(line)
    return Finding(_("Content security policy"), False, _("stops the embeds in {}").format(", ".join(missing)), cure)


def _allows(values: list[str], origin: str) -> bool:
    scheme, host = origin.split("://")
    return bool({"*", f"{scheme}:", origin, host, f"{origin}/"} & set(values))


def _head(page: Page) -> Iterator[Finding]:
    if page.title:
        yield Finding(_("Title"), True, f"“{page.title}”")
    else:
        cure = _("Write a <title>; a post's comes with /embed/fragment/head/SLUG.")
        yield Finding(_("Title"), False, _("is missing"), cure)
    if not any(element.name == "cms-post" for element in page.elements):
        return
    if "noindex" in page.robots:
        cure = _("Take the robots meta tag out if search engines should show this page.")
        yield Finding("robots", False, _("asks search engines to leave the page out"), cure)
    if page.canonical and _same_page(page.canonical, page.url):
        yield Finding("canonical", True, page.canonical)
    elif page.canonical:
        cure = _("Search engines would show that page instead. In the editor's settings, write as the post address "
                 "where posts are read on your website.")  # fmt: skip
        yield Finding("canonical", False, _("leads to another page: {}").format(page.canonical), cure)
    else:
        cure = _("Put /embed/fragment/head/SLUG into the page's head, so that copies of the page count as one.")
        yield Finding("canonical", False, _("is missing"), cure)
    for about, found in ((_("Description"), page.description), (_("Picture for sharing"), page.picture)):
        cure = "" if found else _("It comes with /embed/fragment/head/SLUG, if the post has one.")
        yield Finding(about, bool(found), found or _("is missing"), cure)


def _same_page(one: str, other: str) -> bool:
    """Whether two addresses are one page: http or https, a last slash and what campaigns add make no difference."""
    first, second = urlsplit(one), urlsplit(other)
    paths = [address.path.rstrip("/") for address in (first, second)]
    asked = [
        [(name, value) for name, value in parse_qsl(address.query) if name not in CAMPAIGN and name[:4] != "utm_"]
        for address in (first, second)
    ]
    return first.netloc.lower() == second.netloc.lower() and paths[0] == paths[1] and asked[0] == asked[1]


def _is_filled(element: Element) -> bool:
    enough = element.words >= FEWEST_WORDS[element.name]
    return enough and bool(element.links or element.forms or element.headings)


def _contents(page: Page) -> Iterator[Finding]:
    for element in page.elements:
        good = _is_filled(element)
        says = _("{} words, {} links, without JavaScript").format(element.words, element.links)
        yield Finding(f"<{element.name}>", good, says, "" if good else _cure(element))


def _cure(element: Element) -> str:
    if element.name == "cms-search":
        return _("Put a form inside the element: see “Search engines and readers without JavaScript” in "
                 "docs/embedding.md.")  # fmt: skip
    return _("Let your server or your build fetch {} and put it in the element's place.").format(FRAGMENT[element.name])


def _data(page: Page) -> Iterator[Finding]:
    if page.broken_data:
        cure = _("Something on the way has changed the script; put the fragment in as it came.")
        yield Finding("JSON-LD", False, _("cannot be read"), cure)
    kinds = [str(data.get("@type")) for data in page.data if isinstance(data, dict)]
    if kinds:
        yield Finding("JSON-LD", True, ", ".join(kinds))
    elif any(element.name in ("cms-post", "cms-posts") for element in page.elements):
        cure = _("It comes with the fragments: /embed/fragment/post/SLUG and /embed/fragment/posts.")
        yield Finding("JSON-LD", False, _("is missing"), cure)
