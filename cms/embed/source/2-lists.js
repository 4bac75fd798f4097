// <cms-posts>, <cms-related> and <cms-tags>: lists whose room is kept before they arrive.

const picture = (cover, sizes, loading) => {
  const { focal_point: focus } = cover;
  const img = Object.assign(h("img.cover"), { loading }, cover, { sizes }); // lazy before its address
  if (focus) img.style.objectPosition = `${focus.x * 100}% ${focus.y * 100}%`;
  return img;
};

class List extends Cms {
  // One post as a card.
  card(post, why) {
    const { cover } = post;
    return h("li.card", {},
      cover ? picture(cover, "24rem", "lazy") : h("div.cover"),
      h("div.text", {},
        h(`h${this.said("level", 3)}.title`, {}, h("a.link", { href: addressOf(post) }, h("bdi", {}, post.title))),
        h(why ? "p.reason" : "p.excerpt", {}, why || post.excerpt),
        h("p.meta", {}, dots(this.date(post.published_at), t("{n} min read", post.reading_time)))));
  }

  skeleton() {
    if (!this.root.firstChild) this.show(this.heading?.(), h("ul.cards", { "aria-busy": true }, [...Array(+this.limit())].map(() => h("li.card", {}, h("div.cover"), h("div.text", {}, h(this.heading ? "p.reason" : "p.excerpt"))))));
  }

  limit() {
    return this.said("limit", this.usual);
  }
}

class Posts extends List {
  usual = 6;

  fetch(signal) {
    const filter = this.hasAttribute("filter");
    const query = { tag: filter && inPage("tag") || this.said("tag"), limit: this.limit() };
    const q = filter && inPage("q");
    if (q) return get("/search", signal, { ...query, q });
    query.featured = this.hasAttribute("featured");
    for (const name of ["hashtag", "author", "order", "page"]) query[name] = this.said(name);
    return get("/posts", signal, query);
  }

  paint(found) {
    const { posts = found.results, query, meta } = found;
    const had = this.more;
    this.more = meta.pagination.next && this.hasAttribute("more") && button("More posts", () => this.setAttribute("limit", +this.limit() + this.usual));
    const cards = posts.slice(0, this.limit()).map((post) => this.card(post, post.highlights?.body[0] && marked(post.highlights.body[0])));
    this.show(query && h("p.note", { role: "status" }, told(found)), h("ul.cards", {}, cards), this.more);
    if (had) cards.at(-this.usual)?.querySelector("a").focus();
  }
}

class Related extends List {
  usual = 3;

  heading() {
    return h(`h${this.said("level", 3) - 1}.heading`, {}, this.said("heading", t("Related articles")));
  }

  async fetch(signal) {
    return get(`/posts/${await slugOf(this)}/related`, signal, { limit: this.limit() });
  }

  paint({ related }) {
    const why = ({ kind, label }) => (/tag|phrase/.test(kind) ? t("Also about {n}", label) : label);
    this.show(related[0] && this.heading(), h("ul.cards", {}, related.slice(0, this.limit()).map((post) => this.card(post, why(post.reasons[0])))));
  }

  fail() {
    this.show(); // an ornament: where it cannot be had, nothing is said
  }
}

const topic = (what, props, { name, count }) => h(what + ".tag", props, h("bdi", {}, name), h("span.count", {}, count));

class Tags extends Cms {
  skeleton() {
    this.show(h("ul.tags", { "aria-busy": true }, [...Array(9)].map(() => h("li.tag"))));
  }

  fetch(signal) {
    return get("/tags", signal, { limit: this.said("limit", 30), order: this.said("order") });
  }

  paint({ tags }) {
    this.show(h("ul.tags", { "aria-label": t("Topics") }, tags.map((tag) =>
      h("li", {}, topic("a", { href: this.said("href", "?tag={slug}").replace("{slug}", tag.slug), "aria-current": inPage("tag") == tag.slug || null }, tag)))));
  }
}
