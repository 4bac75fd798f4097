"""The kinds of block that the service knows, each as plain semantic HTML."""

import re
from collections.abc import Mapping
from gettext import gettext as _
from html import escape
from typing import Any

from cms.markup.addresses import safe_address
from cms.markup.blocks.model import Pictures, Reference
from cms.markup.blocks.pictures import render_picture, stored_picture
from cms.markup.blocks.values import link, paragraphs, text, words

VIDEO_ID = {"youtube": re.compile(r"[A-Za-z0-9_-]{11}"), "vimeo": re.compile(r"[0-9]{6,12}")}
VIDEO_PAGE = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}
VIDEO_NAME = {"youtube": "YouTube", "vimeo": "Vimeo"}


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
