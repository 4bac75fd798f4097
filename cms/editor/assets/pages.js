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

// Another form's button would throw away what she wrote in this one: ask first.
const precious = document.querySelector("form[data-unsaved]");
let written = false;
precious?.addEventListener("input", () => (written = true));
document.addEventListener("submit", (event) => {
  if (written && event.target !== precious && !confirm(precious.dataset.unsaved)) event.preventDefault();
});

// A picture's focal point: press where it matters, or move the dot with the arrow keys. Without script: two numbers.
const focal = document.getElementById("focal");
if (focal) {
  const fields = ["x", "y"].map((axis) => document.getElementById(`f-focal_${axis}`));
  const dot = Object.assign(document.createElement("button"), { type: "button", className: "focal-dot" });
  const at = () => fields.map((field) => Number(field.value === "" ? 50 : field.value));
  const put = (point) => {
    point.forEach((value, axis) => (fields[axis].value = Math.round(Math.min(100, Math.max(0, value)))));
    show();
  };
  const show = () => {
    const [x, y] = at();
    dot.style.left = `${x}%`;
    dot.style.top = `${y}%`;
    dot.setAttribute("aria-label", `${focal.dataset.words} (${x} %, ${y} %)`);
  };
  dot.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-5, 0], ArrowRight: [5, 0], ArrowUp: [0, -5], ArrowDown: [0, 5] }[event.key];
    if (!step) return;
    event.preventDefault();
    put(at().map((value, axis) => value + step[axis]));
  });
  focal.classList.add("focal");
  focal.append(dot);
  focal.addEventListener("click", (event) => {
    if (event.target === dot) return;
    const area = focal.querySelector("img").getBoundingClientRect();
    put([((event.clientX - area.left) / area.width) * 100, ((event.clientY - area.top) / area.height) * 100]);
  });
  show();
}

// At the set-up: the time zone that this browser lives in, for her to see and to change.
const zone = document.querySelector("#browser-zone select");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && [...zone.options].some(({ value }) => value === here)) zone.value = here;

// Copying a link, where the browser lets a page use the clipboard.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = button.dataset.done;
  });
}
