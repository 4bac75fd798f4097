// The cover picture: chosen from the library or taken in here, with its description and focal point.
import { button, field, make } from "../make.js";
import { pictureAddress } from "../save/server.js";
import { _ } from "../words.js";

/** Returns {read, write}. */
export function coverField(place, desk, changed) {
  let cover = desk.start.text.cover;
  const body = make("div");
  const show = () => {
    if (!cover?.src) {
      body.replaceChildren(make("p.hint", {}, _("Shown in lists and when the post is shared.")), button(_("Choose a cover"), choose, { class: "quiet" }));
      return;
    }
    const alt = field(_("What the cover shows"), { value: cover.alt ?? "" });
    const caption = field(_("Caption of the cover"), { value: cover.caption ?? "" });
    alt.input.addEventListener("input", () => set({ alt: alt.input.value }));
    caption.input.addEventListener("input", () => set({ caption: caption.input.value }));
    body.replaceChildren(focal(), alt.row, caption.row, make("div.panel-buttons", {}, button(_("Another cover"), choose, { class: "quiet" }), button(_("No cover"), () => ((cover = null), show(), changed()), { class: "quiet" })));
  };
  const set = (part) => ((cover = { ...cover, ...part }), changed());
  const take = ({ name, alt, caption }) => ((cover = { src: `media/${name}`, alt, caption: caption ?? "" }), show(), changed());
  const choose = () => desk.more(({ choosePicture }) => choosePicture(desk, place, take));

  // The point that stays visible when the picture is cropped; arrow keys move it too.
  const focal = () => {
    const [x, y] = cover.focal_point ?? [0.5, 0.5];
    const dot = make("button.focal-dot", { type: "button", "aria-label": _("Focal point: arrow keys move it. Now {x} % from the left, {y} % from the top", { x: Math.round(x * 100), y: Math.round(y * 100) }) });
    const put = (left, top, refocus) => {
      const point = [left, top].map((part) => Math.round(Math.min(1, Math.max(0, part)) * 100) / 100);
      set({ focal_point: point });
      const fresh = focal();
      box.replaceWith(fresh);
      if (refocus) fresh.querySelector("button").focus();
    };
    dot.style.left = `${x * 100}%`;
    dot.style.top = `${y * 100}%`;
    const box = make("div.focal", { title: _("Press where the picture matters most") }, make("img", { src: pictureAddress(cover.src), alt: cover.alt ?? "" }), dot);
    box.addEventListener("click", (event) => {
      if (event.target === dot) return;
      const area = box.getBoundingClientRect();
      put((event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height);
    });
    dot.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, -0.05], ArrowDown: [0, 0.05] }[event.key];
      if (step) (event.preventDefault(), put(x + step[0], y + step[1], true));
    });
    return box;
  };

  place.replaceChildren(make("fieldset.field", {}, make("legend", {}, _("Cover")), body));
  show();
  return { read: () => cover, write: (value) => ((cover = value), show()) };
}
