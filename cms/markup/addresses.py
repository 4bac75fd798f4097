"""Addresses from outside, held against the cleaning policy, and addresses in running text."""

import re
from collections.abc import Iterator

from cms.markup.clean.policy import address, allowed

# Where an address that somebody typed begins; it ends before white space and these.
TYPED = re.compile(r"(?<![\w/@.-])(?:https?://|www\.)[^\s<>\"`{}|\\^\u200b]{2,2000}", re.IGNORECASE)
CLOSING = {")": "(", "]": "["}


def safe_address(value: str) -> str | None:
    """The address if a link may have it (http, https, mailto, tel, a path or an anchor), else None."""
    value = address(value)
    return value if allowed("a", "href", value) else None


def typed_addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Web addresses standing in running text: start, end and the address for a link. Linear.

    As in GitHub's Markdown, punctuation at the end is the sentence's, and a closing bracket belongs to the
    address only if it opened there. `www.` gets https.
    """
    for match in TYPED.finditer(text):
        written = match[0]
        end = len(written)
        while end:
            last = written[end - 1]
            stray = last in CLOSING and written.count(last, 0, end) > written.count(CLOSING[last], 0, end)
            if not stray and last not in ".,;:!?'’”*_~…&":
                break
            end -= 1
        written = written[:end]
        url = safe_address(f"https://{written}" if written[:4].lower() == "www." else written)
        if url and ("." in url[8:] or "//localhost" in url):
            yield match.start(), match.start() + end, url
