"""The authors whom posts name."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.db import record
from cms.library.known import Known
from cms.library.post_file import PostFile
from cms.library.problems import Problem
from cms.library.tally import Tally
from cms.markup.outline import slugify
from cms.posts import Author
from cms.publishing import fill_author


def know_people(session: Session, file: PostFile, known: Known, tally: Tally) -> None:
    """Authors that a post names and nobody has described are made, as tags are, and told."""
    content = file.content
    for name in dict.fromkeys([*content.authors, *([content.reviewed_by] if content.reviewed_by else [])]):
        if name not in known.authors:
            known.authors[name] = _author(session, name, file, tally).slug
    content.authors = list(dict.fromkeys(known.authors[name] for name in content.authors))
    content.reviewed_by = known.authors.get(content.reviewed_by or "")


def _author(session: Session, name: str, file: PostFile, tally: Tally) -> Author:
    slug = slugify(name)
    author = session.scalar(sa.select(Author).where(sa.or_(Author.slug.in_((name, slug)), Author.name == name)))
    if author is None:
        author = Author(slug=slug)
        fill_author(author, {"name": name if name != slug else name.replace("-", " ").title()})
        session.add(author)
        session.flush()
        record(session, "author_changed", author=author.id)
        tally.notes.append(
            Problem(
                file.path,
                file.line("authors", "reviewed_by"),
                f"Nobody has described the author “{name}”, so {author.name} was made.",
                "Say more in authors.yaml, or mend the spelling.",
            )
        )
    return author
