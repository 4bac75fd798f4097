// The buttons of the bar: publish in one press with ten seconds to undo, later, update, withdraw, bin.
import { button, make } from "../make.js";
import { address, ask } from "../save/server.js";
import { _ } from "../words.js";
import { hintsButton } from "./hints.js";

const UNDO_SECONDS = 10;

export function startPublishing(desk, saver) {
  const $ = (id) => document.getElementById(id);
  const buttons = { publish: $("publish"), update: $("update"), later: $("later"), preview: $("preview"), withdraw: $("withdraw"), bin: $("bin") };
  const restore = button(_("Restore"), () => act("restore", _("Brought back")), { class: "main", hidden: true });
  const pending = make("p.pending", { hidden: true });
  $("toasts").before(pending);
  const discard = button(_("Discard draft"), discardDraft, { class: "quiet", hidden: true });
  buttons.publish.before(restore);
  const caption = button(_("Copy caption for Instagram"), copyCaption, { class: "quiet" });
  $("extras").append(discard, caption);
  const hints = hintsButton(desk, buttons.later);
  let toast = null;
  let busy = false;
  desk.tell = tell;

  function show() {
    const { state, changed, url, when } = desk.about;
    const binned = state === "bin";
    const out = ["published", "scheduled"].includes(state);
    buttons.publish.hidden = binned || state === "published";
    buttons.publish.className = state === "scheduled" ? "quiet" : "main"; // one main button, the others apart
    const row = (state === "scheduled" ? buttons.later : buttons.update).parentNode;
    if (buttons.publish.parentNode !== row) row.append(buttons.publish);
    $("links").hidden = state !== "published";
    buttons.update.hidden = buttons.withdraw.hidden = !out;
    buttons.later.hidden = binned || state === "published";
    buttons.bin.hidden = binned;
    restore.hidden = !binned;
    discard.hidden = !changed;
    pending.hidden = !changed && state !== "scheduled";
    caption.hidden = $("history").hidden = desk.token === null;
    const where = $("where");
    where.replaceChildren();
    if (state === "published") where.append(_("Published at"), " ", make("a", { href: url, target: "_blank", rel: "noopener" }, url));
    else if (binned) where.append(_("In the bin"));
    const goesOut = _("Goes out on {when}.", { when });
    if (state !== "scheduled") pending.textContent = _("Your changes are not public until you press Update.");
    else pending.textContent = changed ? `${goesOut} ${_("Your changes do not go out until you press Update.")}` : goesOut;
    hints.refresh();
  }

  // Save every letter first; then do what the button says, once, however often it is pressed.
  async function act(verb, words, { undoable = false, also, see, ...extra } = {}) {
    if (busy) return null;
    busy = true;
    try {
      if (verb !== "restore" && verb !== "undo" && !(await saved())) return null;
      const done = await ask(`/editor/api/posts/${desk.post}/${verb}`, { method: "POST", json: { base: desk.token, ...extra } });
      desk.settle(done);
      if (!saver.dirty) desk.say(_("Saved"));
      tell(typeof words === "function" ? words(done) : words, { undo: undoable && { words: _("Undo"), go: undo }, also, see: see && done.about.url, brief: true });
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
        return act(verb, words, { undoable, also, see, ...extra });
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

  // `undo` and `also` are {words, go}: what can be done about it; `see` is where it can be seen. What is brief, or
  // can be undone, goes by itself.
  function tell(said, { undo, also, see, brief = Boolean(undo) } = {}) {
    toast?.remove();
    const mine = toast = make("div.toast", {}, make("p", {}, said, undo && make("span.unseen", {}, _(" You can undo this for ten seconds."))));
    const press = ({ words, go }, look) => button(words, () => (mine.remove(), go()), { class: look });
    toast.append(...[see && make("a.button", { href: see, target: "_blank", rel: "noopener" }, _("See it")), also && press(also, "quiet"), undo && press(undo, "main"), undo && make("span.countdown", { "aria-hidden": "true" }),
      !undo && press({ words: _("Close"), go() {} }, "quiet")].filter(Boolean));
    if (brief) setTimeout(() => mine.remove(), UNDO_SECONDS * 1000);
    $("toasts").replaceChildren(toast);
  }

  async function undo() {
    const binned = desk.about.state === "bin";
    const undone = ({ about }) => about.state === "published"
      ? _("Undone. Readers see the earlier text again; your changes are kept here.")
      : _("Undone. It is as it was before.");
    await act(binned ? "restore" : "undo", binned ? _("Brought back from the bin") : undone);
  }

  // The draft stays in this page until she has let ten seconds pass, and in the history for good.
  async function discardDraft() {
    if (!(await saved())) return;
    const draft = desk.read();
    const done = await act("discard", _("Your changes were put aside."));
    if (!done) return;
    try {
      desk.show((await ask(`/editor/api/posts/${desk.post}`)).text);
    } catch {
      return location.reload();
    }
    tell(_("Your changes were put aside; they stay in the history."), { undo: { words: _("Undo"), go: () => (desk.show(draft), saver.changed()) } });
  }

  async function copyCaption() {
    if (await saved()) desk.more(({ copyCaption }) => copyCaption(desk).catch(({ message }) => tell(message)));
  }

  const titled = () => {
    const title = $("title");
    if (title.value.trim()) return true;
    title.focus();
    tell(_("A post needs a title. Write it here, then press the button again."));
    return false;
  };

  const later = () => titled() && desk.more(({ askLater }) => askLater(desk, buttons.later, (at) =>
    act("publish", ({ about }) => _("It goes out on {when}.", { when: about.when }), { at, undoable: true })));

  async function preview() {
    const page = window.open("", "_blank");
    if (await saved()) page.location = address(`/editor/posts/${desk.post}/preview`);
    else page?.close();
  }

  // What a careful colleague would still mention, after the press.
  const reminder = () => {
    const bare = [...desk.view.dom.querySelectorAll(".alt-input")].filter((input) => !input.value && !input.disabled);
    if (!bare.length) return ["", undefined];
    const words = bare.length === 1 ? _(" One picture has no description yet.") : _(" {n} pictures have no description yet.", { n: bare.length });
    return [words, { words: _("Describe it"), go: () => bare[0].focus() }];
  };
  const publish = (words, extra) => {
    if (!titled()) return;
    const [more, also] = reminder();
    act("publish", words + more, { ...extra, undoable: true, also, see: true });
  };

  buttons.publish.addEventListener("click", () => publish(_("It is live: readers can see it now."), { now: true }));
  buttons.update.addEventListener("click", () => publish(_("Updated: readers see the new text now.")));
  buttons.later.addEventListener("click", later);
  buttons.preview.addEventListener("click", preview);
  buttons.withdraw.addEventListener("click", () => act("withdraw", _("Withdrawn: it is not public any more. The text stays here.")));
  buttons.bin.addEventListener("click", () => act("bin", _("Moved to the bin."), { undoable: true }));
  return { show };
}
