// Making elements without innerHTML: make("button", {type: "button", onclick}, "Words", child).
export function make(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

export const button = (words, onclick, attributes = {}) => make("button", { type: "button", onclick, ...attributes }, words);

let counted = 0;
export const newId = (prefix) => `${prefix}-${++counted}`;

/** A labelled field: {row, input}. `tag` is input, textarea or select. */
export function field(label, { tag = "input", hint, value = "", ...attributes } = {}) {
  const id = newId("field");
  const input = make(tag, { id, ...attributes });
  input.value = value;
  const row = make("div.field", {}, make("label", { for: id }, label), input);
  if (hint) {
    const note = make("p.hint", { id: id + "-hint" }, hint);
    input.setAttribute("aria-describedby", note.id);
    row.append(note);
  }
  return { row, input };
}
