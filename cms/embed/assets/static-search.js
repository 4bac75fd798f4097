// Search on a host of static files: a few hundred posts are searched in the visitor's own browser.
// Put it after embed.js on pages whose script tag says data-static. It reads search.json and posts/index.json
// once, on the first search.
"use strict";

(() => {
  const tag = document.querySelector("script[data-static]");
  const files = tag ? tag.dataset.static : "";
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  let loaded;

  const load = async (path) => (await fetch(files + path, { credentials: "omit" })).json();
  const everything = () =>
    (loaded ??= Promise.all([load("/search.json"), load("/posts/index.json")]).then(([{ text }, { posts }]) =>
      posts.map((post) => ({ post, title: fold(post.title), body: fold(text[post.slug] || post.excerpt), text: text[post.slug] || post.excerpt }))));

  /** The words around the first hit, as pairs of text and flag. */
  const pairs = (text, words) => {
    const hit = new RegExp(`(${words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "iu");
    const at = Math.max(0, text.search(hit) - 60);
    const from = at ? text.indexOf(" ", at) + 1 : 0;
    return text.slice(from, from + 180).split(new RegExp(hit, "giu")).map((part, index) => [part, index % 2 == 1]).filter(([part]) => part);
  };

  const search = async ({ q, tag: tags, limit }) => {
    const words = fold(q).split(/[^\p{L}\p{N}]+/u).filter(Boolean).slice(0, 32);
    const wanted = [tags].flat().filter(Boolean);
    const all = (await everything()).filter(({ post }) => wanted.every((slug) => post.tags.some((one) => one.slug == slug)));
    const scored = all.map((one) => [one, words.every((word) => (one.title + " " + one.body).includes(word))
      ? words.reduce((sum, word) => sum + (one.title.includes(word) ? 5 : 0) + Math.min(3, one.body.split(word).length - 1), 1) : 0]);
    const found = scored.filter(([, score]) => score).sort(([, a], [, b]) => b - a).map(([one]) => one);
    const counts = new Map();
    for (const { post } of found) for (const { slug, name } of post.tags) counts.set(slug, { slug, name, count: (counts.get(slug)?.count || 0) + 1 });
    return {
      query: { q, corrected: null, stage: "all" },
      total: found.length,
      results: found.slice(0, limit).map(({ post, text }) => ({ ...post, passage: null, highlights: { title: pairs(post.title, words), body: [pairs(text, words)] } })),
      facets: { tags: [...counts.values()].sort((a, b) => b.count - a.count).slice(0, 8) },
      meta: { pagination: { next: found.length > limit ? 2 : null } },
    };
  };

  // The elements ask here instead of /search.
  customElements.whenDefined("cms-search").then((Search) => {
    Search.prototype.fetch = function () {
      return search({ q: this.words(), tag: [...this.chosen, this.said("tag")], limit: +this.said("limit", 6) });
    };
  });
  customElements.whenDefined("cms-posts").then((Posts) => {
    const ask = Posts.prototype.fetch;
    Posts.prototype.fetch = function (signal) {
      const here = new URLSearchParams(location.search);
      if (!this.hasAttribute("filter") || !here.get("q")) return ask.call(this, signal);
      return search({ q: here.get("q"), tag: here.get("tag") || this.said("tag"), limit: +this.limit() });
    };
  });
})();
