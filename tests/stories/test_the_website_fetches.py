"""A practice's website fetches what its author published: the story of docs/api.md, told by its own snippets."""

import json
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from cms import publishing
from cms.posts import Author
from cms.shapes import schemas

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
ADDRESS = "http://127.0.0.1:8000"


def snippets(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCS.read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture
def website(app, session, write_post):
    """The service on a real port, with twelve posts; gives the address."""
    publishing.save_author(session, Author(slug="alex-rivera"), {"name": "Alex Rivera", "credentials": ["PT", "DPT"]})
    for number in range(10):
        write_post(f"Post {number}", "<p>Load the calf slowly.</p>", tags=["Calf"], authors=["alex-rivera"])
    write_post("Plantar fasciitis", "<p>Morning heel pain settles with patience.</p>", tags=["Feet", "Heel pain"])
    write_post("Toe yoga", "<p>Lift the big toe.</p>", tags=["Feet"], featured=True)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_curl_lines_work_as_they_stand(website):
    first, again = (text.replace(ADDRESS, website) for text in snippets("sh"))
    lines = [subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True).stdout
             for line in first.strip().splitlines()]  # fmt: skip
    posts, found, tags = map(json.loads, lines)
    assert posts["posts"] == [
        {"slug": "toe-yoga", "title": "Toe yoga"},
        {"slug": "plantar-fasciitis", "title": "Plantar fasciitis"},
    ]
    assert found["results"][0]["slug"] == "plantar-fasciitis"
    assert [tag["slug"] for tag in tags["tags"]] == ["calf", "feet", "heel-pain"]
    said = subprocess.run(["sh", "-c", again], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "304"


def test_the_python_lines_read_every_post(website):
    (code,) = snippets("python")
    said = subprocess.run(
        [sys.executable, "-c", code.replace(ADDRESS, website)], capture_output=True, text=True, check=True
    ).stdout
    assert len(said.splitlines()) == 12
    assert said.splitlines()[0].endswith(" Toe yoga")


def test_the_javascript_lines_search(website, tmp_path):
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    code = snippets("js")[0].replace(ADDRESS, website)
    script = tmp_path / "search.mjs"
    script.write_text(code + "\nconsole.log(JSON.stringify(await search('fasciitis')));\n")
    said = subprocess.run(["node", script], capture_output=True, text=True, check=True).stdout
    (found,) = json.loads(said)
    assert found["url"].startswith("http://127.0.0.1:8000/posts/plantar-fasciitis")
    assert found["marked"] == ["fasciitis"]


def test_a_web_person_follows_a_reader_through_the_blog(client, website):
    """From the list to a post, on to a related one, by tag, by author, by search; nothing but JSON."""
    card = client.get("/api/v1/posts?featured=true").json["posts"][0]
    post = client.get(f"/api/v1/posts/{card['slug']}?include=related").json["post"]
    assert post["html"] == "<p>Lift the big toe.</p>"
    related = post["related"][0]
    assert related["slug"] == "plantar-fasciitis"
    assert related["reasons"][0]["label"]
    tag = client.get(f"/api/v1/tags/{post['tags'][0]['slug']}").json
    assert {found["slug"] for found in tag["posts"]} == {"toe-yoga", "plantar-fasciitis"}
    author = client.get("/api/v1/authors/alex-rivera?limit=100").json
    assert author["author"]["count"] == len(author["posts"]) == 10
    suggested = client.get("/api/v1/search/suggest?q=plan").json["suggestions"][0]
    found = client.get("/api/v1/search", query_string={"q": suggested["text"]}).json
    assert found["results"][0]["slug"] == "plantar-fasciitis"
    assert found["facets"]["tags"][0]["count"] == 1


def test_a_web_person_turns_pages_by_the_link_header(client, website):
    path, seen = "/api/v1/posts?limit=5", []
    while path:
        answer = client.get(path)
        seen += [post["slug"] for post in answer.json["posts"]]
        links = re.findall(r'<http://127\.0\.0\.1:8000([^>]+)>; rel="(\w+)"', answer.headers["Link"])
        path = {name: address for address, name in links}.get("next")
    assert len(seen) == len(set(seen)) == 12


SHAPES = (schemas.Card, schemas.Post, schemas.Picture, schemas.Tag, schemas.Author, schemas.Found, schemas.Suggestion)
OBVIOUS = {"page", "pages", "limit", "total", "prev", "next"}


def test_the_page_names_every_field_of_the_shapes():
    text = DOCS.read_text()
    for shape in SHAPES:
        for name in shape().fields.keys() - OBVIOUS:
            assert re.search(rf"[`\"]{name}[`\"]", text), f"{shape.__name__}.{name}"
