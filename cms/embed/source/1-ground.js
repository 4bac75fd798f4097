// Ground for all five elements: words, addresses, fetching, making elements.
// No cookie, no storage, no third party; nothing here writes HTML from strings that came from outside.
// `script` and `HERE` (its address) are set in front of this: see script.py.

// A page may bring its own words: <script type="application/json" id="cms-words">{"Try again": "Erneut versuchen"}</script>
const words = JSON.parse(document.getElementById("cms-words")?.textContent || "{}");
const t = (text, n) => (words[text] || text).replace("{n}", n);

// h("a.link", {href}, ...children): an element with its class.
const h = (what, props, ...kids) => {
  const [name, css] = what.split(".");
  const element = document.createElement(name);
  if (css) element.className = css;
  for (const key in props) if (props[key] != null) element.setAttribute(key, props[key]);
  element.append(...kids.flat(9).filter((kid) => kid));
  return element;
};

const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body;
const button = (text, onclick) => Object.assign(h("button.button", { type: "button" }, t(text)), { onclick });
const dots = (...parts) => parts.flat().flatMap((part) => (part ? [" · ", part] : [])).slice(1);

// Pairs of text and flag become text and <mark>.
const marked = (pairs) => h("bdi", {}, pairs.map(([text, hit]) => (hit ? h("mark", {}, text) : text)));

const inPage = (name) => new URLSearchParams(location.search).get(name);

// What the script tag may say: data-api (address of the service, else where the script came from), data-post-url
// (where posts are read, with {slug}), data-static (where `cms publish-static` has put its files).
const { api, postUrl, static: files } = script?.dataset || {};
const home = api || HERE?.replace(/\/embed[./][^/]*$/, "");

const addressOf = ({ slug, url }) => postUrl?.replace("{slug}", slug) || url;

const get = async (path, signal, query = {}) => {
  const asked = new URLSearchParams();
  for (const key in query) for (const value of [query[key]].flat()) value && asked.append(key, value);
  const { tag, page } = query;
  const answer = await fetch(files == null ? `${home}/api/v1${path}?${asked}` : files + (tag ? `/tags/${tag}/index` : page ? path + "/page/" + page : path.replace(/^.(posts|tags)$/, "$&/index")) + ".json", { signal, credentials: "omit" });
  const data = await answer.json();
  if (!answer.ok) throw data; // a problem (RFC 9457), which holds its status
  return data;
};

let site;
const theSite = () => (site ??= get("/site").catch(() => ({})));

// The slug said on the element, or the one that the page's address holds, matched by POST_URL.
const slugOf = async (element) => {
  const said = element.said("slug");
  if (said) return said;
  const pattern = postUrl || (await theSite()).post_url || "/{slug}";
  const key = pattern.match(/(\w+)={slug}/)?.[1];
  return key ? inPage(key) : location.pathname.match(".*" + pattern.replace(/^\w+:..[^/]+/, "").replace("{slug}", "([^/]+)"))?.[1];
};

const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS_TEXT);

class Cms extends HTMLElement {
  static observedAttributes = ["slug", "tag", "hashtag", "author", "limit"];

  connectedCallback() {
    if (this.root) return;
    const filled = this.shadowRoot; // by the server: declarative shadow DOM
    this.root = filled || this.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [sheet];
    this.start?.();
    filled ? this.painted?.() : this.load();
  }

  attributeChangedCallback(name, before, now) {
    if (this.root && before != now) this.load();
  }

  said(name, otherwise) {
    return this.getAttribute(name) ?? otherwise;
  }

  show(...kids) {
    this.root.replaceChildren(...kids.filter((kid) => kid));
    this.dress();
  }

  // Every class is a part too, for ::part() in the page's own style sheet.
  dress() {
    for (const element of this.root.querySelectorAll("[class]")) element.part = element.className;
  }

  date(time) {
    return time && h("time", { datetime: time }, new Date(time).toLocaleDateString(document.documentElement.lang || [], { dateStyle: "medium" }));
  }

  // One request at a time: a newer one ends an older one, and none waits longer than 15 seconds.
  async load() {
    this.running?.abort();
    const run = (this.running = new AbortController());
    const timer = setTimeout(() => run.abort(), 15e3);
    this.skeleton();
    try {
      const data = await this.fetch(run.signal);
      if (run == this.running) this.paint(data);
    } catch (error) {
      if (run == this.running) this.fail(error);
    }
    clearTimeout(timer);
  }

  failed() {
    return [t("This could not be loaded."), " ", button("Try again", () => this.load())];
  }

  fail() {
    this.show(h("p.note", { role: "alert" }, this.failed()));
  }
}
