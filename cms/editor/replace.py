"""Find and replace over all posts: with a preview, one revision a post, and one undo for all of them.

Only words are replaced, never markup: the HTML is taken apart into tags and text. Words beside the text count
too: title, excerpt, questions and answers, references, descriptions of the cover, words for search engines.
A live post whose draft equals what is public is updated at once; one with an open draft gets the change in
its draft too, and goes on waiting for "Update".
"""

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape
from sqlalchemy.orm import Session, undefer

from cms import publishing
from cms.auth.door import editor_now
from cms.db import reading, writing
from cms.editor.ask import text_of
from cms.errors import BadInput, CmsError, NotFound
from cms.markup.tokens import Text, escape_text, tokens
from cms.posts import Aside, Post, Revision

LONGEST = 200
LATELY = 5  # replacings that the page offers to undo
# Parts of blocks, references, cover and search words that hold words; the others are names and addresses.
WORDED = frozenset(
    {
        "name",
        "steps",
        "stop_if",
        "question",
        "answer",
        "text",
        "title",
        "label",
        "shows",
        "alt",
        "caption",
        "description",
    }
)
BESIDE = ("blocks", "references", "cover", "seo")
AROUND = 40  # characters shown on either side


@dataclass(frozen=True, slots=True)
class Hit:
    """A post in which the words stand, with places as they are and as they would be."""

    post: Post
    title: str
    count: int
    places: list[Markup]


def add_routes(blueprint: Blueprint) -> None:
    add = blueprint.add_url_rule
    add("/replace", view_func=replace_words)
    add("/replace", view_func=replace_now, methods=["POST"])
    add("/replace/undo", view_func=undo_replace, methods=["POST"])


def replace_words() -> ResponseReturnValue:
    """The page, with a preview of what would change."""
    find, put = request.args.get("find", "")[:LONGEST], request.args.get("put", "")[:LONGEST]
    whole = request.args.get("whole") == "1"
    hits = find_hits(reading(), find, put, whole=whole) if find.strip() else []
    session = reading()
    lately = session.scalars(
        sa.select(Aside).where(Aside.kind == "replace").order_by(Aside.id.desc()).limit(LATELY)
    ).all()
    return render_template("editor/replace.html", find=find, put=put, whole=whole, hits=hits, lately=lately)


def replace_now() -> ResponseReturnValue:
    """Replace in the chosen posts."""
    find, put, whole = request.form.get("find", ""), request.form.get("put", ""), text_of("whole") == "1"
    if not find.strip() or len(find) > LONGEST or len(put) > LONGEST:
        raise BadInput("Write the words to look for.")
    session = writing()
    done, trouble = [], []
    for post_id in dict.fromkeys(request.form.getlist("post")):
        try:
            if undo := replace_in(session, post_id, find, put, whole=whole):
                done.append(undo)
        except CmsError as problem:
            session.rollback()
            trouble.append((post_id, problem.detail))
    aside = publishing.set_aside(session, "replace", f"“{find}” → “{put}”", {"undo": done}) if done else None
    session.commit()
    return render_template("editor/replaced.html", find=find, put=put, done=done, trouble=trouble, aside=aside)


def undo_replace() -> ResponseReturnValue:
    """Bring back every post that the replacing changed and nobody has touched since."""
    session = writing()
    number = text_of("aside")
    aside = session.get(Aside, int(number)) if number.isdigit() and len(number) < 10 else None
    if aside is None or aside.kind != "replace":
        raise NotFound("This was undone already, or it is too long ago. The history of each post has its text.")
    kept = take_back(session, aside)
    return redirect(url_for("editor.replace_words", undone=1, kept=kept or None), 303)


def take_back(session: Session, aside: Aside) -> int:
    """Give the posts that were changed in one go the text they had, but for those that were changed since.

    Commits. Returns how many stay as they are.
    """
    session.delete(aside)
    session.commit()
    kept = 0
    for written in aside.data["undo"]:
        post_id, before, after = written.split(":")
        post, old = session.get(Post, post_id), session.get(Revision, int(before))
        working = post.working() if post is not None else None
        if post is None or working is None or old is None or working.token != after:
            kept += 1
            continue
        was_live = post.state == "published" and post.draft_id is None
        publishing.go_back(session, post, old, editor_id=_me())
        if was_live:
            publishing.publish(session, post)
    return kept


