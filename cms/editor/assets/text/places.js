// Places in the text that something is going on at: an upload, a paste on its way, what was just pasted.
// They move with the text around them.
import { Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";

const key = new PluginKey("places");

export const places = () =>
  new Plugin({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply(tr, set) {
        set = set.map(tr.mapping, tr.doc);
        const { add, drop } = tr.getMeta(key) ?? {};
        if (add) set = set.add(tr.doc, [add]);
        if (drop !== undefined) set = set.remove(set.find(undefined, undefined, (spec) => spec.id === drop));
        return set;
      },
    },
    props: { decorations: (state) => key.getState(state) },
  });

/** Mark a place with an element that stands there while it waits. */
export const waitAt = (tr, id, pos, element) => tr.setMeta(key, { add: Decoration.widget(pos, element, { id, side: 1, key: String(id) }) });

/** Mark a stretch. */
export const markStretch = (tr, id, from, to) => tr.setMeta(key, { add: Decoration.inline(from, to, {}, { id, inclusiveStart: false, inclusiveEnd: false }) });

export const forget = (tr, id) => tr.setMeta(key, { drop: id });

/** Where it is now: {from, to}, or null if the text around it is gone. */
export function find(state, id) {
  const found = key.getState(state).find(undefined, undefined, (spec) => spec.id === id);
  return found.length ? { from: found[0].from, to: found.at(-1).to } : null;
}

let last = 0;
export const newPlace = () => ++last;
