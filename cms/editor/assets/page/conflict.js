// Two people (or two tabs) changed the same words: both versions stand side by side until she decides.
// Her own text stays where it is meanwhile, and she may go on typing.
import { button, make } from "../make.js";
import { _ } from "../words.js";

const FIELD_NAMES = {
  title: _("Title"), excerpt: _("Summary"), slug: _("Address"), cover: _("Cover"), seo: _("Search results"),
  reviewed_by: _("Reviewed by"), last_reviewed_at: _("Last reviewed"), next_review_due: _("Next review due"), references: _("References"),
};

/** `places` marks and finds stretches of the text (text/places.js). Resolves when every overlap has been decided. */
export async function decide(desk, places, overlaps, clashes, by, fields) {
  const { view } = desk;
  const tr = view.state.tr.setMeta("quiet", true);
  for (const overlap of overlaps) {
    overlap.id = places.newPlace();
    places.dispute(tr, overlap.id, overlap.from, overlap.to);
  }
  view.dispatch(tr);
  const panel = make("section.panel.conflict", { "aria-labelledby": "conflict-title", tabindex: "-1" },
    make("h2", { id: "conflict-title" }, _("Changed elsewhere, in the same place")),
    make("p", {}, by ? _("{by} saved a newer text. Nothing is lost: choose what shall stand.", { by }) : _("You saved a newer text in another window. Nothing is lost: choose what shall stand.")));
  desk.panels.append(panel);
  desk.announce(_("This post was changed elsewhere in the same place. Choose which words shall stand."));
  const sides = by ? [_("Yours"), _("Theirs")] : [_("Yours, in this window"), _("Yours, in the other window")];
  const choices = [
    ...overlaps.map((overlap) => choose(panel, sides, prose(desk, overlap.mine), prose(desk, overlap.theirs), { both: true }, (what) => settle(desk, places, overlap, what))),
    ...clashes.map(({ name, mine, theirs }) => choose(panel, sides, words(mine), words(theirs), { label: FIELD_NAMES[name] ?? name }, (what) => what === "theirs" && fields.write({ [name]: theirs }))),
  ];
  await Promise.all(choices);
  panel.remove();
  desk.announce(_("All decided."));
  view.focus();
}

function settle({ view }, places, { id, theirs }, what) {
  const mark = places.find(view.state, id);
  const tr = places.forget(view.state.tr, id);
  if (mark && what !== "mine") {
    const from = blockStart(tr.doc, mark.from);
    const to = mark.to > mark.from ? blockEnd(tr.doc, mark.to) : from;
    if (what === "theirs") tr.replaceWith(from, to, theirs);
    else tr.insert(to, theirs);
  } else tr.setMeta("quiet", true);
  view.dispatch(tr);
}

// Overlaps are whole blocks, but typing at their edge can move a mark inside one.
const blockStart = (doc, at) => (doc.resolve(at).parent.inlineContent ? doc.resolve(at).before() : at);
const blockEnd = (doc, at) => (doc.resolve(at).parent.inlineContent ? doc.resolve(at).after() : at);

function choose(panel, sides, mine, theirs, { label, both }, apply) {
  return new Promise((done) => {
    const pick = (what) => () => (apply(what), row.remove(), done());
    const row = make("div.versus", { role: "group", "aria-label": label ?? _("The same words, twice") },
      label && make("p.versus-name", {}, label),
      make("div.side", {}, make("h3", {}, sides[0]), mine),
      make("div.side", {}, make("h3", {}, sides[1]), theirs),
      make("div.panel-buttons", {}, button(_("Keep yours"), pick("mine")), button(_("Take the other"), pick("theirs")), both && button(_("Keep both"), pick("both"))));
    panel.append(row);
  });
}

function prose(desk, nodes) {
  const body = new DOMParser().parseFromString(desk.htmlOf(nodes), "text/html").body;
  for (const img of body.querySelectorAll("img")) img.replaceWith(make("em", {}, `[${img.alt || _("Picture")}]`));
  for (const block of body.querySelectorAll("[data-block]")) block.replaceWith(make("em", {}, `[${_("Block")}]`));
  return make("div.prose.small", { dir: "auto" }, ...(nodes.length ? body.childNodes : [make("p.hint", {}, _("(taken out)"))]));
}

const words = (value) => make("p", { dir: "auto" }, typeof value === "string" ? value || _("(empty)") : value ? (value.src ?? value.title ?? _("{n} entries", { n: value.length ?? 1 })) : _("(empty)"));
