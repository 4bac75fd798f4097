// <cms-posts>, <cms-related> and <cms-tags>: lists whose room is kept before they arrive.

const picture = ({ src, srcset, width, height, alt, focal_point: focus }, sizes, loading) => {
  const img = h("img.cover", { sizes, srcset, loading, width, height, alt, src });
  if (focus) img.style.objectPosition = `${focus.x * 100}% ${focus.y * 100}%`;
  return img;
};

class List extends Cms {
  // One post as a card. An empty post keeps the room of one that is on its way.
  card(post, why) {
    const { title, url, excerpt, cover, published_at: time, reading_time: minutes } = post;
    return h("li.card", {},
      cover ? picture(cover, this.said("sizes", "(min-width: 44rem) 22rem, 92vw"), "lazy") : h("div.cover"),
      h("div.text", {},
        h(`h${this.said("level", 3)}.title`, {}, url && h("a.link", { href: addressOf(post) }, h("bdi", {}, title))),
        h(why ? "p.reason" : "p.excerpt", {}, why || excerpt),
        h("p.meta", {}, dots(this.date(time), minutes && t("{n} min read", minutes)))));
  }

  skeleton() {
    const cards = this.root.querySelector(".cards");
    if (cards) cards.ariaBusy = true;
    else this.show(this.heading?.(), h("ul.cards", { "aria-busy": true }, [...Array(+this.limit())].map(() => this.card({}))));
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
    if (q) return get(this, "/search", { ...query, q }, signal);
    query.featured = this.hasAttribute("featured");
    for (const name of ["hashtag", "author", "order", "page"]) query[name] = this.said(name);
    return get(this, "/posts", query, signal);
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
    return get(this, `/posts/${await slugOf(this)}/related`, { limit: this.limit() }, signal);
  }

  paint({ related }) {
    const why = ({ kind, label }) => (/tag|phrase/.test(kind) ? t("Also about {n}", label) : label);
    this.show(...(related[0] ? [this.heading(), h("ul.cards", {}, related.map((post) => this.card(post, why(post.reasons[0]))))] : []));
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
    return get(this, "/tags", { limit: this.said("limit", 30), order: this.said("order") }, signal);
  }

  paint({ tags }) {
    this.show(h("ul.tags", { "aria-label": t("Topics") }, tags.map((tag) =>
      h("li", {}, topic("a", { href: this.said("href", "?tag={slug}").replace("{slug}", tag.slug), "aria-current": inPage("tag") == tag.slug || null }, tag)))));
  }
}
