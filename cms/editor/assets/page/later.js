// "Later…": a day and a time by her own clock, said in words before she presses.
import { button, field, make } from "../make.js";
import { _ } from "../words.js";

/** Open the panel. `schedule(at)` resolves to what became of it, null if it was not done. */
export function askLater(desk, opener, schedule) {
  document.getElementById("later-panel")?.remove();
  const [day, hour] = (desk.about.at || desk.start.later).split("T");
  const date = field(_("Day"), { type: "date", value: day });
  const time = field(_("Time"), { type: "time", value: hour });
  date.input.min = new Date().toLocaleDateString("sv"); // as a date field writes it: 2026-12-01
  const words = make("p.when", { role: "status" });
  let asked = 0;
  const at = () => `${date.input.value}T${time.input.value}`;
  const read = async () => {
    const turn = ++asked;
    const moment = await desk.ask(`/editor/api/when?at=${encodeURIComponent(at())}`).catch((trouble) => ({ problem: trouble.message }));
    if (turn !== asked) return;
    words.textContent = moment.problem || [moment.words, moment.note].filter(Boolean).join(". ");
    words.classList.toggle("wrong", Boolean(moment.problem));
    submit.disabled = Boolean(moment.problem);
  };
  const close = () => (panel.remove(), opener.focus());
  const go = async () => (await schedule(at())) && panel.remove();
  const submit = button(_("Schedule"), go, { class: "main" });
  const panel = make("section.panel", { id: "later-panel", "aria-label": _("Publish later") },
    make("div.two", {}, date.row, time.row), words,
    make("div.panel-buttons", {}, submit, button(_("Cancel"), close, { class: "quiet" })));
  panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
  date.input.addEventListener("input", read);
  time.input.addEventListener("input", read);
  desk.panels.append(panel);
  date.input.focus();
  read();
}
