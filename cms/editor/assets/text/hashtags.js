// `#` in the text offers the site's tags. Tab takes the one that is marked; space and Enter always do what
// they do without it.
import { Plugin } from "prosemirror-state";
import { make } from "../make.js";
import { fold, knownTags, matching } from "../page/tags.js";
import { _ } from "../words.js";

const camel = (name) => name.split(/[\s\-_]+/).map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("").replace(/[^\p{L}\p{N}_]/gu, "");

export function hashtagPopup() {
  let found = [];
  let active = 0;
  let dismissed = null;
  let popup;
  let turn = 0;

  const typedAt = ({ selection, doc }) => {
    const { $from, empty } = selection;
    if (!empty || !$from.parent.isTextblock || $from.parent.type.spec.code) return null;
    const before = $from.parent.textBetween(0, $from.parentOffset, "\n", "\n");
    const match = /(?:^|[\s(\n])[#＃]([\p{L}\p{N}_]{1,40})$/u.exec(before);
    if (!match || doc.rangeHasMark($from.pos - match[1].length, $from.pos, doc.type.schema.marks.link)) return null;
    return { from: $from.pos - match[1].length, to: $from.pos, word: match[1] };
  };
  const hide = () => {
    found = [];
    popup.hidden = true;
  };
  const take = (view, tag) => {
    const typed = typedAt(view.state);
    if (!typed) return;
    hide();
    dismissed = camel(tag.name);
    view.dispatch(view.state.tr.insertText(camel(tag.name), typed.from, typed.to));
    view.focus();
  };
  const show = (view, typed) => {
    popup.replaceChildren(...found.map((tag, i) => {
      const option = make("li", { role: "option", "aria-selected": String(i === active) }, `#${camel(tag.name)}`, make("span.count", {}, String(tag.count)));
      option.addEventListener("mousedown", (event) => (event.preventDefault(), take(view, tag)));
      return option;
    }));
    popup.hidden = found.length === 0;
    if (popup.hidden) return;
    const at = view.coordsAtPos(typed.from);
    const box = popup.offsetParent?.getBoundingClientRect() ?? { left: 0, top: 0 };
    popup.style.left = `${Math.max(8, Math.min(at.left, innerWidth - 260) - box.left)}px`;
    popup.style.top = `${at.bottom - box.top + 4}px`;
  };

  return new Plugin({
    view: (view) => {
      popup = make("ul.options.hashtags", { role: "listbox", "aria-label": _("Tags of this site; Tab takes one"), hidden: true });
      view.dom.parentNode.append(popup);
      return {
        async update(view, old) {
          if (old.doc.eq(view.state.doc) && old.selection.eq(view.state.selection)) return;
          const typed = view.hasFocus() ? typedAt(view.state) : null;
          if (!typed || typed.word === dismissed) return hide();
          const mine = ++turn;
          const tags = await knownTags();
          if (mine !== turn || typedAt(view.state)?.word !== typed.word) return;
          found = matching(tags, typed.word, 6).filter((tag) => fold(tag.name) !== fold(typed.word) || camel(tag.name) !== typed.word);
          active = 0;
          show(view, typed);
        },
        destroy: () => popup.remove(),
      };
    },
    props: {
      handleKeyDown(view, event) {
        if (popup.hidden || !found.length) return false;
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
          active = (active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length;
          show(view, typedAt(view.state));
          return true;
        }
        if (event.key === "Tab" && !event.shiftKey) return take(view, found[active]), true;
        if (event.key === "Escape") return (dismissed = typedAt(view.state)?.word ?? null), hide(), true;
        return false;
      },
      handleDOMEvents: { blur: () => (hide(), false) },
    },
  });
}
