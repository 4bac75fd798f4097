// The service's answers on a host of static files: embed.js asks here where its script tag says data-static.
// Lists, filters and search come out of the files of `cms publish-static`, in the visitor's own browser.

const root = new URL("../../", import.meta.url);
const kept = new Map();

const read = async (path) => {
  const answer = await fetch(new URL(path, root), { credentials: "omit" });
  if (!answer.ok) throw { status: answer.status };
  return answer.json();
};

/** A file that many answers need is read once. */
const readOnce = (path) => {
  if (!kept.has(path)) kept.set(path, read(path).catch((error) => (kept.delete(path), Promise.reject(error))));
  return kept.get(path);
};

/** The answer to what the elements ask of `/api/v1`; throws a problem with its status. */
export async function answer(path, query) {
  if (path == "/posts") return listed(await posts(), query);
  if (path == "/tags") return tags(query);
  if (path == "/site") return readOnce("site.json");
  if (path == "/search") return search(query);
  if (path.startsWith("/preview/")) throw { status: 404 }; // drafts are never files
  const found = await read(path.slice(1) + ".json");
  return found.related ? { related: found.related.slice(0, query.limit) } : found;
}

// -- lists ----------------------------------------------------------------------------------------------

const posts = async () => {
  const first = await readOnce("posts/index.json");
  const numbers = Array.from({ length: first.meta.pagination.pages - 1 }, (_, at) => at + 2);
  const rest = await Promise.all(numbers.map((number) => readOnce(`posts/page/${number}.json`)));
  return [first, ...rest].flatMap((page) => page.posts);
};

const ORDERS = {
  published_at: (a, b) => a.published_at.localeCompare(b.published_at),
  "-updated_at": (a, b) => b.updated_at.localeCompare(a.updated_at),
  title: (a, b) => a.title.localeCompare(b.title),
};

const wanted = (post, { tag, hashtag, author, featured }) =>
  [tag].flat().filter(Boolean).every((slug) => post.tags.some((one) => one.slug == slug)) &&
  (!hashtag || post.hashtags.some((one) => one.toLowerCase() == hashtag.replace("#", "").toLowerCase())) &&
  (!author || post.authors.some((one) => one.slug == author)) &&
  (!featured || post.featured);

const listed = (all, query) => {
  const chosen = all.filter((post) => wanted(post, query));
  if (ORDERS[query.order]) chosen.sort(ORDERS[query.order]);
  return page(chosen, query, "posts");
};

const page = (all, query, name) => {
  const limit = +query.limit, at = +query.page || 1;
  const next = all.length > at * limit ? at + 1 : null;
  return { [name]: all.slice((at - 1) * limit, at * limit), meta: { pagination: { page: at, limit, total: all.length, next } } };
};

const tags = async ({ order, limit }) => {
  const { tags } = await readOnce("tags/index.json");
  return { tags: (order == "-count" ? tags.toSorted((a, b) => b.count - a.count) : tags).slice(0, limit) };
};

// -- search ---------------------------------------------------------------------------------------------

