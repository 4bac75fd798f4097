// A post's document <-> the HTML that is stored. `toHTML` writes the one canonical form in which the
// server's cleaner leaves everything (cms/markup/clean/writer.py), so that clean(toHTML(doc)) === toHTML(doc).
import { DOMParser as Reader } from "prosemirror-model";
import { schema } from "./schema.js";

const reader = Reader.fromSchema(schema);

/** Stored HTML and its blocks' data -> document. Clean HTML has no white space between blocks: all of it counts. */
export function fromHTML(html, blocks = {}) {
  return reader.parse(bodyOf(html, blocks), { preserveWhitespace: true });
}

/** HTML -> slice, to insert at a cursor; `tidy` says that it is clean. */
export function sliceFromHTML(html, tidy = true) {
  return reader.parseSlice(bodyOf(html, {}), { preserveWhitespace: tidy });
}

function bodyOf(html, blocks) {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  for (const figure of body.querySelectorAll("figure[data-block]"))
    if (blocks[figure.dataset.block]) figure.dataset.blockData = JSON.stringify(blocks[figure.dataset.block]);
  return body;
}

/** Document -> stored HTML; the empty line or list item that waits at its end is left out. */
export function toHTML(doc) {
  const children = [...doc.content.content];
  while (children.length && isEmptyParagraph(children.at(-1))) children.pop();
  const last = children.at(-1);
  if (last && /_list$/.test(last.type.name) && last.childCount > 1 && isBlank(last.lastChild))
    children.push(children.pop().cut(0, last.content.size - last.lastChild.nodeSize));
  return children.map(block).join("");
}

/** The data of the blocks that stand in the document, by id. */
export function blocksOf(doc) {
  const found = {};
  doc.descendants((node) => {
    if (node.type === schema.nodes.figure_block) found[node.attrs.id] = node.attrs.data;
  });
  return found;
}

const isEmptyParagraph = (node) => node.type === schema.nodes.paragraph && node.content.size === 0;
const isBlank = (item) => item.childCount === 1 && isEmptyParagraph(item.firstChild);
const all = (node) => node.content.content.map(block).join("");

const WRITE = {
  paragraph: (node) => `<p>${inline(node)}</p>`,
  heading: (node) => `<h${node.attrs.level}>${inline(node)}</h${node.attrs.level}>`,
  blockquote: (node) => `<blockquote${node.attrs.pull ? ' class="pull"' : ""}>${all(node)}</blockquote>`,
  bullet_list: (node) => `<ul>${all(node)}</ul>`,
  ordered_list: (node) => `<ol${node.attrs.start === 1 ? "" : ` start="${node.attrs.start}"`}>${all(node)}</ol>`,
  list_item: (node) => `<li>${loose(node)}</li>`,
  code_block: ({ attrs, textContent }) =>
    textContent ? `<pre><code${attrs.language ? ` class="language-${attrs.language}"` : ""}>${text(textContent)}</code></pre>` : "<pre></pre>",
  horizontal_rule: () => "<hr>",
  picture: (node) => {
    const { src, alt, decorative } = node.attrs;
    const caption = node.content.size ? `<figcaption>${inline(node)}</figcaption>` : "";
    return `<figure><img src="${value(src)}" alt="${value(alt)}"${decorative && !alt ? ' data-decorative=""' : ""}>${caption}</figure>`;
  },
  figure_block: (node) => `<figure data-block="${value(node.attrs.id)}"></figure>`,
  table,
};

const block = (node) => WRITE[node.type.name](node);

function table(node) {
  const rows = node.content.content;
  let heads = 0;
  while (heads < rows.length && rows[heads].content.content.every((cell) => cell.type === schema.nodes.table_header)) heads++;
  const write = (some) => some.map((row) => `<tr>${row.content.content.map(cell).join("")}</tr>`).join("");
  const caption = node.attrs.caption ? `<caption>${text(node.attrs.caption)}</caption>` : "";
  const head = heads ? `<thead>${write(rows.slice(0, heads))}</thead>` : "";
  const body = heads < rows.length ? `<tbody>${write(rows.slice(heads))}</tbody>` : "";
  return `<table>${caption}${head}${body}</table>`;
}

function cell(node) {
  const { scope, colspan, rowspan } = node.attrs;
  const tag = node.type === schema.nodes.table_header ? "th" : "td";
  const attributes = [
    tag === "th" && scope ? ` scope="${value(scope)}"` : "",
    colspan > 1 ? ` colspan="${colspan}"` : "",
    rowspan > 1 ? ` rowspan="${rowspan}"` : "",
  ].join("");
  return `<${tag}${attributes}>${loose(node)}</${tag}>`;
}

// White space that the cleaner would move or drop where text stands without a paragraph around it.
const EDGY = /^(?:<[^>]*>)*[ \t\n\r\f]|[ \t\n\r\f](?:<\/|<br>|(?:<[^>]*>)+[ \t\n\r\f]|$)|^(?:<[^>]*>)*<br>/;

/** What stands in a list item or a table cell: a lone first line needs no <p> around it. */
function loose(node) {
  const [first, ...rest] = node.content.content;
  const tight = first.type === schema.nodes.paragraph && rest.every((next) => /_list$/.test(next.type.name));
  if (!tight) return all(node);
  const words = inline(first);
  return (EDGY.test(words) ? `<p>${words}</p>` : words) + rest.map(block).join("");
}

/** Text with its marks, each opened once for a run of neighbours that share it. */
function inline(node) {
  let out = "";
  let open = [];
  node.forEach((child) => {
    let keep = 0;
    while (keep < open.length && keep < child.marks.length && open[keep].eq(child.marks[keep])) keep++;
    out += close(open.slice(keep)) + child.marks.slice(keep).map(openMark).join("");
    open = child.marks;
    out += child.isText ? text(child.text) : "<br>";
  });
  return out + close(open);
}

const close = (some) => [...some].reverse().map((mark) => `</${tagOf(mark)}>`).join("");
const tagOf = (mark) => (mark.type.name === "link" ? "a" : mark.type.name);
const openMark = (mark) => (mark.type.name === "link" ? `<a href="${value(mark.attrs.href)}">` : `<${mark.type.name}>`);

export const text = (words) =>
  words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\u00a0", "&nbsp;");
export const value = (words) => text(words).replaceAll('"', "&quot;");
