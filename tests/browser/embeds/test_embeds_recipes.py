"""The recipes of docs/embedding.md, run as they stand there against a real service."""

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from hashlib import md5
from pathlib import Path

import pytest
import yaml
from conftest import free_port, serve
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DOC = Path(__file__).parents[3] / "docs" / "embedding.md"
TITLE = "Why foot strength matters more than you think"


def recipe(name, service):
    """The code block marked `<!-- test: name -->`, with the address of the running service in it."""
    block = re.search(rf"<!-- test: {name} -->\n```\w+\n(.*?)```", DOC.read_text(), re.S)
    return block[1].replace("https://blog.example.com", service.address)


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def needs(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed on this machine")


@needs("curl")
def test_curl_lists_posts(service):
    assert run(["sh", "-c", recipe("sh", service)]).count('"title":') == 3


@needs("node")
def test_javascript_searches(service, tmp_path):
    script = tmp_path / "search.mjs"
    script.write_text(recipe("js", service))
    lines = run(["node", script]).splitlines()
    assert len(lines) == 10
    assert all(f"{service.address}/posts/" in line for line in lines)


def test_python_finds_related_articles(service):
    lines = run([sys.executable, "-c", recipe("python", service)]).splitlines()
    assert len(lines) == 3


def test_a_static_site_is_built(service, tmp_path):
    run([sys.executable, "-c", recipe("build", service)], cwd=tmp_path)
    pages = list((tmp_path / "site/blog").glob("*/index.html"))
    assert len(pages) >= 16
    page = (tmp_path / "site/blog/foot-strength/index.html").read_text()
    assert TITLE in page
    assert f"<title>{TITLE}</title>" in page
    assert f'<link rel="canonical" href="{service.address}/posts/foot-strength">' in page
    assert '<meta charset="utf-8">' in page


def test_a_flask_site_serves_articles(service, visit, tmp_path, monkeypatch):
    (tmp_path / "practice.py").write_text(recipe("flask", service))
    monkeypatch.syspath_prepend(tmp_path)
    port = free_port()
    stop = serve(importlib.import_module("practice").site, port)
    try:
        seen = visit(f"http://127.0.0.1:{port}/blog/foot-strength", java_script_enabled=False)
        expect(seen.page.get_by_role("heading", level=1)).to_have_text(TITLE)
        assert seen.page.title() == TITLE
        with pytest.raises(urllib.error.HTTPError, match="404") as caught:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/blog/nothing")
        caught.value.close()
        monkeypatch.setattr("practice.BLOG", f"http://127.0.0.1:{free_port()}")
        assert_away(f"http://127.0.0.1:{port}/blog/foot-strength")
    finally:
        stop()


def assert_away(page):
    """The page says that it is away for a while, not gone: search engines would forget it."""
    with pytest.raises(urllib.error.HTTPError, match="503") as caught:
        urllib.request.urlopen(page)
    assert caught.value.headers["Retry-After"] == "60"
    caught.value.close()


@needs("php")
def test_php_puts_fragments_in_place_and_keeps_them_while_the_service_is_away(service, tmp_path):
    plugin = tmp_path / "midstance.php"
    plugin.write_text(recipe("php", service))
    show = (
        "require 'midstance.php'; echo midstance_fragment('posts'), '%%', json_encode(midstance_fragment('post/no'));"
    )
    text, nothing = run(["php", "-r", show], cwd=tmp_path).split("%%")
    assert text.count('part="card"') == 6
    assert nothing == '""'
    (copy,) = (tmp_path / "kept").iterdir()  # what is not there is not kept
    assert run(["php", copy]) == ""  # and who opens a copy sees nothing
    away = f"http://127.0.0.1:{free_port()}"
    kept = {address: tmp_path / "kept" / f"{md5(f'{address}/embed/fragment/posts'.encode()).hexdigest()}.php"
            for address in (service.address, away)}  # fmt: skip
    kept[service.address].rename(kept[away])
    os.utime(kept[away], (1, 1))  # long ago
    plugin.write_text(plugin.read_text().replace(service.address, away))
    text, nothing = run(["php", "-r", show], cwd=tmp_path).split("%%")
    assert text.count('part="card"') == 6
    assert nothing == "null"


@needs("php")
def test_one_php_page_serves_every_article(service, visit, tmp_path):
    (tmp_path / "midstance.php").write_text(recipe("php", service))
    (tmp_path / "article.php").write_text(recipe("php-article", service))
    port = free_port()
    command = ["php", "-d", "opcache.enable=0", "-S", f"127.0.0.1:{port}", "-t", tmp_path]  # a file changes below
    php = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        page = f"http://127.0.0.1:{port}/article.php?post="
        assert TITLE in fetch_when_ready(page + "foot-strength")
        seen = visit(page + "foot-strength", java_script_enabled=False)
        expect(seen.page.get_by_role("heading", level=1)).to_have_text(TITLE)
        assert seen.page.title() == TITLE
        assert seen.page.locator("cms-related a.link").count() == 3
        for nothing in ("no-such-post", "", "..%2f..%2fsearch", "&post[]=x"):
            with pytest.raises(urllib.error.HTTPError, match="404") as caught:
                urllib.request.urlopen(page + nothing)
            caught.value.close()
        plugin = tmp_path / "midstance.php"
        plugin.write_text(plugin.read_text().replace(service.address, f"http://127.0.0.1:{free_port()}"))
        assert_away(page + "foot-strength")
    finally:
        php.terminate()
        php.wait(10)


@needs("nginx")
def test_nginx_includes_fragments(service, tmp_path):
    site = tmp_path / "site" / "blog"
    site.mkdir(parents=True)
    (site / "index.html").write_text('<main><!--# include virtual="/_blog/embed/fragment/posts?limit=3" --></main>')
    tmp_path.chmod(0o755)
    port = free_port()
    config = tmp_path / "nginx.conf"
    rules = recipe("nginx", service).replace("/var/www/site", str(tmp_path / "site"))
    config.write_text(
        f"daemon off; pid {tmp_path}/pid; error_log stderr; worker_processes 1; user root;\n"
        f"events {{}}\nhttp {{ access_log off; server {{ listen 127.0.0.1:{port};\n{rules} }} }}\n"
    )
    nginx = subprocess.Popen(["nginx", "-c", config, "-p", tmp_path], stderr=subprocess.PIPE)
    try:
        text = fetch_when_ready(f"http://127.0.0.1:{port}/blog/index.html")
    finally:
        nginx.terminate()
        nginx.communicate(timeout=10)
    assert text.count('part="card"') == 3


def fetch_when_ready(address):
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


def test_a_script_pinned_by_its_hash_works(service, visit, website):
    with urllib.request.urlopen(f"{service.address}/embed/demo/") as answer:
        found = re.search(r'src="(/embed/embed\.\w+\.js)" integrity="([^"]+)"', answer.read().decode())
    tag = f'<script src="{service.address}{found[1]}" integrity="{found[2]}" crossorigin="anonymous" defer></script>'
    seen = visit(website.put("/pinned", "<cms-posts></cms-posts>", head=tag))
    expect(seen.page.locator("cms-posts a.link")).to_have_count(6)
    assert seen.problems == []


JUDGE = """
import { readFileSync } from "node:fs";
globalThis.fetch = async (url) => ({ ok: true, json: async () => JSON.parse(readFileSync(url, "utf8")) });
const { answer } = await import(process.argv[2]);
const found = [];
for (const q of JSON.parse(process.argv[3])) {
  const { results } = await answer("/search", { q, limit: 10 });
  found.push(results.map((post) => post.slug));
}
console.log(JSON.stringify(found));
"""


def judge_search_of_files(out):
    """Search in the browser finds nearly what the service finds: one of the best posts among the first three."""
    node = shutil.which("node")
    if node is None:
        return
    judged = yaml.safe_load((DOC.parents[1] / "tests/search/judged.yaml").read_text("utf-8"))
    rows = [row for row in judged if row.get("grades")][::3]
    shutil.copy(out / "embed/assets/static.js", out / "embed/assets/static.mjs")  # Node goes by the name
    (out / "judge.mjs").write_text(JUDGE)
    queries = json.dumps([row["q"] for row in rows])
    found = json.loads(run([node, out / "judge.mjs", (out / "embed/assets/static.mjs").as_uri(), queries]))
    missed = [
        row["q"]
        for row, slugs in zip(rows, found, strict=True)
        if max(row["grades"].values()) not in [row["grades"].get(slug, 0) for slug in slugs[:3]]
    ]
    assert len(rows) > 60
    assert len(missed) <= len(rows) * 0.06, missed


def test_files_serve_the_embeds_without_the_service(service, visit, website, tmp_path):
    """`publish-static` to a folder, any file server, and all five elements, search included."""
    port = free_port()
    cdn = f"http://127.0.0.1:{port}"
    command = [
        sys.executable,
        "-m",
        "flask",
        "--app",
        "wsgi",
        "cms",
        "publish-static",
        tmp_path / "out",
        "--address",
        cdn,
    ]
    environ = os.environ | {"CMS_INSTANCE": str(service.instance), "CMS_PUBLIC_URL": service.address}
    assert "written" in run(command, cwd=DOC.parents[1], env=environ)

    def files(environ, start_response):
        path = tmp_path / "out" / environ["PATH_INFO"].lstrip("/")
        types = {".js": "text/javascript", ".json": "application/json", ".webp": "image/webp"}
        headers = [("Access-Control-Allow-Origin", "*"), ("Content-Type", types.get(path.suffix, "text/html"))]
        start_response("200 OK" if path.is_file() else "404 Not Found", headers)
        return [path.read_bytes() if path.is_file() else b"no such file"]

    stop = serve(files, port)
    try:
        head = f'<script src="{cdn}/embed.js" data-static="{cdn}" defer></script>'
        body = (
            '<cms-search></cms-search><cms-tags order="-count" limit="5"></cms-tags>'
            '<cms-posts id="all" limit="4" more></cms-posts>'
            '<cms-posts id="shoes" tag="shoes" order="title"></cms-posts>'
            '<cms-post slug="foot-strength"></cms-post><cms-related slug="foot-strength"></cms-related>'
        )
        page = website.put("/static", body, head=head)
        policy = website.pages["/static"][1]
        policy["Content-Security-Policy"] = policy["Content-Security-Policy"].replace(service.address, cdn)
        seen = visit(page)
        expect(seen.page.locator("#all a.link")).to_have_count(4)
        seen.page.get_by_role("button", name="More posts").click()
        expect(seen.page.locator("#all a.link")).to_have_count(8)
        titles = seen.page.locator("#shoes a.link").all_inner_texts()
        assert titles == sorted(titles)
        assert len(titles) >= 3
        expect(seen.page.locator("cms-post h1")).to_have_text(TITLE)
        expect(seen.page.locator("cms-related a.link")).to_have_count(3)
        counts = [int(count) for count in seen.page.locator("cms-tags .count").all_inner_texts()]
        assert counts == sorted(counts, reverse=True)
        assert len(counts) == 5
        seen.page.get_by_role("combobox").fill("heel pain when I wake up")
        expect(seen.page.get_by_role("option").first).to_contain_text("Why your heel hurts first thing in the morning")
        website.put("/found", '<cms-posts filter limit="3" more></cms-posts>', head=head, csp=False)
        found = visit(website.address + "/found?q=shin+splint")
        expect(found.page.locator("cms-posts a.link").first).to_contain_text("Shin splints")
        for each in (seen, found):
            assert not [url for url in each.requests if url.startswith(service.address)]
            assert each.problems == []
        judge_search_of_files(tmp_path / "out")
    finally:
        stop()
