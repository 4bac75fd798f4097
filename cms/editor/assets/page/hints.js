// Hints beside the Publish button: things to look at, never a gate.
import { make } from "../make.js";
import { ask } from "../save/server.js";
import { _ } from "../words.js";

/** Put the button before `place`; returns {refresh}. */
export function hintsButton(desk, place) {
  const list = make("ul");
  const panel = make("section.panel.hints", { id: "hints", "aria-label": _("Hints"), hidden: true }, list);
  const toggle = make("button.quiet.hints-button", { type: "button", "aria-expanded": "false", "aria-controls": "hints", hidden: true });
  toggle.addEventListener("click", () => {
    panel.hidden = !panel.hidden;
    toggle.setAttribute("aria-expanded", String(!panel.hidden));
  });
  place.before(toggle);
  desk.panels.append(panel);
  let timer;
  let asked = 0;

  async function load() {
    const turn = ++asked;
    let found;
    try {
      found = (await ask(`/editor/api/posts/${desk.post}/hints`)).hints;
    } catch {
      return; // hints can wait
    }
    if (turn !== asked) return;
    list.replaceChildren(...found.map((hint) => make("li", {}, hint.message)));
    toggle.hidden = found.length === 0;
    toggle.textContent = found.length === 1 ? _("1 hint") : _("{n} hints", { n: found.length });
    if (!found.length) {
      panel.hidden = true;
      toggle.setAttribute("aria-expanded", "false");
    }
  }

  return {
    refresh: () => {
      clearTimeout(timer);
      if (desk.token !== null) timer = setTimeout(load, 800);
    },
  };
}
