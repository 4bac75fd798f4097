"""Moments in her time zone, in words, right across both changes of the clocks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cms.errors import BadInput

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
PASSED = "That time has passed. Choose one ahead, or press Publish."


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment she chose: in UTC, in words, and what the clocks did to it, if anything."""

    at: datetime
    words: str
    note: str = ""


def read_local(written: str, zone: ZoneInfo) -> Moment:
    """`2026-11-01T01:30` as she wrote it -> the moment meant.

    A time that the clocks skip in spring becomes the same distance after the change; of a time that comes
    twice in autumn the first is meant (PEP 495, fold=0). Raises BadInput if it is no date and time.
    """
    try:
        local = datetime.fromisoformat(written)
    except ValueError:
        local = None
    if local is None or local.tzinfo is not None or not 2000 <= local.year <= 2200:
        raise BadInput("Choose a date and a time, such as 2026-12-01 at 08:00.", {"at": ["Choose a moment."]})
    local = local.replace(second=0, microsecond=0)
    at = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    back = at.astimezone(zone)
    note = ""
    if back.replace(tzinfo=None) != local:
        note = f"The clocks go forward that night and skip {clock_of(local)}; {clock_of(back)} is meant."
    elif local.replace(tzinfo=zone, fold=1).astimezone(UTC) != at:
        note = f"The clocks go back that night, so {clock_of(local)} comes twice; the first is meant."
    return Moment(at, in_words(at, zone), note)


def still_ahead(moment: Moment) -> Moment:
    """The moment, if it is yet to come; else BadInput, so that a slip of the hour never publishes at once."""
    if has_passed(moment):
        raise BadInput(PASSED, {"at": ["It has passed."]})
    return moment


def has_passed(moment: Moment) -> bool:
    return moment.at <= datetime.now(UTC)


def in_words(at: datetime, zone: ZoneInfo) -> str:
    """ "Tuesday, 1 December 2026, 8:00 am (Denver time)"."""
    local = at.astimezone(zone)
    day = f"{DAYS[local.weekday()]}, {local.day} {MONTHS[local.month - 1]} {local.year}"
    return f"{day}, {clock_of(local)} ({place(zone)})"


def field_value(at: datetime, zone: ZoneInfo) -> str:
    """ "2026-12-01T08:00", by her clock, as a form field wants it."""
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def clock(at: datetime, zone: ZoneInfo) -> str:
    """ "10:32", by her clock."""
    return at.astimezone(zone).strftime("%H:%M")


def near(at: datetime, zone: ZoneInfo, now: datetime | None = None) -> str:
    """A moment as a list shows it: "today, 8:00 am", "yesterday", "12 March", "12 March 2024"."""
    local, today = at.astimezone(zone), (now or datetime.now(UTC)).astimezone(zone)
    days = (local.date() - today.date()).days
    named = {0: f"today, {clock_of(local)}", -1: "yesterday", 1: f"tomorrow, {clock_of(local)}"}
    if days in named:
        return named[days]
    year = f" {local.year}" if local.year != today.year else ""
    return f"{local.day} {MONTHS[local.month - 1]}{year}"


def next_morning(zone: ZoneInfo, now: datetime | None = None) -> str:
    """What "Later…" offers first: tomorrow at eight, as a form field wants it."""
    tomorrow = (now or datetime.now(UTC)).astimezone(zone) + timedelta(days=1)
    return tomorrow.strftime("%Y-%m-%dT08:00")


def clock_of(local: datetime) -> str:
    hour = local.hour % 12 or 12
    return f"{hour}:{local.minute:02d} {'am' if local.hour < 12 else 'pm'}"


def place(zone: ZoneInfo) -> str:
    name = (zone.key or "UTC").rpartition("/")[2].replace("_", " ")
    return f"{name} time" if "/" in zone.key else zone.key
