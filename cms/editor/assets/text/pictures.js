// Pictures in the text: dropped, pasted or chosen; progress while they travel, the file kept for another try;
// the description asked for right below the picture.
import { Plugin, TextSelection } from "prosemirror-state";
import { button, make, newId } from "../make.js";
import { pictureAddress, upload } from "../save/server.js";
import { _ } from "../words.js";
import { icon } from "./icons.js";
import { find, forget, newPlace, takeOut, waitAt } from "./places.js";
import { schema } from "./schema.js";

/** Returns {tool, plugin, nodeViews, take, fromLibrary}. */
export function picturesIn(desk) {
  const input = make("input", { type: "file", accept: "image/*,.heic,.heif", multiple: true, "aria-label": _("Add picture") });
  input.addEventListener("change", () => {
    take([...input.files], desk.view.state.selection.from);
    input.value = "";
  });
  const tool = make("label.tool.file", { title: _("Add picture") }, icon("picture"), input);

  const plugin = new Plugin({
    props: {
      handleDrop(view, event) {
        const files = [...(event.dataTransfer?.files ?? [])].filter((file) => file.type.startsWith("image/") || /\.hei[cf]$/i.test(file.name));
        if (!files.length) return false;
        event.preventDefault();
        take(files, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? view.state.doc.content.size);
        return true;
      },
    },
  });

  function take(files, at) {
    for (const file of files) travel(file, at);
  }

  function travel(file, at) {
    const { view } = desk;
    const id = newPlace();
    const bar = make("progress", { max: "1", value: "0", "aria-label": _("Uploading {name}", { name: file.name }) });
    const words = make("p", {}, _("Uploading {name}…", { name: file.name }));
    const again = button(_("Try again"), () => go(), { class: "main", hidden: true });
    const away = button(_("Leave it out"), () => view.dispatch(forget(view.state.tr, id)), { class: "quiet" });
    const card = make("div.upload", { contenteditable: "false" }, words, bar, make("div.panel-buttons", {}, again, away));
    wait(id, at, card);
    const go = async () => {
      again.hidden = true;
      bar.hidden = false;
      words.textContent = _("Uploading {name}…", { name: file.name });
      const form = new FormData();
      form.append("file", file, file.name);
      try {
        const picture = await upload("/editor/api/pictures", form, (part) => (bar.value = part));
        put(id, picture);
      } catch (trouble) {
        bar.hidden = true;
        again.hidden = false;
        words.textContent = trouble.status
          ? _("{name} was not taken: {why}", { name: file.name, why: trouble.message })
          : _("{name} could not be sent. It is kept here; try again when you are online.", { name: file.name });
        desk.announce(_("A picture could not be taken; it says why in the text."));
      }
    };
    go();
  }

  function wait(id, at, element) {
    const { state, dispatch } = desk.view;
    const $at = state.doc.resolve(Math.min(at, state.doc.content.size));
    dispatch(waitAt(state.tr, id, $at.depth ? $at.after(1) : $at.pos, element));
  }

  // A picture that is in the library already, put in where the cursor was.
  function fromLibrary() {
    const id = newPlace();
    wait(id, desk.view.state.selection.from, make("span"));
    const left = () => (desk.view.dispatch(forget(desk.view.state.tr, id)), desk.view.focus());
    desk.more(({ choosePicture }) => choosePicture(desk, document.getElementById("toolbar"), (picture) => put(id, picture), left));
  }

  function put(id, picture) {
    const { view } = desk;
    const place = find(view.state, id);
    if (!place) return;
    const node = schema.nodes.picture.create({ src: `media/${picture.name}`, alt: picture.alt ?? "" });
    const tr = forget(view.state.tr, id).insert(place.from, node);
    const before = tr.doc.resolve(place.from).nodeBefore;
    if (before && before.type === schema.nodes.paragraph && before.content.size === 0) tr.delete(place.from - before.nodeSize, place.from);
    const end = tr.mapping.map(place.from);
    if (!tr.doc.resolve(end).nodeAfter) tr.insert(end, schema.nodes.paragraph.create());
    view.dispatch(tr.scrollIntoView());
    const inputs = [...view.dom.querySelectorAll(".alt-input")];
    (inputs.find((input) => input.closest("figure").dataset.name === picture.name && !input.value) ?? view).focus();
  }

  return { tool, plugin, take, fromLibrary, nodeViews: { picture: (node, view, getPos) => new PictureView(desk, node, view, getPos) } };
}

class PictureView {
  constructor(desk, node, view, getPos) {
    Object.assign(this, { node, view, getPos });
    const id = newId("alt");
    this.img = make("img", { src: pictureAddress(node.attrs.src), alt: node.attrs.alt });
    this.img.addEventListener("error", () => this.dom.classList.add("missing"));
    this.contentDOM = make("figcaption", { "data-words": _("Caption, if you like") });
    this.input = make("input.alt-input", { id, type: "text", "aria-describedby": id + "-hint", placeholder: _("Such as: a bare foot with the big toe lifted") });
    this.box = make("input", { type: "checkbox" });
    this.hint = make("span.hint", { id: id + "-hint" });
    this.row = make("div.alt-row", { contenteditable: "false" },
      make("label", { for: id }, _("Describe the picture")), this.input,
      make("label.choice", {}, this.box, " ", _("Decorative: it says nothing the text does not")), this.hint,
      button(_("Remove picture"), () => takeOut(desk, getPos(), this.node, _("Picture removed.")), { class: "quiet small" }));
    this.dom = make("figure.picture", { "data-name": node.attrs.src.replace(/^media\//, "") }, make("div.frame", { contenteditable: "false" }, this.img), this.contentDOM, this.row);
    this.input.addEventListener("input", () => this.set({ alt: this.input.value, decorative: false }));
    this.box.addEventListener("change", () => this.set(this.box.checked ? { alt: "", decorative: true } : { decorative: false }));
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      const after = this.getPos() + this.node.nodeSize;
      view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(Math.min(after, view.state.doc.content.size)))));
      view.focus();
    });
    this.show();
  }

  set(attrs) {
    const pos = this.getPos();
    const tr = this.view.state.tr;
    for (const [name, value] of Object.entries(attrs)) tr.setNodeAttribute(pos, name, value);
    this.view.dispatch(tr);
  }

  show() {
    const { alt, decorative, src } = this.node.attrs;
    if (this.input.value !== alt) this.input.value = alt;
    this.img.alt = alt;
    this.box.checked = decorative;
    this.input.disabled = decorative;
    this.hint.textContent = alt || decorative ? "" : _("Read aloud to people who cannot see it.");
    this.contentDOM.classList.toggle("blank", this.node.content.size === 0);
    const address = pictureAddress(src);
    if (this.img.getAttribute("src") !== address) this.img.src = address;
  }

  update(node) {
    if (node.type !== this.node.type) return false;
    this.node = node;
    this.show();
    return true;
  }

  stopEvent(event) {
    return this.row.contains(event.target);
  }

  ignoreMutation(mutation) {
    return mutation.type !== "selection" && !this.contentDOM.contains(mutation.target);
  }
}
