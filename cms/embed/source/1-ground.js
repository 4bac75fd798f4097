// Ground for all five elements: words, addresses, fetching, making elements.
// No cookie, no storage, no third party; nothing here writes HTML from strings that came from outside.
// `script` and `HERE` (its address) are set in front of this: see script.py.

// A page may bring its own words: <script type="application/json" id="cms-words">{"Try again": "Erneut versuchen"}</script>
const words = JSON.parse(document.querySelector("#cms-words")?.textContent || "{}");
const t = (text, n) => (words[text] || text).replace("{n}", n);

// h("a.link", {href}, ...children): an element with its class, which is its part too, for ::part() in the page's own style sheet.
const h = (what, props, ...kids) => {
  const [name, css] = what.split(".");
  const element = document.createElement(name);
  if (css) element.className = element.part = css;
  for (const key in props) if (props[key]?.call) element[key] = props[key]; else if (props[key] != null) element.setAttribute(key, props[key]);
  element.append(...kids.flat(9).filter((kid) => kid));
  return element;
};

const button = (text, onclick) => h("button.button", { type: "button", onclick }, t(text));
const dots = (...parts) => parts.flat().flatMap((one) => (one ? [" · ", one] : [])).slice(1);

// Pairs of text and flag become text and <mark>.
const marked = (pairs) => h("bdi", {}, pairs.map(([text, hit]) => (hit ? h("mark", {}, text) : text)));

const inPage = (name) => new URLSearchParams(location.search).get(name);

// What the script tag may say: data-api (address of the service, else where the script came from), data-post-url
// (where posts are read, with {slug}), data-static (where `cms publish-static` has put its files).
const { api, postUrl, static: files } = script?.dataset || {};
const home = api || HERE?.replace(/\/embed[./][^/]*$/, "");

const addressOf = ({ slug, url }) => postUrl?.replace("{slug}", slug) || url;

const get = async (path, signal, query = {}) => {
  if (files != null) return (await import(files + "/embed/assets/static.js")).answer(path, query);
  const asked = new URLSearchParams();
  for (const key in query) for (const value of [query[key]].flat()) value && asked.append(key, value);
  const reply = await fetch(`${home}/api/v1${path}?${asked}`, { signal, credentials: "omit" });
  const data = await reply.json();
  if (!reply.ok) throw data; // a problem (RFC 9457), which holds its status
  return data;
};

let site;
const theSite = () => (site ??= get("/site").catch(() => ({})));

// The slug said on the element, or the one that the page's address holds, matched by POST_URL; fit for an address.
const slugOf = async (element) => {
  const pattern = postUrl || (await theSite()).post_url || "/{slug}";
  const [before, after] = pattern.split("{slug}");
  const last = before.split(/[?&]|^\w+:..[^/]+/).pop(); // "post=", or a path
  const slug = element._said("slug") || inPage(last.slice(0, -1)) || decodeURI(location.pathname.match(".*" + last + "([^/]+)" + after)?.[1] || "");
  if (!slug) throw { status: 404 };
  return encodeURIComponent(slug);
};

const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS_TEXT);

class Cms extends HTMLElement {
  static observedAttributes = ["slug", "tag", "hashtag", "author", "limit", "order", "page", "featured", "filter", "more", "href"];

  connectedCallback() {
    if (this._root) return;
    const filled = this.shadowRoot; // by the server: declarative shadow DOM
    this._root = filled || this.attachShadow({ mode: "open" });
    this._root.adoptedStyleSheets = [sheet];
    this._start?.();
    filled ? this._painted?.() : this._load();
  }

  attributeChangedCallback() {
    if (this._root) this._load();
  }

  _said(name, otherwise) {
    return this.getAttribute(name) ?? otherwise;
  }

  _show(...kids) {
    this._root.replaceChildren(...kids.filter((kid) => kid));
  }

  _date(time) {
    return time && h("time", { datetime: time }, new Date(time).toLocaleDateString(document.documentElement.lang || [], { dateStyle: "medium" }));
  }

  // One request at a time: a newer one ends an older one, and none waits longer than 15 seconds.
  // `page` is a further page of a list, to show below what is there.
  async _load(page) {
    this._page = page;
    this._running?.abort();
    const run = (this._running = new AbortController());
    setTimeout(() => run.abort(), 15e3); // nothing to one that is over by then
    try {
      this._skeleton();
      const data = await this._fetch(run.signal);
      if (run == this._running) this._paint(data);
    } catch (error) {
      if (run != this._running) return;
      console.warn(error.detail || error);
      this._fail(error);
    }
  }

  _failed() {
    return [t("This could not be loaded."), " ", button("Try again", () => this._load())];
  }

  _fail(error, says = this._failed()) {
    this._show(h("p.note", { role: "alert" }, says));
  }
}
