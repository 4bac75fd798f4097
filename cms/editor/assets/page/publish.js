// The buttons of the bar: publish in one press with ten seconds to undo, later, update, withdraw, bin.
import { button, field, make } from "../make.js";
import { address, ask } from "../save/server.js";
import { _ } from "../words.js";
import { hintsButton } from "./hints.js";

const UNDO_SECONDS = 10;

export function startPublishing(desk, saver) {
  const $ = (id) => document.getElementById(id);
  const buttons = { publish: $("publish"), update: $("update"), later: $("later"), preview: $("preview"), withdraw: $("withdraw"), bin: $("bin") };
  const restore = button(_("Restore"), () => act("restore", _("Brought back")), { class: "main", hidden: true });
  const pending = make("p.pending", { hidden: true });
  document.querySelector(".bar").append(pending);
  const discard = button(_("Discard draft"), discardDraft, { class: "quiet", hidden: true });
  buttons.publish.before(restore);
  const caption = button(_("Copy caption for Instagram"), copyCaption, { class: "quiet" });
  $("extras").append(discard, caption);
  const hints = hintsButton(desk, buttons.later);
  let toast = null;
  let busy = false;

  function show() {
    const { state, changed, url, when } = desk.about;
    const binned = state === "bin";
    buttons.publish.hidden = binned || state === "published";
    buttons.update.hidden = binned || !["published", "scheduled"].includes(state);
    buttons.later.hidden = binned || state === "published";
    buttons.withdraw.hidden = binned || !["published", "scheduled"].includes(state);
    buttons.bin.hidden = binned;
    restore.hidden = !binned;
    discard.hidden = !changed;
    caption.hidden = $("history").hidden = desk.token === null;
    const where = $("where");
    where.replaceChildren();
    if (state === "published") where.append(_("Published at"), " ", make("a", { href: url, target: "_blank", rel: "noopener" }, url));
    else if (state === "scheduled") where.append(_("Goes out on {when}", { when }));
    else if (binned) where.append(_("In the bin"));
    pending.hidden = !(changed && ["published", "scheduled"].includes(state));
    pending.textContent = state === "scheduled"
      ? _("Your changes do not go out until you press Update.")
      : _("Your changes are not public until you press Update.");
    hints.refresh();
  }

  // Save every letter first; then do what the button says, once, however often it is pressed.
  async function act(verb, words, extra = {}, undoable = false) {
    if (busy) return null;
    busy = true;
    try {
      if (verb !== "restore" && verb !== "undo" && !(await saved())) return null;
      const done = await ask(`/editor/api/posts/${desk.post}/${verb}`, { method: "POST", json: { base: desk.token, ...extra } });
      desk.settle(done);
      tell(typeof words === "function" ? words(done) : words, undoable);
      return done;
    } catch (trouble) {
      if (trouble.status === 409) { // somebody saved in this very moment: merge, and let her look before she presses again
        saver.edit++;
        await saver.flush();
        tell(_("Not done: the post was changed elsewhere. Look at it, then press again."));
      } else if (trouble.status === 401) {
        saver.edit++;
        await saver.flush();
        busy = false;
        return act(verb, words, extra, undoable);
      } else tell(trouble.message);
      return null;
    } finally {
      busy = false;
    }
  }

  async function saved() {
    if (desk.token === null && !saver.dirty) saver.edit++; // a post without a word yet
    if (await saver.flush()) return true;
    tell(_("Not done, because the text could not be saved yet. Nothing is lost; try again in a moment."));
    return false;
  }

  function tell(words, undoable = false) {
    toast?.remove();
    toast = make("div.toast", {}, make("p", {}, words));
    if (undoable) {
      toast.append(button(_("Undo"), undo, { class: "main" }), make("span.countdown", { "aria-hidden": "true" }));
      const mine = toast;
      setTimeout(() => mine.remove(), UNDO_SECONDS * 1000);
    } else toast.append(button(_("Close"), () => toast.remove(), { class: "quiet" }));
    if (undoable) toast.firstChild.append(make("span.unseen", {}, _(" You can undo this for ten seconds.")));
    $("toasts").replaceChildren(toast);
  }

  async function undo() {
    const binned = desk.about.state === "bin";
    toast?.remove();
    const undone = ({ about }) => about.state === "published"
      ? _("Undone. Readers see the earlier text again; your changes are kept here.")
      : _("Undone. It is as it was before.");
    await act(binned ? "restore" : "undo", binned ? _("Brought back from the bin") : undone);
  }

  async function discardDraft() {
    const done = await act("discard", _("Your changes were put aside; they stay in the history."));
    if (done) location.reload();
  }

  async function copyCaption() {
    if (!(await saved())) return;
    try {
      const made = await ask(`/editor/api/posts/${desk.post}/caption`);
      await navigator.clipboard.writeText(made.caption);
      tell(_("The caption is on your clipboard. Paste it into Instagram."));
    } catch (trouble) {
      tell(trouble.message);
    }
  }

  function later() {
    document.getElementById("later-panel")?.remove();
    const [day, hour] = desk.start.later.split("T");
    const date = field(_("Day"), { type: "date", value: day });
    const time = field(_("Time"), { type: "time", value: hour });
    const words = make("p.when", { role: "note" });
    let asked = 0;
    const at = () => `${date.input.value}T${time.input.value}`;
    const read = async () => {
      const turn = ++asked;
      try {
        const moment = await ask(`/editor/api/when?at=${encodeURIComponent(at())}`);
        if (turn === asked) words.textContent = [moment.words, moment.note].filter(Boolean).join(". ");
      } catch (trouble) {
        if (turn === asked) words.textContent = trouble.message;
      }
    };
    const close = () => (panel.remove(), buttons.later.focus());
    const go = async () => {
      const done = await act("publish", (result) => _("It goes out on {when}.", { when: result.about.when }), { at: at() }, true);
      if (done) panel.remove();
    };
    const panel = make("section.panel", { id: "later-panel", "aria-label": _("Publish later") },
      make("div.two", {}, date.row, time.row), words,
      make("div.panel-buttons", {}, button(_("Schedule"), go, { class: "main" }), button(_("Cancel"), close, { class: "quiet" })));
    panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
    date.input.addEventListener("input", read);
    time.input.addEventListener("input", read);
    desk.panels.append(panel);
    date.input.focus();
    read();
  }

  async function preview() {
    const page = window.open("", "_blank");
    if (await saved()) page.location = address(`/editor/posts/${desk.post}/preview`);
    else page?.close();
  }

  buttons.publish.addEventListener("click", () => act("publish", _("Published: it is public now."), { now: true }, true));
  buttons.update.addEventListener("click", () => act("publish", _("Updated: readers see the new text now."), {}, true));
  buttons.later.addEventListener("click", later);
  buttons.preview.addEventListener("click", preview);
  buttons.withdraw.addEventListener("click", () => act("withdraw", _("Withdrawn: it is not public any more. The text stays here.")));
  buttons.bin.addEventListener("click", () => act("bin", _("Moved to the bin."), {}, true));
  return { show };
}
