"""Find and replace over all posts: only words, one revision a post, one undo."""

import re

import pytest

from cms import publishing
from cms.editor.replace import in_html, pattern_of
from cms.posts import Content


def undo_of(page: str) -> str:
    """What the Undo button sends."""
    return re.search(r'name="aside" value="(\d+)"', page)[1]


@pytest.mark.parametrize(
    ("html", "find", "put", "whole", "after"),
    [
        ("<p>arch and arches</p>", "arch", "foot", False, "<p>foot and footes</p>"),
        ("<p>arch and arches</p>", "arch", "foot", True, "<p>foot and arches</p>"),
        ('<p><a href="/arch">arch</a></p>', "arch", "<b>", False, '<p><a href="/arch">&lt;b&gt;</a></p>'),
        ("<p>a &amp; b</p>", "a & b", "c", False, "<p>c</p>"),
        ("<p>strong</p>", "p", "x", False, "<p>strong</p>"),
        ("<p>1.5 1x5</p>", "1.5", r"\g<0>", False, r"<p>\g&lt;0&gt; 1x5</p>"),
    ],
)
def test_words_are_replaced_and_markup_stays(html, find, put, whole, after):
    assert in_html(html, pattern_of(find, whole=whole), put) == after


def test_preview_replace_and_undo(desk, client, session, write_post):
    live = write_post("Arch support", "<p>The arch holds.</p>")
    draft = write_post("Draft", "<p>An arch.</p>", publish=False)
    both = write_post("Both", "<p>Old.</p>")
    publishing.save(session, both, Content(title="Both", source="<p>Draft arch.</p>"), base=both.live.token)
    write_post("Other", "<p>Nothing here.</p>")
    session.rollback()
    page = desk.get("/editor/replace?find=arch&put=foot").text
    assert "The <del>arch</del><ins>foot</ins> holds." in page
    assert "Other" not in page
    assert "No post has these words" in desk.get("/editor/replace?find=elbow").text
    chosen = re.findall(r'name="post" value="(\w+)"', page)
    assert len(chosen) == 3
    done = desk.send("/editor/replace", find="arch", put="foot", post=[*chosen, "nonsense"])
    assert "3 posts changed" in done.text
    assert "The foot holds." in client.get("/api/v1/posts/arch-support").json["post"]["html"]
    assert "Old." in client.get("/api/v1/posts/both").json["post"]["html"]
    session.expire_all()
    assert draft.working().source == "<p>An foot.</p>"
    assert both.working().source == "<p>Draft foot.</p>"
    assert live.draft_id is None
    assert desk.send("/editor/replace/undo", aside=undo_of(done.text)).status_code == 303
    assert desk.send("/editor/replace/undo", aside=undo_of(done.text)).status_code == 404  # once
    session.rollback()
    session.expire_all()
    assert "The arch holds." in client.get("/api/v1/posts/arch-support").json["post"]["html"]
    assert draft.working().source == "<p>An arch.</p>"
    assert both.working().source == "<p>Draft arch.</p>"


def test_undo_leaves_alone_what_was_changed_since(desk, session, write_post):
    post = write_post("Arch", "<p>arch</p>", publish=False)
    done = desk.send("/editor/replace", find="arch", put="foot", post=[post.id]).text
    session.rollback()
    session.expire_all()
    publishing.save(session, post, Content(title="Arch", source="<p>mine</p>"), base=post.working().token)
    answer = desk.send("/editor/replace/undo", aside=undo_of(done))
    assert "kept=1" in answer.headers["Location"]
    assert "1 posts were changed since" in desk.get(answer.headers["Location"]).text
    session.expire_all()
    assert post.working().source == "<p>mine</p>"


def test_nothing_to_find_is_refused(desk, write_post):
    assert desk.send("/editor/replace", find=" ", put="x").status_code == 422
    post = write_post("Feet", "<p>x</p>")
    assert "0 posts changed" in desk.send("/editor/replace", find="elbow", put="x", post=[post.id]).text


def test_words_beside_the_text_are_replaced_and_names_are_not(desk, client, session, write_post):
    more = {
        "blocks": {"q1": {"kind": "question", "question": "Why arch?", "answer": "The arch holds."}},
        "references": [{"text": "On the arch", "url": "https://example.com/arch"}],
        "seo": {"description": "All about the arch"},
        "cover": {"src": "media/arch.png", "alt": "An arch"},
    }
    post = write_post("Feet", '<p>Feet.</p><figure data-block="q1"></figure>', **more)
    assert "5 ×" in desk.get("/editor/replace?find=arch&put=foot").text
    desk.send("/editor/replace", find="arch", put="foot", post=[post.id])
    session.expire_all()
    content = post.working().content()
    assert content.blocks["q1"] == {"kind": "question", "question": "Why foot?", "answer": "The foot holds."}
    assert content.references == [{"text": "On the foot", "url": "https://example.com/arch"}]
    assert (content.seo["description"], content.cover) == (
        "All about the foot",
        {"src": "media/arch.png", "alt": "An foot"},
    )
    assert "The foot holds." in client.get("/api/v1/posts/feet").json["post"]["html"]


def test_what_was_replaced_lately_can_still_be_undone(desk, client, write_post):
    post = write_post("Feet", "<p>An arch.</p>")
    desk.send("/editor/replace", find="arch", put="foot", post=[post.id])
    page = desk.get("/editor/replace").text
    assert "“arch” → “foot”" in page
    assert desk.send("/editor/replace/undo", aside=undo_of(page)).status_code == 303
    assert "An arch." in client.get("/api/v1/posts/feet").json["post"]["html"]
    assert "Lately replaced" not in desk.get("/editor/replace").text
