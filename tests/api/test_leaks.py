"""What is not public shows nowhere, and its coming and going moves no validator.

Every public route of the application is walked, so a new one is covered on the day it is added.
"""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from cms import media, publishing
from cms.db import utcnow
from cms.posts import Author, Exercise
from tests.api.conftest import everything, png

# Answers about the moment or the machine, not about posts.
NOT_ABOUT_POSTS = {"/metrics", "/healthz", "/readyz"}
QUERIES = ["foot", "toe yoga", "feet strength", "zzmark"]
SUFFIXES = ["?limit=100", "?limit=100&order=title", "?limit=1&page=2", "?limit=100&include=html", "?featured=true"]


def surfaces(app: Any, slugs: list[str], tags: list[str], authors: list[str]) -> list[str]:
    """Every public address that there is, filled with these names."""
    paths: list[str] = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/editor") or "GET" not in rule.methods:
            continue
        names = slugs if "/post" in rule.rule or "related" in rule.rule else tags if "tag" in rule.rule else authors
        if "<" not in rule.rule:
            paths.append(rule.rule)
        else:
            paths += [re.sub(r"<[^>]+>", quote(name), rule.rule) for name in names]
    paths += [f"/api/v1/posts{suffix}" for suffix in SUFFIXES]
    paths += [f"/api/v1/posts/{slug}?include=related&formats=html,text,markdown" for slug in slugs]
    paths += [f"/api/v1/posts/{slug}/related?limit=12" for slug in slugs]
    paths += [f"/api/v1/{what}?limit=100&order=-count" for what in ("tags", "hashtags")]
    for q in QUERIES:
        paths += [
            f"/api/v1/search?q={quote(q)}&limit=100&explain=true",
            f"/api/v1/search/suggest?q={quote(q)}&limit=10",
        ]
    paths += [f"/oembed?url=http://127.0.0.1:8000/posts/{slug}" for slug in slugs]
    return sorted({path for path in paths if path not in NOT_ABOUT_POSTS})


def walk(client: Any, paths: list[str]) -> dict[str, tuple[int, str | None, bytes]]:
    answers = {}
    for path in paths:
        answer = client.get(path)
        assert answer.status_code < 500, path
        answers[path] = (answer.status_code, answer.headers.get("ETag"), answer.data)
    return answers


def write_hidden(session: Any, mark: str) -> Any:
    """A draft full of words that stand nowhere else: title, body, slug, tags, hashtags, author, exercise, picture."""
    publishing.save_author(session, Author(slug=f"author-{mark}"), {"name": f"Author {mark}", "bio": f"Bio {mark}"})
    publishing.save_exercise(session, Exercise(id=f"exercise-{mark}"), {"name": f"Exercise {mark}"})
    media.store(
        session, png("red", 320 + len(mark)), f"picture-{mark}.png", alt=f"Alt {mark}", caption=f"Caption {mark}"
    )
    return publishing.start(
        session,
        everything(
            title=f"Title {mark} foot strength",
            slug=f"slug-{mark}",
            source=f'<p>Body {mark} of foot strength for the toe. #Hash{mark}</p><h2>Heading {mark}</h2>'
            f'<figure data-block="exercise-{mark}"></figure>'
            f'<figure><img src="media/picture-{mark}.png" alt="Alt {mark}"></figure>',
            tags=["Feet", f"Tag {mark}"],
            hashtags=[f"Listed{mark}"],
            authors=[f"author-{mark}"],
            reviewed_by=f"author-{mark}",
            cover={"src": f"media/picture-{mark}.png", "alt": f"Cover {mark}"},
            seo={"title": f"Seo {mark}"},
            blocks={f"exercise-{mark}": {"kind": "exercise", "exercise": f"exercise-{mark}"}},
        ),
    )  # fmt: skip


def make_draft(session: Any) -> None:
    write_hidden(session, "zzmarkdraft")


def make_scheduled(session: Any) -> None:
    publishing.publish(session, write_hidden(session, "zzmarkscheduled"), at=utcnow() + timedelta(days=1))


def make_withdrawn(session: Any) -> None:
    post = write_hidden(session, "zzmarkwithdrawn")
    publishing.publish(session, post)
    publishing.withdraw(session, post)


def make_deleted(session: Any) -> None:
    post = write_hidden(session, "zzmarkdeleted")
    publishing.publish(session, post)
    publishing.delete(session, post)


def make_deleted_after_moving(session: Any) -> None:
    """Its old slug must not tell of it either."""
    post = write_hidden(session, "zzmarkmoved")
    publishing.publish(session, post)
    content = post.working().content()
    content.slug = "zzmarkmoved-again"
    publishing.save(session, post, content, base=post.working().token)
    publishing.publish(session, post)
    publishing.save_redirect(session, "/zzmarkmoved-path", "/posts/zzmarkmoved-again")
    publishing.save_redirect(session, "/posts/zzmarkmoved-path", "/posts/zzmarkmoved-again")
    publishing.delete(session, post)


