"""Every answer is what its schema says: nothing unknown, nothing missing, written as the schema writes it."""

import pytest

from cms import auth
from cms.shapes import json_ld, schemas

ANSWERS = [
    ("/api/v1/posts", schemas.PostsAnswer),
    ("/api/v1/posts?include=html&limit=1", schemas.PostsAnswer),
    ("/api/v1/posts?page=50", schemas.PostsAnswer),
    ("/api/v1/posts/foot-strength", schemas.PostAnswer),
    ("/api/v1/posts/foot-strength?include=related&formats=text,markdown,html", schemas.PostAnswer),
    ("/api/v1/posts/toe-yoga", schemas.PostAnswer),
    ("/api/v1/posts/toe-yoga/related?limit=12", schemas.RelatedAnswer),
    ("/api/v1/tags", schemas.TagsAnswer),
    ("/api/v1/tags/feet", schemas.TagAnswer),
    ("/api/v1/hashtags", schemas.HashtagsAnswer),
    ("/api/v1/authors", schemas.AuthorsAnswer),
    ("/api/v1/authors/alex-rivera", schemas.AuthorAnswer),
    ("/api/v1/search?q=foot+strength", schemas.Found),
    ("/api/v1/search?q=feet&explain=true", schemas.Found),
    ("/api/v1/search?q=nothingatall", schemas.Found),
    ("/api/v1/search/suggest?q=fo", schemas.SuggestAnswer),
    ("/api/v1/redirects", schemas.RedirectsAnswer),
    ("/api/v1/site", schemas.Site),
    ("/api/v1/posts/nothing", schemas.Problem),
    ("/api/v1/posts?limit=0&x=1", schemas.Problem),
]


@pytest.mark.parametrize(("path", "schema"), ANSWERS)
def test_an_answer_is_what_its_schema_writes(reader, path, schema):
    answer = reader.get(path).json
    read = schema().load(answer)  # an unknown or missing field raises
    assert schema().dump(read) == answer


def test_a_preview_has_the_shape_of_a_post(client, session, world):
    token = auth.make_preview(session, world.full)
    answer = client.get(f"/api/v1/preview/{token}").json
    assert schemas.PostAnswer().dump(schemas.PostAnswer().load(answer)) == answer
    public = client.get("/api/v1/posts/foot-strength").json["post"]
    same = {"html", "title", "slug", "url", "excerpt", "cover", "tags", "hashtags", "authors", "blocks", "references",
            "outline", "reviewed_by", "last_reviewed_at", "seo", "reading_time", "featured"}  # fmt: skip
    assert {name: answer["post"][name] for name in same} == {name: public[name] for name in same}


def test_a_whole_post_says_everything_about_itself(reader):
    post = reader.get("/api/v1/posts/foot-strength").json["post"]
    assert post["url"] == "http://127.0.0.1:8000/posts/foot-strength"
    assert [tag["slug"] for tag in post["tags"]] == ["foot-strength", "feet"]
    assert post["hashtags"] == ["RunStronger", "FootCore", "feet"]
    assert post["authors"][0] == {"slug": "alex-rivera", "name": "Alex Rivera", "credentials": ["PT", "DPT", "SCS"]}
    assert post["cover"]["focal_point"] == {"x": 0.2, "y": 0.3}
    assert post["cover"]["src"].startswith("http://127.0.0.1:8000/media/")
    assert "midstance-media" not in str(post)
    assert [block["kind"] for block in post["blocks"]] == ["exercise", "reference"]
    assert post["blocks"][0]["picture"]["alt"] == "Two bare feet"
    assert [row["n"] for row in post["references"]] == [1, 2]
    assert post["seo"]["title"] == "Foot strength for runners"
    assert post["outline"][0]["text"] == "How to start 1️⃣"
    assert f'id="{post["outline"][0]["id"]}"' in post["html"]
    data = post["json_ld"]
    assert data["@type"] == "MedicalWebPage"
    assert data["lastReviewed"] == "2026-10-01"
    assert data["author"][0]["honorificSuffix"] == "PT, DPT, SCS"
    assert data["author"][0]["hasCredential"][0]["@type"] == "EducationalOccupationalCredential"
    assert data["author"][0]["sameAs"] == ["https://social.example/alex"]
    assert data["reviewedBy"]["name"] == "Sam Lee"
    assert len(data["citation"]) == 2
    assert "Physician" not in str(data)
    (part,) = data["hasPart"]
    assert (part["@type"], part["name"], part["step"][0]["text"]) == ("HowTo", "Short foot", "Sit.")


def test_what_a_block_holds_becomes_data_only_if_it_is_whole():
    asked = {"kind": "question", "question": "Flat feet?", "answer": "It may help."}
    assert json_ld.question(asked) == {
        "@type": "Question",
        "name": "Flat feet?",
        "acceptedAnswer": {"@type": "Answer", "text": "It may help."},
    }
    for block in (
        {},
        {"kind": ["exercise"]},
        {"kind": "exercise", "name": 3, "steps": "Sit."},
        asked | {"answer": None},
    ):
        assert json_ld.how_to(block) is None
        assert json_ld.question(block) is None


def test_formats_and_fields_give_what_was_asked_for_and_no_more(reader):
    post = reader.get("/api/v1/posts/foot-strength?formats=text").json["post"]
    assert "html" not in post
    assert "markdown" not in post
    assert "Sit." in post["text"]
    markdown = reader.get("/api/v1/posts/foot-strength?formats=markdown").json["post"]["markdown"]
    assert "## How to start 1️⃣" in markdown
    assert "### Short foot" in markdown
    assert "](http://127.0.0.1:8000/media/" in markdown
    assert "data-block" not in markdown
    cards = reader.get("/api/v1/posts?fields=slug,title").json["posts"]
    assert [set(card) for card in cards] == [{"slug", "title"}] * 2
    assert all("html" not in card for card in reader.get("/api/v1/posts").json["posts"])
    assert all("html" in card for card in reader.get("/api/v1/posts?include=html").json["posts"])


def test_neighbours_are_the_posts_published_just_before_and_after(client, world, write_post):
    write_post("Newest of all")
    post = client.get("/api/v1/posts/foot-strength").json["post"]
    assert post["previous"] == {"slug": "toe-yoga", "title": "Toe yoga"}
    assert post["next"] == {"slug": "newest-of-all", "title": "Newest of all"}
