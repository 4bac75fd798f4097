"""What several posts share: tags, authors, exercises, redirects, the site.

Functions whose names begin with a verb of saving commit and let the followers catch up; the others work
in the running transaction.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cms.db import record
from cms.errors import BadInput
from cms.markup.hashtags import tag_key
from cms.markup.outline import slugify
from cms.posts import PostTag, Redirect, Tag, TagName
from cms.publishing.follow import settle

_BY_KEY = sa.select(TagName.key, Tag).join(Tag).where(TagName.key.in_(sa.bindparam("keys", expanding=True)))


def find_tag(session: Session, name: str) -> Tag | None:
    """The tag that a name, slug, alias or hashtag stands for."""
    key = tag_key(name.lstrip("#＃"))
    return session.scalar(sa.select(Tag).join(TagName).where(TagName.key == key)) if key else None


def find_or_make_tags(session: Session, names: Iterable[str], known: Mapping[str, Tag] | None = None) -> list[Tag]:
    """The tags of these names or slugs, in order and each once; unknown ones are made. `known`, if it was read
    before, is `tags_by_key` of them."""
    wanted = {key: name for name in reversed(list(names)) if (key := tag_key(name.lstrip("#＃")))}
    known = tags_by_key(session, wanted) if known is None else known
    tags: list[Tag] = []
    for key, name in reversed(wanted.items()):
        tag = known.get(key) or find_tag(session, name) or make_tag(session, name)
        if tag not in tags:
            tags.append(tag)
    return tags


def tags_by_key(session: Session, keys: Iterable[str]) -> dict[str, Tag]:
    """The tags that stand under these keys (`tag_key` of a name, slug, alias or hashtag); hashtags never make one."""
    return dict(session.execute(_BY_KEY, {"keys": list(keys)}).all())


def make_tag(
    session: Session,
    name: str,
    *,
    slug: str = "",
    description: str = "",
    aliases: Iterable[str] = (),
    extra: dict[str, Any] | None = None,
) -> Tag:
    """A new tag, in the running transaction. Raises BadInput if its name, slug or an alias is another tag's."""
    name = " ".join(name.split())
    if not tag_key(name):
        raise BadInput("Give the tag a name with letters or numbers in it.", {"name": ["A name is needed."]})
    if slug == "" and name == slugify(name):  # `foot-strength` given as a slug: show it as words
        slug, name = name, name.replace("-", " ")
    tag = Tag(slug=_free_tag_slug(session, slug or slugify(name)), name=name, description=description)
    tag.position = (session.scalar(sa.select(sa.func.max(Tag.position))) or 0) + 1
    tag.extra = extra or {}
    session.execute(sa.delete(Redirect).where(Redirect.kind == "tag", Redirect.source == tag.slug))
    session.add(tag)
    session.flush()
    set_names(session, tag, aliases)
    return tag


def set_names(session: Session, tag: Tag, aliases: Iterable[str]) -> None:
    """Make name, slug and aliases stand for this tag. Raises BadInput if one stands for another tag."""
    wanted: dict[str, TagName] = {}
    for text, is_alias in [(tag.name, False), (tag.slug, False), *((alias, True) for alias in aliases)]:
        text = " ".join(text.split())
        key = tag_key(text)
        if key and key not in wanted:
            wanted[key] = TagName(key=key, text=text, is_alias=is_alias, position=len(wanted))
        elif key and is_alias and not wanted[key].is_alias and text not in (tag.name, tag.slug):
            wanted[key].text, wanted[key].is_alias = text, True  # an alias spelled otherwise than the name
    taken = session.scalar(sa.select(TagName).where(TagName.key.in_(wanted), TagName.tag_id != tag.id))
    if taken is not None:
        raise BadInput(
            f"“{taken.text}” already stands for the tag “{taken.tag.name}”. Choose another word, or merge the two.",
            {"aliases": [f"“{taken.text}” is taken."]},
        )
    tag.names.clear()
    session.flush()
    tag.names.extend(wanted.values())
    session.flush()


def save_tag(session: Session, tag: Tag, *, name: str, slug: str, description: str, aliases: Iterable[str]) -> Tag:
    """Rename or describe a tag; an old slug goes on answering with a redirect, posts keep their dates. Commits."""
    if not tag_key(name):
        raise BadInput("Give the tag a name with letters or numbers in it.", {"name": ["A name is needed."]})
    new_slug = slugify(slug or name)
    if new_slug != tag.slug:
        if session.scalar(sa.select(Tag.id).where(Tag.slug == new_slug)):
            offer = _free_tag_slug(session, new_slug)
            raise BadInput(
                f"Another tag has the address “{new_slug}”. “{offer}” is free.", {"slug": [f"“{offer}” is free."]}
            )
        session.execute(sa.delete(Redirect).where(Redirect.kind == "tag", Redirect.source == new_slug))
        session.add(Redirect(kind="tag", source=tag.slug, target=str(tag.id)))
        tag.slug = new_slug
    tag.name, tag.description = " ".join(name.split()), description.strip()
    set_names(session, tag, aliases)
    record(session, "tag_changed", tag=tag.id)
    session.commit()
    settle(session)
    return tag


def merge_tags(session: Session, tag: Tag, into: Tag) -> Tag:
    """Put every post of `tag` under `into`; the merged tag's names become aliases, its address redirects. Commits."""
    if tag.id == into.id:
        raise BadInput("Choose two different tags to merge.")
    aliases = [*into.aliases, tag.name, *tag.aliases]
    have = set(session.scalars(sa.select(PostTag.post_id).where(PostTag.tag_id == into.id)))
    for link in session.scalars(sa.select(PostTag).where(PostTag.tag_id == tag.id)).all():
        if link.post_id not in have:
            session.add(
                PostTag(post_id=link.post_id, tag_id=into.id, position=link.position, from_hashtag=link.from_hashtag)
            )
        session.delete(link)
    session.execute(
        sa.update(Redirect).where(Redirect.kind == "tag", Redirect.target == str(tag.id)).values(target=str(into.id))
    )
    session.add(Redirect(kind="tag", source=tag.slug, target=str(into.id)))
    session.delete(tag)
    session.flush()
    set_names(session, into, aliases)
    record(session, "tag_changed", tag=into.id)
    session.commit()
    settle(session)
    return into


def delete_tag(session: Session, tag: Tag) -> None:
    """Delete a tag that no live post has. Commits."""
    if session.scalar(sa.select(PostTag.post_id).where(PostTag.tag_id == tag.id).limit(1)):
        raise BadInput("Posts still have this tag. Take it off them, or merge it into another tag.")
    session.execute(sa.delete(Redirect).where(Redirect.kind == "tag", Redirect.target == str(tag.id)))
    session.delete(tag)
    record(session, "tag_changed", tag=tag.id)
    session.commit()
    settle(session)


def _free_tag_slug(session: Session, wanted: str) -> str:
    slug, number = wanted, 1
    while session.scalar(sa.select(Tag.id).where(Tag.slug == slug)):
        number += 1
        slug = f"{wanted[:110]}-{number}"
    return slug
