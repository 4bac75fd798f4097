"""Settings: what she says of her site, and old addresses that lead to new ones."""

from zoneinfo import available_timezones

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cms import publishing
from cms.db import reading, record, writing
from cms.editor.ask import text_of
from cms.errors import BadInput
from cms.posts import Redirect, current_site, settings

# In the order of the page: the setting, its label, its hint.
FIELDS = (
    ("site_name", "Name of the site", "Shown in feeds, on pages and to search engines."),
    ("description", "What it is about", "One sentence, shown in feeds."),
    ("language", "Language of the posts", "As in en, de or pt-BR."),
    ("time_zone", "Your time zone", "Such as America/Denver: “Later…” goes by its clocks."),
    ("post_url", "Address of a post on your own site", "With {slug} in it, such as https://example.com/blog/{slug}."),
    ("booking_label", "Words on the booking link", "Such as: Book a visit"),
    ("booking_url", "Booking page", "Begins with https://."),
    ("disclaimer", "Disclaimer", "A sentence shown under each post."),
    ("own_contacts", "Your own e-mail addresses and phone numbers", "Separated by commas; never flagged in posts."),
)


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
    values = {name: text_of(name) for name, _, _ in FIELDS if name not in settings().given and name in request.form}
    session = writing()
    try:
        publishing.save_site(session, values)
    except BadInput as problem:
        session.rollback()
        return _page(problem), problem.status
    return redirect(url_for("editor.site", done="saved"), 303)


def save_redirect() -> ResponseReturnValue:
    """An old address of her own site -> where it is now."""
    session = writing()
    try:
        publishing.save_redirect(session, text_of("from"), text_of("to"))
    except BadInput as problem:
        session.rollback()
        return _page(redirect_problem=problem), problem.status
    return redirect(url_for("editor.site", done="redirect"), 303)


def delete_redirect(redirect_id: int) -> ResponseReturnValue:
    """Forget an old address."""
    session = writing()
    session.execute(sa.delete(Redirect).where(Redirect.id == redirect_id, Redirect.kind == "path"))
    record(session, "redirect_changed")
    session.commit()
    publishing.settle(session)
    return redirect(url_for("editor.site", done="redirect"), 303)


def _page(problem: BadInput | None = None, redirect_problem: BadInput | None = None) -> str:
    session = reading()
    return render_template(
        "editor/site.html",
        fields=FIELDS,
        values=current_site(session),
        form=request.form if problem else {},
        given=settings().given,
        zones=sorted(available_timezones()),
        redirects=session.scalars(sa.select(Redirect).where(Redirect.kind == "path").order_by(Redirect.source)).all(),
        redirect_form=request.form if redirect_problem else {},
        problem=problem,
        redirect_problem=redirect_problem,
        done=request.args.get("done"),
    )
