"""The desk: drafts, publishing, undoing, history."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cms import publishing
from cms.db import Journal, utcnow
from cms.errors import BadInput, Conflict
from cms.posts import Author, Content, Post, Redirect, Revision, published


def kinds(session):
    return list(session.scalars(sa.select(Journal.kind).order_by(Journal.seq)))


def visible(session):
    return list(session.scalars(published()))


def test_a_draft_is_not_public_and_writes_no_journal(session, write_post):
    write_post("Draft", publish=False)
    assert visible(session) == []
    assert kinds(session) == []


def test_publishing_makes_the_draft_public_with_its_tags_and_hashtags(session, write_post):
    post = write_post(
        "Toe yoga", "<h2>1️⃣ Lift</h2><p>Lift it.</p><p>#RunStronger #footcare</p>", tags=["Foot care", "Strength"]
    )
    assert visible(session) == [post]
    assert post.slug == "toe-yoga"
    assert [link.tag.slug for link in post.tag_links] == ["foot-care", "strength"]
    assert [link.name for link in post.hashtag_links] == ["RunStronger", "footcare"]
    assert "#RunStronger" not in post.html
    assert post.live.source.endswith("#footcare</p>")
    assert kinds(session) == ["post_published"]


def test_a_hashtag_that_equals_a_tag_counts_as_that_tag(session, write_post):
    write_post("One", tags=["Foot care"])
    post = write_post("Two", "<p>Words.</p><p>#FootCare #other</p>")
    assert [(link.tag.slug, link.from_hashtag) for link in post.tag_links] == [("foot-care", True)]


def test_editing_a_live_post_shows_only_after_update(session, write_post):
    post = write_post("Title", "<p>Old words.</p>")
    first_update = post.updated_at
    publishing.save(session, post, Content(title="Title", source="<p>New words.</p>"), base=post.live.token)
    assert "Old" in post.html
    publishing.publish(session, post)
    assert "New" in post.html
    assert post.updated_at > first_update
    assert kinds(session) == ["post_published", "post_updated"]


def test_saving_what_is_there_makes_no_revision(session, write_post):
    post = write_post("Title", "<p>Words.</p>")
    publishing.save(session, post, post.live.content(), base=post.live.token)
    assert session.scalar(sa.select(sa.func.count()).select_from(Revision)) == 1


def test_saves_in_a_row_are_one_step_of_history(session, write_post):
    post = write_post("Title", publish=False)
    revision = post.draft
    for word in ("a", "b"):
        revision = publishing.save(session, post, Content(title=word, source=""), base=revision.token)
    assert len(publishing.history(session, post)) == 1
    assert revision.token.endswith(".3")


def test_a_save_from_an_older_text_is_refused_and_names_the_newer(session, write_post):
    post = write_post("Title", publish=False)
    base = post.draft.token
    newer = publishing.save(session, post, Content(title="Mine", source=""), base=base)
    with pytest.raises(Conflict) as conflict:
        publishing.save(session, post, Content(title="Hers", source=""), base=base)
    assert conflict.value.current["token"] == newer.token


@pytest.mark.parametrize("source", ["<p>" * 500, "<" * 20_000, "\x00\ud800", "x" * 300_000])
def test_a_draft_is_always_savable(session, source):
    post = publishing.start(session, Content(title="T", source=source))
    assert post.draft.source


def test_what_cannot_be_cleaned_cannot_be_published_and_says_why(session):
    post = publishing.start(session, Content(title="T", source="<b>" * 500))
    assert post.draft.clean is None
    with pytest.raises(BadInput):
        publishing.publish(session, post)
    session.rollback()
    assert visible(session) == []


def test_a_title_is_needed_to_publish(session):
    post = publishing.start(session, Content(title=" ", source="<p>x</p>"))
    with pytest.raises(BadInput, match="title"):
        publishing.publish(session, post)


def test_a_scheduled_post_waits_for_its_moment_and_then_comes_due_once(session, write_post):
    post = write_post("Later", at=utcnow() + timedelta(hours=1))
    assert visible(session) == []
    assert publishing.notice_due(session) == 0
    post.published_at = utcnow() - timedelta(seconds=1)
    session.commit()
    assert visible(session) == [post]
    assert publishing.notice_due(session) == 1
    assert publishing.notice_due(session) == 0
    assert kinds(session) == ["post_published", "came_due"]


def test_undoing_a_first_publish_makes_a_draft_again(session, write_post):
    post = write_post("Oops", "<p>Words.</p>")
    publishing.undo_publish(session, post)
    assert visible(session) == []
    assert post.state == "draft"
    assert post.draft.source == "<p>Words.</p>"
    with pytest.raises(BadInput):
        publishing.undo_publish(session, post)


def test_undoing_an_update_shows_the_old_text_and_keeps_the_new_as_draft(session, write_post):
    post = write_post("Title", "<p>Old.</p>")
    before = post.updated_at
    publishing.save(session, post, Content(title="Title", source="<p>New.</p>", slug="new"), base=post.live.token)
    publishing.publish(session, post)
    assert post.slug == "new"
    publishing.undo_publish(session, post)
    assert "Old" in post.html
    assert post.draft.source == "<p>New.</p>"
    assert (post.updated_at, post.slug) == (before, "title")


def edit(session, post, **changes):
    """Save the working text with changes."""
    session.refresh(post)
    content = post.working().content()
    for name, value in changes.items():
        setattr(content, name, value)
    publishing.save(session, post, content, base=post.working().token)


def old_slugs(session):
    return list(session.scalars(sa.select(Redirect.source).where(Redirect.kind == "post")))


def test_undoing_leaves_the_old_addresses_as_they_were(session, write_post):
    post = write_post("Title", slug="first")
    edit(session, post, slug="second")
    publishing.publish(session, post)
    edit(session, post, slug="first")
    publishing.publish(session, post)
    assert old_slugs(session) == ["second"]
    publishing.undo_publish(session, post)
    assert (post.slug, old_slugs(session)) == ("second", ["first"])


def test_undoing_a_withdrawn_posts_new_address_leaves_no_redirect_to_itself(client, session, write_post):
    post = write_post("Title", slug="first")
    publishing.withdraw(session, post)
    edit(session, post, slug="second")
    publishing.publish(session, post)
    publishing.undo_publish(session, post)
    edit(session, post, slug="first")
    publishing.publish(session, post)
    assert client.get("/api/v1/redirects").json == {"redirects": []}


def test_undoing_keeps_what_was_written_since_as_the_open_draft(session, write_post):
    post = write_post("Title", "<p>Old.</p>")
    edit(session, post, source="<p>New.</p>")
    publishing.publish(session, post)
    edit(session, post, source="<p>Newer.</p>")
    publishing.undo_publish(session, post)
    assert "Old" in post.html
    assert post.draft.source == "<p>Newer.</p>"


def test_a_post_that_is_put_off_is_gone_until_then(client, session, write_post):
    post = write_post("Heel pain")
    publishing.publish(session, post, at=utcnow() + timedelta(days=1))
    assert kinds(session) == ["post_published", "post_withdrawn"]
    assert client.get("/api/v1/search?q=heel").json["results"] == []
    post.published_at = utcnow() - timedelta(seconds=1)
    session.commit()
    assert publishing.notice_due(session) == 1
    assert len(client.get("/api/v1/search?q=heel").json["results"]) == 1


def test_a_block_that_names_no_kind_shows_nothing_and_stops_nothing(session, write_post):
    post = write_post("Title", '<p>Words.</p><figure data-block="odd"></figure>', blocks={"odd": {"label": "?"}})
    assert (post.html, post.blocks) == ("<p>Words.</p>", [])


def test_withdraw_delete_restore(session, write_post):
    post = write_post("Title")
    publishing.withdraw(session, post)
    assert visible(session) == []
    publishing.publish(session, post)
    assert visible(session) == [post]
    publishing.delete(session, post)
    assert visible(session) == []
    publishing.restore(session, post)
    assert visible(session) == [post]
    publishing.delete(session, post)
    publishing.erase(session, post)
    assert session.scalar(sa.select(sa.func.count()).select_from(Post)) == 0


def test_a_taken_slug_offers_the_next_free_one(session, write_post):
    write_post("Title")
    assert write_post("Title").slug == "title-2"
    post = write_post("Other", slug="title", publish=False)
    with pytest.raises(BadInput, match="title-3"):
        publishing.publish(session, post)
    assert write_post("Index").slug == "index-2"  # where posts are files, their list is posts/index.json


def test_history_goes_back_and_discarding_is_undone_by_it(session, write_post):
    post = write_post("One", "<p>1</p>")
    draft = publishing.save(session, post, Content(title="Two", source="<p>2</p>"), base=post.live.token)
    discarded = publishing.discard_draft(session, post)
    assert discarded is draft
    assert post.working() is post.live
    again = publishing.go_back(session, post, discarded)
    assert post.draft is again
    assert again.source == "<p>2</p>"
    assert len(publishing.history(session, post)) == 3


def test_renaming_and_merging_tags_keeps_posts_and_their_dates(session, write_post):
    post = write_post("One", tags=["Foot", "Feet"])
    before = post.updated_at
    foot, feet = publishing.find_tag(session, "Foot"), publishing.find_tag(session, "Feet")
    publishing.save_tag(session, foot, name="Feet and toes", slug="feet-toes", description="", aliases=["toes"])
    publishing.merge_tags(session, feet, foot)
    session.refresh(post)
    assert [link.tag.slug for link in post.tag_links] == ["feet-toes"]
    assert publishing.find_tag(session, "FEET") is foot
    assert post.updated_at == before


def test_a_tags_old_address_can_be_a_new_tags_own(session):
    tag = publishing.make_tag(session, "Foot pain")
    session.commit()
    publishing.save_tag(session, tag, name="Heel pain", slug="", description="", aliases=[])
    other = publishing.make_tag(session, "Foot pain")
    session.commit()
    publishing.save_tag(session, other, name="Toe pain", slug="", description="", aliases=[])
    publishing.merge_tags(session, other, tag)
    moved = session.execute(sa.select(Redirect.source, Redirect.target).where(Redirect.kind == "tag"))
    assert {tuple(row) for row in moved} == {("foot-pain", str(tag.id)), ("toe-pain", str(tag.id))}


def test_an_exercise_mended_once_changes_every_post_that_shows_it(session, write_post):
    from cms.posts import Exercise

    exercise = publishing.save_exercise(
        session, Exercise(), {"name": "Short foot", "steps": ["Stand."], "dose": {"sets": 3, "reps": 8}}
    )
    post = write_post(
        "Feet", '<figure data-block="one"></figure>', blocks={"one": {"kind": "exercise", "exercise": exercise.id}}
    )
    assert "Stand." in post.html
    publishing.save_exercise(session, exercise, {"steps": ["Sit."]})
    session.refresh(post)
    assert "Sit." in post.html
    assert "post_updated" in kinds(session)


def test_links_away_are_marked_and_links_to_the_own_site_are_not(session, write_post):
    publishing.save_site(session, {"post_url": "https://stride.example/blog/{slug}"})
    post = write_post(
        "Links", '<p><a href="https://stride.example/book">here</a> <a href="https://other.example/">away</a></p>'
    )
    assert '<a href="https://stride.example/book">' in post.html
    assert '<a href="https://other.example/" rel="noopener noreferrer">' in post.html


def test_updated_at_moves_when_a_reader_sees_a_change_and_only_then(session, write_post):
    publishing.save_author(session, Author(), {"name": "Alex Rivera"})
    post = write_post("Title", "<p>Words.</p>")
    times = [post.updated_at]
    for change in (
        {"next_review_due": "2027-01-01"},
        {"authors": ["alex-rivera"]},
        {"tags": ["Feet"]},
        {"featured": True},
    ):
        content = post.live.content()
        for name, value in change.items():
            setattr(content, name, value)
        publishing.save(session, post, content, base=post.live.token)
        publishing.publish(session, post)
        times.append(post.updated_at)
    assert times[0] == times[1] < times[2] < times[3] < times[4]
