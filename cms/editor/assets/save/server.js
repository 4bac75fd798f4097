// Talking to our server: JSON in and out, the CSRF token in a header, and errors one can act upon.
const root = document.documentElement.dataset.root;
let token = document.querySelector("meta[name=csrf]").content;

/** What went wrong: `status` 0 means that nobody answered. `body` is the server's problem+json, if any. */
export class Trouble extends Error {
  constructor(status, body = {}) {
    super(body.detail || (status ? `The server answered ${status}.` : "The server cannot be reached."));
    this.status = status;
    this.body = body;
  }
}

export const address = (path) => root + path;

/** Where the editor shows the picture that a post names `media/<name>`. */
export const pictureAddress = (src) => (src.startsWith("media/") ? address(`/editor/pictures/${encodeURIComponent(src.slice(6))}`) : src);

/** Ask the server; returns its JSON. Raises Trouble. */
export async function ask(path, { method = "GET", json, form, keepalive = false, seconds = 20, again = true } = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), seconds * 1000);
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  if (json !== undefined) headers["Content-Type"] = "application/json";
  let answer, body;
  try {
    answer = await fetch(address(path), {
      method, headers, keepalive, signal: stop.signal, credentials: "same-origin", cache: "no-store",
      body: json !== undefined ? JSON.stringify(json) : form,
    });
    body = await answer.json().catch(() => ({}));
  } catch {
    throw new Trouble(0);
  } finally {
    clearTimeout(timer);
  }
  if (answer.ok) return body;
  if (answer.status === 400 && body.csrf && again) {
    await renew(); // signed in anew in another tab: our token is of the session before
    return ask(path, { method, json, form, keepalive, seconds, again: false });
  }
  throw new Trouble(answer.status, body);
}

/** Fetch the CSRF token of the session as it is now. */
export async function renew() {
  const visit = await ask("/editor/api/visit", { again: false });
  token = visit.csrf;
  return visit;
}

/** Send a file with progress (0..1). Raises Trouble. */
export function upload(path, form, progress) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", address(path));
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? done(request.response) : fail(new Trouble(request.status, request.response ?? {})));
    request.onerror = request.ontimeout = request.onabort = () => fail(new Trouble(0));
    request.timeout = 120000;
    request.send(form);
  });
}
