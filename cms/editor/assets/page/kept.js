// Text on this device that the server has never seen: say so, with a way to open it.
import { make } from "../make.js";
import { leftovers } from "../save/device.js";
import { _ } from "../words.js";

/** Show the copies of other posts that were left over; `but` is the post that is open here. */
export async function showKept(place, but = "") {
  const root = document.documentElement.dataset.root;
  for (const copy of await leftovers()) {
    if (copy.post === but || (but && !copy.fresh)) continue;
    const href = `${root}/editor/posts/${copy.fresh ? `new?id=${copy.post}` : copy.post}`;
    const title = copy.title || _("Without a title");
    place.hidden = false;
    place.append(make("div.note", {}, make("p", {}, _("Not saved yet, kept on this device:"), " ", make("a", { href }, title))));
  }
}
