"""A post as a file: what came in stays as it was written, what has changed is written anew.

Front matter is kept key by key, with the comments and the spelling of each; the body is kept whole as
long as it still says what the post says, and is otherwise made from the clean HTML.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cms.errors import BadInput
from cms.library import front, kept, post_file
from cms.library.fields import FIELDS, Reader, written
from cms.library.front import Front, comments
from cms.library.problems import Unusable
from cms.library.tables import LibraryFile
from cms.library.yaml_write import entry
from cms.markup import blocks as markup_blocks
from cms.markup.clean import clean
from cms.markup.markdown import to_markdown
from cms.markup.outline import slugify
from cms.posts import Content, Post

ALWAYS = ("id", "title", "slug", "status")
# A draft has no moment of its own; one that its file plans for is kept.
UNSET_IN_DRAFTS = ("published_at", "updated_at")


@dataclass(frozen=True, slots=True)
class Said:
    """What a file has to say: the value of every known key, and the text."""

    path: str
    values: dict[str, Any]
    content: Content
    clean: str


def of_live(path: str, post: Post, content: Content, clean_html: str, old_slugs: list[str]) -> Said:
    """What the file of a live or withdrawn post says."""
    values = _values(post, content)
    values |= {
        "status": "draft" if post.state == "withdrawn" else "published",
        "withdrawn": post.state == "withdrawn",
        "slug": post.slug,
        "published_at": post.published_at,
        "updated_at": post.updated_at,
        "old_slugs": old_slugs,
    }
    return Said(path, values, content, clean_html)


def of_draft(path: str, post: Post, content: Content, clean_html: str) -> Said:
    """What the file of a draft says, or that of the open draft of a live post."""
    values = _values(post, content)
    values["slug"] = content.slug or post.slug or post_file.default_slug(path)
    return Said(path, values, content, clean_html)


def _values(post: Post, content: Content) -> dict[str, Any]:
    values = {name: field.empty for name, field in FIELDS.items()}
    names = set(values) & set(Content.__dataclass_fields__)
    values |= {name: getattr(content, name) for name in names}
    values["reviewed_by"] = content.reviewed_by or ""
    for name in ("seo", "references", "cover"):
        values[name] = _without_nothing(values[name])
    if not (content.cover or {}).get("src"):
        values["cover"] = None
    values |= {"id": post.id, "title": content.title.strip(), "excerpt": content.excerpt.strip()}
    return values


def compose(said: Said, row: LibraryFile | None, reader: Reader) -> bytes:
    """The file's bytes. Raises Unusable if they would not give the post back."""
    if row is not None:
        try:
            data = _amended(said, row, reader)
            _check(said, data, reader)
        except Unusable:  # such as an anchor that stood in a line now gone: write it all in standard form
            pass
        else:
            return data
    head = "".join(_entries(said, FIELDS)) + "".join(entry(key, value) for key, value in said.content.extra.items())
    data = f"---\n{head}---\n{_body(said)}".encode()
    _check(said, data, reader)
    return data


def _amended(said: Said, row: LibraryFile, reader: Reader) -> bytes:
    """The file as it came, with the parts replaced that say something else now."""
    text = row.data.decode("utf-8-sig")
    head, body = front.split(text)
    parsed = front.parse(head)
    before = post_file.values_of(said.path, parsed, reader)
    chunks = _chunks(said, parsed, before)
    if row.stamps.get("body") != kept.body_stamp(said.content):
        body = _body(said)
    new = f"---\n{''.join(chunks.values())}---\n{body}"
    if "\r\n" in text and "\n" not in text.replace("\r\n", ""):
        new = new.replace("\r\n", "\n").replace("\n", "\r\n")
    return new.encode()


def _chunks(said: Said, parsed: Front, before: dict[str, Any]) -> dict[str, str]:
    if parsed.values and not parsed.chunks:
        raise Unusable(None, "The front matter is not in lines.", "")
    chunks: dict[str, str] = {}
    for key, chunk in parsed.chunks.items():
        if key not in FIELDS or _says_the_same(said, key, before[key]):
            chunks[key] = chunk
        elif said.values[key] != FIELDS[key].empty or key in ALWAYS:
            chunks[key] = comments(chunk) + entry(key, written(key, said.values[key]))
        elif above := comments(chunk):
            chunks[f"#{key}"] = above
    for key in FIELDS:
        missing = key == "id" or not _says_the_same(said, key, before[key])
        if key not in parsed.chunks and missing and said.values[key] != FIELDS[key].empty:
            chunks = _inserted(chunks, key, entry(key, written(key, said.values[key])))
    for key, value in said.content.extra.items():
        if key not in parsed.chunks:
            chunks[key] = entry(key, value)
    return chunks


def _says_the_same(said: Said, key: str, before: Any) -> bool:
    now = said.values[key]
    if key in UNSET_IN_DRAFTS and (now is None or (before is None and key == "updated_at")):
        # Where a file is silent, what readers see was last changed when the post was published.
        return now is None or now == said.values["published_at"]
    if key == "slug":
        return bool(slugify(before) == slugify(now))
    if key == "hashtags":
        return [name.lstrip("#＃") for name in before] == list(now)
    if key == "old_slugs":
        return sorted(map(slugify, before)) == sorted(now)
    return bool(_spelled(before) == _spelled(now))


def _without_nothing(value: Any) -> Any:
    """Plain data without the keys that say nothing."""
    if isinstance(value, Mapping):
        return {key: _without_nothing(item) for key, item in value.items() if item is not None}
    return [_without_nothing(item) for item in value] if isinstance(value, list) else value


def _spelled(value: Any) -> Any:
    """Plain data as a file spells it: numbers as their digits, what is nothing left out."""
    if isinstance(value, Mapping):
        return {key: _spelled(item) for key, item in value.items() if item is not None} or None
    if isinstance(value, list | tuple):
        return [_spelled(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


def _inserted(chunks: dict[str, str], key: str, chunk: str) -> dict[str, str]:
    """With a new key behind the last of those that stand before it in a new file."""
    order = list(FIELDS)
    earlier = [name for name in chunks if name in FIELDS and order.index(name) < order.index(key)]
    names = list(chunks)
    at = names.index(earlier[-1]) + 1 if earlier else 0
    items = list(chunks.items())
    return dict([*items[:at], (key, chunk), *items[at:]])


def _entries(said: Said, names: Any) -> list[str]:
    return [
        entry(name, written(name, said.values[name]))
        for name in names
        if name in ALWAYS or said.values[name] != FIELDS[name].empty
    ]


def _body(said: Said) -> str:
    return to_markdown(said.clean, said.content.blocks)


def _check(said: Said, data: bytes, reader: Reader) -> None:
    """Raise Unusable unless these bytes, read again, say the same."""
    again = post_file.of_bytes(said.path, data, reader)
    for key in FIELDS:
        if not _says_the_same(said, key, again.values[key]) or (key == "id" and again.values["id"] is None):
            raise Unusable(None, f"“{key}” cannot be written as it is.", "Open the post in the editor and save it.")
    try:
        same = again.content.source == said.content.source or clean(again.content.source).html == said.clean
    except BadInput:
        same = False
    placed = markup_blocks.block_ids(said.clean)
    same = same and all(again.content.blocks.get(id) == said.content.blocks.get(id) for id in placed)
    if not same:
        raise Unusable(None, "Its text cannot be written as Markdown without loss.", "Please report this post.")
