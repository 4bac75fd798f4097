// <cms-post>: one article, or a draft by #cms_preview=TOKEN.

// HTML that the service has cleaned, as nodes. What could act is dropped once more, whatever came.
const nodes = (html) => {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const element of body.querySelectorAll("*")) {
    if (element.matches("script,style,iframe,object,embed,meta")) element.remove();
    for (const { name, value } of [...element.attributes]) if (/^(on|style|.*?=\W*javascript:)/i.test(name + "=" + value)) element.removeAttribute(name);
  }
  return [...body.childNodes];
};

// The element of the page's head that says `value`, made where there is none.
const inHead = (what, key, value) => document.querySelector(`${what}[${key}=${value}]`) || document.head.appendChild(h(what, { [key]: value }));

class Post extends Cms {
  _start() {
    this._root.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      const video = link?.closest(".ms-video");
      if (!video) return link?.hash && setTimeout(() => this._painted());
      // The first click opens the player, the second plays: nothing is asked of a third party before.
      event.preventDefault();
      const src = link.href.replace(".com/watch?v=", "-nocookie.com/embed/").replace("/vimeo.com", "/player.vimeo.com/video");
      video.replaceChildren(h("iframe", { src, title: link.textContent, allow: "fullscreen" }));
    });
    addEventListener("hashchange", () => this._painted());
  }

  _skeleton() {
    this._show(h("div.article", { "aria-busy": true }, h("p.title"), h("p.meta"), h("p.cover")));
  }

  async _fetch(signal) {
    this._draft = location.hash.split("#cms_preview=")[1];
    return Promise.all([get(this._draft ? "/preview/" + this._draft : "/posts/" + (await slugOf(this)), signal), theSite()]);
  }

  _paint([{ post }, { disclaimer }]) {
    const { cover, references, reviewed_by: reviewer, seo } = post;
    const person = ({ name, credentials }) => [name, ...credentials].join(", ");
    this._show(h("article.article", {},
      this._draft && h("p.note", {}, t("Draft, not public")),
      h(`h${this._said("level", 1)}.title`, {}, post.title),
      h("p.meta", {}, dots(post.authors.map(person), this._date(post.published_at), t("{n} min read", post.reading_time))),
      reviewer && h("p.meta", {}, t("Reviewed by"), " ", dots(person(reviewer), this._date(post.last_reviewed_at))),
      cover && h("figure", {}, picture(cover, cover.sizes), cover.caption && h("figcaption", {}, cover.caption)),
      h("div.body", {}, nodes(post.html)),
      references[0] && h("ol.notes", { "aria-label": t("References") }, references.map(({ text, url, doi }) => h("li", {}, url || doi ? h("a", { href: url || "https://doi.org/" + doi }, text) : text))),
      disclaimer && h("p.notes", {}, disclaimer)));
    this._painted();
    if (this._draft) return;
    // Data for search engines; and where the page's address chose the post, the page's own title and address.
    this.replaceChildren(h("script", { type: "application/ld+json" }, JSON.stringify(post.json_ld)));
    if (this._said("slug")) return;
    document.title = seo.title;
    inHead("link", "rel", "canonical").href = seo.canonical_url;
    inHead("meta", "name", "description").content = seo.description;
  }

  _fail({ status }) {
    if (status != 404) return super._fail();
    super._fail(0, t("This article is not here."));
    if (!this._said("slug")) inHead("meta", "name", "robots").content = "noindex";
  }

  // An address that names a heading cannot see into a shadow root, so we scroll there.
  _painted() {
    this._root.getElementById(decodeURI(location.hash.slice(1)))?.scrollIntoView();
  }
}
