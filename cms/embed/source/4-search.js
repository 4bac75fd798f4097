// <cms-search>: a combobox with a listbox, https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

const FORM = `<form class=form role=search><label class=label for=q></label><input class=input type=search id=q role=combobox autocomplete=off maxlength=200 aria-autocomplete=list aria-expanded=false aria-controls=l><div class=popup hidden><p class=note role=status></p><div class=tags role=group></div><div class=list id=l role=listbox></div><a class=all></a></div></form>`;

// Count, spelling and near misses, in words.
const told = ({ query: { corrected, stage }, total }) => dots(
  total ? t(total > 1 ? "{n} results" : "1 result", total) : t("Nothing found. Try other words."),
  corrected ? t("showing “{n}”", corrected) : total && /any|most/.test(stage) && t("close matches"));

class Search extends Cms {
  chosen = new Set();

  start() {
    const [form, label, input, popup, note, facets, list, all] = parsed(FORM).querySelectorAll("*");
    Object.assign(this, { form, input, popup, note, facets, list, all });
    label.append(this.said("label", t("Search the blog")));
    input.placeholder = this.said("placeholder", "");
    input.value = inPage("q");
    this.words();
    facets.ariaLabel = t("Topics");
    list.ariaLabel = t("Results");
    all.append(t("See all results"));
    this.show(form);
    input.oninput = () => this.typed(120);
    form.onkeydown = (event) => this.key(event);
    popup.onmousedown = (event) => event.preventDefault(); // a press inside leaves the focus where it is
    form.addEventListener("focusout", ({ relatedTarget }) => form.contains(relatedTarget) || this.open());
    form.onsubmit = (event) => {
      event.preventDefault();
      all.click(this.words());
    };
  }

  load() {
    if (this.timer) super.load(); // nothing, before somebody types
  }

  words() {
    const q = this.input.value.trim();
    this.all.href = this.said("results", home + "/embed/search") + "?" + new URLSearchParams({ q });
    return q;
  }

  typed(pause) {
    clearTimeout(this.timer);
    this.running?.abort();
    if (!this.words()) return this.open();
    this.timer = setTimeout(() => this.load(), pause);
  }

  skeleton() {
    this.form.ariaBusy = true;
  }

  fetch(signal) {
    return get("/search", signal, { q: this.words(), tag: [...this.chosen, this.said("tag")], limit: this.said("limit", 6), instant: 1 });
  }

  fail() {
    this.paint();
  }

  paint(found) {
    const { results = [], facets } = found || {};
    this.form.ariaBusy = null;
    this.note.replaceChildren(...(found ? told(found) : this.failed()));
    this.facets.replaceChildren(...(facets?.tags || []).map((tag) => {
      const on = this.chosen.has(tag.slug);
      const facet = topic("button", { type: "button", "aria-pressed": on }, tag);
      facet.onclick = () => this.typed(this.chosen[on ? "delete" : "add"](tag.slug) && this.input.focus());
      return facet;
    }));
    this.list.replaceChildren(...results.map((post, at) => {
      const { highlights, passage } = post;
      const [body] = highlights.body;
      return h("a.option", { role: "option", id: "o" + at, tabindex: -1, href: addressOf(post) + (passage ? "#" + passage.id : "") },
        h("span.title", {}, marked(highlights.title)),
        passage && h("span.meta", {}, h("bdi", {}, passage.heading)),
        body && h("span.excerpt", {}, marked(body)));
    }));
    this.list.hidden = this.all.hidden = !results[0];
    this.dress();
    this.open(1);
  }

  open(yes) {
    this.popup.hidden = !yes;
    this.input.ariaExpanded = !(!yes || this.list.hidden);
    this.move(-1);
  }

  move(to) {
    const options = this.list.children;
    options[this.at]?.removeAttribute("aria-selected");
    const option = options[(this.at = to)];
    this.input.setAttribute("aria-activedescendant", option?.id || "");
    if (!option) return;
    option.ariaSelected = true;
    option.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const { key, target } = event;
    const places = this.list.childElementCount + 1; // the box itself is one
    const step = { ArrowDown: 1, ArrowUp: places - 1 }[key];
    const option = this.list.children[this.at];
    if (event.isComposing) return;
    if (key == "Escape" && !this.popup.hidden) this.open(this.input.focus());
    else if (step && target == this.input) {
      if (this.popup.hidden) this.open(places > 1);
      this.move(((this.at + 1 + step) % places) - 1);
    } else if (key == "Enter" && option) option.click();
    else return;
    event.preventDefault();
  }
}
