// A little help on the other pages; each of them works without it.
import { showKept } from "./page/kept.js";

document.documentElement.classList.add("with-script");
const kept = document.getElementById("kept");
if (kept) showKept(kept);

// The menu closes as menus do: with Escape, or when she goes elsewhere.
const more = document.querySelector("details.more");
more?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !more.open) return;
  more.open = false;
  more.querySelector("summary").focus();
});
for (const kind of ["click", "focusin"]) document.addEventListener(kind, (event) => more && !more.contains(event.target) && (more.open = false));

// Two presses for what cannot be undone: the first says what the second will do.
for (const button of document.querySelectorAll("button[data-sure]"))
  button.addEventListener("click", (event) => {
    if (button.dataset.asked) return;
    event.preventDefault();
    button.dataset.asked = "yes";
    button.textContent = button.dataset.sure;
    setTimeout(() => delete button.dataset.asked, 6000);
  });
