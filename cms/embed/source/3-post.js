// <cms-post>: one article, or a draft by #cms_preview=TOKEN.

// HTML that the service has cleaned, as nodes. What could act is dropped once more, whatever came.
const nodes = (html) => {
  const body = parsed(html);
  for (const element of body.querySelectorAll("*")) {
    if (/^(script|style|iframe|object|embed|meta)$/.test(element.localName)) element.remove();
    for (const { name, value } of [...element.attributes]) if (/^(on|style)/.test(name) || /^\W*javascript:/i.test(value)) element.removeAttribute(name);
  }
  return [...body.childNodes];
};

class Post extends Cms {
  start() {
    this.root.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      const video = link?.closest(".ms-video");
      if (!video) return link?.hash && setTimeout(() => this.painted());
      // The first click opens the player, the second plays: nothing is asked of a third party before.
      event.preventDefault();
      const src = link.href.replace(".com/watch?v=", "-nocookie.com/embed/").replace("/vimeo.com", "/player.vimeo.com/video");
      video.replaceChildren(h("iframe", { src, title: link.textContent, allow: "fullscreen" }));
    });
    addEventListener("hashchange", () => this.painted());
  }

  skeleton() {
    this.show(h("div.article", { "aria-busy": true }, h("p.title"), h("p.meta"), h("p.cover")));
  }

  async fetch(signal) {
    this.draft = location.hash.split("#cms_preview=")[1];
    return Promise.all([get(this.draft ? "/preview/" + this.draft : "/posts/" + (await slugOf(this)), signal), theSite()]);
  }

  paint([{ post }, { disclaimer }]) {
    const { title, cover, references, reviewed_by: reviewer, seo } = post;
    const person = ({ name, credentials }) => [name, ...credentials].join(", ");
    this.show(h("article.article", {},
      this.draft && h("p.note", {}, t("Draft, not public")),
      h(`h${this.said("level", 1)}.title`, {}, title),
      h("p.meta", {}, dots(post.authors.map(person), this.date(post.published_at), t("{n} min read", post.reading_time))),
      reviewer && h("p.meta", {}, t("Reviewed by"), " ", dots(person(reviewer), this.date(post.last_reviewed_at))),
      cover && h("figure", {}, picture(cover, cover.sizes), cover.caption && h("figcaption", {}, cover.caption)),
      h("div.body", {}, nodes(post.html)),
      references[0] && h("ol.notes", { "aria-label": t("References") }, references.map(({ text, url }) => h("li", {}, url ? h("a", { href: url }, text) : text))),
      disclaimer && h("p.notes", {}, disclaimer)));
    this.painted();
    if (this.draft) return;
    // Data for search engines; and where the page's address chose the post, the page's own title and address.
    this.replaceChildren(h("script", { type: "application/ld+json" }, JSON.stringify(post.json_ld)));
    if (this.said("slug")) return;
    document.title = seo.title;
    (document.querySelector("[rel=canonical]") || document.head.appendChild(h("link", { rel: "canonical" }))).href = seo.canonical_url;
  }

  fail({ status }) {
    if (status != 404) return super.fail();
    this.show(h("p.note", { role: "alert" }, t("This article is not here.")));
    this.said("slug") || document.head.append(h("meta", { name: "robots", content: "noindex" }));
  }

  // An address that names a heading cannot see into a shadow root, so we scroll there.
  painted() {
    this.root.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  }
}
