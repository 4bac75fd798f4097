"""Addresses from outside, held against the cleaning policy."""

from cms.markup.clean.policy import address, allowed


def safe_address(value: str) -> str | None:
    """The address if a link may have it (http, https, mailto, tel, a path or an anchor), else None."""
    value = address(value)
    return value if allowed("a", "href", value) else None
