// Places in the text that something is going on at: an upload, a paste on its way, what was just pasted.
// They move with the text around them.
import { Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";
import { make } from "../make.js";
import { _ } from "../words.js";

const key = new PluginKey("places");

export const places = () =>
  new Plugin({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply(tr, set) {
        set = set.map(tr.mapping, tr.doc);
        const { add, drop } = tr.getMeta(key) ?? {};
        if (add) set = set.add(tr.doc, add);
        if (drop !== undefined) set = set.remove(set.find(undefined, undefined, (spec) => spec.id === drop));
        return set;
      },
    },
    props: { decorations: (state) => key.getState(state) },
  });

// Several places can be marked in one transaction.
const add = (tr, mark) => tr.setMeta(key, { add: [...(tr.getMeta(key)?.add ?? []), mark] });

/** Mark a place with an element that stands there while it waits. */
export const waitAt = (tr, id, pos, element) => add(tr, Decoration.widget(pos, element, { id, side: 1, key: String(id) }));

/** Mark a stretch. */
export const markStretch = (tr, id, from, to, look = {}, edges = false) =>
  add(tr, Decoration.inline(from, to, look, { id, inclusiveStart: edges, inclusiveEnd: edges }));

/** Mark a stretch, or a place where something is missing, as disputed. What is typed at its edges belongs to it. */
export const dispute = (tr, id, from, to) =>
  to > from ? markStretch(tr, id, from, to, { class: "disputed" }, true) : waitAt(tr, id, from, make("span.disputed"));

export const forget = (tr, id) => tr.setMeta(key, { drop: id });

/** Where it is now: {from, to}, or null if the text around it is gone. */
export function find(state, id) {
  const found = key.getState(state).find(undefined, undefined, (spec) => spec.id === id);
  return found.length ? { from: found[0].from, to: found.at(-1).to } : null;
}

let last = 0;
export const newPlace = () => ++last;

/** Take a node out of the text, and offer to put it back where it was. */
export function takeOut(desk, pos, node, words) {
  const { view } = desk;
  const id = newPlace();
  view.dispatch(waitAt(view.state.tr.delete(pos, pos + node.nodeSize), id, pos, make("span")));
  const go = () => {
    const place = find(view.state, id);
    if (place) view.dispatch(forget(view.state.tr, id).insert(place.from, node).scrollIntoView());
    view.focus();
  };
  desk.tell(words, { undo: { words: _("Put it back"), go } });
  view.focus();
}
