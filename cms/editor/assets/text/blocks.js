// Blocks with data of their own: exercises, a call to book, videos, questions, references. Each stands in the
// text as a card that says what it is and opens a small form.
import { TextSelection } from "prosemirror-state";
import { button, field, make } from "../make.js";
import { ask } from "../save/server.js";
import { _ } from "../words.js";
import { KINDS, exerciseForm } from "./block_kinds.js";
import { icon } from "./icons.js";
import { uniqueBlocks } from "./paste.js";
import { schema } from "./schema.js";

export const freshId = (kind = "block") => `${kind.replace(/[^a-z0-9]/g, "") || "block"}-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;

/** Returns {tool, nodeViews, ready, plugin}. */
export function addBlocks(desk) {
  const menu = make("div.panel.block-menu", { role: "group", "aria-label": _("Add to the text"), hidden: true });
  const open = make("button.tool.word", { type: "button", "aria-expanded": "false", title: _("Add to the text") }, icon("add"), _("Add"));
  const toggle = (show) => {
    menu.hidden = !show;
    open.setAttribute("aria-expanded", String(show));
    if (show) menu.querySelector("button").focus();
  };
  open.addEventListener("mousedown", (event) => event.preventDefault());
  open.addEventListener("click", () => toggle(menu.hidden));
  menu.addEventListener("keydown", (event) => event.key === "Escape" && (toggle(false), open.focus()));

  const insert = (node, inside = false) => {
    toggle(false);
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
    return start;
  };
  const cell = (type, attrs, words) => type.create(attrs, schema.nodes.paragraph.create(null, words && schema.text(words)));
  const row = (...cells) => schema.nodes.table_row.create(null, cells);
  const { table, table_header: head, table_cell: data, blockquote, paragraph, horizontal_rule: line, figure_block } = schema.nodes;
  const choices = [
    ...Object.entries(KINDS).map(([kind, { name }]) => [name, () => {
      const at = insert(figure_block.create({ id: freshId(kind), data: { kind } }));
      desk.view.nodeDOM(at)?.querySelector("input, select, textarea")?.focus();
    }]),
    [_("Pull quote"), () => (insert(blockquote.create({ pull: true }, paragraph.create()), true), desk.view.focus())],
    [_("Table"), () => (insert(table.create(null, [row(cell(head, { scope: "col" }, _("First")), cell(head, { scope: "col" }, _("Second"))), row(cell(data), cell(data)), row(cell(data), cell(data))]), true), desk.view.focus())],
    [_("Line"), () => (insert(line.create()), desk.view.focus())],
  ];
  menu.append(...choices.map(([words, action]) => button(words, action, { class: "quiet" })));

  return {
    tool: open,
    plugin: uniqueBlocks(freshId),
    nodeViews: { figure_block: (node, view, getPos) => new BlockView(node, view, getPos) },
    ready: () => document.getElementById("toolbar").after(menu),
  };
}

class BlockView {
  constructor(node, view, getPos) {
    Object.assign(this, { node, view, getPos });
    this.dom = make("figure.block", { contenteditable: "false" });
    this.opened = isBlank(node.attrs.data);
    this.show();
  }

  show() {
    const { data } = this.node.attrs;
    const kind = KINDS[data.kind];
    this.dom.replaceChildren(make("p.block-kind", {}, kind?.name ?? _("Block “{kind}”", { kind: data.kind ?? "?" })), kind ? this.body(kind, data) : make("p.hint", {}, _("A plugin shows this one; it is kept as it is.")));
  }

  body(kind, data) {
    if (!this.opened) {
      const words = kind.summary(data);
      const summary = make("div.block-summary", {}, ...(Array.isArray(words) ? words : [make("p", { dir: "auto" }, words)]));
      if (data.kind === "exercise") this.name(summary, data.exercise);
      return make("div", {}, summary, make("div.panel-buttons", {}, button(_("Edit"), () => this.turn(true), { class: "quiet small" }), button(_("Remove"), () => this.remove(), { class: "quiet small" })));
    }
    const form = data.kind === "exercise" ? exerciseForm(data, (values) => this.set(values)) : this.form(kind, data);
    return make("div.block-form", {}, form, make("div.panel-buttons", {}, button(_("Done"), () => this.turn(false), { class: "main small" }), button(_("Remove"), () => this.remove(), { class: "quiet small" })));
  }

  form(kind, data) {
    return make("div", {}, ...kind.fields.map(({ name, label, read, ...rest }) => {
      const { row, input } = field(label, { ...rest, value: data[name] ?? "" });
      input.addEventListener("input", () => this.set(read ? read(input.value) : { [name]: input.value }));
      return row;
    }));
  }

  async name(summary, id) {
    const { exercises } = await ask("/editor/api/exercises").catch(() => ({ exercises: [] }));
    const found = exercises.find((one) => one.id === id);
    if (found) summary.replaceChildren(make("p", {}, make("b", {}, found.name)), make("p.hint", {}, found.dose));
  }

  set(values) {
    this.own = true;
    this.view.dispatch(this.view.state.tr.setNodeAttribute(this.getPos(), "data", { ...this.node.attrs.data, ...values }));
    this.own = false;
  }

  turn(open) {
    this.opened = open;
    this.show();
    if (open) this.dom.querySelector("input, textarea, select")?.focus();
    else this.view.focus();
  }

  remove() {
    const pos = this.getPos();
    this.view.dispatch(this.view.state.tr.delete(pos, pos + this.node.nodeSize));
    this.view.focus();
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
