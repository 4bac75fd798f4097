// A copy of unsaved text on this device: the guarantee that not a letter is lost, whatever becomes of the
// network, the server or the power. One copy a post and tab; it goes when the server has the text.
//
// Copies live in IndexedDB, written through to the disk: a browser writes localStorage out only now and
// then, and a power cut took the last ten seconds with it. At the last moment of a page, when there is no
// time left to wait, the copy goes into localStorage too; of two copies the newer counts.
const PREFIX = "midstance:post:";
const OWNER = "midstance:tab";

let tab = "only";
try {
  tab = sessionStorage.getItem(OWNER) ?? newTab();
} catch {
  // no session storage: all tabs share one copy
}
const first = tab; // whose copies are this tab's, also if it was duplicated

function newTab() {
  const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
  sessionStorage.setItem(OWNER, id);
  return id;
}

// A lock held while this tab lives tells another one whose copies are left over. A duplicated tab has
// inherited an id that is taken: it gets one of its own.
const hold = () => navigator.locks?.request(`${OWNER}:${tab}`, { ifAvailable: true }, (lock) => {
  if (lock) return new Promise(() => {});
  tab = newTab();
  return void hold();
}).catch(() => {});
hold();

const keyOf = (post) => `${PREFIX}${post}:${tab}`;
export const ownKey = keyOf;

const answer = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

const opened = new Promise((done, fail) => {
  const request = indexedDB.open("midstance", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("copies");
  answer(request).then(done, fail);
});
opened.catch(() => {}); // told to whoever asks

const copies = async (mode) => (await opened).transaction("copies", mode, { durability: "strict" }).objectStore("copies");

/** Change the store; resolves when it is on the disk. */
const change = async (method, ...what) => {
  const store = await copies("readwrite");
  store[method](...what);
  await new Promise((done, fail) => Object.assign(store.transaction, { oncomplete: done, onabort: fail }));
};

/** Keep a copy; `last` says that the page is going. Resolves true, or false if this device has no room for it. */
export async function keep(post, copy, last = false) {
  const row = { ...copy, at: Date.now() };
  let kept = false;
  const here = () => {
    try {
      localStorage.setItem(keyOf(post), JSON.stringify(row));
      kept = true;
    } catch {
      // full, or forbidden
    }
  };
  if (last) here();
  try {
    await change("put", row, keyOf(post));
    kept = true;
  } catch {
    here();
  }
  return kept;
}

/** Drop a copy: this tab's own, or the one under `key`. */
export async function drop(post, key = keyOf(post)) {
  try {
    localStorage.removeItem(key);
    await change("delete", key);
  } catch {
    // no storage on this device: nothing was kept either
  }
}

/** Copies of this post that no living tab holds, oldest first: [{key, ...copy}]. All posts' if none is named. */
export async function leftovers(post = "") {
  const living = new Set();
  try {
    const { held } = await navigator.locks.query();
    for (const lock of held) living.add(lock.name.slice(OWNER.length + 1));
  } catch {
    // an old browser or plain http: then every copy counts, and merging the same text twice changes nothing
  }
  living.delete(first);
  living.delete(tab);
  const found = new Map();
  for (const [key, copy] of [...(await inDatabase()), ...inStorage()]) {
    const [id, owner] = key.slice(PREFIX.length).split(":");
    if ((!post || id === post) && !living.has(owner) && !(found.get(key)?.at > copy.at)) found.set(key, { ...copy, key, post: id });
  }
  return [...found.values()].sort((a, b) => a.at - b.at);
}

async function inDatabase() {
  try {
    const store = await copies("readonly");
    const [keys, rows] = await Promise.all([answer(store.getAllKeys()), answer(store.getAll())]);
    return keys.map((key, i) => [key, rows[i]]);
  } catch {
    return [];
  }
}

function inStorage() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => [key, JSON.parse(localStorage.getItem(key))]);
  } catch {
    return [];
  }
}
