const ELEMENTS = { search: Search, related: Related, posts: Posts, post: Post, tags: Tags };
for (const name in ELEMENTS) customElements.define("cms-" + name, ELEMENTS[name]);
