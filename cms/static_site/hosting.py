"""`_redirects` and `_headers`, as Netlify, Cloudflare Pages and others that followed them read these files.

https://docs.netlify.com/manage/routing/redirects/overview/ · https://developers.cloudflare.com/pages/configuration/headers/
"""

from collections.abc import Iterable, Mapping
from typing import Any

HEADERS = """\
/*
  Access-Control-Allow-Origin: *
  X-Content-Type-Options: nosniff
  Referrer-Policy: strict-origin-when-cross-origin
  Cache-Control: public, max-age=0, must-revalidate
/media/*
  ! Cache-Control
  Cache-Control: public, max-age=31536000, immutable
/embed/embed.*
  ! Cache-Control
  Cache-Control: public, max-age=300
/posts/*.md
  Content-Type: text/markdown; charset=utf-8
"""


def headers_file() -> str:
    """Who may read the files (everybody), and how long they may be kept."""
    return HEADERS


def redirects_file(redirects: Iterable[Mapping[str, Any]]) -> str:
    """One line a redirect; what could break a line is left out."""
    lines = [
        f"{row['from']} {row['to']} {row['status']}"
        for row in redirects
        if not any(character.isspace() for character in f"{row['from']}{row['to']}")
    ]
    return "".join(f"{line}\n" for line in lines)
