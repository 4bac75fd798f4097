// Blocks with data of their own: exercises, a call to book, videos, questions, references. Each stands in the
// text as a card that says what it is and opens a small form.
import { TextSelection } from "prosemirror-state";
import { button, field, make } from "../make.js";
import { ask } from "../save/server.js";
import { _ } from "../words.js";
import { KINDS } from "./block_kinds.js";
import { icon } from "./icons.js";
import { uniqueBlocks } from "./paste.js";
import { takeOut } from "./places.js";
import { schema } from "./schema.js";

let eager = ""; // the block that was just added: its form takes the focus

export const freshId = (kind = "block") => `${kind.replace(/[^a-z0-9]/g, "") || "block"}-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;

/** Returns {tool, nodeViews, plugin}; `fromLibrary()` opens the picture library. */
export function addBlocks(desk, fromLibrary) {
  const menu = make("div.panel.block-menu", { role: "group", "aria-label": _("Add to the text"), hidden: true });
  const open = make("button.tool.word", { type: "button", "aria-expanded": "false", title: _("Add to the text") }, icon("add"), _("Add"));
  const toggle = (show) => {
    menu.hidden = !show;
    open.setAttribute("aria-expanded", String(show));
    if (show) menu.querySelector("button").focus({ preventScroll: true });
  };
  open.addEventListener("mousedown", (event) => event.preventDefault());
  open.addEventListener("click", () => toggle(menu.hidden));
  menu.addEventListener("keydown", (event) => event.key === "Escape" && (toggle(false), open.focus()));
  document.getElementById("toolbar").after(menu);

  const insert = (node, inside = false) => {
    const { view } = desk;
    const { $from } = view.state.selection;
    const at = $from.depth ? $from.after(1) : $from.pos;
    const tr = view.state.tr;
    const blank = $from.depth === 1 && $from.parent.type === schema.nodes.paragraph && $from.parent.content.size === 0;
    if (blank) tr.replaceWith($from.before(1), at, node);
    else tr.insert(at, node);
    const start = blank ? $from.before(1) : at;
    const end = start + node.nodeSize;
    if (!tr.doc.resolve(end).nodeAfter) tr.insert(end, schema.nodes.paragraph.create());
    if (inside) {
      const { $from: line } = TextSelection.near(tr.doc.resolve(start + 1)); // its words, if any, are there to be typed over
      tr.setSelection(TextSelection.create(tr.doc, line.start(), line.end()));
    }
    else tr.setSelection(TextSelection.near(tr.doc.resolve(end))); // what is added next goes below
    view.dispatch(tr.scrollIntoView());
    view.focus();
  };
  const cell = (type, attrs, words) => type.create(attrs, schema.nodes.paragraph.create(null, words && schema.text(words)));
  const row = (...cells) => schema.nodes.table_row.create(null, cells);
  const { table, table_header: head, table_cell: data, blockquote, paragraph, horizontal_rule: line, figure_block } = schema.nodes;
  const choices = [
    ...Object.entries(KINDS).map(([kind, { name }]) => [name, () => insert(figure_block.create({ id: eager = freshId(kind), data: { kind } }))]),
    [_("Picture from the library"), fromLibrary],
    [_("Pull quote"), () => insert(blockquote.create({ pull: true }, paragraph.create()), true)],
    [_("Table"), () => insert(table.create(null, [row(cell(head, { scope: "col" }, _("First")), cell(head, { scope: "col" }, _("Second"))), row(cell(data), cell(data)), row(cell(data), cell(data))]), true)],
    [_("Line"), () => insert(line.create())],
  ];
  menu.append(...choices.map(([words, action]) => button(words, () => (toggle(false), action()), { class: "quiet" })));

  return {
    tool: open,
    plugin: uniqueBlocks(freshId),
    nodeViews: { figure_block: (node, view, getPos) => new BlockView(desk, node, view, getPos) },
  };
}

class BlockView {
  constructor(desk, node, view, getPos) {
    Object.assign(this, { desk, node, view, getPos });
    this.dom = make("figure.block", { contenteditable: "false" });
    this.opened = isBlank(node.attrs.data);
    this.show(node.attrs.id === eager);
  }

  show(focus = false) {
    const { data } = this.node.attrs;
    const kind = KINDS[data.kind];
    this.dom.replaceChildren(make("p.block-kind", {}, kind?.name ?? _("Block “{kind}”", { kind: data.kind ?? "?" })), kind ? this.body(kind, data, focus) : make("p.hint", {}, _("A plugin shows this one; it is kept as it is.")));
    if (focus) setTimeout(() => this.focus());
  }

  focus() {
    this.dom.querySelector("input, select, textarea")?.focus();
  }

  body(kind, data, focus) {
    const remove = button(_("Remove"), () => takeOut(this.desk, this.getPos(), this.node, _("{name} removed.", { name: kind.name })), { class: "quiet small" });
    if (!this.opened) {
      const words = kind.summary(data);
      const summary = make("div.block-summary", {}, ...(Array.isArray(words) ? words : [make("p", { dir: "auto" }, words)]));
      if (data.exercise && !data.draft) this.name(summary, data.exercise);
      return make("div", {}, summary, make("div.panel-buttons", {}, button(_("Edit"), () => this.turn(true), { class: "quiet small" }), remove));
    }
    const form = kind.fields ? this.form(kind, data) : this.library(data, focus);
    return make("div.block-form", {}, form, make("div.panel-buttons", {}, button(_("Done"), () => this.turn(false), { class: "main small" }), remove));
  }

  form(kind, data) {
    return make("div", {}, ...kind.fields.map(({ name, label, read, ...rest }) => {
      const { row, input } = field(label, { ...rest, value: data[name] ?? "" });
      input.addEventListener("input", () => this.set(read ? read(input.value) : { [name]: input.value }));
      return row;
    }));
  }

  library(data, focus) {
    const box = make("div");
    this.desk.load().then(
      ({ exerciseForm }) => (box.append(exerciseForm(this.desk, data, (values) => this.set(values), () => this.turn(false))), focus && this.focus()),
      ({ message }) => box.append(make("p.wrong", {}, message), button(_("Try again"), () => this.turn(true), { class: "quiet small" })));
    return box;
  }

  async name(summary, id) {
    const { exercises } = await ask("/editor/api/exercises").catch(() => ({ exercises: [] }));
    const found = exercises.find((one) => one.id === id);
    if (found) summary.replaceChildren(make("p", {}, make("b", {}, found.name), " ", found.dose), make("ol.hint", {}, ...found.steps.map((step) => make("li", {}, step))));
  }

  set(values) {
    this.own = true;
    this.view.dispatch(this.view.state.tr.setNodeAttribute(this.getPos(), "data", { ...this.node.attrs.data, ...values }));
    this.own = false;
  }

  turn(open) {
    this.opened = open;
    this.show(open);
    if (!open) this.view.focus();
  }

  update(node) {
    if (node.type !== this.node.type) return false;
    const same = node.attrs.id === this.node.attrs.id && JSON.stringify(node.attrs.data) === JSON.stringify(this.node.attrs.data);
    this.node = node;
    if (!this.own && !same) this.show();
    return true;
  }

  stopEvent(event) {
    return event.target !== this.dom && !/^drag/.test(event.type);
  }

  ignoreMutation() {
    return true;
  }
}

const isBlank = (data) => Object.entries(data).every(([name, value]) => name === "kind" || !value);
