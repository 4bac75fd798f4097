// Keys and typing rules: Markdown as she types it, and the keys that every editor knows.
import { baseKeymap, chainCommands, exitCode, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import { InputRule, inputRules, textblockTypeInputRule, undoInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { liftListItem, sinkListItem, splitListItem } from "prosemirror-schema-list";
import { Plugin } from "prosemirror-state";
import { goToNextCell } from "prosemirror-tables";
import { goodAddress, schema } from "./schema.js";

const { nodes, marks } = schema;

// `**bold**`, `*slanted*`, `` `code` ``, `~~struck~~`: the marks go, the words stay.
const mark = (pattern, type) =>
  new InputRule(pattern, (state, match, start, end) => {
    if (!state.doc.resolve(start).parent.type.allowsMarkType(type)) return null;
    const words = match[2];
    const from = start + match[1].length;
    return state.tr.replaceWith(from, end, schema.text(words, [...state.doc.resolve(from).marks(), type.create()])).removeStoredMark(type);
  });

const rules = inputRules({
  rules: [
    textblockTypeInputRule(/^(#{1,4})\s$/, nodes.heading, (match) => ({ level: Math.max(2, match[1].length) })),
    wrappingInputRule(/^\s*([-+*•])\s$/, nodes.bullet_list),
    wrappingInputRule(/^(\d{1,3})[.)]\s$/, nodes.ordered_list, (match) => ({ start: +match[1] }), (match, node) => node.childCount + node.attrs.start === +match[1]),
    wrappingInputRule(/^\s*>\s$/, nodes.blockquote),
    textblockTypeInputRule(/^```([A-Za-z0-9+#._-]*)\s$/, nodes.code_block, (match) => ({ language: match[1] })),
    mark(/(^|[^*])\*\*([^*\s](?:[^*]*[^*\s])?)\*\*$/, marks.strong),
    mark(/(^|[^*])\*([^*\s](?:[^*]*[^*\s])?)\*$/, marks.em),
    mark(/(^|[^~])~~([^~\s](?:[^~]*[^~\s])?)~~$/, marks.s),
    mark(/(^|[^`])`([^`\s](?:[^`]*[^`\s])?)`$/, marks.code),
    new InputRule(/^---$/, (state, match, start, end) =>
      state.tr.replaceRangeWith(start - 1, end + 1, nodes.horizontal_rule.create()).insert(start, nodes.paragraph.create()).scrollIntoView()),
  ],
});

/** Turn a web address that stands before the cursor into a link. */
function linkBefore(state, dispatch) {
  const { $from, empty } = state.selection;
  if (!empty || !$from.parent.type.allowsMarkType(marks.link)) return false;
  const before = $from.parent.textBetween(0, $from.parentOffset, "\n", "\n");
  const found = /(?:^|[\s(])((?:https?:\/\/|www\.)[^\s<>"]+)$/i.exec(before);
  if (!found) return false;
  const words = found[1].replace(/[.,;:!?)]+$/, "");
  const href = goodAddress(/^www\./i.test(words) ? `https://${words}` : words);
  const from = $from.pos - found[1].length;
  if (!href || state.doc.rangeHasMark(from, from + words.length, marks.link)) return false;
  dispatch(state.tr.addMark(from, from + words.length, marks.link.create({ href })).removeStoredMark(marks.link));
  return false; // and let the key do what it does
}

const links = new Plugin({
  props: {
    handleKeyDown: (view, event) => {
      if (event.key === " " || event.key === "Enter") linkBefore(view.state, view.dispatch);
      return false;
    },
  },
});

const breakLine = chainCommands(exitCode, (state, dispatch) => {
  if (!state.selection.$from.parent.inlineContent) return false;
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
});

// Enter in a caption goes on below the picture.
function leaveCaption(state, dispatch) {
  const { $from } = state.selection;
  if ($from.parent.type !== nodes.picture) return false;
  const after = $from.after();
  const tr = state.tr.insert(after, nodes.paragraph.create());
  dispatch?.(tr.setSelection(state.selection.constructor.near(tr.doc.resolve(after + 1))).scrollIntoView());
  return true;
}

// Backspace at the start of a heading or of a quote makes it a plain paragraph again.
function plainAtStart(state, dispatch) {
  const { $cursor } = state.selection;
  if (!$cursor || $cursor.parentOffset > 0 || $cursor.parent.type !== nodes.heading) return false;
  return setBlockType(nodes.paragraph)(state, dispatch);
}

export function keys({ askLink }) {
  return [
    rules,
    links,
    keymap({
      "Mod-z": undo,
      "Mod-y": redo,
      "Mod-Shift-z": redo,
      "Mod-b": toggleMark(marks.strong),
      "Mod-i": toggleMark(marks.em),
      "Mod-u": toggleMark(marks.u),
      "Mod-k": askLink,
      "Mod-Alt-0": setBlockType(nodes.paragraph),
      "Mod-Alt-2": setBlockType(nodes.heading, { level: 2 }),
      "Mod-Alt-3": setBlockType(nodes.heading, { level: 3 }),
      "Mod-Alt-4": setBlockType(nodes.heading, { level: 4 }),
      "Mod-Shift-9": wrapIn(nodes.blockquote),
      "Shift-Enter": breakLine,
      Enter: chainCommands(leaveCaption, splitListItem(nodes.list_item)),
      Tab: chainCommands(goToNextCell(1), sinkListItem(nodes.list_item)),
      "Shift-Tab": chainCommands(goToNextCell(-1), liftListItem(nodes.list_item)),
      "Mod-]": sinkListItem(nodes.list_item),
      "Mod-[": liftListItem(nodes.list_item),
      Backspace: chainCommands(undoInputRule, plainAtStart),
    }),
    keymap(baseKeymap),
  ];
}
