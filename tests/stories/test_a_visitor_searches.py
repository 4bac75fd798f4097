"""A visitor searches the starter blog, over HTTP, in her own words."""

import shutil

import pytest

from cms import create_app
from tests.conftest import close

HEEL = "plantar-fasciitis-morning-heel-pain"


@pytest.fixture(scope="module")
def blog(tmp_path_factory, starter_instance):
    """The starter blog."""
    instance = shutil.copytree(starter_instance, tmp_path_factory.mktemp("blog") / "instance")
    app = create_app({"INSTANCE": instance})
    yield app.test_client()
    close(app)


def search(blog, q, **more):
    answer = blog.get("/api/v1/search", query_string={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return answer.json


def slugs(found):
    return [result["slug"] for result in found["results"]]


def test_she_types_how_it_feels_and_finds_the_post_that_names_it(blog):
    found = search(blog, "heel pain when I wake up")
    assert slugs(found)[0] == HEEL
    assert "plantar fasciitis" in found["query"]["expanded"]
    assert not found["degraded"]


def test_the_post_opens_at_the_passage_that_answers(blog):
    result = search(blog, "heel pain when I wake up")["results"][0]
    passage = result["passage"]
    post = blog.get(f"/api/v1/posts/{HEEL}").json["post"]
    assert passage is None or passage["id"] in {heading["id"] for heading in post["outline"]}
    assert any(hit for line in result["highlights"]["body"] for _text, hit in line)


def test_she_mistypes_and_is_told_what_was_looked_for(blog):
    found = search(blog, "planter fascitis")
    assert HEEL in slugs(found)[:3]
    assert found["query"]["corrected"] == "plantar fasciitis"


@pytest.mark.parametrize("q", ["shinsplints", "shin splints", "SHIN SPLINTS", "#ShinSplints", "“shin splints”"])
def test_joined_split_shouted_or_tagged_it_is_the_same_question(blog, q):
    assert "shin" in slugs(search(blog, q))[0]


@pytest.mark.parametrize("q", ["runner's knee", "runner’s knee", "runners knee"])
def test_an_apostrophe_makes_no_difference(blog, q):
    assert slugs(search(blog, q))[0] == slugs(search(blog, "runners knee"))[0]


def test_she_narrows_down_by_tag(blog):
    found = search(blog, "strength")
    facet = found["facets"]["tags"][-1]
    narrowed = search(blog, "strength", tag=facet["slug"])
    assert narrowed["total"] == facet["count"] <= found["total"]
    assert all(facet["slug"] in {tag["slug"] for tag in result["tags"]} for result in narrowed["results"])


def test_what_the_blog_does_not_hold_is_honestly_not_found(blog):
    found = search(blog, "chocolate cake recipe")
    assert (found["total"], found["results"], found["facets"]["tags"]) == (0, [], [])


@pytest.mark.parametrize(
    "q", ["AND OR NOT", "title:*", "a*b*c*", "~99", '"heel pain', "status:draft", "((((", "the", "💥"]
)
def test_operators_are_words(blog, q):
    assert search(blog, q)["meta"]["pagination"]["page"] == 1


def test_pages_of_results_follow_each_other_without_repeating(blog):
    first, second = search(blog, "running", limit=5), search(blog, "running", limit=5, page=2)
    assert first["total"] == second["total"] > 5
    assert not set(slugs(first)) & set(slugs(second))


def test_while_she_types_she_is_offered_posts_from_the_first_letter(blog):
    for q in ("p", "pl", "plan", "plant", "plantar f", "plamtar"):
        suggestions = blog.get("/api/v1/search/suggest", query_string={"q": q}).json["suggestions"]
        assert suggestions, q
        assert all("".join(text for text, _hit in row["parts"]) == row["text"] for row in suggestions)


def test_under_the_post_she_finds_what_to_read_next_and_why(blog):
    related = blog.get(f"/api/v1/posts/{HEEL}/related").json["related"]
    assert len(related) == 3
    assert HEEL not in {row["slug"] for row in related}
    assert all(row["reasons"] and row["reasons"][0]["label"] for row in related)
    scores = [row["score"] for row in related]
    assert scores == sorted(scores, reverse=True)
