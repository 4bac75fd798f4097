// An exercise in a post: chosen from the library, or written right here, which puts it into the library. What is
// typed and not yet in the library is kept in the post, as the block's `draft`.
import { button, field, fill, make } from "../make.js";
import { choosePicture } from "./library.js";
import { _ } from "../words.js";

const DOSE = { sets: _("Sets"), reps: _("Repetitions"), hold: _("Hold"), side: _("Side") };

/** The form for a block's `data`. `set(values)` keeps values in the block; `done()` closes the form. */
export function exerciseForm(desk, data, set, done) {
  const box = make("div");
  const choose = async () => {
    const { row, input } = field(_("Exercise from the library"), { tag: "select" });
    const own = make("div.panel-buttons");
    const offer = (id) => fill(own,
      id && button(_("Change this exercise…"), () => open(id), { class: "quiet" }), button(_("Write a new exercise"), () => write({}), { class: "quiet" }));
    input.append(make("option", { value: "" }, _("Choose…")));
    input.addEventListener("change", () => (set({ exercise: input.value }), offer(input.value)));
    box.replaceChildren(row, own);
    offer(data.exercise);
    try {
      for (const { id, name } of (await desk.ask("/editor/api/exercises")).exercises) input.append(make("option", { value: id }, name));
      input.value = data.exercise ?? "";
    } catch {
      row.append(make("p.wrong", {}, _("The library cannot be reached right now.")));
    }
  };
  const open = async (id) => {
    const known = await desk.ask(`/editor/api/exercises/${encodeURIComponent(id)}`).catch(({ message }) => box.append(make("p.wrong", {}, message)));
    if (known) write({ ...known, of: id });
  };
  const write = (draft) => box.replaceChildren(form(desk, draft, {
    keep: (values) => set({ draft: values }),
    saved: ({ id }) => (set({ exercise: id, draft: undefined }), done()),
    back: () => (set({ draft: undefined }), choose()),
  }));
  if (data.draft) write(data.draft);
  else choose();
  return box;
}

function form(desk, draft, { keep, saved, back }) {
  const inputs = {
    name: field(_("Name"), { value: draft.name ?? "" }),
    steps: field(_("Steps"), { tag: "textarea", rows: "4", hint: _("One a line."), value: draft.steps ?? "" }),
    ...Object.fromEntries(Object.entries(DOSE).map(([name, label]) => [name, field(label, { value: draft[name] ?? "" })])),
    stop_if: field(_("Stop if"), { value: draft.stop_if ?? "", placeholder: _("the pain goes above 3 of 10") }),
  };
  let picture = draft.picture ?? "";
  const read = () => ({ ...(draft.of && { of: draft.of }), ...Object.fromEntries(Object.entries(inputs).map(([name, { input }]) => [name, input.value])), picture });
  const changed = () => keep(read());
  for (const { input } of Object.values(inputs)) input.addEventListener("input", changed);

  const shown = make("div.panel-buttons");
  const showPicture = () => fill(shown,
    picture && make("img.small-picture", { src: desk.pictureAddress(picture), alt: "" }),
    button(picture ? _("Another picture") : _("Choose a picture"), () => choosePicture(desk, shown, ({ name }) => ((picture = `media/${name}`), changed(), showPicture())), { class: "quiet" }),
    picture && button(_("No picture"), () => ((picture = ""), changed(), showPicture()), { class: "quiet" }));
  showPicture();

  const wrong = make("p.wrong", { role: "alert" });
  const save = async () => {
    const { of, ...values } = read();
    try {
      saved(await desk.ask(`/editor/api/exercises${of ? `/${encodeURIComponent(of)}` : ""}`, { method: "POST", json: values }));
    } catch ({ message }) {
      wrong.textContent = message;
    }
  };
  const others = draft.used > 1 ? _("{n} posts show this exercise; all of them change.", { n: draft.used }) : _("It goes into your library, so that other posts can show it too.");
  const made = make("div.exercise-form", {}, inputs.name.row, inputs.steps.row, make("div.four", {}, ...Object.keys(DOSE).map((name) => inputs[name].row)), inputs.stop_if.row, shown,
    make("p.hint", {}, others), wrong, make("div.panel-buttons", {}, button(_("Save exercise"), save, { class: "main" }), button(_("Back to the library"), back, { class: "quiet" })));
  queueMicrotask(() => inputs.name.input.focus());
  return made;
}
