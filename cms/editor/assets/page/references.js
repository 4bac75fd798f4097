// Research references listed under the post: text, address, DOI.
import { button, field, make } from "../make.js";
import { _ } from "../words.js";

/** Returns {read, write}. Keys of a reference that this form does not show are kept. */
export function referencesField(place, first, changed) {
  let rows = [];
  const list = make("ol.reference-list");
  const add = (value = {}, focus = true) => {
    const text = field(_("Reference"), { tag: "textarea", rows: "2", value: value.text ?? "" });
    const url = field(_("Link"), { value: value.url ?? "", inputmode: "url" });
    const doi = field("DOI", { value: value.doi ?? "" });
    const item = make("li", {}, text.row, make("div.two", {}, url.row, doi.row), button(_("Remove reference"), () => ((rows = rows.filter((row) => row !== entry)), item.remove(), changed()), { class: "quiet" }));
    const entry = { value, read: () => clean({ ...value, text: text.input.value.trim(), url: url.input.value.trim(), doi: doi.input.value.trim().replace(/^https?:\/\/(dx\.)?doi\.org\//, "") }) };
    for (const { input } of [text, url, doi]) input.addEventListener("input", changed);
    rows.push(entry);
    list.append(item);
    if (focus) text.input.focus();
  };
  const write = (values) => {
    rows = [];
    list.replaceChildren();
    for (const value of values ?? []) add(value, false);
  };
  place.replaceChildren(make("fieldset.field", {}, make("legend", {}, _("References")), list, button(_("Add reference"), () => add(), { class: "quiet" })));
  write(first);
  return { read: () => rows.map((row) => row.read()).filter((row) => row.text || row.url || row.doi), write };
}

const clean = (row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== "" && value != null));
