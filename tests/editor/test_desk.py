"""What the write page sends: saving, publishing, moments, hints, captions, the plain form."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cms import publishing
from cms.editor.caption import MOST_CHARACTERS, length, make_caption
from cms.editor.when import near, next_morning, read_local
from cms.errors import BadInput
from cms.posts import Content, Post, new_id

DENVER = ZoneInfo("America/Denver")


def save(desk, post_id, base=None, **fields):
    return desk.ask(f"/editor/api/posts/{post_id}", {"base": base, **fields})


# -- saving ----------------------------------------------------------------------------------------


def test_a_save_is_answered_without_text(desk):
    answer = save(desk, new_id(), title="Feet", html="<p>Words that must not come back.</p>")
    assert answer.status_code == 200
    assert set(answer.json) == {"token", "saved_at", "about"}
    assert "must not come back" not in answer.text


def test_one_new_page_makes_one_post_however_often_it_is_sent(desk, session):
    post_id = new_id()
    first = save(desk, post_id, title="Feet", html="<p>a</p>")
    again = save(desk, post_id, title="Feet", html="<p>a</p>")
    assert again.status_code == 409
    assert again.json["current"]["token"] == first.json["token"]
    assert len(again.json["current"]["clock"]) == 5
    assert save(desk, post_id, first.json["token"], title="Feet", html="<p>b</p>").status_code == 200


def test_a_save_keeps_what_the_page_does_not_know(desk, session, write_post):
    post = write_post("Feet", publish=False, extra={"mood": "calm"}, seo={"canonical_url": "https://x.example/a"})
    save(desk, post.id, post.draft.token, html="<p>New</p>", seo={"title": "T", "description": ""})
    session.expire_all()
    content = post.working().content()
    assert content.extra == {"mood": "calm"}
    assert content.seo == {"canonical_url": "https://x.example/a", "title": "T"}
    assert content.title == "Feet"


@pytest.mark.parametrize(
    "fields",
    [
        {"title": 3},
        {"title": "x" * 20_001},
        {"tags": "no list"},
        {"tags": [1]},
        {"tags": ["x"] * 201},
        {"blocks": []},
        {"blocks": {"a": 1}},
        {"seo": []},
        {"cover": 7},
        {"last_reviewed_at": "tomorrow"},
        {"references": ["x"]},
        {"base": 5},
    ],
)
def test_what_our_script_never_sends_is_refused(desk, fields):
    answer = desk.ask(f"/editor/api/posts/{new_id()}", {"base": None, **fields})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("sent", [b"", b"{", b"[]", b'{"a": NaN}', b"\xff", b"[" * 100_000])
def test_broken_json_is_refused(desk, sent):
    answer = desk.client.post("/editor/api/paste", data=sent, headers={"X-CSRFToken": desk.token})
    assert answer.status_code == 422


def test_lone_surrogates_and_nul_are_stored_as_something_that_can_be_stored(desk, session):
    answer = save(desk, new_id(), title="a\ud800b", html="<p>\x00</p>")
    assert answer.status_code == 200


def test_a_draft_is_savable_whatever_is_in_it(desk, session):
    post_id = new_id()
    answer = save(desk, post_id, title="Too deep", html="<blockquote>" * 300)
    assert answer.status_code == 200
    read = desk.get(f"/editor/api/posts/{post_id}").json
    assert read["text"]["html"] is None
    assert read["text"]["source"].startswith("<blockquote>")
    page = desk.get(f"/editor/posts/{post_id}").text
    assert "&lt;blockquote&gt;" in page
    assert "cannot be published as it is" in str(desk.get(f"/editor/api/posts/{post_id}/hints").json)
    refused = desk.ask(f"/editor/api/posts/{post_id}/publish", {"base": answer.json["token"]})
    assert refused.status_code in (413, 422)


def test_the_verbs(desk, client, session, write_post):
    post = write_post("Feet", publish=False)
    path = f"/editor/api/posts/{post.id}"
    token = post.draft.token
    assert desk.ask(f"{path}/publish", {"base": "1.99"}).status_code == 409
    assert desk.ask(f"{path}/publish", {"base": token, "at": "2099-01-01T08:00"}).json["about"]["state"] == "scheduled"
    assert desk.ask(f"{path}/publish", {"base": token, "at": "soon"}).status_code == 422
    assert desk.ask(f"{path}/publish", {"base": token, "now": True}).json["about"]["state"] == "published"
    assert client.get("/api/v1/posts/feet").status_code == 200
    assert desk.ask(f"{path}/bin", {}).json["about"]["state"] == "bin"
    assert desk.ask(f"{path}/restore", {}).json["about"]["state"] == "published"
    assert desk.ask(f"{path}/discard", {}).status_code == 422
    assert desk.ask(f"{path}/withdraw", {}).json["about"]["state"] == "draft"
    assert desk.ask(f"{path}/withdraw", {}).status_code == 422
    assert desk.ask(f"{path}/erase", {}).status_code == 404


def test_paste_is_cleaned(desk):
    answer = desk.ask("/editor/api/paste", {"html": "<h1>A</h1><script>x</script>", "text": "A"})
    assert answer.json["html"] == "<h2>A</h2>"
    assert desk.ask("/editor/api/paste", {"html": 5}).status_code == 422
    assert desk.ask("/editor/api/paste", {"text": "x" * 9_000_000}).status_code == 413


# -- moments ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "utc", "words", "note"),
    [
        ("2026-12-01T08:00", "2026-12-01T15:00", "Tuesday, 1 December 2026, 8:00 am (Denver time)", ""),
        ("2026-07-01T20:05", "2026-07-02T02:05", "Wednesday, 1 July 2026, 8:05 pm (Denver time)", ""),
        ("2027-03-14T02:30", "2027-03-14T09:30", "Sunday, 14 March 2027, 3:30 am (Denver time)", "skip 2:30 am"),
        ("2026-11-01T01:30", "2026-11-01T07:30", "Sunday, 1 November 2026, 1:30 am (Denver time)", "comes twice"),
        ("2026-11-01T00:00", "2026-11-01T06:00", "Sunday, 1 November 2026, 12:00 am (Denver time)", ""),
    ],
)
def test_moments_in_words_across_both_changes_of_the_clocks(written, utc, words, note):
    moment = read_local(written, DENVER)
    assert moment.at == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert moment.words == words
    assert note in moment.note
    assert bool(moment.note) == bool(note)


@pytest.mark.parametrize("written", ["", "soon", "2026-13-01T00:00", "0001-01-01T00:00", "2026-01-01T00:00+01:00"])
def test_what_is_no_moment(written):
    with pytest.raises(BadInput):
        read_local(written, DENVER)


def test_moments_near_by():
    now = datetime(2026, 11, 23, 18, tzinfo=UTC)
    assert near(datetime(2026, 11, 23, 15, 5, tzinfo=UTC), DENVER, now) == "today, 8:05 am"
    assert near(datetime(2026, 11, 23, 3, tzinfo=UTC), DENVER, now) == "yesterday"
    assert near(datetime(2026, 11, 25, 3, tzinfo=UTC), DENVER, now) == "tomorrow, 8:00 pm"
    assert near(datetime(2026, 3, 1, 20, tzinfo=UTC), DENVER, now) == "1 March"
    assert near(datetime(2024, 3, 1, 20, tzinfo=UTC), DENVER, now) == "1 March 2024"
    assert next_morning(DENVER, now) == "2026-11-24T08:00"


# -- hints -----------------------------------------------------------------------------------------


def hints(desk, post: Post) -> str:
    return "\n".join(hint["message"] for hint in desk.get(f"/editor/api/posts/{post.id}/hints").json["hints"])


def test_a_post_in_order_has_no_hints(desk, write_post):
    html = '<h2>Feet</h2><p>Short words.</p><figure><img src="media/a.png" alt="A bare foot"></figure>'
    assert hints(desk, write_post("Feet", html, excerpt="About feet.", tags=["Feet"])) == ""


def test_hints_name_what_a_colleague_would(desk, write_post):
    write_post("Known")
    html = (
        "<h2>A</h2><h4>Jumps</h4><h3></h3><p>Ask jane@x.example or +1 (303) 555-0142. My patient Jane Miller runs.</p>"
        '<figure><img src="media/IMG_2041.png" alt="IMG_2041.png"></figure>'
        '<figure><img src="media/b.png" alt=""></figure>'
        '<figure><img src="media/c.png" alt="" data-decorative=""></figure>'
        '<p><a href="/posts/known">good</a> <a href="/posts/nowhere">bad</a> <a href="https://x.example/">x</a> '
        '<a href="#a">up</a> <a href="#away">away</a></p>'
        f"<p>{'this sentence goes on and ' * 12}on.</p>"
    )
    found = hints(desk, write_post("Hints", html, publish=False, cover={"src": "media/a.png", "alt": ""}))
    for words in (
        "no summary",
        "no tag yet",
        "“Jumps” is smaller than its place",
        "an empty heading",
        "an e-mail address in the text: jane@x.example",
        "a phone number in the text: +1 (303) 555-0142",
        "“Jane Miller” reads like a patient's name",
        "picture 1, “IMG_2041.png”, tells nothing",
        "Picture 2 has no description",
        "The cover has no description",
        "/posts/nowhere leads to no post",
        "#away leads to no heading",
        "is very long",
    ):
        assert found.count(words) == 1, words
    assert "Picture 3" not in found
    assert "/posts/known" not in found


@pytest.mark.parametrize("settings", [{"OWN_CONTACTS": "hello@stride.example, 303-555-0100"}])
def test_the_practices_own_contacts_are_never_flagged(desk, write_post, settings):
    found = hints(desk, write_post("Us", "<p>Write hello@stride.example or call (303) 555-0100.</p>", publish=False))
    assert "in the text" not in found


def test_a_hint_says_where_to_look(desk, write_post):
    html = '<p>Mrs. Miller ran.</p><figure><img src="media/b.png" alt=""></figure>'
    post = write_post("Where", html, publish=False)
    found = desk.get(f"/editor/api/posts/{post.id}/hints").json["hints"]
    assert [(hint["about"], hint["at"]) for hint in found] == [
        ("excerpt", ""),
        ("tags", ""),
        ("body", "media/b.png"),
        ("body", "Mrs. Miller"),
    ]


def test_hashtags_that_count_as_tags_are_named(desk, write_post):
    write_post("Known", tags=["Foot strength"])
    post = write_post("Tagged by its text", "<p>Go #FootStrength and #Other</p>", publish=False)
    answer = desk.get(f"/editor/api/posts/{post.id}/hints").json
    assert answer["counted"] == [{"slug": "foot-strength", "name": "Foot strength", "hashtag": "FootStrength"}]
    assert "no tag yet" not in str(answer["hints"])


def test_hashtags_that_leave_the_end_are_named_and_shown_below_the_text(desk, client, write_post):
    post = write_post("Feet", "<p>With #Care.</p><p>#RunStronger #ToeYoga</p>")
    assert desk.get(f"/editor/api/posts/{post.id}/hints").json["leaving"] == ["#RunStronger", "#ToeYoga"]
    for path in (f"/editor/posts/{post.id}/preview", "/posts/feet"):
        assert '<p class="hashtags">#RunStronger #ToeYoga</p>' in desk.get(path).text
    assert desk.get(f"/editor/api/posts/{write_post('None').id}/hints").json["leaving"] == []


def test_an_exercise_that_readers_would_not_see_is_named(desk, write_post):
    html = '<figure data-block="a"></figure><figure data-block="b"></figure>'
    blocks = {"a": {"kind": "exercise", "draft": {"name": "Toe yoga"}}, "b": {"kind": "exercise"}}
    found = hints(desk, write_post("Begun", html, publish=False, blocks=blocks))
    assert "“Toe yoga” is not in your library yet" in found
    assert "an exercise block with no exercise in it" in found


def test_hard_words_are_hinted_at(desk, write_post):
    hard = "Neuromuscular characteristics necessitate individualized rehabilitation methodologies. " * 20
    assert "hard for many readers" in hints(desk, write_post("Hard", f"<p>{hard}</p>", publish=False))


def test_a_post_without_words_has_its_hints(desk, session):
    assert hints(desk, publishing.start(session)) == ""
    assert "no title yet" in hints(desk, publishing.start(session, Content(source="<p>x</p>")))


# -- the caption -----------------------------------------------------------------------------------


def test_a_caption_ends_with_hashtags_within_the_limit(desk, write_post):
    post = write_post("Feet", "<p>Words #RunStronger here.</p>", tags=["foot strength"])
    caption = desk.get(f"/editor/api/posts/{post.id}/caption").json["caption"]
    assert caption == "Feet\n\nWords #RunStronger here.\n\n#RunStronger #FootStrength"


def test_a_long_caption_is_cut_between_words():
    text = "\n".join("A paragraph about calves, one of very many. " * 3 for _ in range(40)) + "🦶" * 50
    caption = make_caption("Calves", text, [f"Tag{n}" for n in range(40)])
    assert length(caption) <= MOST_CHARACTERS
    assert caption.count("#") == 30
    assert "…\n\n#Tag0" in caption or "many.\n\n#Tag0" in caption
    assert make_caption("", "", []) == ""
    assert length(make_caption("x" * 3000, "y", [])) <= MOST_CHARACTERS


# -- the plain form --------------------------------------------------------------------------------


def test_the_plain_form_saves_publishes_and_undoes(desk, client, session):
    post_id = new_id()
    form = {"title": "Plain", "source": "One.\n\n• two\n• three", "tags": "Feet, Calves", "base": ""}
    answer = desk.send(f"/editor/posts/{post_id}", do="publish", **form)
    assert answer.headers["Location"] == f"/editor/posts/{post_id}?done=published"
    assert "<ul>" in client.get("/api/v1/posts/plain").json["post"]["html"]
    page = desk.get(answer.headers["Location"]).text
    assert ">Undo</button>" in page
    assert '/posts/plain">See it</a>' in page
    desk.send(f"/editor/posts/{post_id}", do="undo")
    assert client.get("/api/v1/posts/plain").status_code == 404


def test_the_plain_form_keeps_both_texts_in_a_conflict(desk, session, write_post):
    post = write_post("Feet", "<p>theirs</p>", publish=False)
    answer = desk.send(f"/editor/posts/{post.id}", do="save", title="Feet", source="<p>mine</p>", base="1.0")
    assert answer.status_code == 409
    assert "&lt;p&gt;mine&lt;/p&gt;" in answer.text
    assert "&lt;p&gt;theirs&lt;/p&gt;" in answer.text
    token = answer.text.split('name="base" value="')[1].split('"')[0]
    again = desk.send(f"/editor/posts/{post.id}", do="save", title="Feet", source="<p>mine</p>", base=token)
    assert again.status_code == 303


def test_the_plain_form_says_what_is_wrong_and_keeps_the_words(desk):
    answer = desk.send(f"/editor/posts/{new_id()}", do="publish", title="", source="Words", base="")
    assert answer.status_code == 422
    assert "Give the post a title" in answer.text
    assert "Words" in answer.text


@pytest.mark.parametrize(
    ("do", "state"), [("later", "scheduled"), ("withdraw", "draft"), ("bin", "bin"), ("preview", "published")]
)
def test_the_plain_forms_other_buttons(desk, session, write_post, do, state):
    post = write_post("Feet")
    form = {"title": "Feet", "source": "<p>x</p>", "base": post.live.token, "at": "2099-01-01T08:00"}
    assert desk.send(f"/editor/posts/{post.id}", do=do, **form).status_code == 303
    if do == "preview":
        assert desk.get(f"/editor/posts/{post.id}/preview").status_code == 200
    assert desk.get(f"/editor/api/posts/{post.id}").json["about"]["state"] == state
    if do == "bin":
        assert desk.send(f"/editor/posts/{post.id}", do="undo").status_code == 303
        assert desk.get(f"/editor/api/posts/{post.id}").json["about"]["state"] == "published"


def test_the_plain_form_loses_nothing_when_the_session_has_ended(app, desk):
    form = {"title": "Feet", "source": "Words <b>", "tags": "A, B", "base": "", "authors": ["a", "b"], "do": "save"}
    address = f"/editor/posts/{new_id()}"
    stranger = app.test_client()
    page = stranger.post(address, data=form)
    assert page.status_code == 401
    assert "Words &lt;b&gt;" in page.text
    assert page.text.count('name="authors"') == 2
    stale = desk.client.post(address, data=form)  # signed in by now, with the token of before
    assert stale.status_code == 400
    assert "Words &lt;b&gt;" in stale.text
    assert "press the button once more" in stale.text
    assert desk.send(address, **form).status_code == 303


def test_the_id_of_a_text_kept_on_the_device(desk, write_post):
    kept = new_id()
    assert f'data-post="{kept}"' in desk.get(f"/editor/posts/new?id={kept}").text
    post = write_post("There already", publish=False)
    assert desk.get(f"/editor/posts/new?id={post.id}").headers["Location"] == f"/editor/posts/{post.id}"
    assert 'data-post="nonsense"' not in desk.get("/editor/posts/new?id=nonsense").text
