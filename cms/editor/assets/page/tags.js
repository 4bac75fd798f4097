// Tags as chips behind a combobox (ARIA combobox with a listbox): counts, aliases, arrow keys, "Create …".
import { make, newId } from "../make.js";
import { ask } from "../save/server.js";
import { _ } from "../words.js";

export const fold = (name) => name.normalize("NFKC").toLowerCase().replace(/[\s\-_#＃]+/g, "");

let all = null;
/** Every tag with its aliases and count, fetched once. */
export const knownTags = () => (all ??= ask("/editor/api/tags").then(({ tags }) => tags, () => ((all = null), [])));

/** Tags that match what was typed, best first. */
export function matching(tags, typed, most = 8) {
  const key = fold(typed);
  const place = (tag) => {
    const names = [tag.name, tag.slug, ...tag.aliases].map(fold);
    if (names.includes(key)) return 0;
    if (names.some((name) => name.startsWith(key))) return 1;
    return names.some((name) => name.includes(key)) ? 2 : 3;
  };
  return tags.map((tag) => [place(tag), tag]).filter(([where]) => where < 3).sort((a, b) => a[0] - b[0] || b[1].count - a[1].count).map(([, tag]) => tag).slice(0, most);
}

/** Turn the plain field into the combobox. Returns {read, write, counted}; `counted` takes what counts as a tag in the text. */
export function tagsField(box, first, changed) {
  let chosen = [...first];
  let inText = []; // [{slug, name, hashtag}]
  const names = new Map(); // slug -> name, for showing tags that are kept by slug
  const old = box.querySelector("input");
  const listId = newId("tags");
  const input = make("input", { id: "tags", role: "combobox", "aria-expanded": "false", "aria-controls": listId, "aria-autocomplete": "list", autocomplete: "off", placeholder: _("Add a tag…") });
  const list = make("ul.options", { id: listId, role: "listbox", "aria-label": _("Tags"), hidden: true });
  const chips = make("ul.chips", { "aria-label": _("Chosen tags") });
  const wrap = make("div.combo", {}, chips, input, list);
  old.replaceWith(wrap);
  let options = [];
  let active = -1;

  const show = () => {
    chips.replaceChildren(...chosen.map((tag) => make("li.chip", {}, names.get(tag) ?? tag,
      make("button", { type: "button", "aria-label": _("Remove {tag}", { tag: names.get(tag) ?? tag }), onclick: () => (remove(tag), input.focus()) }, "×"))),
      ...inText.filter(({ slug, name }) => !has({ slug, name })).map(({ name, hashtag }) => make("li.chip.in-text", { title: _("#{hashtag} in the text counts as this tag", { hashtag }) }, `#${name}`)));
    chips.hidden = chips.childElementCount === 0;
  };
  const has = (tag) => chosen.some((one) => [tag.name, tag.slug].map(fold).includes(fold(one)));
  const remove = (tag) => ((chosen = chosen.filter((one) => one !== tag)), show(), changed());
  const add = (tag) => {
    const key = fold(tag);
    if (key && !chosen.some((one) => fold(one) === key || fold(names.get(one) ?? "") === key)) {
      chosen.push(tag.replace(/\s+/g, " ").trim().replace(/^[#＃]/, ""));
      show();
      changed();
    }
    input.value = "";
    close();
  };
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (index) => {
    active = index;
    options.forEach(({ element }, i) => element.setAttribute("aria-selected", String(i === index)));
    if (index < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", options[index].element.id);
    options[index].element.scrollIntoView({ block: "nearest" });
  };
  const offer = async () => {
    const typed = input.value.trim();
    const tags = await knownTags();
    for (const tag of tags) names.set(tag.slug, tag.name);
    if (input.value.trim() !== typed || document.activeElement !== input) return;
    const found = matching(tags, typed).filter((tag) => !has(tag));
    const exact = tags.some((tag) => [tag.name, tag.slug, ...tag.aliases].some((name) => fold(name) === fold(typed)));
    const alias = (tag) => tag.aliases.find((name) => fold(name).includes(fold(typed)) && !fold(tag.name).includes(fold(typed)));
    options = found.map((tag) => ({ tag: tag.name, words: tag.name, note: [typed && alias(tag), tag.count].filter((part) => part !== undefined && part !== "").join(" · ") }));
    if (fold(typed) && !exact) options.push({ tag: typed, words: _("Create “{tag}”", { tag: typed.replace(/^[#＃]/, "") }), note: "" });
    for (const [i, option] of options.entries()) {
      option.element = make("li", { id: `${listId}-${i}`, role: "option", "aria-selected": "false" }, make("span", { dir: "auto" }, option.words), option.note !== "" && make("span.count", {}, option.note));
      option.element.addEventListener("mousedown", (event) => (event.preventDefault(), add(option.tag)));
    }
    list.replaceChildren(...options.map(({ element }) => element));
    list.hidden = options.length === 0;
    input.setAttribute("aria-expanded", String(options.length > 0));
    active = -1;
    input.removeAttribute("aria-activedescendant");
  };
  input.addEventListener("input", () => (input.value.includes(",") ? (input.value.split(",").slice(0, -1).forEach((part) => add(part)), offer()) : offer()));
  input.addEventListener("focus", offer);
  input.addEventListener("blur", () => (input.value.trim() && add(exactName(input.value)), close()));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return void offer();
      const step = event.key === "ArrowDown" ? 1 : -1;
      point((active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (active >= 0) add(options[active].tag);
      else if (input.value.trim()) add(exactName(input.value));
    } else if (event.key === "Escape") (event.preventDefault(), close());
    else if (event.key === "Backspace" && !input.value && chosen.length) remove(chosen.at(-1));
  });
  // What was typed in full is the tag it names, also by an alias.
  const exactName = (typed) => options.find(({ element, tag }) => element && fold(tag) === fold(typed))?.tag ?? typed;
  knownTags().then((tags) => (tags.forEach((tag) => names.set(tag.slug, tag.name)), show()));
  show();
  return { read: () => [...chosen], write: (tags) => ((chosen = [...(tags ?? [])]), show()), counted: (tags) => ((inText = tags), show()) };
}