HIDDEN = [make_draft, make_scheduled, make_withdrawn, make_deleted, make_deleted_after_moving]
SLUGS = ["foot-strength", "toe-yoga"]


@pytest.mark.parametrize("hide", HIDDEN)
def test_a_hidden_post_shows_nowhere_and_moves_no_validator(app, client, session, world, hide):
    paths = surfaces(app, SLUGS, ["feet", "foot-strength"], ["alex-rivera", "sam-lee"])
    before = walk(client, paths)
    assert sum(status == 200 for status, _, _ in before.values()) > 50
    hide(session)
    after = walk(client, paths)
    for path in paths:
        assert b"zzmark" not in after[path][2].lower() or "zzmark" in path, path
        assert after[path] == before[path], (path, before[path], after[path])


def test_a_link_to_a_hidden_posts_old_address_does_not_tell_its_new_one(client, session, write_post):
    post = write_post("One", slug="old")
    content = post.working().content()
    content.slug = "zzmark"
    publishing.save(session, post, content, base=post.working().token)
    publishing.publish(session, post)
    write_post("Two", '<p><a href="/posts/old">One</a></p>')
    assert "/posts/zzmark" in client.get("/api/v1/posts/two").json["post"]["html"]
    publishing.withdraw(session, post)
    assert "zzmark" not in client.get("/api/v1/posts/two").text


@pytest.mark.parametrize("hide", HIDDEN)
def test_a_hidden_post_answers_like_one_that_never_was(app, client, session, world, hide):
    hide(session)
    mark = hide.__name__.removeprefix("make_").split("_")[0]
    slugs = [f"slug-zzmark{mark}", "slug-zzmarkmoved", "zzmarkmoved-again", "zzmarkmoved-path"]
    tags = [f"tag-zzmark{mark}", "tag-zzmarkmoved"]
    authors = [f"author-zzmark{mark}", "author-zzmarkmoved"]
    asked = [path for path in surfaces(app, slugs, tags, authors) if "zzmark" in path and "q=" not in path]
    assert len(asked) > 15
    for path in asked:
        hidden, nothing = client.get(path), client.get(re.sub("zzmark[a-z-]*", "never-was", path))
        assert hidden.status_code == nothing.status_code == 404, path
        assert hidden.data == nothing.data, path
        assert "ETag" not in hidden.headers, path


def test_searching_for_a_hidden_posts_words_finds_nothing(client, session, world):
    for hide in HIDDEN:
        hide(session)
        for word in ("zzmark", hide.__name__.replace("make_", "zzmark").split("_")[0]):
            found = client.get(f"/api/v1/search?q={word}").json
            assert (found["results"], found["total"]) == ([], 0), word
            assert (found["query"]["corrected"], found["query"]["expanded"]) == (None, []), word
            assert client.get(f"/api/v1/search/suggest?q={word}").json == {"suggestions": []}, word
            assert client.get(f"/api/v1/posts?tag=Tag+{word}").json["posts"] == []
            assert client.get(f"/api/v1/posts?hashtag=Hash{word}").json["posts"] == []
            assert client.get(f"/api/v1/posts?author=author-{word}").json["posts"] == []


def test_an_unpublished_edit_of_a_live_post_shows_nowhere_and_moves_no_validator(app, client, session, world):
    paths = surfaces(app, SLUGS, ["feet", "foot-strength"], ["alex-rivera", "sam-lee"])
    before = walk(client, paths)
    hidden = write_hidden(session, "zzmarkopen")
    edit = hidden.working().content()
    edit.slug = "zzmarkopen-slug"
    publishing.save(session, world.full, edit, base=world.full.working().token)
    after = walk(client, paths)
    for path in paths:
        assert b"zzmark" not in after[path][2].lower() or "zzmark" in path, path
        assert after[path] == before[path], (path, before[path], after[path])
    assert client.get("/api/v1/posts/zzmarkopen-slug").status_code == 404


def test_only_what_an_answer_shows_moves_its_validator(client, session, world):
    one, other = "/api/v1/posts/toe-yoga", "/api/v1/posts/foot-strength"
    before = {path: client.get(path).headers["ETag"] for path in (one, other)}
    content = world.full.working().content()
    content.tags = ["Something new"]
    publishing.save(session, world.full, content, base=world.full.working().token)
    publishing.publish(session, world.full)
    assert client.get(one, headers={"If-None-Match": before[one]}).status_code == 304
    assert client.get(other).headers["ETag"] != before[other]
