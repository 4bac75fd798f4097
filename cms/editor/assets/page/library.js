// The picture library as a panel: pictures that are here already, newest first.
import { button, field, make } from "../make.js";
import { _ } from "../words.js";

/** Open the panel after `place`; `chosen(picture)` is called once, `left()` when she presses Cancel. */
export async function choosePicture(desk, place, chosen, left = () => {}) {
  document.querySelector(".library-panel")?.remove();
  const search = field(_("Search pictures"), { type: "search" });
  const grid = make("div.grid");
  const close = () => panel.remove();
  const panel = make("section.panel.library-panel", { "aria-label": _("Pictures") }, search.row, grid, button(_("Cancel"), () => (close(), left()), { class: "quiet" }));
  place.after(panel);
  const show = (picture) => make("button.thumb", { type: "button", "aria-label": picture.alt || picture.name, onclick: () => (close(), chosen(picture)) },
    make("img", { src: desk.pictureAddress(`media/${picture.name}`), alt: "", loading: "lazy" }));
  const load = async () => {
    let found;
    try {
      found = (await desk.ask(`/editor/api/pictures?q=${encodeURIComponent(search.input.value)}`)).pictures;
    } catch (trouble) {
      return grid.replaceChildren(make("p.wrong", {}, trouble.message));
    }
    return grid.replaceChildren(...(found.length ? found.map(show) : [make("p.hint", {}, search.input.value ? _("No picture is called or described like that.") : _("No pictures yet. Add one to the text, or under Pictures."))]));
  };
  search.input.addEventListener("input", load);
  panel.addEventListener("keydown", (event) => event.key === "Escape" && (close(), left()));
  await load();
  search.input.focus({ preventScroll: true });
}
