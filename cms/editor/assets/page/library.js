// The picture library as a panel: pictures that are here already, newest first.
import { button, field, make } from "../make.js";
import { address, ask } from "../save/server.js";
import { _ } from "../words.js";

/** Where the editor shows the picture that a post names `media/<name>`. */
export const pictureAddress = (src) => (src.startsWith("media/") ? address(`/editor/pictures/${encodeURIComponent(src.slice(6))}`) : src);

/** Open the panel after `place`; `chosen(picture)` is called once. */
export async function choosePicture(place, chosen) {
  place.parentNode.querySelector(".library-panel")?.remove();
  const search = field(_("Search pictures"), { type: "search" });
  const grid = make("div.grid");
  const close = () => panel.remove();
  const panel = make("section.panel.library-panel", { "aria-label": _("Pictures") }, search.row, grid, button(_("Cancel"), close, { class: "quiet" }));
  place.after(panel);
  const load = async () => {
    let found = [];
    try {
      found = (await ask(`/editor/api/pictures?q=${encodeURIComponent(search.input.value)}`)).pictures;
    } catch (trouble) {
      return grid.replaceChildren(make("p.wrong", {}, trouble.message));
    }
    if (!found.length) return grid.replaceChildren(make("p.hint", {}, _("No pictures yet. Add one to the text, or under Pictures.")));
    return grid.replaceChildren(...found.map((picture) => make("button.thumb", { type: "button", "aria-label": picture.alt || picture.name, onclick: () => (close(), chosen(picture)) }, make("img", { src: pictureAddress(`media/${picture.name}`), alt: "", loading: "lazy" }))));
  };
  search.input.addEventListener("input", load);
  panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
  await load();
  search.input.focus();
}
