// Autosave: one second after the last key, at the latest every five; one request in flight; the newest text
// wins; the server's answer never holds text, so nothing she has typed can be overwritten by it.
import { Trouble } from "./server.js";

const QUIET = 1000;
const LONGEST = 5000;
const DEVICE = 250;
const RETRIES = [2000, 4000, 8000, 15000, 30000];
const KEEPALIVE_LIMIT = 60000; // browsers refuse keepalive bodies of 64 KiB and more

// Between two keys rather than under one.
const idle = (work) => (window.requestIdleCallback ? requestIdleCallback(work, { timeout: 500 }) : work());

export const WORDS = {
  saved: "Saved",
  saving: "Saving…",
  offline: "Not saved: offline, kept on this device",
  homeless: "Not saved: offline, and this device has no room. Keep this page open",
  signedOut: "Not saved: signed out, kept on this device",
  elsewhere: (time) => `Not saved: changed elsewhere at ${time}`,
  refused: (why) => `Not saved: ${why}`,
};

/**
 * `read()` gives the content to save; `send(content, options)` stores it and resolves when the server has it;
 * `keep(content, last)` and `forget()` are the copy on the device; `say(words)` shows the state;
 * `conflict(trouble)` merges, resolves true when saving may go on; `signIn()` resolves when signed in again.
 */
export class Autosave {
  constructor(parts) {
    Object.assign(this, parts);
    this.edit = 0; // counts changes
    this.stored = 0; // the last change that the server has
    this.since = 0; // when the oldest unsaved change was made
    this.failures = 0;
    this.flying = null;
    this.held = false; // a conflict or a sign-in waits for her
    addEventListener("online", () => this.dirty && this.save());
    addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.leave());
  }

  get dirty() {
    return this.edit !== this.stored;
  }

  /** Something was typed. */
  changed() {
    this.edit++;
    this.since ||= Date.now();
    this.began?.();
    if (!this.held && this.failures === 0) this.say(WORDS.saving);
    this.deviceTimer ??= setTimeout(() => idle(() => this.keepNow()), DEVICE);
    if (this.failures === 0) this.schedule(Math.min(QUIET, Math.max(0, this.since + LONGEST - Date.now())));
  }

  schedule(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  /** Put a copy on the device now. Resolves false if it has no room for one. */
  async keepNow(last = false) {
    clearTimeout(this.deviceTimer);
    this.deviceTimer = null;
    return this.dirty ? this.keep(this.read(), last) : true;
  }

  /** Save now. Resolves true when the server has everything, false when it does not. */
  async save() {
    clearTimeout(this.timer);
    if (this.flying) return this.flying.then(() => (this.dirty && !this.held && !this.failures ? this.save() : !this.dirty));
    if (!this.dirty || this.held) return !this.dirty;
    this.flying = this.once();
    try {
      await this.flying;
    } finally {
      this.flying = null;
    }
    if (this.dirty && !this.held && !this.failures) {
      if (this.urgent) return this.save();
      this.schedule(Math.min(QUIET, Math.max(0, this.since + LONGEST - Date.now())));
    }
    return !this.dirty;
  }

  /** Save and wait until the server has every letter; true if it has. */
  async flush() {
    this.urgent = true;
    try {
      return await this.save();
    } finally {
      this.urgent = false;
    }
  }

  async once() {
    const edit = this.edit;
    const since = this.since;
    this.since = 0;
    this.say(WORDS.saving);
    try {
      await this.send(this.read(), { keepalive: Boolean(this.keepalive) });
      this.stored = edit;
      this.failures = 0;
      if (this.dirty) this.keepNow();
      else {
        this.forget();
        this.say(WORDS.saved);
      }
    } catch (trouble) {
      this.since = since;
      await this.failed(trouble);
    }
  }

  async failed(trouble) {
    const kept = this.keepNow();
    const { status } = trouble;
    if (status === 409 || status === 401) {
      this.held = true;
      if (status === 401) this.say(WORDS.signedOut);
      let go = false;
      try {
        go = await (status === 409 ? this.conflict(trouble) : this.signIn());
      } catch (another) {
        this.held = false;
        return this.failed(another);
      }
      this.held = false;
      if (go) this.schedule(0);
    } else if (status === 0 || status >= 500 || status === 429) {
      this.say(WORDS.offline);
      this.schedule(RETRIES[Math.min(this.failures++, RETRIES.length - 1)]);
      kept.then((safe) => !safe && this.failures && this.say(WORDS.homeless));
    } else {
      this.say(WORDS.refused(trouble.message));
      this.since = 0;
      if (!(trouble instanceof Trouble)) throw trouble;
    }
  }

  /** The page is going away, or into the background: keep a copy here, and send what fits as a last word. */
  leave() {
    if (!this.dirty) return;
    this.keepNow(true);
    if (this.held || this.flying) return;
    this.keepalive = new Blob([JSON.stringify(this.read())]).size < KEEPALIVE_LIMIT;
    this.save().finally(() => (this.keepalive = false));
  }
}
