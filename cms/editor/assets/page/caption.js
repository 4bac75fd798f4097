// "Copy caption for Instagram".
import { button, field, make } from "../make.js";
import { _ } from "../words.js";

/** Put the caption on the clipboard; where the browser forbids that, show it for copying by hand. */
export async function copyCaption(desk) {
  const made = desk.ask(`/editor/api/posts/${desk.post}/caption`).then(({ caption }) => caption);
  try {
    await navigator.clipboard.writeText(await made);
    desk.tell(_("The caption is on your clipboard. Paste it into Instagram."));
  } catch {
    show(desk, await made);
  }
}

function show(desk, caption) {
  const { row, input } = field(_("Caption for Instagram"), { tag: "textarea", rows: "8", readonly: true, value: caption });
  const panel = make("section.panel", { "aria-label": _("Caption for Instagram") }, row,
    make("p.hint", {}, _("Your browser keeps its clipboard to itself here: copy the marked text, then paste it into Instagram.")),
    button(_("Close"), () => panel.remove(), { class: "quiet" }));
  desk.panels.append(panel);
  input.focus();
  input.select();
}
