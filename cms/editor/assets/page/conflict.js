// Two people (or two tabs) changed the same words: both versions stand side by side until she decides.
// Her own text stays where it is meanwhile, and she may go on typing.
import { DOMSerializer } from "prosemirror-model";
import { Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";
import { button, make } from "../make.js";
import { schema } from "../text/schema.js";
import { _ } from "../words.js";

const key = new PluginKey("conflicts");
const FIELD_NAMES = {
  title: _("Headline"), excerpt: _("Excerpt"), slug: _("Address"), cover: _("Cover"), seo: _("For search engines"),
  reviewed_by: _("Reviewed by"), last_reviewed_at: _("Last reviewed"), next_review_due: _("Next review due"), references: _("References"),
};

/** Returns {plugin, decide}. `decide` resolves when every overlap has been decided. */
export function conflictKeeper(desk) {
  const plugin = new Plugin({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (tr, marks) => tr.getMeta(key) ?? marks.map(tr.mapping, tr.doc),
    },
    props: { decorations: (state) => key.getState(state) },
  });

  async function decide(overlaps, clashes, by, fields) {
    const { view } = desk;
    const marks = overlaps.map(({ from, to }, id) =>
      to > from ? Decoration.inline(from, to, { class: "disputed" }, { id, inclusiveStart: true, inclusiveEnd: true }) : Decoration.widget(from, () => make("span.disputed"), { id }));
    view.dispatch(view.state.tr.setMeta(key, DecorationSet.create(view.state.doc, marks)).setMeta("quiet", true));
    const panel = make("section.panel.conflict", { "aria-labelledby": "conflict-title", tabindex: "-1" },
      make("h2", { id: "conflict-title" }, _("Changed elsewhere, in the same place")),
      make("p", {}, by ? _("{by} saved a newer text. Nothing is lost: choose what shall stand.", { by }) : _("A newer text was saved. Nothing is lost: choose what shall stand.")));
    desk.panels.append(panel);
    desk.announce(_("This post was changed elsewhere in the same place. Choose which words shall stand."));
    const choices = [
      ...overlaps.map((overlap, id) => choose(panel, prose(overlap.mine), prose(overlap.theirs), { both: true }, (what) => settle(id, overlap.theirs, what))),
      ...clashes.map(({ name, mine, theirs }) => choose(panel, words(name, mine), words(name, theirs), { label: FIELD_NAMES[name] ?? name }, (what) => what === "theirs" && fields.write({ [name]: theirs }))),
    ];
    panel.scrollIntoView({ block: "nearest" });
    await Promise.all(choices);
    panel.remove();
    view.dispatch(view.state.tr.setMeta(key, DecorationSet.empty).setMeta("quiet", true));
    desk.announce(_("All decided."));
    view.focus();
  }

  function settle(id, theirs, what) {
    if (what === "mine") return;
    const { view } = desk;
    const [mark] = key.getState(view.state).find(undefined, undefined, (spec) => spec.id === id);
    if (!mark) return;
    const tr = view.state.tr;
    const from = blockStart(tr.doc, mark.from);
    const to = mark.to > mark.from ? blockEnd(tr.doc, mark.to) : from;
    if (what === "theirs") tr.replaceWith(from, to, theirs);
    else tr.insert(to, theirs);
    view.dispatch(tr);
  }

  return { plugin, decide };
}

// Overlaps are whole blocks, but typing at their edge can move a mark inside one.
const blockStart = (doc, at) => (doc.resolve(at).parent.inlineContent ? doc.resolve(at).before() : at);
const blockEnd = (doc, at) => (doc.resolve(at).parent.inlineContent ? doc.resolve(at).after() : at);

function choose(panel, mine, theirs, { label, both }, apply) {
  return new Promise((done) => {
    const pick = (what) => () => (apply(what), row.remove(), done());
    const row = make("div.versus", { role: "group", "aria-label": label ?? _("The same words, twice") },
      label && make("p.versus-name", {}, label),
      make("div.side", {}, make("h3", {}, _("Yours")), mine),
      make("div.side", {}, make("h3", {}, _("Theirs")), theirs),
      make("div.panel-buttons", {}, button(_("Keep yours"), pick("mine")), button(_("Take theirs"), pick("theirs")), both && button(_("Keep both"), pick("both"))));
    panel.append(row);
  });
}

function prose(nodes) {
  const box = make("div.prose.small", { dir: "auto" });
  if (!nodes.length) box.append(make("p.hint", {}, _("(taken out)")));
  else box.append(DOMSerializer.fromSchema(schema).serializeFragment(schema.nodes.doc.create(null, nodes).content));
  for (const img of box.querySelectorAll("img")) img.replaceWith(make("em", {}, `[${img.alt || _("Picture")}]`));
  return box;
}

const words = (name, value) => make("p", { dir: "auto" }, typeof value === "string" ? value || _("(empty)") : value ? (value.src ?? value.title ?? _("{n} entries", { n: value.length ?? 1 })) : _("(empty)"));
