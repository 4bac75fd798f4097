// A copy of unsaved text on this device: the guarantee that not a letter is lost, whatever becomes of the
// network, the server or the power. One copy a post and tab; it goes when the server has the text.
const PREFIX = "midstance:post:";
const OWNER = "midstance:tab";

const tab = (() => {
  try {
    const known = sessionStorage.getItem(OWNER);
    const id = known ?? crypto.getRandomValues(new Uint32Array(2)).join("-");
    sessionStorage.setItem(OWNER, id);
    return id;
  } catch {
    return "only";
  }
})();

// Held while this tab lives, so that another one knows whose copies are left over.
navigator.locks?.request(`${OWNER}:${tab}`, () => new Promise(() => {})).catch(() => {});

export const ownKey = (post) => keyOf(post);
const keyOf = (post) => `${PREFIX}${post}:${tab}`;

/** Keep a copy; false if this device has no room for it. */
export function keep(post, copy) {
  try {
    localStorage.setItem(keyOf(post), JSON.stringify({ ...copy, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

/** Drop a copy: this tab's own, or the one under `key`. */
export function drop(post, key = keyOf(post)) {
  if (key === null) return;
  try {
    localStorage.removeItem(key);
  } catch {
    // no storage on this device: nothing was kept either
  }
}

/** Copies of this post that no living tab holds, oldest first: [{key, ...copy}]. All posts' if none is named. */
export async function leftovers(post = "") {
  const living = new Set();
  try {
    const { held } = await navigator.locks.query();
    for (const lock of held) if (lock.name.startsWith(`${OWNER}:`)) living.add(lock.name.slice(OWNER.length + 1));
  } catch {
    // an old browser or plain http: then every copy counts, and merging the same text twice changes nothing
  }
  living.delete(tab);
  const found = [];
  try {
    for (let i = 0; i < localStorage.length; i++) {
      const key = localStorage.key(i);
      if (!key.startsWith(PREFIX)) continue;
      const [id, owner] = key.slice(PREFIX.length).split(":");
      if ((post && id !== post) || living.has(owner)) continue;
      found.push({ ...JSON.parse(localStorage.getItem(key)), key, post: id });
    }
  } catch {
    // unreadable: nothing to bring back
  }
  return found.sort((a, b) => a.at - b.at);
}
