// The text itself: ProseMirror with our schema, keys and looks.
import { dropCursor } from "prosemirror-dropcursor";
import { gapCursor } from "prosemirror-gapcursor";
import { history } from "prosemirror-history";
import { EditorState, Plugin } from "prosemirror-state";
import { tableEditing } from "prosemirror-tables";
import { Decoration, DecorationSet, EditorView } from "prosemirror-view";
import { _ } from "../words.js";
import { keys } from "./keys.js";

const placeholder = new Plugin({
  props: {
    decorations({ doc }) {
      const first = doc.firstChild;
      if (doc.childCount > 1 || !first.isTextblock || first.content.size) return null;
      return DecorationSet.create(doc, [Decoration.node(0, first.nodeSize, { class: "blank-line", "data-words": _("Write, or paste from anywhere…") })]);
    },
  },
});

// A key that comes right after a click or another key, on a busy machine, is handled before ProseMirror has
// heard where the cursor went: it would then act on the place before, or swallow a Backspace there.
const freshCursor = new Plugin({
  props: {
    handleDOMEvents: {
      keydown(view, event) {
        if (!event.isComposing && !view.composing) view.domObserver.flush();
        return false;
      },
    },
  },
});

// What sticks to the top of the window must not cover the line she writes.
const MARGINS = { top: 130, right: 5, bottom: 40, left: 5 };

/** Make the editor in `place`. `changed(tr)` hears of every change of the text, `moved()` of every new state. */
export function makeView(place, doc, { askLink, plugins, nodeViews, changed, moved, props }) {
  const state = EditorState.create({
    doc,
    plugins: [freshCursor, ...plugins, ...keys({ askLink }), history(), dropCursor({ class: "drop-cursor", width: 2, color: false }), gapCursor(), tableEditing(), placeholder],
  });
  const view = new EditorView(place, {
    state,
    nodeViews,
    scrollThreshold: MARGINS,
    scrollMargin: MARGINS,
    attributes: { role: "textbox", "aria-multiline": "true", "aria-label": _("Post"), class: "prose", spellcheck: "true", dir: "auto" },
    dispatchTransaction(tr) {
      view.updateState(view.state.apply(tr));
      if (tr.docChanged) changed(tr);
      moved(view.state);
    },
    ...props,
  });
  return view;
}
