// Asking for a link's address, in a small panel under the toolbar.
import { button, field, make } from "../make.js";
import { _ } from "../words.js";
import { goodAddress, schema } from "./schema.js";

const { link } = schema.marks;

/** Returns the command `askLink(state, dispatch, view)` that opens the panel in `place`. */
export function linkAsker(place, getView) {
  return (state, dispatch) => {
    if (!dispatch) return true;
    const range = rangeOf(state);
    const old = state.doc.nodeAt(range.from)?.marks.find((mark) => mark.type === link);
    open(place, getView(), range, old?.attrs.href ?? "");
    return true;
  };
}

function rangeOf({ doc, selection }) {
  let { from, to, empty, $from } = selection;
  if (empty) {
    const { node, offset } = $from.parent.childAfter($from.parentOffset);
    const mark = node?.marks.find((one) => one.type === link);
    if (mark) {
      const start = $from.start();
      from = start + offset;
      to = from + node.nodeSize;
    }
  }
  return { from, to, words: doc.textBetween(from, to) };
}

function open(place, view, range, href) {
  place.querySelector(".link-panel")?.remove();
  const { row, input } = field(_("Link to"), { type: "text", inputmode: "url", value: href, placeholder: "https://", autocomplete: "off" });
  const wrong = make("p.wrong", { role: "alert" });
  const close = () => (panel.remove(), view.focus());
  const set = () => {
    let wanted = input.value.trim();
    if (/^[^\s@/:]+@[^\s@/]+\.[a-z]+$/i.test(wanted)) wanted = `mailto:${wanted}`;
    else if (/^[\w-]+(\.[\w-]+)+([/?#]|$)/.test(wanted)) wanted = `https://${wanted}`;
    const address = goodAddress(wanted);
    if (!address) return void (wrong.textContent = _("Write an address that begins with https://, or one of this site that begins with /."));
    const tr = view.state.tr;
    const mark = link.create({ href: address });
    if (range.from === range.to) tr.insert(range.from, schema.text(address.replace(/^https?:\/\//, ""), [mark]));
    else tr.removeMark(range.from, range.to, link).addMark(range.from, range.to, mark);
    view.dispatch(tr);
    close();
  };
  const remove = () => (view.dispatch(view.state.tr.removeMark(range.from, range.to, link)), close());
  const panel = make("div.panel.link-panel", { role: "group", "aria-label": _("Link") }, row, wrong,
    make("div.panel-buttons", {}, button(_("Set link"), set, { class: "main" }), href && button(_("Remove link"), remove, { class: "quiet" }), button(_("Cancel"), close, { class: "quiet" })));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && event.target === input) (event.preventDefault(), set());
  });
  place.append(panel);
  input.focus({ preventScroll: true }); // it sticks below the toolbar
  input.select();
}
