"""Settings: what she says of her site, and old addresses that lead to new ones."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cms import publishing
from cms.db import reading, writing
from cms.editor.ask import text_of
from cms.errors import BadInput, NotFound
from cms.posts import Post, Redirect, current_site, is_public, post_address, settings


@dataclass(frozen=True, slots=True)
class Field:
    """One setting on the page: its name, its label, a hint with an example, and how it is asked for."""

    name: str
    label: str
    hint: str
    rows: int = 0  # of a field for several lines


FIELDS = (
    Field("site_name", "Name of the site", "As readers see it above your posts and in search results."),
    Field(
        "description", "What it is about", "One sentence, such as: Plain-spoken physical therapy for runners.", rows=2
    ),
    Field("language", "Language of the posts", "Browsers read them aloud and offer to translate them by it."),
    Field("time_zone", "Your time zone", "“Later…” goes by the clocks of this place."),
    Field(
        "post_url",
        "Where your posts stand on your own website",
        "The address of your blog page, such as https://example.com/blog; each post's own name is put behind it. "
        "If your web person gave you an address with {slug} in it, paste it just so. "
        "Left empty, posts stand on this service.",
    ),
    Field("booking_label", "Words on the booking button", "Such as: Book a visit"),
    Field("booking_url", "Your booking page", "Its whole address, such as https://example.com/book."),
    Field("disclaimer", "Disclaimer", "Shown under each post, such as: This is no substitute for a visit.", rows=3),
    Field(
        "own_contacts",
        "Your own e-mail addresses and phone numbers",
        "With commas between them, such as hello@example.com, 303 555 0100. "
        "The check for patients' details leaves these alone.",
    ),
)
LANGUAGES = (
    *(("en-US", "English (United States)"), ("en-GB", "English (Britain)"), ("en", "English"), ("ar", "العربية")),
    *(("zh", "中文"), ("cs", "Čeština"), ("da", "Dansk"), ("nl", "Nederlands"), ("fi", "Suomi"), ("fr", "Français")),
    *(("de", "Deutsch"), ("el", "Ελληνικά"), ("he", "עברית"), ("hi", "हिन्दी"), ("hu", "Magyar"), ("it", "Italiano")),
    *(("ja", "日本語"), ("ko", "한국어"), ("nb", "Norsk"), ("pl", "Polski"), ("pt-BR", "Português (Brasil)")),
    *(("pt", "Português"), ("ro", "Română"), ("ru", "Русский"), ("es", "Español"), ("sv", "Svenska")),
    *(("tr", "Türkçe"), ("uk", "Українська"), ("vi", "Tiếng Việt")),
)
CONTINENTS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
BARE_ADDRESS = re.compile(r"[\w-]+(\.[\w-]+)+([/:?#]\S*)?")


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/site", view_func=site)
    add("/site", view_func=save_site, methods=["POST"])
    add("/site/redirects", view_func=save_redirect, methods=["POST"])
    add("/site/redirects/<int:redirect_id>/delete", view_func=delete_redirect, methods=["POST"])


def site() -> ResponseReturnValue:
    """The page."""
    return _page()


def save_site() -> ResponseReturnValue:
    """Save what may be changed here; what was set from outside stays."""
    asked = [row.name for row in FIELDS if row.name not in settings().given and row.name in request.form]
    session = writing()
    try:
        values = {name: meant(session, name, text_of(name)) for name in asked}
        publishing.save_site(session, values)
    except BadInput as problem:
        session.rollback()
        return _page(problem), problem.status
    return redirect(url_for("editor.site", done="saved"), 303)


def meant(session: Session, name: str, written: str) -> str:
    """What she means by what she wrote: addresses as people write them become whole ones.

    Raises BadInput, naming the field, if it cannot be made out.
    """
    if name in ("post_url", "booking_url") and BARE_ADDRESS.fullmatch(written):
        written = f"https://{written}"
    if name == "post_url" and written:
        if not written.startswith(("https://", "http://")) or not urlsplit(written).netloc:
            wrong = "Write the whole address of your blog page, such as https://example.com/blog."
            raise BadInput(wrong, {name: [wrong]})
        if "{slug}" not in written:
            written = with_place_for_name(session, written)
    if name == "own_contacts":
        for part in filter(None, (part.strip() for part in re.split(r"[,;\n]", written))):
            if not re.fullmatch(r"\S+@\S+\.\S+", part) and len(re.sub(r"\D", "", part)) < 6:
                wrong = f"“{part}” is neither an e-mail address nor a phone number. Put a comma between two of them."
                raise BadInput(wrong, {name: [wrong]})
    return written


def with_place_for_name(session: Session, address: str) -> str:
    """The address of her blog page, or of one of her posts, with the place where a post's name goes."""
    front, _, last = address.rstrip("/").rpartition("/")
    if session.scalar(sa.select(Post.id).where(Post.slug == last)):
        return f"{front}/{{slug}}"
    return f"{address.rstrip('/')}/{{slug}}"


def path_of(address: str) -> str:
    """The path of an address that was copied whole from a browser; anything else as it is."""
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http") or not parts.netloc:
        return address
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def save_redirect() -> ResponseReturnValue:
    """An old address of her own site -> where it is now."""
    session = writing()
    try:
        old, new = path_of(text_of("from")), text_of("to")
        if old in (new, path_of(new)):
            raise BadInput("Both addresses are the same page.", {"to": ["Write where the page is now."]})
        publishing.save_redirect(session, old, new)
    except BadInput as problem:
        session.rollback()
        return _page(redirect_problem=problem), problem.status
    return redirect(url_for("editor.site", done="redirect"), 303)


def delete_redirect(redirect_id: int) -> ResponseReturnValue:
    """Forget an old address."""
    session = writing()
    found = session.get(Redirect, redirect_id)
    if found is None or found.kind != "path":
        raise NotFound("This old address is forgotten already.")
    aside = publishing.take_away(session, found, found.source)
    return redirect(url_for("editor.site", done="forgotten", undo=aside.id), 303)


def _page(problem: BadInput | None = None, redirect_problem: BadInput | None = None) -> str:
    session = reading()
    values = current_site(session)
    newest = session.scalar(sa.select(Post.slug).where(is_public()).order_by(Post.published_at.desc()).limit(1))
    return render_template(
        "editor/site.html",
        fields=FIELDS,
        values=values,
        form=request.form if problem else {},
        given=settings().given,
        choices={"language": [("", languages(values.language))], "time_zone": zones(values.time_zone)},
        example=post_address(values, newest) if newest else "",
        redirects=session.scalars(sa.select(Redirect).where(Redirect.kind == "path").order_by(Redirect.source)).all(),
        redirect_form=request.form if redirect_problem else {},
        problem=problem,
        redirect_problem=redirect_problem,
        done=request.args.get("done"),
    )


def languages(present: str) -> list[tuple[str, str]]:
    """Languages to choose from, the present one among them."""
    known = present in dict(LANGUAGES)
    return [*LANGUAGES, *([] if known else [(present, present)])]


def zones(present: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Time zones to choose from, by continent: (continent, [(name, place)])."""
    names = sorted(available_timezones())
    made = [("", [("UTC", "UTC")] if present in ("UTC", "Etc/UTC") else [(present, _place(present)), ("UTC", "UTC")])]
    for continent in CONTINENTS:
        within = [name for name in names if name.startswith(f"{continent}/")]
        made.append((continent, [(name, _place(name)) for name in within]))
    return made


def _place(name: str) -> str:
    """ "America/Argentina/San_Juan" as "San Juan, Argentina"."""
    return ", ".join(reversed(name.replace("_", " ").split("/")[1:])) or name
