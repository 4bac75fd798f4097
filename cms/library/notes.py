"""What is worth a look in a file that was imported: what its readers will not see."""

import re
from collections.abc import Container, Iterator

from sqlalchemy.orm import Session

from cms.library.post_file import PostFile
from cms.library.problems import Problem
from cms.markup.clean import Removed
from cms.posts import Revision
from cms.publishing import silent_blocks

PICTURE = re.compile(r'<img [^>]*?src="media/([^"]+)"')
ELSEWHERE = re.compile(r'(?:!\[[^\]]{0,500}\]\(\s{0,9}<?|<img [^>]{0,500}?src=["\']?)(?!media/|https?:)([^\s)>"\']+)')
# What other programs call our keys (https://gohugo.io/content-management/front-matter/,
# https://jekyllrb.com/docs/front-matter/, and what Ghost's and WordPress's exports become).
OUR_NAMES = {
    "date": "published_at", "draft": "status", "published": "status", "lastmod": "updated_at", "modified": "updated_at",
    "categories": "tags", "category": "tags", "keywords": "tags", "author": "authors",
    "image": "cover", "images": "cover", "featured_image": "cover", "feature_image": "cover", "coverImage": "cover",
    "thumbnail": "cover", "description": "excerpt", "summary": "excerpt",
    "aliases": "old_slugs", "redirect_from": "old_slugs", "permalink": "slug", "url": "slug",
}  # fmt: skip
LOST = ("text", "address")  # what cleaning takes out with what was said in it


def notes_of(session: Session, file: PostFile, revision: Revision, pictures: Container[str]) -> Iterator[Problem]:
    """What readers will not see of a post as it is now. `pictures` are the names of all there are."""
    cover = str((file.content.cover or {}).get("src") or "")
    shown = [cover.removeprefix("media/")] if cover.startswith("media/") else []
    for name in dict.fromkeys([*shown, *PICTURE.findall(revision.clean or "")]):
        if name not in pictures:
            yield Problem(
                file.path,
                file.line_of(name),
                f"The picture media/{name} is missing, so it is not shown.",
                "Put it into the folder media/ and import again, or take it out here.",
            )
    for address in dict.fromkeys(ELSEWHERE.findall(file.body)):
        yield Problem(
            file.path,
            file.line_of(address),
            f"The picture {address} is not in media/, so it is not shown.",
            "Put it into the folder media/ and write media/ and its name here.",
        )
    yield from _foreign_keys(file)
    for name, block in silent_blocks(session, file.content, revision.clean or ""):
        kind = str(block.get("kind") or "")
        line = file.line_of(f"id: {name}") or file.line_of(f"```{kind}") or file.line_of(f"block {kind}")
        yield Problem(file.path, line, *_why_silent(name, kind))
    for row in revision.removed:
        if row["kind"] in LOST:
            yield Problem(file.path, file.line_of(f"<{row['name']}"), Removed(**row).sentence, "The file is as it was.")


def _foreign_keys(file: PostFile) -> Iterator[Problem]:
    """Keys that mean something elsewhere, where the file does not say ours."""
    for key in file.content.extra:
        name = OUR_NAMES.get(key)
        if name is not None and not file.says(name):
            yield Problem(
                file.path,
                file.line(key),
                f"“{key}” is kept, but means nothing here.",
                f"Write it as {name} if you mean that.",
            )


def _why_silent(name: str, kind: str) -> tuple[str, str]:
    if not kind:
        return f"Here a block “{name}” is placed that the file does not hold.", "Write the block, or take this out."
    if kind == "exercise":
        return f"There is no exercise “{name}”, so none is shown.", "Add it to exercises.yaml, or mend the id."
    return (
        f"Nothing is shown for this block of the kind “{kind}”.",
        "Mend its kind or what it says, or switch on the plugin that knows it.",
    )
