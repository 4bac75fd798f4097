// <cms-search>: a combobox with a listbox, https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

// Count, spelling and near misses, in words.
const told = ({ query: { corrected, stage }, total }) => dots(
  total ? t(total > 1 ? "{n} results" : "1 result", total) : t("Nothing found. Try other words."),
  corrected ? t("showing “{n}”", corrected) : total && /any|most/.test(stage) && t("close matches"));

class Search extends Cms {
  _tags = new Set();

  _start() {
    const input = this._input = h("input.input", { type: "search", id: "q", role: "combobox", autocomplete: "off", maxlength: 200, placeholder: this._said("placeholder"), value: inPage("q"), "aria-autocomplete": "list", "aria-expanded": false, "aria-controls": "l" });
    const popup = this._popup = h("div.popup", { hidden: true },
      this._note = h("p.note", { role: "status" }),
      this._facets = h("div.tags", { role: "group", "aria-label": t("Topics") }),
      this._list = h("div.list", { id: "l", role: "listbox", "aria-label": t("Results") }),
      this._all = h("a.all", {}, t("See all results")));
    const form = this._form = h("form.form", { role: "search" }, h("label.label", { for: "q" }, this._said("label", t("Search the blog"))), input, popup);
    this._words();
    this._show(form);
    input.oninput = () => this._typed(120);
    form.onkeydown = (event) => this._key(event);
    popup.onmousedown = (event) => event.preventDefault(); // a press inside leaves the focus where it is
    form.addEventListener("focusout", ({ relatedTarget }) => form.contains(relatedTarget) || this._open());
    form.onsubmit = (event) => {
      event.preventDefault();
      this._all.click(this._words());
    };
  }

  _load() {
    if (this._timer) super._load(); // nothing, before somebody types
  }

  _words() {
    const q = this._input.value.trim();
    const address = new URL(this._said("results", home + "/embed/search"), document.baseURI);
    address.searchParams.set("q", q);
    this._all.href = address;
    return q;
  }

  _typed(pause) {
    clearTimeout(this._timer);
    this._running = this._running?.abort(); // it is over, and has nothing to say
    if (!this._words()) return this._open();
    this._timer = setTimeout(() => this._load(), pause);
  }

  _skeleton() {
    this._form.ariaBusy = true;
  }

  _fetch(signal) {
    return get("/search", signal, { q: this._words(), tag: [...this._tags, this._said("tag")], limit: this._said("limit", 6), instant: 1 });
  }

  _fail() {
    this._paint();
  }

  _paint(found) {
    const { results = [], facets } = found || {};
    this._note.replaceChildren(...(found ? told(found) : this._failed()));
    this._facets.replaceChildren(...(facets?.tags || []).map((tag) => {
      const on = this._tags.has(tag.slug);
      const onclick = () => this._typed(this._tags[on ? "delete" : "add"](tag.slug) && this._input.focus());
      return topic("button", { type: "button", "aria-pressed": on, onclick }, tag);
    }));
    this._list.replaceChildren(...results.map((post, at) => {
      const { highlights, passage } = post;
      const [body] = highlights.body;
      return h("a.option", { role: "option", id: "o" + at, tabindex: -1, href: addressOf(post) + (passage ? "#" + passage.id : "") },
        h("span.title", {}, marked(highlights.title)),
        passage && h("span.meta", {}, h("bdi", {}, passage.heading)),
        body && h("span.excerpt", {}, marked(body)));
    }));
    this._list.hidden = this._all.hidden = !results[0];
    this._open(1);
  }

  _open(yes) {
    this._form.ariaBusy = null;
    this._popup.hidden = !yes;
    this._input.ariaExpanded = !(!yes || this._list.hidden);
    this._move(-1);
  }

  _move(to) {
    const options = [...this._list.children];
    for (const option of options) option.ariaSelected = null;
    const option = options[(this._at = to)];
    this._input.setAttribute("aria-activedescendant", option?.id || "");
    if (!option) return;
    option.ariaSelected = true;
    option.scrollIntoView({ block: "nearest" });
  }

  _key(event) {
    const { key, target } = event;
    const places = this._list.childElementCount + 1; // the box itself is one
    const step = { ArrowDown: 1, ArrowUp: places - 1 }[key];
    const option = this._list.children[this._at];
    if (event.isComposing) return;
    if (key == "Escape" && !this._popup.hidden) this._open(this._input.focus());
    else if (step && target == this._input) {
      if (this._popup.hidden) this._open(places > 1);
      this._move(((this._at + 1 + step) % places) - 1);
    } else if (key == "Enter" && option) option.click();
    else return;
    event.preventDefault();
  }
}
