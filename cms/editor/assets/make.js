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
  return fill(element, ...children);
}

/** Put children into an element in place of those it has; null, false and "" are left out. */
export function fill(element, ...children) {
  element.replaceChildren(...children.filter((child) => child));
  return element;
}

export const button = (words, onclick, attributes = {}) => make("button", { type: "button", onclick, ...attributes }, words);

// The page's files have a copy of this one each: `own` keeps their ids apart.
const own = crypto.getRandomValues(new Uint16Array(1))[0].toString(36);
let counted = 0;
export const newId = (prefix) => `${prefix}-${own}-${++counted}`;

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