const fold = (text) => text.normalize("NFKD").replace(/\p{M}|['’]/gu, "").toLowerCase();
const wordsOf = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) || [];

/** A word without its ending, so that `running` meets `runs`. Rough, but the same on both sides. */
const stem = (word) => (word.length > 4 ? word.replace(/(?:ies|ing|ed|es|s|e|y)$/, "") : word.replace(/(?<=\w\w)s$/, ""));
const stemsOf = (text) => wordsOf(text).map(stem);

/** How often each stem stands in a text. */
const counted = (text) => {
  const counts = new Map();
  for (const word of stemsOf(text)) counts.set(word, (counts.get(word) || 0) + 1);
  return counts;
};

/** search.json, made ready on the first search: posts with their words, in how many posts each stands, the vocabulary. */
const library = async () => {
  const [{ text, stop, concepts }, all] = await Promise.all([readOnce("search.json"), posts()]);
  const rows = all.map((post) => {
    const body = text[post.slug] || post.excerpt;
    const named = [post.title, ...post.tags.map((tag) => tag.name), ...post.hashtags].join(" ");
    return { post, body, words: counted(body), title: counted(named), phrase: " " + stemsOf(named + " " + body).join(" ") + " " };
  });
  const known = new Map();
  for (const row of rows) for (const word of new Set([...row.words.keys(), ...row.title.keys()])) known.set(word, (known.get(word) || 0) + 1);
  const phrases = concepts.map(({ say, means }) => [say, means].map((list) => list.map((one) => stemsOf(one).join(" "))));
  return { rows, known, phrases, stop: new Set(stop.flatMap(stemsOf)) };
};

/** Whether two words differ by one letter: left out, added, changed, or two that changed places. */
const near = (a, b) => {
  if (Math.abs(a.length - b.length) > 1 || a == b) return false;
  let at = 0;
  while (a[at] == b[at]) at++;
  const rest = (word, from) => word.slice(at + from);
  return rest(a, 1) == rest(b, 1) || rest(a, 1) == rest(b, 0) || rest(a, 0) == rest(b, 1) ||
    (a[at] == b[at + 1] && a[at + 1] == b[at] && rest(a, 2) == rest(b, 2));
};

/** What is looked for: each word with its spelling repaired, and other ways to say what was asked. */
const meant = (q, { known, phrases, stop }) => {
  const typed = stemsOf(q).slice(0, 32);
  const subject = typed.filter((word) => !stop.has(word));
  const repaired = (subject[0] ? subject : typed).map((word, at, all) => {
    const begun = at == all.length - 1 && [...known.keys()].some((one) => one.startsWith(word)); // still being typed
    if (known.has(word) || begun || word.length < 4) return word;
    const close = [...known.keys()].filter((one) => near(word, one));
    return close.sort((a, b) => known.get(b) - known.get(a))[0] || word;
  });
  const said = " " + repaired.join(" ") + " ";
  const plain = (phrase) => " " + phrase.split(" ").filter((word) => !stop.has(word)).join(" ") + " ";
  const others = phrases.flatMap(([say, means]) => ([...say, ...means].some((one) => plain(one).trim() && said.includes(plain(one))) ? means : []));
  return { words: [...new Set(repaired)], others: [...new Set(others)] };
};

const score = (row, { words, others }, { known, rows }) => {
  let sum = 0, met = 0;
  words.forEach((word, at) => {
    const begun = at == words.length - 1; // the last word may be the beginning of one
    let count = row.words.get(word) || 0, title = row.title.get(word) || 0;
    if (begun && word.length > 1) for (const [other, times] of row.words) if (other != word && other.startsWith(word)) count += times;
    if (begun && word.length > 1) for (const other of row.title.keys()) if (other != word && other.startsWith(word)) title += 1;
    if (count || title) met++;
    const rare = Math.log(1 + rows.length / (known.get(word) || 1));
    sum += rare * ((count * 2.2) / (count + 1.2) + (title ? 3 : 0));
  });
  const other = others.filter((phrase) => row.phrase.includes(` ${phrase} `));
  const named = other.some((phrase) => phrase.split(" ").every((word) => row.title.has(word)));
  return { row, met: met + (other[0] ? 0.5 : 0), sum: sum + Math.min(3, other.length) * 2 + (named ? 6 : 0) };
};

const FAINT = 5; // a post that fits this many times less than the best one is not shown

const search = async ({ q, tag, limit, page: at }) => {
  const shelf = await library();
  const asked = meant(q, shelf);
  const scored = shelf.rows.map((row) => score(row, asked, shelf)).filter(({ sum }) => sum);
  const best = Math.max(0, ...scored.map(({ met }) => met));
  scored.sort((a, b) => b.sum - a.sum);
  const found = scored.filter(({ met, sum }) => met >= best / 2 && sum >= scored[0].sum / FAINT);
  const all = found.map(({ row }) => row).filter(({ post }) => wanted(post, { tag }));
  const heads = new Set([...asked.words, ...asked.others.flatMap((phrase) => phrase.split(" "))]);
  const hit = (word) => stemsOf(word).some((one) => heads.has(one) || [...asked.words].some((begun) => begun.length > 2 && one.startsWith(begun)));
  const shown = page(all, { limit, page: at }, "rows");
  return {
    query: { q, corrected: null, stage: best >= asked.words.length ? "all" : "most" },
    total: all.length,
    results: shown.rows.map(({ post, body }) => ({ ...post, passage: null, highlights: { title: pairs(post.title, hit), body: [snippet(body, hit)] } })),
    facets: { tags: facets(all) },
    meta: shown.meta,
  };
};

const facets = (rows) => {
  const counts = new Map();
  for (const { post } of rows) for (const { slug, name } of post.tags) counts.set(slug, { slug, name, count: (counts.get(slug)?.count || 0) + 1 });
  return [...counts.values()].sort((a, b) => b.count - a.count).slice(0, 8);
};

/** A text as pairs of text and flag. */
const pairs = (text, hit) => joined(text.split(/([\p{L}\p{N}'’-]+)/u).map((part, at) => [part, at % 2 == 1 && hit(part)]));
const joined = (parts) => parts.reduce((all, [part, flag]) => {
  const last = all.at(-1);
  if (last && last[1] == flag) last[0] += part;
  else if (part) all.push([part, flag]);
  return all;
}, []);

/** The thirty words in which most of what was asked stands, from the beginning of a sentence where there is one. */
const snippet = (text, hit) => {
  const apart = text.replace(/([^.!?…:\n])\n/g, "$1 · ").replaceAll("\n", " "); // steps and rows of a table are lines
  const parts = apart.match(/[\p{L}\p{N}'’-]+[^\p{L}\p{N}]*/gu) || [];
  const hits = parts.map((part) => (hit(part) ? fold(part).trim() : ""));
  const begins = (at) => !at || /[.!?…:·]/.test(parts[at - 1]);
  let best = 0, most = 0;
  for (let from = 0; from < parts.length; from++) {
    if (from % 5 && !begins(from)) continue;
    const met = new Set(hits.slice(from, from + 30).filter(Boolean)).size + (begins(from) ? 0.5 : 0);
    if (met > most) [best, most] = [from, met];
  }
  return pairs(parts.slice(best, best + 30).join(""), hit);
};
