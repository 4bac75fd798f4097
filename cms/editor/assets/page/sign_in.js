// Her session has ended while she was writing: sign in over the text, which stays as it is.
import { field, make } from "../make.js";
import { _ } from "../words.js";

/** Resolves true when signed in again. */
export function askToSignIn(desk) {
  return new Promise((done) => {
    const email = field(_("Email"), { type: "email", autocomplete: "username", value: desk.start.email });
    const password = field(_("Password"), { type: "password", autocomplete: "current-password" });
    const wrong = make("p.wrong", { role: "alert" });
    const submit = make("button.main", { type: "button" }, _("Sign in"));
    const panel = make("section.panel.again", { "aria-labelledby": "again-title" },
      make("h2", { id: "again-title" }, _("Please sign in again")),
      make("p", {}, _("You have been signed out. Your text is kept on this device and will be saved as soon as you are back.")),
      email.row, password.row, wrong, make("div.panel-buttons", {}, submit));
    const go = async () => {
      submit.disabled = true;
      try {
        await desk.renew();
        await desk.ask("/editor/api/sign-in", { method: "POST", json: { email: email.input.value, password: password.input.value } });
        await desk.renew();
        panel.remove();
        desk.announce(_("Signed in."));
        done(true);
      } catch (trouble) {
        wrong.textContent = trouble.message;
        submit.disabled = false;
      }
    };
    submit.addEventListener("click", go);
    panel.addEventListener("keydown", (event) => event.key === "Enter" && (event.preventDefault(), go()));
    desk.panels.append(panel);
    desk.announce(_("You have been signed out. Sign in again; your text is kept."));
    // Where she is writing she goes on: the words that she is typing must not go into the password.
    if (!document.activeElement?.matches("input, textarea, [contenteditable]")) (desk.start.email ? password : email).input.focus();
  });
}
