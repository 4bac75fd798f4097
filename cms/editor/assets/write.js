// The write page: puts the parts together. Each part is in a file of its own under text/, save/ and page/.
import { TextSelection } from "prosemirror-state";
import { button, make } from "./make.js";
import { fieldsOf } from "./page/fields.js";
import { showKept } from "./page/kept.js";
import { startPublishing } from "./page/publish.js";
import { Autosave, WORDS } from "./save/autosave.js";
import * as device from "./save/device.js";
import { ask, pictureAddress, renew, Trouble } from "./save/server.js";
import { addBlocks } from "./text/blocks.js";
import { hashtagPopup } from "./text/hashtags.js";
import { blocksOf, fromHTML, toHTML } from "./text/html.js";
import { linkAsker } from "./text/link.js";
import { pastePlugin } from "./text/paste.js";
import * as places from "./text/places.js";
import { picturesIn } from "./text/pictures.js";
import { toolbar } from "./text/toolbar.js";
import { makeView } from "./text/view.js";
import { _ } from "./words.js";

const form = document.getElementById("write");
const start = JSON.parse(form.dataset.start);
const $ = (id) => document.getElementById(id);

// A text that cannot be cleaned stays in the plain form, where it can be mended.
if (start.text.html !== null) begin();

async function begin() {
  document.documentElement.classList.add("with-script");
  form.addEventListener("submit", (event) => event.preventDefault());
  const panels = $("panels");
  const post = form.dataset.post;
  const say = (words) => $("state").textContent !== words && ($("state").textContent = words);
  const announce = (words) => ($("announce").textContent = words);

  const desk = { post, start, panels, announce, say, ask, renew, pictureAddress, load, token: start.text.token, about: start.about, view: null };
  desk.more = (use) => load().then(use, ({ message }) => desk.tell(message));
  desk.htmlOf = (nodes) => toHTML({ content: { content: nodes } });
  desk.select = (from, to) => {
    desk.view.dispatch(desk.view.state.tr.setSelection(TextSelection.create(desk.view.state.doc, from, to)).scrollIntoView());
    desk.view.focus();
  };
  const fields = fieldsOf(form, desk, () => saver.changed());
  const known = (text) => ({ html: text.html, blocks: text.blocks, fields: fields.pick(text), token: text.token });
  desk.base = known(start.text); // what the server has, and this text grew from

  const source = $("source");
  $("page").hidden = false;
  const askLink = linkAsker($("tools"), () => desk.view);
  const pictures = picturesIn(desk);
  const blocks = addBlocks(desk, pictures.fromLibrary);
  let update = () => {};
  desk.view = makeView($("page"), fromHTML(desk.base.html, desk.base.blocks), {
    askLink,
    plugins: [places.places(), hashtagPopup(), pictures.plugin, pastePlugin(desk, pictures), blocks.plugin],
    nodeViews: { ...pictures.nodeViews, ...blocks.nodeViews },
    changed: (tr) => tr.getMeta("quiet") || saver.changed(),
    moved: (state) => update(state),
  });
  update = toolbar($("toolbar"), desk.view, { askLink, picture: pictures.tool, blocks: blocks.tool });
  update(desk.view.state);
  source.remove();

  const read = desk.read = () => {
    const values = fields.read();
    const { doc } = desk.view.state;
    return { base: desk.token, html: toHTML(doc), blocks: blocksOf(doc), ...values, seo: { title: "", description: "", ...values.seo } };
  };

  /** Show another text and its fields in place of these; "Undo typing" takes it back if it may be `undone`. */
  desk.show = (text, undone = true) => {
    const { state } = desk.view;
    const { content } = fromHTML(text.html, text.blocks);
    desk.view.dispatch(state.tr.replaceWith(0, state.doc.content.size, content).setMeta("addToHistory", undone).setMeta("quiet", true));
    fields.write(fields.pick(text));
  };

  // What was sent and never answered: the server may have it all the same.
  const sent = [];
  const isOurs = (theirs, ours) => ours.some((content) => JSON.stringify([content.html, fields.pick(content)]) === JSON.stringify([theirs.html, theirs.fields]));

  const send = async (content, options) => {
    sent.push(content);
    const done = await ask(`/editor/api/posts/${post}`, { method: "POST", json: content, ...options });
    sent.length = 0;
    desk.settle(done, content);
  };

  desk.settle = (done, content) => {
    desk.token = done.token;
    desk.base = content ? { ...known(content), token: done.token } : { ...desk.base, token: done.token };
    desk.about = done.about;
    form.elements.base.value = done.token ?? "";
    if (location.pathname.endsWith("/posts/new")) history.replaceState(null, "", location.pathname.replace(/new$/, post));
    publishing.show();
  };

  // Bring somebody else's changes into this text. Until all is decided `desk.base` stays what it was, so
  // that a copy on the device would be merged in the same way again.
  const merge = async (theirs, by, clock) => {
    const { decide, mergeField, mergeText } = await load();
    const base = desk.base;
    const tr = desk.view.state.tr.setMeta("addToHistory", false).setMeta("quiet", true);
    const overlaps = mergeText(tr, fromHTML(base.html, base.blocks), fromHTML(theirs.html, theirs.blocks));
    desk.view.dispatch(tr);
    const mine = fields.read();
    const merged = {};
    const clashes = [];
    for (const name of Object.keys(theirs.fields)) {
      const { value, conflict } = mergeField(base.fields[name], mine[name], theirs.fields[name]);
      merged[name] = value;
      if (conflict) clashes.push({ name, mine: mine[name], theirs: theirs.fields[name] });
    }
    fields.write(merged);
    if (overlaps.length || clashes.length) {
      say(WORDS.elsewhere(clock));
      saver.keepNow();
      await decide(desk, places, overlaps, clashes, by, fields);
    }
    desk.base = theirs;
    desk.token = theirs.token;
  };

  const conflict = async () => {
    const { about, text, by } = await ask(`/editor/api/posts/${post}`);
    const theirs = known({ ...text, html: text.html ?? "" });
    if (isOurs(theirs, sent)) Object.assign(desk, { base: theirs, token: theirs.token });
    else await merge(theirs, by, text.saved_clock);
    sent.length = 0;
    desk.about = about;
    return true;
  };

  const saver = new Autosave({
    read, send, say, conflict,
    keep: (content, last) => device.keep(post, { content, known: desk.base, sent, title: content.title, fresh: !start.exists }, last),
    forget: () => device.drop(post),
    signIn: async () => (await load()).askToSignIn(desk),
  });
  desk.saver = saver;
  if (start.exists) say($("state").textContent.trim() || WORDS.saved);

  // The bar sticks to the top, on a phone only its last row; the toolbar sticks below it.
  const bar = document.querySelector(".bar");
  new ResizeObserver(() => {
    const away = Math.max(0, bar.querySelector(".back").offsetTop - 8);
    bar.style.top = `-${away}px`;
    form.style.setProperty("--bar", `${bar.offsetHeight - away}px`);
  }).observe(bar);
  const publishing = startPublishing(desk, saver);
  publishing.show();

  await bringBack();
  if (!start.exists) {
    await showKept($("notes"), post);
    if (document.activeElement === document.body) $("title").focus();
  }

  // Text that this device kept and the server never got. It is saved as grown from what it grew from; whatever
  // was changed elsewhere meanwhile is then merged as always. One copy after the other.
  async function bringBack() {
    for (const copy of await device.leftovers(post)) {
      if (saver.dirty && !(await saver.flush())) return; // the next visit brings back the rest
      if (!isOurs(desk.base, copy.sent ?? [])) desk.base = copy.known;
      desk.token = desk.base.token;
      desk.show(copy.content, false);
      saver.changed();
      await saver.keepNow();
      if (copy.key !== device.ownKey(post)) device.drop(post, copy.key);
      const note = make("div.note.good", {}, make("p", {}, _("Text that was kept on this device has been brought back.")), button(_("Good"), () => note.remove(), { class: "quiet" }));
      $("notes").append(note);
    }
  }
}

// The second file. Asking again after a failure tries again: a browser may remember an address that failed.
let second = null;
let tries = 0;
async function load() {
  try {
    return await (second ??= import(form.dataset.more + (tries ? `?${tries}` : "")));
  } catch {
    second = null;
    tries++;
    throw new Trouble(0);
  }
}
