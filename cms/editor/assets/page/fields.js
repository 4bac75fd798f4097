// Title, tags, and everything under "More about this post": reading them, and writing merged values back.
import { coverField } from "./cover.js";
import { referencesField } from "./references.js";
import { tagsField } from "./tags.js";

const NAMES = ["title", "excerpt", "slug", "tags", "authors", "cover", "seo", "reviewed_by", "last_reviewed_at", "next_review_due", "references"];

/** `changed()` is called on every edit. Returns {read, write, pick}. */
export function fieldsOf(form, desk, changed) {
  const input = (name) => form.elements[name];
  const title = document.getElementById("title");
  const tags = tagsField(document.getElementById("tags-field"), desk.start.text.tags, changed);
  desk.counted = tags.counted;
  const cover = coverField(document.getElementById("cover"), desk, changed);
  const references = referencesField(document.getElementById("references"), desk.start.text.references, changed);
  const seo = { ...desk.start.text.seo };

  title.addEventListener("input", () => (fit(title), changed()));
  title.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    desk.view.focus();
  });
  new ResizeObserver(() => fit(title)).observe(title);
  fit(title);
  for (const name of ["excerpt", "slug", "seo_title", "seo_description"]) input(name).addEventListener("input", changed);
  for (const name of ["reviewed_by", "last_reviewed_at", "next_review_due"]) input(name)?.addEventListener("change", changed);
  const boxes = [...form.querySelectorAll("input[name=authors]")];
  for (const box of boxes) box.addEventListener("change", changed);

  // Authors keep the order they had; one ticked anew comes last.
  let authors = [...desk.start.text.authors];
  const readAuthors = () => {
    const ticked = boxes.filter((box) => box.checked).map((box) => box.value);
    const unknown = (slug) => !boxes.some((box) => box.value === slug);
    authors = [...authors.filter((slug) => ticked.includes(slug) || unknown(slug)), ...ticked.filter((slug) => !authors.includes(slug))];
    return authors;
  };

  const read = () => ({
    title: title.value.replace(/\s+/g, " ").trim(),
    excerpt: input("excerpt").value.trim(),
    slug: input("slug").value.trim(),
    tags: tags.read(),
    authors: readAuthors(),
    cover: cover.read(),
    seo: plain({ ...seo, title: input("seo_title").value.trim(), description: input("seo_description").value.trim() }),
    reviewed_by: input("reviewed_by")?.value || null,
    last_reviewed_at: input("last_reviewed_at").value || null,
    next_review_due: input("next_review_due").value || null,
    references: references.read(),
  });

  const write = (values) => {
    const now = read();
    const differs = (name) => name in values && JSON.stringify(values[name]) !== JSON.stringify(now[name]);
    if (differs("title")) (title.value = values.title), fit(title);
    for (const name of ["excerpt", "slug", "reviewed_by", "last_reviewed_at", "next_review_due"])
      if (differs(name) && input(name)) input(name).value = values[name] ?? "";
    if (differs("tags")) tags.write(values.tags);
    if (differs("cover")) cover.write(values.cover);
    if (differs("references")) references.write(values.references);
    if (differs("seo")) {
      Object.assign(seo, values.seo);
      input("seo_title").value = values.seo.title ?? "";
      input("seo_description").value = values.seo.description ?? "";
    }
    if (differs("authors")) {
      authors = [...values.authors];
      for (const box of boxes) box.checked = authors.includes(box.value);
    }
  };

  const pick = (text) => Object.fromEntries(NAMES.map((name) => [name, name === "seo" ? plain(text.seo ?? {}) : text[name] ?? null]));
  return { read, write, pick };
}

const plain = (row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value));

/** A text field as tall as its text. */
export function fit(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
}
