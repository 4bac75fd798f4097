"""One post's file, read and judged; nothing here touches the database."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from cms.errors import BadInput
from cms.library import front, yaml_read
from cms.library.fields import FIELDS, Reader
from cms.library.folder import read_bytes, text_of
from cms.library.front import Front
from cms.library.problems import Unusable
from cms.markup.markdown import BadBlock, to_html
from cms.markup.outline import slugify
from cms.posts import Content

DATED = re.compile(r"\d{4}-\d\d-\d\d[-_ ]+(?=.)")


@dataclass(slots=True)
class PostFile:
    """`values` holds every known key, as the file says it or as it is where the file is silent."""

    path: str
    data: bytes
    digest: str
    front: Front
    values: dict[str, Any]
    body: str
    content: Content
    body_line: int

    def line(self, *keys: str) -> int | None:
        """The line at which the first of these keys stands."""
        return next((self.front.lines[key] for key in keys if key in self.front.lines), None)

    def line_of(self, words: str) -> int | None:
        """The first line in which these words stand."""
        text = text_of(self.data)
        at = text.find(words)
        return text.count("\n", 0, at) + 1 if at >= 0 else None

    def says(self, key: str) -> bool:
        return key in self.front.values


def read(root: Path, path: str, reader: Reader) -> PostFile:
    """Read one post's file. Raises Unusable with line and cure."""
    return of_bytes(path, read_bytes(root, path), reader)


def of_bytes(path: str, data: bytes, reader: Reader) -> PostFile:
    """The same from the file's bytes."""
    text = text_of(data)
    head, body = front.split(text)
    parsed = front.parse(head)
    values = values_of(path, parsed, reader)
    first_line = text.count("\n", 0, len(text) - len(body)) + 1
    try:
        rendered = to_html(body)
    except BadBlock as bad:
        raise Unusable(first_line + bad.line - 1, bad.problem[0].upper() + bad.problem[1:], "") from None
    except BadInput as error:
        raise Unusable(first_line, error.detail, "") from None
    extra = {key: yaml_read.plain(node, reader.first_line) for key, node in parsed.values.items() if key not in FIELDS}
    content = content_of(values, rendered.html, dict(rendered.blocks), extra)
    return PostFile(path, data, hashlib.sha256(data).hexdigest(), parsed, values, body, content, first_line)


def values_of(path: str, parsed: Front, reader: Reader) -> dict[str, Any]:
    """Every known key's value. Raises Unusable for what cannot be used, or contradicts itself."""
    values: dict[str, Any] = {}
    for name, field in FIELDS.items():
        node = parsed.values.get(name)
        values[name] = field.empty if node is None else field.read(reader, node)
    if "title" not in parsed.values:
        raise Unusable(2, "There is no title.", "Add a line such as title: Why foot strength matters.")
    if not values["title"] and values["status"] == "published":
        raise Unusable(parsed.lines["title"], "The title is empty.", "Write one, or make it status: draft.")
    if values["withdrawn"] and values["status"] == "published":
        raise Unusable(
            parsed.lines["withdrawn"], "A post cannot be published and withdrawn.", "Delete one of the two lines."
        )
    if not values["slug"]:
        values["slug"] = default_slug(path)
    return values


def default_slug(path: str) -> str:
    """The slug that a file's name stands for: the name without the date."""
    return slugify(DATED.sub("", PurePosixPath(path).stem, count=1))


def content_of(values: dict[str, Any], html: str, blocks: dict[str, dict[str, Any]], extra: dict[str, Any]) -> Content:
    return Content(
        title=values["title"],
        source=html,
        slug=values["slug"],
        excerpt=values["excerpt"],
        cover=values["cover"],
        tags=list(values["tags"]),
        hashtags=[name.lstrip("#＃") for name in values["hashtags"]],
        authors=list(values["authors"]),
        featured=values["featured"],
        seo=values["seo"],
        reviewed_by=values["reviewed_by"] or None,
        last_reviewed_at=values["last_reviewed_at"],
        next_review_due=values["next_review_due"],
        references=values["references"],
        related=values["related"],
        blocks=blocks,
        extra=extra,
    )
