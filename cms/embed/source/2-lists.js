// <cms-posts>, <cms-related> and <cms-tags>: lists whose room is kept before they arrive.

const picture = (cover, sizes, loading) => {
  const { focal_point: focus } = cover;
  const img = Object.assign(h("img.cover"), { loading }, cover, { sizes }); // lazy before its address
  if (focus) img.style.objectPosition = `${focus.x * 100}% ${focus.y * 100}%`;
  return img;
};

class List extends Cms {
  // One post as a card.
  _card(post, why) {
    const { cover } = post;
    return h("li.card", {},
      cover && picture(cover, "auto, 24rem", "lazy"),
      h("div.text", {},
        h(`h${this._said("level", 3)}.title`, {}, h("a.link", { href: addressOf(post) }, h("bdi", {}, post.title))),
        h(why ? "p.reason" : "p.excerpt", {}, why || post.excerpt),
        h("p.meta", {}, dots(this._date(post.published_at), t("{n} min read", post.reading_time)))));
  }

  _skeleton() {
    if (this._page || !this._root.firstChild) this._list(Array.from({ length: this._limit() }, () =>
      h("li.card", { "aria-busy": true }, h("div.cover"), h("div.text", {}, h(this._heading ? "p.reason" : "p.excerpt")))));
  }

  // Show these cards, below those already there if they are a further page.
  _list(cards, note, more) {
    const had = this._page ? [...this._root.querySelectorAll("li:has(a)")] : [];
    this._show(note || this._heading?.(), h("ul.cards", {}, had, cards), more);
    if (more !== undefined && had[0]) cards[0].querySelector("a").focus();
  }

  _limit() {
    return this._said("limit", this._usual);
  }
}

class Posts extends List {
  _usual = 6;

  _fetch(signal) {
    const listens = this.hasAttribute("filter");
    const q = listens && inPage("q");
    const query = { q, tag: listens && inPage("tag") || this._said("tag"), limit: this._limit(), page: this._page || this._said("page") };
    if (q) return get("/search", signal, query);
    query.featured = this.hasAttribute("featured");
    for (const name of ["hashtag", "author", "order"]) query[name] = this._said(name);
    return get("/posts", signal, query);
  }

  _paint(found) {
    const { posts = found.results, query, meta: { pagination: { next } } } = found;
    const cards = posts.map((post) => this._card(post, post.highlights?.body[0] && marked(post.highlights.body[0])));
    this._list(cards, (query || !cards[0]) && h("p.note", { role: "status" }, query ? told(found) : t("No posts yet.")), next && this.hasAttribute("more") && button("More posts", () => this._load(next)));
  }
}

class Related extends List {
  _usual = 3;

  _heading() {
    return h(`h${this._said("level", 3) - 1}.heading`, {}, this._said("heading", t("Related articles")));
  }

  async _fetch(signal) {
    return get(`/posts/${await slugOf(this)}/related`, signal, { limit: this._limit() });
  }

  _paint({ related }) {
    const why = ({ kind, label }) => (/tag|phrase/.test(kind) ? t("Also about {n}", label) : label);
    related[0] ? this._list(related.map((post) => this._card(post, why(post.reasons[0])))) : this._fail();
  }

  _fail() {
    this._show(); // an ornament: where it cannot be had, nothing is said
  }
}

const topic = (what, props, { name, count }) => h(what + ".tag", props, h("bdi", {}, name), h("span.count", {}, count));

class Tags extends Cms {
  _skeleton() {
    this._show(h("ul.tags", { "aria-busy": true }, [...Array(9)].map(() => h("li.tag"))));
  }

  _fetch(signal) {
    return get("/tags", signal, { limit: this._said("limit", 30), order: this._said("order") });
  }

  _paint({ tags }) {
    this._show(h("ul.tags", { "aria-label": t("Topics") }, tags.map((tag) => {
      const on = inPage("tag") == tag.slug || null; // the chosen one stands first, and leads back to all
      return h("li", {}, topic("a", { href: this._said("href", "?tag={slug}").replace("{slug}", on ? "" : tag.slug), "aria-current": on }, tag));
    })));
  }
}
