// The hints one by one; each leads to the place that it is about.
import { button, make } from "../make.js";
import { _ } from "../words.js";

/** Fill `list` with the hints; `leave()` is called when she goes to the place of one. */
export function showHints(desk, list, hints, leave) {
  list.replaceChildren(...hints.map(({ about, message, at }) => {
    const go = finder(desk, about, at);
    return make("li", {}, make("span", {}, message), go && button(_("Show"), () => (leave(), go()), { class: "quiet small", "aria-label": _("Show: {message}", { message }) }));
  }));
}

// What shows the place, null if there is none to show.
function finder(desk, about, at) {
  if (about === "body") return at ? () => inText(desk, at) : null;
  const field = document.querySelector(`#${about}, #f-${about}`);
  return field && (() => {
    const folded = field.closest("details");
    if (folded) folded.open = true;
    const control = field.matches("input, textarea, select") ? field : field.querySelector("input, button");
    (control ?? field).focus();
  });
}

function inText({ view, select }, at) {
  const figure = [...view.dom.querySelectorAll("figure.picture")].find(({ dataset }) => dataset.name === at.replace(/^media\//, "") && at.includes("/"));
  if (figure) return figure.querySelector(".alt-input").focus();
  let found = null;
  view.state.doc.descendants((node, pos) => {
    if (found || !node.isTextblock) return !found;
    const start = node.textBetween(0, node.content.size, " ", " ").indexOf(at);
    if (start >= 0) found = pos + 1 + start;
    return false;
  });
  if (found !== null) select(found, found + at.length);
}