def replace_in(session: Session, post_id: str, find: str, put: str, *, whole: bool) -> str:
    """Replace in one post, as one revision. Returns `post:revision before:token after`, or "" if nothing changed."""
    post = session.get(Post, post_id)
    working = post.working() if post is not None and post.deleted_at is None else None
    if post is None or working is None:
        return ""
    content = working.content()
    base = working.clean if working.clean is not None else content.source
    pattern = pattern_of(find, whole=whole)
    content.title = pattern.sub(lambda match: put, content.title)
    content.excerpt = pattern.sub(lambda match: put, content.excerpt)
    content.source = in_html(base, pattern, put)
    for name in BESIDE:
        setattr(content, name, in_data(getattr(content, name), pattern, put))
    before_it = working.content()
    before_it.source = base
    if content == before_it:
        return ""
    was_live = post.state == "published" and post.draft_id is None
    before = working.id
    if post.draft is not None:  # its text as it is stays a version of its own
        working = publishing.go_back(session, post, post.draft, editor_id=_me())
    saved = publishing.save(session, post, content, base=working.token, editor_id=_me())
    if was_live:
        publishing.publish(session, post)
    return f"{post.id}:{before}:{saved.token}"


def find_hits(session: Session, find: str, put: str, *, whole: bool) -> list[Hit]:
    """The posts whose working text has the words, newest first; not those in the bin."""
    pattern = pattern_of(find, whole=whole)
    newest = sa.func.coalesce(Post.draft_id, Post.live_id)
    rows = session.execute(
        sa.select(Post, Revision)
        .join(Revision, Revision.id == newest)
        .where(Post.deleted_at.is_(None))
        .options(undefer(Revision.source), undefer(Revision.clean), undefer(Revision.fields))
        .order_by(Revision.saved_at.desc())
    )
    hits = []
    for post, revision in rows:
        content = revision.content()
        texts = [revision.title, content.excerpt, words_of(revision.clean or revision.source)]
        texts += [text for name in BESIDE for text in texts_of(getattr(content, name))]
        places = [show(text, match, put) for text in texts for match in pattern.finditer(text)]
        if places:
            hits.append(Hit(post, revision.title or "Without a title", len(places), places[:5]))
    return hits


def pattern_of(find: str, *, whole: bool) -> re.Pattern[str]:
    """The words as they are written, letter for letter; `whole`: not inside longer words."""
    words = re.escape(find)
    return re.compile(rf"(?<!\w){words}(?!\w)" if whole else words)


def in_html(html: str, pattern: re.Pattern[str], put: str) -> str:
    """Replace in the text between the tags; what stands in a tag stays."""
    return "".join(
        escape_text(pattern.sub(lambda match: put, token.text)) if isinstance(token, Text) else token.raw
        for token in tokens(html)
    )


def in_data(value: Any, pattern: re.Pattern[str], put: str, *, worded: bool = False) -> Any:
    """Replace in the parts of plain data that hold words."""
    if isinstance(value, str):
        return pattern.sub(lambda match: put, value) if worded else value
    if isinstance(value, list):
        return [in_data(item, pattern, put, worded=worded) for item in value]
    if isinstance(value, dict):
        return {key: in_data(item, pattern, put, worded=key in WORDED) for key, item in value.items()}
    return value


def texts_of(value: Any, *, worded: bool = False) -> list[str]:
    """The parts of plain data that hold words."""
    if isinstance(value, str):
        return [value] if worded else []
    if isinstance(value, list):
        return [text for item in value for text in texts_of(item, worded=worded)]
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in texts_of(item, worded=key in WORDED)]
    return []


def words_of(html: str) -> str:
    return " ".join(token.text for token in tokens(html) if isinstance(token, Text))


def show(text: str, match: re.Match[str], put: str) -> Markup:
    """One place, before and after, every word escaped."""
    start, end = match.span()
    left, right = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return Markup("…{}<del>{}</del><ins>{}</ins>{}…").format(escape(left), match[0], put, escape(right))


def _me() -> Any:
    editor = editor_now()
    return editor.id if editor else None
