// How a website shows posts, search and related articles: fetch the JSON, make elements, no innerHTML.
"use strict";

const api = document.body.dataset.api;
const byId = (id) => document.getElementById(id);

/** Make an element: el("a", {href: "/x"}, "text", otherElement). */
function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value != null) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

async function fetchJson(path, showIn) {
  showIn?.replaceChildren("GET " + api + path);
  const answer = await fetch(api + path);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail);
  return body;
}

function card(post, note) {
  const date = new Date(post.published_at).toLocaleDateString(undefined, { dateStyle: "medium" });
  const picture = post.cover
    ? el("img", {
        src: post.cover.src, srcset: post.cover.srcset, sizes: "(min-width: 40rem) 22rem, 92vw",
        width: post.cover.width, height: post.cover.height, alt: post.cover.alt, loading: "lazy",
      })
    : el("span", { class: "blank" });
  return el("li", { class: "card" }, picture, el("div", {},
    el("h3", {}, el("a", { href: post.url }, post.title)),
    el("p", {}, note || post.excerpt),
    el("p", { class: "meta" }, `${date} · ${post.reading_time} min`)));
}

/** Pairs of text and flag become text and <mark>. */
const marked = (pairs) => pairs.map(([text, hit]) => (hit ? el("mark", {}, text) : text));

async function showPosts() {
  const list = byId("posts");
  try {
    const { posts } = await fetchJson("/posts?limit=6", list.parentElement.querySelector("code"));
    list.replaceChildren(...posts.map((post) => card(post)));
    if (posts.length) await showRelated(posts[0]);
  } catch (error) {
    list.replaceChildren(el("li", { class: "wrong" }, String(error.message)));
  }
  list.setAttribute("aria-busy", "false");
}

async function showRelated(post) {
  const section = byId("related");
  const { related } = await fetchJson(`/posts/${post.slug}/related`, section.querySelector("code"));
  if (!related.length) return;
  section.querySelector(".about").replaceChildren(`To “${post.title}”`);
  section.querySelector("ul").replaceChildren(...related.map((other) => card(other, other.reasons.map((r) => r.label).join(" · "))));
  section.hidden = false;
}

let running;
async function search(words) {
  running?.abort();
  const section = byId("found");
  section.hidden = !words;
  if (!words) return;
  running = new AbortController();
  const path = "/search?q=" + encodeURIComponent(words);
  section.querySelector("code").replaceChildren("GET " + api + path);
  try {
    const answer = await fetch(api + path, { signal: running.signal });
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.detail);
    section.querySelector(".count").textContent = found.total === 1 ? "1 result" : `${found.total} results`;
    section.querySelector("ol").replaceChildren(...found.results.map((post) => el("li", {},
      el("h3", {}, el("a", { href: post.url + (post.passage ? "#" + post.passage.id : "") }, ...marked(post.highlights.title))),
      el("p", {}, ...post.highlights.body.slice(0, 1).flatMap(marked)))));
  } catch (error) {
    if (error.name !== "AbortError") section.querySelector(".count").textContent = error.message;
  }
}

let pause;
byId("q").addEventListener("input", (event) => {
  clearTimeout(pause);
  pause = setTimeout(search, 120, event.target.value.trim());
});
document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  search(byId("q").value.trim());
});
showPosts();
