// Paste: the raw clipboard goes to our server, which knows Google Docs, Word and Instagram (cms/markup/paste.py);
// what comes back is put in as structure. Without a network our own schema reads it, less cleverly.
import { Slice } from "prosemirror-model";
import { Plugin, TextSelection } from "prosemirror-state";
import { button, make } from "../make.js";
import { ask } from "../save/server.js";
import { _ } from "../words.js";
import { sliceFromHTML, text as escape } from "./html.js";
import { find, forget, markStretch, newPlace, waitAt } from "./places.js";
import { goodAddress, schema } from "./schema.js";

// Under our CSP each style= and onclick= would be refused with an error in the console, and each <style>
// too, so no parser gets to see one.
export function hideStyles(html) {
  const small = html.toLowerCase();
  let out = "";
  let at = 0;
  for (const { index } of html.matchAll(/<style\b/gi)) {
    if (index < at) continue;
    const end = small.indexOf("</style", index);
    out += html.slice(at, index);
    at = end < 0 ? html.length : end;
    if (end < 0) break;
  }
  return (out + html.slice(at)).replace(/([\s"'])(style|on[a-z]+)(\s*=)/gi, "$1data-$2$3");
}

export function pastePlugin(desk, pictures) {
  return new Plugin({
    props: {
      transformPastedHTML: hideStyles,
      // Before ProseMirror looks at it, which would parse the whole clipboard here.
      handleDOMEvents: {
        paste(view, event) {
          if (!take(view, event.clipboardData)) return false;
          event.preventDefault();
          return true;
        },
      },
    },
  });

  function take(view, data) {
    if (!data || view.state.selection.$from.parent.type.spec.code) return false;
    const [html, text] = [data.getData("text/html"), data.getData("text/plain")];
    const files = [...data.files].filter((file) => file.type.startsWith("image/"));
    if (files.length && !/\S/.test(text) && !hasWords(html)) {
      pictures.take(files, view.state.selection.from);
      return true;
    }
    if (html.includes("data-pm-slice")) return false; // from an editor like this one
    if (!html && !text) return false;
    if (!html && pasteLine(view, text)) return true;
    bring(desk, view, html, text);
    return true;
  }
}

const hasWords = (html) => /\S/.test(html.replace(/<[^>]*>|&nbsp;/g, ""));

// One line of plain text goes in at once; an address becomes a link, on the selected words if there are any.
function pasteLine(view, text) {
  const line = text.replace(/\r?\n$/, "");
  if (/[\r\n]/.test(line) || /^\s*(?:#{1,6}|[-*+•]|\d+[.)]|>)\s/.test(line) || /[*_`~[]/.test(line)) return false;
  const { state } = view;
  const href = /^(?:https?:\/\/|www\.)\S+$/i.test(line) ? goodAddress(line.replace(/^www\./i, "https://www.")) : "";
  const tr = state.tr.setMeta("paste", true);
  const { empty, $from } = state.selection;
  if (href && (!empty || $from.parent.type.allowsMarkType(schema.marks.link))) {
    const mark = schema.marks.link.create({ href });
    if (empty) tr.replaceSelectionWith(schema.text(line, [mark]), false).removeStoredMark(schema.marks.link);
    else tr.addMark(state.selection.from, state.selection.to, mark).setSelection(TextSelection.near(tr.doc.resolve(state.selection.to), -1));
  } else tr.insertText(line);
  view.dispatch(tr.scrollIntoView());
  return true;
}

const title = document.getElementById("title");
const putTitle = (words) => {
  title.value = words;
  title.dispatchEvent(new Event("input"));
};

async function bring(desk, view, html, text) {
  const id = newPlace();
  const replaced = view.state.selection.content();
  let tr = view.state.tr.deleteSelection();
  const titled = !title.value.trim() && !tr.doc.textBetween(0, tr.selection.from).trim();
  view.dispatch(waitAt(tr, id, tr.selection.from, make("span.bringing", { "aria-label": _("Pasting…") })));
  let pasted;
  try {
    pasted = await ask("/editor/api/paste", { method: "POST", json: { html: html || null, text, titled } });
  } catch (trouble) {
    pasted = { html: offline(html, text), notes: trouble.status ? [trouble.message] : [], removed: [], offline: true };
  }
  const place = find(view.state, id);
  tr = forget(view.state.tr, id).setMeta("paste", true);
  if (!place) return view.dispatch(tr);
  const wasHere = view.state.selection.empty && view.state.selection.from === place.from;
  const before = tr.doc.content.size;
  if (pasted.title && title.value.trim()) { // she has typed one meanwhile
    pasted.html = `<h2>${escape(pasted.title)}</h2>${pasted.html}`;
    pasted.title = "";
  }
  const slice = open(sliceFromHTML(pasted.html, !pasted.offline));
  tr.replaceRange(place.from, place.from, slice);
  const [from, to] = changed(tr) ?? [place.from, place.from + tr.doc.content.size - before];
  if (wasHere) tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(to, tr.doc.content.size)), -1)).scrollIntoView();
  view.dispatch(tr);
  if (pasted.title) putTitle(pasted.title);
  const structured = /<(?:h\d|ul|ol|table|blockquote|pre)\b/.test(pasted.html);
  if (html || structured || pasted.title) note(desk, view, { from, to }, { pasted, text, replaced });
}

// One paragraph flows into the line it is pasted in; more than that stands as blocks.
function open(slice) {
  const { content } = slice;
  if (content.childCount === 1 && content.firstChild.type === schema.nodes.paragraph) return new Slice(content, 1, 1);
  return new Slice(content, 0, 0);
}

function changed(tr) {
  let range = null;
  tr.mapping.maps.forEach((map, i) => map.forEach((a, b, from, to) => {
    const rest = tr.mapping.slice(i + 1);
    const [start, end] = [rest.map(from, -1), rest.map(to, 1)];
    range = range ? [Math.min(range[0], start), Math.max(range[1], end)] : [start, end];
  }));
  return range;
}

// Without the server: the clipboard's HTML without its styles, or plain paragraphs.
function offline(html, text) {
  if (!html) return plain(text);
  const doc = new DOMParser().parseFromString(hideStyles(html), "text/html");
  for (const bad of doc.querySelectorAll("style, script, meta, link, title, svg, math, template, iframe, object")) bad.remove();
  for (const bold of doc.querySelectorAll('b[id^="docs-internal-guid"]')) bold.replaceWith(...bold.childNodes);
  return doc.body.innerHTML;
}

const plain = (text) => text.split(/\r?\n/).filter((line) => line.trim()).map((line) => `<p>${escape(line)}</p>`).join("");

function note(desk, view, range, { pasted, text, replaced }) {
  const gone = pasted.removed.map(({ kind, name, count }) => _("{count} × {name}", { count, name: name || kind }));
  const words = [
    pasted.offline ? _("Pasted without the server's help; look it over.") : _("Pasted as clean text."),
    pasted.title && _("“{title}” became the title.", pasted),
    gone.length ? _("Left out: {what}.", { what: gone.join(", ") }) : "",
    ...pasted.notes,
  ].filter(Boolean).join(" ");
  const id = newPlace();
  view.dispatch(markStretch(view.state.tr, id, range.from, range.to));
  const notes = document.getElementById("notes");
  notes.querySelector(".paste-note")?.remove();
  const close = () => {
    box.remove();
    view.dispatch(forget(view.state.tr, id));
  };
  const instead = (slice) => () => {
    const now = find(view.state, id);
    if (now) view.dispatch(view.state.tr.replaceRange(now.from, now.to, slice).scrollIntoView());
    if (pasted.title && title.value === pasted.title) putTitle("");
    close();
    view.focus();
  };
  const box = make("div.note.paste-note", { role: "group", "aria-label": _("Pasted") }, make("p", {}, words),
    button(_("Undo paste"), instead(replaced), { class: "quiet" }),
    text && button(_("Keep plain text"), instead(open(sliceFromHTML(plain(text)))), { class: "quiet" }),
    button(_("Keep"), close, { class: "quiet" }));
  notes.append(box);
  if (!gone.length && !pasted.notes.length && !pasted.offline) setTimeout(() => box.isConnected && close(), 15000);
}

const bringsBlock = ({ slice }) => {
  let found = false;
  slice?.content.descendants((node) => void (found ||= node.type === schema.nodes.figure_block));
  return found;
};

/** Blocks that were copied get ids of their own. */
export const uniqueBlocks = (freshId) =>
  new Plugin({
    appendTransaction(transactions, old, state) {
      if (!transactions.some((tr) => tr.steps.some(bringsBlock))) return null; // a key need not walk the whole text
      const seen = new Set();
      const tr = state.tr;
      state.doc.descendants((node, pos) => {
        if (node.type !== schema.nodes.figure_block) return;
        if (seen.has(node.attrs.id)) tr.setNodeAttribute(pos, "id", freshId(node.attrs.data.kind));
        seen.add(node.attrs.id);
      });
      return tr.docChanged ? tr : null;
    },
  });

