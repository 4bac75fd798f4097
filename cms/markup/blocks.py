"""Placeholders in clean HTML -> finished HTML: pictures with srcset, exercises, videos, links with rel.

What comes in is clean HTML (see `clean`) and data from authors' files and forms, of which every value may
be hostile: each is turned to text, stripped of control characters and escaped here, each address checked
against the cleaning policy. What plugins return is trusted: their code runs in our process anyway.

Media addresses are written as `midstance-media:NAME`; who serves the HTML replaces that one marker by the
address of the media folder. Words of authors that look like the marker are written so that they are not.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from gettext import gettext as _
from html import escape, unescape
from typing import Any
from urllib.parse import quote, urlsplit

from cms.markup.addresses import safe_address
from cms.markup.clean.guard import characters
from cms.markup.tokens import attributes_of

MARKER = "midstance-media:"
SIZES = "(min-width: 46rem) 44rem, 100vw"
# A DOI begins with 10., a registrant and a slash (ISO 26324); this is Crossref's advice for matching one.
DOI = re.compile(r"10\.\d{4,9}/[-._;()/:a-zA-Z0-9]+")
BLOCK = re.compile(r'<figure data-block="([a-z0-9-]{1,64})"></figure>')
PART = re.compile(
    r'<figure data-block="(?P<block>[a-z0-9-]{1,64})"></figure>'
    r"|<img(?P<img>(?: [^>]*)?)>(?P<alone></figure>)?"
    r'|<a href="(?P<href>[^"]*)">'
)
EMPTY_FIGURE = re.compile(r"<figure></figure>")
VIDEO_ID = {"youtube": re.compile(r"[A-Za-z0-9_-]{11}"), "vimeo": re.compile(r"[0-9]{6,12}")}
VIDEO_PAGE = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}
VIDEO_NAME = {"youtube": "YouTube", "vimeo": "Vimeo"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture as a renderer needs it. `variants` are (file name, width in pixels)."""

    name: str
    width: int
    height: int
    alt: str = ""
    caption: str = ""
    focal: tuple[float, float] | None = None
    variants: list[tuple[str, int]] = field(default_factory=list)
    blurhash: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A research reference with its number in the post; `url` is "" or safe to link."""

    n: int
    text: str
    url: str = ""
    doi: str = ""


Pictures = Callable[[str], Picture | None]
Expand = Callable[[str, Mapping[str, Any]], str | None]
Blocks = Mapping[str, Mapping[str, Any]]


def block_ids(html: str) -> list[str]:
    """Ids of the blocks that stand in the HTML, in order."""
    return BLOCK.findall(html)


def references_of(blocks: Blocks, html: str) -> list[Reference]:
    """The references that stand in the post, numbered in order of appearance; one cited twice counts once."""
    return list(numbered(blocks, html).values())


def numbered(blocks: Blocks, html: str) -> dict[str, Reference]:
    """References by what makes two of them one: DOI, else address, else words."""
    found: dict[str, Reference] = {}
    for name in block_ids(html):
        data = blocks.get(name, {})
        if data.get("kind") != "reference":
            continue
        reference = reference_from(data, len(found) + 1)
        if key := key_of(reference):
            found.setdefault(key, reference)
    return found


def reference_from(data: Mapping[str, Any], n: int) -> Reference:
    """A reference from a block's data; a DOI without an address gets the resolver's (https://doi.org)."""
    match = DOI.search(words(data.get("doi")))
    doi = match[0] if match else ""
    url = safe_address(words(data.get("url"))) or (f"https://doi.org/{doi}" if doi else "")
    return Reference(n, words(data.get("text") or data.get("title")), url, doi)


def key_of(reference: Reference) -> str:
    """What two mentions of one reference share."""
    return reference.doi.lower() or reference.url or reference.text


def render(
    html: str,
    blocks: Blocks,
    picture: Pictures,
    expand: Expand | None = None,
    own_hosts: Collection[str] = (),
) -> str:
    """Clean HTML -> finished HTML.

    `picture` gives the stored picture for a name (without `media/`), or None; then its words stand in its
    place and no broken image. `expand` is asked first for each block (kind, data) and may return finished
    HTML, "" for nothing, or None for "not mine"; blocks of kinds that nobody knows vanish. Links to hosts
    other than `own_hosts` get rel="noopener noreferrer".
    """
    references = numbered(blocks, html)

    def part(match: re.Match[str]) -> str:
        if (name := match["block"]) is not None:
            return render_block(blocks.get(name, {}), picture, expand, references)
        if match["img"] is not None:
            return render_picture(attributes_of(match["img"]), match["alone"] or "", picture)
        href = unescape(match["href"])
        return match[0] if is_own(href, own_hosts) else f'<a href="{match["href"]}" rel="noopener noreferrer">'

    finished = PART.sub(part, html.replace(MARKER, "midstance-media&#58;"))
    return EMPTY_FIGURE.sub("", finished)


def render_block(
    data: Mapping[str, Any], picture: Pictures, expand: Expand | None, references: Mapping[str, Reference]
) -> str:
    """One block's finished HTML."""
    kind = words(data.get("kind"))
    if not kind:
        return ""
    if expand is not None and (made := expand(kind, data)) is not None:
        return made
    if kind == "exercise":
        return exercise(data, picture)
    if kind == "video":
        return video(data, picture)
    if kind == "reference":
        reference = reference_from(data, 0)
        return cited(references.get(key_of(reference), reference), data)
    if kind == "booking":
        return booking(data)
    return question(data) if kind == "question" else ""


# -- pictures and links ------------------------------------------------------------------------------
def media(name: str) -> str:
    """The marked address of a file in the media folder."""
    return MARKER + quote(name, safe="")


def is_own(href: str, own_hosts: Collection[str]) -> bool:
    """Whether a link stays on the practice's own site: a path, an anchor, or one of its hosts."""
    if href[:4].lower() != "http":
        return True
    try:
        return (urlsplit(href).hostname or "") in own_hosts
    except ValueError:
        return False


def render_picture(attributes: Mapping[str, str], end: str, picture: Pictures) -> str:
    """A picture of the author's HTML. `end` is the end of its figure if the picture stands alone in one."""
    source, alt = attributes.get("src", ""), attributes.get("alt", "")
    if not source.startswith("media/"):
        kept = f' alt="{text(alt)}"' if alt or "data-decorative" in attributes else ' alt=""'
        lazy = 'loading="lazy" decoding="async" referrerpolicy="no-referrer"'
        return f'<img src="{text(source)}"{kept} {lazy}>{end}'
    stored = picture(source.removeprefix("media/"))
    if stored is None:
        return (f'<span class="ms-missing-picture">{text(alt)}</span>' if alt else "") + end
    if not alt and "data-decorative" not in attributes:
        alt = stored.alt
    caption = f"<figcaption>{text(stored.caption)}</figcaption>" if end and stored.caption else ""
    return stored_picture(stored, alt) + caption + end


def stored_picture(stored: Picture, alt: str) -> str:
    """The `img` of a stored picture: every size there is, and the room it takes before it has loaded."""
    variants = sorted(stored.variants, key=lambda variant: variant[1])
    srcset = ", ".join(f"{media(name)} {int(width)}w" for name, width in variants)
    more = f' srcset="{srcset}" sizes="{SIZES}"' if variants else ""
    if stored.focal is not None:
        more += f' data-focal="{stored.focal[0]:g} {stored.focal[1]:g}"'
    if stored.blurhash:
        more += f' data-blurhash="{text(stored.blurhash)}"'
    size = f'width="{int(stored.width)}" height="{int(stored.height)}"'
    return f'<img src="{media(stored.name)}"{more} alt="{text(alt)}" {size} loading="lazy" decoding="async">'


# -- values of authors -------------------------------------------------------------------------------
def words(value: Any) -> str:
    """A value from an author's file as plain words; a list or mapping where words belong is nothing."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return " ".join(characters(str(value))[0].split())
    return ""


def text(value: Any) -> str:
    """A value as escaped text, for between tags and between double quotes."""
    return escape(words(value)).replace(MARKER, "midstance-media&#58;")


def paragraphs(value: Any) -> str:
    """A value with blank lines in it as paragraphs."""
    if not isinstance(value, str):
        value = words(value)
    return "".join(f"<p>{text(part)}</p>" for part in re.split(r"\n\s*\n", value) if words(part))


def link(url: str, label: str, css: str = "") -> str:
    """A link to another site; `url` is checked already, `label` is HTML."""
    style = f' class="{css}"' if css else ""
    return f'<a{style} href="{escape(url)}" rel="noopener noreferrer">{label}</a>'


# -- the kinds ---------------------------------------------------------------------------------------
def exercise(data: Mapping[str, Any], picture: Pictures) -> str:
    """An exercise: name, picture, steps, dose, when to stop. Nothing if it has no name (left the library)."""
    name = text(data.get("name"))
    if not name:
        return ""
    steps = data.get("steps")
    items = [text(step) for step in steps] if isinstance(steps, list | tuple) else [text(steps)]
    shown = data.get("picture")
    if isinstance(shown, str):
        shown = {"src": shown}
    figure = ""
    if isinstance(shown, Mapping) and (source := words(shown.get("src"))):
        attributes = {"src": f"media/{source.removeprefix('media/')}", "alt": words(shown.get("alt"))}
        made = render_picture(attributes, "</figure>", picture)
        figure = f"<figure>{made}" if made != "</figure>" else ""
    dose = dose_sentence(data.get("dose"))
    stop = text(data.get("stop_if"))
    return (
        f'<section class="ms-exercise" data-exercise="{text(data.get("exercise"))}" aria-label="{name}">'
        f'<p class="ms-exercise-name"><strong>{name}</strong></p>{figure}'
        + (f'<ol class="ms-exercise-steps">{"".join(f"<li>{x}</li>" for x in items if x)}</ol>' if any(items) else "")
        + (f'<p class="ms-exercise-dose">{text(dose)}</p>' if dose else "")
        + (f'<p class="ms-exercise-stop"><strong>{_("Stop if:")}</strong> {stop}</p>' if stop else "")
        + "</section>"
    )


def dose_sentence(dose: Any) -> str:
    """How much of an exercise, as one line: `3 sets of 8 · hold 10 s · each side`. Plain text."""
    if not isinstance(dose, Mapping):
        return words(dose)
    sets, reps, hold, side = (words(dose.get(key)) for key in ("sets", "reps", "hold", "side"))
    parts: list[str] = []
    if sets and reps:
        parts.append(_("1 set of {reps}" if sets == "1" else "{sets} sets of {reps}").format(sets=sets, reps=reps))
    elif sets:
        parts.append(_("1 set" if sets == "1" else "{sets} sets").format(sets=sets))
    elif reps:
        parts.append(_("{reps} times").format(reps=reps) if reps.isdigit() else reps)
    if hold and hold != "0":
        parts.append(_("hold {hold}").format(hold=f"{hold} s" if re.fullmatch(r"[0-9.]+", hold) else hold))
    if side:
        parts.append(_("each side") if side.lower() in ("each", "both") else side)
    return " · ".join(parts)


def booking(data: Mapping[str, Any]) -> str:
    """A call to book: words and one link; nothing without an address."""
    url = safe_address(words(data.get("url")))
    if not url:
        return ""
    label = text(data.get("label")) or escape(_("Book a visit"))
    return f'<aside class="ms-booking">{paragraphs(data.get("text"))}<p>{link(url, label, "ms-button")}</p></aside>'


def video(data: Mapping[str, Any], picture: Pictures) -> str:
    """A video of YouTube or Vimeo as a link: no request leaves the page before the visitor asks for it.

    `data-video-provider` and `data-video-id` let a script on the page put a player in its place on a click.
    `thumbnail` names a stored picture.
    """
    provider, video_id = words(data.get("provider")).lower(), words(data.get("video_id"))
    pattern = VIDEO_ID.get(provider)
    if pattern is None or not pattern.fullmatch(video_id):
        return ""
    title = text(data.get("title")) or escape(_("Video"))
    stored = picture(words(data.get("thumbnail")).removeprefix("media/")) if words(data.get("thumbnail")) else None
    label = f"{title} ({VIDEO_NAME[provider]})"
    shown = stored_picture(stored, "") if stored else ""
    return (
        f'<figure class="ms-video" data-video-provider="{provider}" data-video-id="{video_id}">'
        f"{link(VIDEO_PAGE[provider] + video_id, shown + f'<span>{label}</span>')}</figure>"
    )


def question(data: Mapping[str, Any]) -> str:
    """A question that opens its answer."""
    asked, answer = text(data.get("question")), paragraphs(data.get("answer"))
    if not asked or not answer:
        return f"<p><strong>{asked}</strong></p>{answer}" if asked else answer
    return f'<details class="ms-question"><summary>{asked}</summary>{answer}</details>'


def cited(reference: Reference, data: Mapping[str, Any]) -> str:
    """A research reference where it stands: number, words, link, and what it shows."""
    label = text(reference.text) or text(reference.url)
    if not label:
        return ""
    shown = link(reference.url, label) if reference.url else label
    number = f'<span class="ms-reference-number">[{reference.n}]</span> ' if reference.n else ""
    shows = text(data.get("shows"))
    more = f' <span class="ms-shows">{shows}</span>' if shows else ""
    return f'<p class="ms-reference" role="note">{number}{shown}{more}</p>'
