// Hints beside the Publish button: things to look at, never a gate. What is asked for with them: the hashtags
// in the text that count as tags, and those at its end, which are shown apart from it.
import { make } from "../make.js";
import { ask } from "../save/server.js";
import { _ } from "../words.js";

/** Put the button before `place`; returns {refresh}. */
export function hintsButton(desk, place) {
  const list = make("ul");
  const panel = make("section.panel.hints", { id: "hints", "aria-label": _("Hints"), hidden: true }, list);
  const toggle = make("button.quiet.hints-button", { type: "button", "aria-expanded": "false", "aria-controls": "hints", hidden: true });
  const leaving = document.getElementById("leaving");
  let hints = [];
  let timer;
  let asked = 0;
  const open = (wanted) => desk.more(({ showHints }) => {
    showHints(desk, list, hints, () => open(false));
    panel.hidden = !wanted;
    toggle.setAttribute("aria-expanded", String(wanted));
  });
  toggle.addEventListener("click", () => open(panel.hidden));
  place.before(toggle);
  desk.panels.append(panel);

  async function load() {
    const turn = ++asked;
    const found = await ask(`/editor/api/posts/${desk.post}/hints`).catch(() => null); // hints can wait
    if (turn !== asked || !found) return;
    hints = found.hints;
    desk.counted(found.counted);
    leaving.hidden = !found.leaving.length;
    leaving.lastElementChild.textContent = found.leaving.join(" ");
    toggle.hidden = hints.length === 0;
    toggle.textContent = hints.length === 1 ? _("1 hint") : _("{n} hints", { n: hints.length });
    if (!panel.hidden) open(hints.length > 0);
  }

  return {
    refresh: () => {
      clearTimeout(timer);
      if (desk.token !== null) timer = setTimeout(load, 800);
    },
  };
}
