// The one visible toolbar. It is one stop of the Tab key; arrow keys move within it (ARIA toolbar pattern).
import { setBlockType, toggleMark, wrapIn, lift } from "prosemirror-commands";
import { redo, redoDepth, undo, undoDepth } from "prosemirror-history";
import { liftListItem, wrapInList } from "prosemirror-schema-list";
import * as tables from "prosemirror-tables";
import { make } from "../make.js";
import { _ } from "../words.js";
import { icon } from "./icons.js";
import { schema } from "./schema.js";

const { nodes, marks } = schema;

const hasMark = (type) => (state) => {
  const { from, to, empty, $from } = state.selection;
  return empty ? Boolean(type.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, type);
};
const within = (type, attrs) => ({ selection: { $from } }) => {
  for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).hasMarkup?.(type, attrs ?? $from.node(depth).attrs)) return true;
  return false;
};
const heading = (level) => (state, dispatch) =>
  setBlockType(within(nodes.heading, { level })(state) ? nodes.paragraph : nodes.heading, { level })(state, dispatch);

// In a list of the other kind the list changes; in one of the same kind the line leaves it.
const list = (type) => (state, dispatch) => {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) {
    const node = $from.node(depth);
    if (node.type === type) return liftListItem(nodes.list_item)(state, dispatch);
    if (node.type === nodes.bullet_list || node.type === nodes.ordered_list) {
      dispatch?.(state.tr.setNodeMarkup($from.before(depth), type));
      return true;
    }
  }
  return wrapInList(type)(state, dispatch);
};
const quote = (state, dispatch) => (within(nodes.blockquote)(state) ? lift(state, dispatch) : wrapIn(nodes.blockquote)(state, dispatch));

/** Build the toolbar into `place`; returns `update(state)`. */
export function toolbar(place, view, { askLink, picture, blocks }) {
  const tools = [
    ["bold", _("Bold"), toggleMark(marks.strong), hasMark(marks.strong)],
    ["italic", _("Italic"), toggleMark(marks.em), hasMark(marks.em)],
    ["link", _("Link"), askLink, hasMark(marks.link)],
    null,
    ["h2", _("Heading"), heading(2), within(nodes.heading, { level: 2 })],
    ["h3", _("Smaller heading"), heading(3), within(nodes.heading, { level: 3 })],
    ["bullets", _("List"), list(nodes.bullet_list), within(nodes.bullet_list)],
    ["numbers", _("Numbered list"), list(nodes.ordered_list), within(nodes.ordered_list)],
    ["quote", _("Quote"), quote, within(nodes.blockquote)],
    null,
    picture,
    blocks,
    null,
    ["undo", _("Undo typing"), undo, null, (state) => undoDepth(state) > 0],
    ["redo", _("Redo typing"), redo, null, (state) => redoDepth(state) > 0],
  ];
  const made = [];
  place.setAttribute("role", "toolbar");
  place.setAttribute("aria-label", _("Format"));
  place.setAttribute("aria-controls", "page");
  for (const tool of tools) {
    if (tool === null) place.append(make("span.gap", { "aria-hidden": "true" }));
    else if (tool instanceof Node) place.append(tool);
    else {
      const [name, label, command, pressed, enabled] = tool;
      const element = make("button.tool", { type: "button", "aria-label": label, title: label, "aria-pressed": pressed ? "false" : null }, icon(name));
      element.addEventListener("mousedown", (event) => event.preventDefault()); // the text keeps the cursor
      element.addEventListener("click", () => {
        command(view.state, view.dispatch, view);
        if (name !== "link") view.focus();
      });
      made.push({ element, pressed, enabled });
      place.append(element);
    }
  }
  const tableTools = tableBar(view);
  place.append(tableTools);
  roving(place);
  return (state) => {
    for (const { element, pressed, enabled } of made) {
      if (pressed) set(element, "aria-pressed", String(pressed(state)));
      if (enabled) set(element, "aria-disabled", String(!enabled(state)));
    }
    tableTools.hidden = !within(nodes.table)(state);
  };
}

const set = (element, name, value) => element.getAttribute(name) !== value && element.setAttribute(name, value);

function tableBar(view) {
  const commands = [
    [_("Add row"), tables.addRowAfter],
    [_("Add column"), tables.addColumnAfter],
    [_("Delete row"), tables.deleteRow],
    [_("Delete column"), tables.deleteColumn],
    [_("Heading row"), tables.toggleHeaderRow],
    [_("Delete table"), tables.deleteTable],
  ];
  return make("span.table-tools", { hidden: true }, ...commands.map(([words, command]) => {
    const element = make("button.tool.word", { type: "button" }, words);
    element.addEventListener("mousedown", (event) => event.preventDefault());
    element.addEventListener("click", () => (command(view.state, view.dispatch), view.focus()));
    return element;
  }));
}

function roving(place) {
  const stops = () => [...place.querySelectorAll("button, input")].filter((stop) => stop.offsetParent !== null);
  const choose = (stop) => {
    for (const other of place.querySelectorAll("button, input")) other.tabIndex = other === stop ? 0 : -1;
  };
  choose(stops()[0] ?? place.querySelector("button"));
  place.addEventListener("focusin", (event) => event.target.matches("button, input") && choose(event.target));
  place.addEventListener("keydown", (event) => {
    const all = stops();
    const now = all.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] * (getComputedStyle(place).direction === "rtl" ? -1 : 1);
    const next = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : now + step;
    if (Number.isNaN(next) || now < 0) return;
    event.preventDefault();
    all[(next + all.length) % all.length].focus();
  });
}
