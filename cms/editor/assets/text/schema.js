// What a post may hold. It equals the server's cleaning policy (cms/markup/clean/policy.py): what leaves
// this editor passes the cleaner unchanged, and tests hold the two together.
import { Schema } from "prosemirror-model";
import { tableNodes } from "prosemirror-tables";

const tables = tableNodes({
  tableGroup: "block",
  cellContent: "block+",
  cellAttributes: {
    scope: {
      default: null,
      getFromDOM: (dom) => (dom.nodeName === "TH" ? dom.getAttribute("scope") : null),
      setDOMAttr: (value, attrs) => value && (attrs.scope = value),
    },
  },
});
tables.table = {
  ...tables.table,
  attrs: { caption: { default: "" } },
  parseDOM: [{ tag: "table", getAttrs: (dom) => ({ caption: dom.querySelector("caption")?.textContent.replace(/\s+/g, " ").trim() ?? "" }) }, { tag: "caption", ignore: true }],
};

export const nodes = {
  doc: { content: "block+" },
  paragraph: { content: "inline*", group: "block", parseDOM: [{ tag: "p" }], toDOM: () => ["p", 0] },
  heading: {
    attrs: { level: { default: 2 } },
    content: "inline*",
    group: "block",
    defining: true,
    parseDOM: [
      { tag: "h1", attrs: { level: 2 } },
      { tag: "h2", attrs: { level: 2 } },
      { tag: "h3", attrs: { level: 3 } },
      { tag: "h4", attrs: { level: 4 } },
      { tag: "h5", attrs: { level: 4 } },
      { tag: "h6", attrs: { level: 4 } },
    ],
    toDOM: (node) => ["h" + node.attrs.level, 0],
  },
  blockquote: {
    attrs: { pull: { default: false } },
    content: "block+",
    group: "block",
    defining: true,
    parseDOM: [{ tag: "blockquote", getAttrs: (dom) => ({ pull: dom.classList.contains("pull") }) }],
    toDOM: (node) => ["blockquote", node.attrs.pull ? { class: "pull" } : {}, 0],
  },
  bullet_list: { content: "list_item+", group: "block", parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
  ordered_list: {
    attrs: { start: { default: 1 } },
    content: "list_item+",
    group: "block",
    parseDOM: [{ tag: "ol", getAttrs: (dom) => ({ start: parseInt(dom.getAttribute("start") ?? "1", 10) || 1 }) }],
    toDOM: (node) => ["ol", node.attrs.start === 1 ? {} : { start: node.attrs.start }, 0],
  },
  list_item: { content: "paragraph block*", defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0] },
  code_block: {
    attrs: { language: { default: "" } },
    content: "text*",
    marks: "",
    group: "block",
    code: true,
    defining: true,
    parseDOM: [{ tag: "pre", preserveWhitespace: "full", getAttrs: (dom) => ({ language: languageOf(dom) }) }],
    toDOM: () => ["pre", { spellcheck: "false" }, ["code", 0]],
  },
  horizontal_rule: { group: "block", parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
  // A picture with its caption as text inside it.
  picture: {
    attrs: { src: {}, alt: { default: "" }, decorative: { default: false } },
    content: "inline*",
    group: "block",
    isolating: true,
    draggable: true,
    parseDOM: [
      { tag: "figure", contentElement: captionOf, getAttrs: (dom) => dom.querySelector("img") ? pictureAttrs(dom.querySelector("img")) : false },
      { tag: "img[src]", contentElement: () => document.createElement("span"), getAttrs: pictureAttrs },
    ],
    toDOM: (node) => ["figure", ["img", imgAttrs(node)], ["figcaption", 0]],
  },
  // Something with data of its own: an exercise, a call to book, a video, a question, a reference.
  figure_block: {
    attrs: { id: {}, data: { default: {} } },
    group: "block",
    atom: true,
    draggable: true,
    parseDOM: [{ tag: "figure[data-block]", priority: 60, getAttrs: (dom) => ({ id: dom.dataset.block, data: dataOf(dom) }) }],
    toDOM: (node) => ["figure", { "data-block": node.attrs.id, "data-block-data": JSON.stringify(node.attrs.data) }],
  },
  ...tables,
  text: { group: "inline" },
  hard_break: { inline: true, group: "inline", selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"] },
};

const simple = (tag, ...also) => ({ parseDOM: [tag, ...also].map((tag) => ({ tag })), toDOM: () => [tag, 0] });

// In the order in which they nest, outermost first.
export const marks = {
  link: {
    attrs: { href: {} },
    inclusive: false,
    parseDOM: [{ tag: "a[href]", getAttrs: (dom) => hrefOf(dom) && { href: hrefOf(dom) } }],
    toDOM: (mark) => ["a", { href: mark.attrs.href }, 0],
  },
  strong: simple("strong", "b"),
  em: simple("em", "i"),
  u: simple("u", "ins"),
  s: simple("s", "del", "strike"),
  mark: simple("mark"),
  sub: { ...simple("sub"), excludes: "sup" },
  sup: { ...simple("sup"), excludes: "sub" },
  code: { ...simple("code"), code: true },
};

export const schema = new Schema({ nodes, marks });

// The server's pattern of addresses; whatever it would take away never gets in.
const HREF = /^(?:https?:\/\/[^\s/?#@:\\<>"'`{}|^%[\]]+(?::\d{1,5})?(?:[/?#][^\s\\<>"`{}|^]*)?|mailto:[^\s\\<>"'`{}|^]+|tel:\+?[0-9A-Za-z().*#;=_-]+|\/(?:[^\s/\\<>"`{}|^][^\s\\<>"`{}|^]*)?|#[^\s\\<>"`{}|^]*)$/i;
const SRC = /^(?:media\/[\p{L}\p{N}_][\p{L}\p{N}_.()+@~-]{0,199}|https?:\/\/[^\s/?#@:\\<>"'`{}|^%[\]]+(?::\d{1,5})?(?:[/?#][^\s\\<>"`{}|^]*)?)$/iu;

/** The address if a post may link to it, else "". */
export function goodAddress(address) {
  address = address.trim();
  if (/^http/i.test(address)) address = address.replaceAll(" ", "%20");
  return address.length <= 2048 && HREF.test(address) ? address : "";
}

export const goodSource = (src) => src.length <= 2048 && SRC.test(src);

const hrefOf = (dom) => goodAddress(dom.getAttribute("href") ?? "") || false;

function languageOf(pre) {
  const found = /(?:^|\s)language-([A-Za-z0-9+#._-]{1,40})(?:\s|$)/.exec(pre.querySelector("code")?.className ?? "");
  return found ? found[1] : "";
}

function pictureAttrs(img) {
  const src = img.getAttribute("data-src") ?? img.getAttribute("src") ?? "";
  if (!goodSource(src)) return false;
  const alt = img.getAttribute("alt") ?? "";
  return { src, alt, decorative: alt === "" && img.hasAttribute("data-decorative") };
}

function captionOf(figure) {
  return figure.querySelector("figcaption") ?? figure.ownerDocument.createElement("span");
}

function imgAttrs(node) {
  const attrs = { src: node.attrs.src, alt: node.attrs.alt };
  if (node.attrs.decorative) attrs["data-decorative"] = "";
  return attrs;
}

function dataOf(figure) {
  try {
    return JSON.parse(figure.dataset.blockData ?? "{}");
  } catch {
    return {};
  }
}
