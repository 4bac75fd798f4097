"""Pictures and links in finished HTML."""

from collections.abc import Collection, Mapping
from urllib.parse import quote, urlsplit

from cms.markup.blocks.model import Picture, Pictures
from cms.markup.blocks.values import MARKER, text

SIZES = "(min-width: 46rem) 44rem, 100vw"


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
