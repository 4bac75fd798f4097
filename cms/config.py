"""Every setting once: its name, its default, what it means.

A setting is read from the environment (`CMS_` and its name), then from `instance/config.toml`,
then, for those marked `site`, from what the author set (or `site.yaml` brought) in the database,
then from the default here. `docs/settings.md` is checked against this table.
"""

import contextlib
import dataclasses
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cms.errors import BadInput

BUNDLED_PLUGINS = ("booking", "references", "privacy_guard", "build_hook", "ghost_content_api")
READ_ONLY = frozenset({"config.toml", "secret_key"})  # may be somebody else's, as long as we can read them
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")  # a tag of BCP 47, as HTML's lang takes it


def setting(default: Any, meaning: str, *, site: bool = False) -> Any:
    """One row of the table below. `site` marks what an author may change in the editor."""
    return field(default=default, metadata={"meaning": meaning, "site": site})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one running service. Names are upper case outside (`CMS_PUBLIC_URL`)."""

    instance: Path
    secret_key: str
    given: frozenset[str]  # names set from outside: these win over what the database holds
    prefix: str = ""  # path under which a host site carries the service, such as /blog

    # What readers see; the author may change these in the editor.
    site_name: str = setting("My blog", "Name of the site, shown in feeds and pages.", site=True)
    description: str = setting("", "One sentence about the site, shown in feeds.", site=True)
    language: str = setting("en", "Language of the posts, as in HTML's lang (en, de, pt-BR).", site=True)
    time_zone: str = setting("UTC", "The author's time zone, such as America/Denver.", site=True)
    post_url: str = setting(
        "",
        "Address of a post on your own site with {slug} in it, such as https://example.com/blog/{slug}. "
        "Empty: posts live on this service, at PUBLIC_URL/posts/{slug}.",
        site=True,
    )
    disclaimer: str = setting("", "A sentence shown under each post, such as a medical disclaimer.", site=True)
    booking_label: str = setting("", "Text of the booking link.", site=True)
    booking_url: str = setting("", "Address of the booking page.", site=True)

    # Where and how the service runs.
    public_url: str = setting("", "Address at which the world reaches this service. Default http://127.0.0.1:PORT.")
    database_url: str = setting("", "SQLAlchemy address of the database. Default: SQLite in the instance folder.")
    cors_origins: str = setting("*", "Origins that may read the public API, separated by commas; * means all.")
    edge_seconds: int = setting(0, "How long a CDN may keep public answers, in seconds. 0: always ask again.")
    cache_bytes: int = setting(32_000_000, "Memory each worker may use to keep finished answers, in bytes.")
    meaning: bool = setting(
        False, "Find posts by what they say too, not by their words alone. Needs the extra: make semantic."
    )
    search_rate: int = setting(0, "Uncached searches a minute from one address, all workers, before 429. 0: no limit.")
    trusted_proxies: int = setting(0, "How many proxies in front set X-Forwarded-For; 0: none is believed.")
    insecure_http: bool = setting(False, "Allow signing in over plain http on an address that is not loopback.")
    metrics: bool = setting(False, "Show /metrics to everybody. Off: only to this machine.")
    plugins: str = setting(",".join(BUNDLED_PLUGINS), "Plugins to load, by name, separated by commas.")
    build_hook_url: str = setting("", "Address told by an empty POST after each public change, to build a static site.")
    picture_pixels: int = setting(50_000_000, "Largest picture taken, in pixels.")
    upload_bytes: int = setting(25_000_000, "Largest upload taken, in bytes.")
    own_contacts: str = setting(
        "", "The practice's own e-mail addresses and phone numbers, never flagged in posts.", site=True
    )

    def public(self, path: str = "") -> str:
        """Absolute public address of `path` (which begins with a slash)."""
        return self.public_url.rstrip("/") + self.prefix + path

    def plugin_names(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.plugins.split(",") if name.strip())

    def secure_cookies(self) -> bool:
        return urlsplit(self.public_url).scheme == "https"


def table() -> tuple[dataclasses.Field[Any], ...]:
    """The rows of the table: every setting that may be given from outside."""
    return tuple(row for row in dataclasses.fields(Settings) if "meaning" in row.metadata)


def read_settings(overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read all settings; make the instance folder and its secret key if they are not there.

    `overrides` (upper-case names, as tests and `create_app(config)` give them) win over all else.
    Raises BadInput that names the setting, what is wrong and how to mend it.
    """
    given = dict(overrides or {})
    prefix = str(given.pop("PREFIX", ""))
    instance = Path(str(given.pop("INSTANCE", None) or os.environ.get("CMS_INSTANCE") or "instance")).resolve()
    make_instance(instance)
    from_file = _read_toml(instance / "config.toml")
    known = {row.name.upper(): row for row in table()}
    for source, names in (("create_app", given), (str(instance / "config.toml"), from_file)):
        for name in names:
            if name not in known:
                raise BadInput(f"{source} sets {name}, which is no setting. docs/settings.md lists them all.")
    values: dict[str, Any] = {}
    for name, row in known.items():
        raw = given.get(name, os.environ.get(f"CMS_{name}", from_file.get(name)))
        if raw is not None:
            values[row.name] = _convert(name, raw, row.default)
    _check(values)
    given_names = frozenset(values)
    port = os.environ.get("PORT", "8000")
    values["public_url"] = values.get("public_url") or f"http://127.0.0.1:{port}"
    values["database_url"] = values.get("database_url") or f"sqlite:///{instance / 'midstance.db'}"
    return Settings(instance, _secret_key(instance), given_names, prefix, **values)


