"""The site as its author describes it: name, language, time zone, post address, booking link.

What is set from outside (environment, config.toml) wins; then what the author set; then the defaults.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast
from urllib.parse import quote
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from cms.config import Settings, site_problem, table
from cms.db import record
from cms.errors import BadInput
from cms.posts.post import SiteValue

_VALUES = sa.select(SiteValue.name, SiteValue.value)
SITE_NAMES = frozenset(row.name for row in table() if row.metadata["site"])


def settings() -> Settings:
    """The settings that this application was made with, without what the author set."""
    return cast(Settings, current_app.extensions["midstance"].settings)


def current_site(session: Session | sa.Connection) -> Settings:
    """All settings as they hold now, the author's included."""
    base = settings()
    rows = session.execute(_VALUES).all()
    values = {name: value for name, value in rows if name in SITE_NAMES and name not in base.given}
    return replace(base, **cast(dict[str, Any], values)) if values else base


def describe_site(session: Session, values: Mapping[str, str]) -> None:
    """Write what the author says of the site into the running transaction.

    Raises BadInput naming each field that cannot be used.
    """
    errors: dict[str, list[str]] = {}
    for name, value in values.items():
        if name not in SITE_NAMES:
            raise BadInput(f"{name} is not something that can be set about the site.")
        if problem := site_problem(name, value):
            errors[name] = [problem]
    if errors:
        raise BadInput(" ".join(messages[0] for messages in errors.values()), errors)
    changed = False
    for name, value in values.items():
        row = session.get(SiteValue, name)
        if row is None:
            session.add(SiteValue(name=name, value=value))
            changed = True
        elif row.value != value:
            row.value = value
            changed = True
    if changed:
        record(session, "site_changed")


def post_address(site: Settings, slug: str) -> str:
    """The public address of a post: on the author's own site, or here where POST_URL is unset."""
    encoded = _encoded(slug)
    if site.post_url:
        return site.post_url.replace("{slug}", encoded)
    return site.public(f"/posts/{encoded}")


@lru_cache(maxsize=8192)
def _encoded(slug: str) -> str:
    """A slug may be in any script, an address may not."""
    return quote(slug, safe="")


def zone(site: Settings) -> ZoneInfo:
    """The author's time zone."""
    return ZoneInfo(site.time_zone)