def strangers(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that is named as a setting and is none, with the name that may be meant."""
    known = {row.name.upper() for row in table()} | {"INSTANCE", "CONTENT"}
    said: list[str] = []
    for name in sorted(environment):
        mistyped = name.removeprefix("CMS_")
        if mistyped == name or mistyped in known:
            continue
        from difflib import get_close_matches  # only where a name was mistyped

        [near] = get_close_matches(mistyped.upper(), known, 1) or [""]
        cure = f"Do you mean CMS_{near}?" if near else "docs/settings.md lists them all."
        said.append(f"{name} is no setting, so it does nothing. {cure}")
    return said


def make_instance(instance: Path) -> None:
    """Make the folder for database, index, media and secrets, closed to other users."""
    try:
        for folder in (instance, instance / "media"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = instance / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise BadInput(
            f"Midstance cannot write to {instance} ({error.strerror}). "
            f"Give yourself the right to write there, or set CMS_INSTANCE to another folder."
        ) from error
    for path in instance.iterdir():
        needed = os.R_OK if path.name in READ_ONLY else os.R_OK | os.W_OK
        if not path.name.startswith(".") and not os.access(path, needed):
            raise BadInput(
                f"Midstance cannot use {path}: another user made it, perhaps by an earlier start with sudo. "
                f'Take the folder back (sudo chown -R "$USER" {instance}), or set CMS_INSTANCE to another folder.'
            )


def _secret_key(instance: Path) -> str:
    """The key that signs cookies and preview links; made once, readable by its owner only."""
    path = instance / "secret_key"
    if not path.exists():
        draft = instance / f"secret_key.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # another process was first: its key counts
            os.link(draft, path)
        draft.unlink()
    key = path.read_text(encoding="ascii").strip()
    if len(key) < 32:
        raise BadInput(f"{path} is empty or cut short. Delete it; a new one is made (everybody signs in again).")
    return key


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return {name.upper(): value for name, value in tomllib.loads(path.read_text(encoding="utf-8")).items()}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}. Mend that line, or remove the file.") from error


def _convert(name: str, raw: Any, default: Any) -> Any:
    """Turn the text of an environment variable into the type of the default."""
    if isinstance(default, bool):
        text = str(raw).strip().lower()
        if text in {"1", "true", "yes", "on"}:
            return True
        if text in {"0", "false", "no", "off", ""}:
            return False
        raise BadInput(f"{name} is {raw!r}; write true or false.")
    if isinstance(default, int):
        try:
            number = int(str(raw))
        except ValueError:
            raise BadInput(f"{name} is {raw!r}; write a whole number.") from None
        if number < 0:
            raise BadInput(f"{name} is {number}; write 0 or more.")
        return number
    if isinstance(raw, list):
        return ",".join(str(item) for item in raw)
    return str(raw)


def _check(values: Mapping[str, Any]) -> None:
    public_url = values.get("public_url")
    if public_url and (urlsplit(public_url).scheme not in {"http", "https"} or not urlsplit(public_url).netloc):
        raise BadInput(f"PUBLIC_URL is {public_url!r}; write a whole address such as https://blog.example.com.")
    build_hook = values.get("build_hook_url")
    if build_hook and urlsplit(build_hook).scheme not in {"http", "https"}:
        raise BadInput("BUILD_HOOK_URL must begin with https:// or http://.")
    for row in table():
        if row.metadata["site"] and row.name in values and (problem := site_problem(row.name, values[row.name])):
            raise BadInput(problem if row.name == "post_url" else f"{row.name.upper()}: {problem}")


def site_problem(name: str, value: str) -> str | None:
    """Why a setting that describes the site cannot be used, with the cure, or None."""
    if name == "time_zone":
        from zoneinfo import available_timezones  # looks through a folder: only where one is given

        if value not in available_timezones():
            return f"{value!r} is no time zone we know; write one such as America/Denver."
    if name == "language" and not LANGUAGE.fullmatch(value):
        return f"{value!r} is no language we know; write its short name, such as en, de or pt-BR."
    if name == "booking_url" and value and not value.startswith(("https://", "http://")):
        return "The booking address must begin with https://."
    if name == "post_url":
        try:
            check_post_url(value)
        except BadInput as error:
            return error.detail
    if name == "site_name" and not value.strip():
        return "Give the site a name."
    if len(value) > 2000:
        return "This is too long; keep it under 2,000 characters."
    return None


def check_post_url(address: str) -> None:
    """Raise BadInput unless `address` is empty or an http(s) address with {slug} in it."""
    if address and (urlsplit(address).scheme not in {"http", "https"} or "{slug}" not in address):
        raise BadInput(
            f"POST_URL is {address!r}; write your post address with {{slug}} in it, "
            "such as https://example.com/blog/{slug}."
        )
