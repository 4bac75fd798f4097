// Three-way merge of two edits that grew from the same text: base (where both began), mine (in this editor,
// with the cursor in it) and theirs (on the server). Their changes are brought into mine as small
// replacements, so the cursor stays. Where both changed the same words nothing is decided: the two
// versions come back as a conflict, and mine stays in place until somebody chooses.

/** Bring their changes into `tr` (whose document is mine); returns [{mine, theirs, from, to}] for overlaps. */
export function mergeText(tr, base, theirs) {
  const changes = [];
  const conflicts = [];
  compare(base, tr.doc, theirs, 0, changes, conflicts);
  for (const change of changes.sort((a, b) => b.from - a.from || b.to - a.to)) tr.replaceWith(change.from, change.to, change.content);
  for (const conflict of conflicts) {
    conflict.from = tr.mapping.map(conflict.from, -1);
    conflict.to = tr.mapping.map(conflict.to, 1);
  }
  return conflicts;
}

// `start` is where the content of `mine` begins in the document.
function compare(base, mine, theirs, start, changes, conflicts) {
  const ours = hunks(kids(base), kids(mine));
  const others = hunks(kids(base), kids(theirs));
  for (const group of grouped(ours, others)) {
    if (!group.theirs) continue; // only mine changed here: it stays
    const from = start + sizeBefore(mine, group.mineFrom);
    const to = start + sizeBefore(mine, group.mineTo);
    const content = kids(theirs).slice(group.theirsFrom, group.theirsTo);
    if (!group.mine) changes.push({ from, to, content });
    else resolve(base, mine, theirs, group, { from, to, content }, changes, conflicts);
  }
}

// Both changed something in the same stretch of blocks: look inside, block by block where they pair up.
function resolve(base, mine, theirs, group, whole, changes, conflicts) {
  const before = kids(base).slice(group.baseFrom, group.baseTo);
  const here = kids(mine).slice(group.mineFrom, group.mineTo);
  const there = kids(theirs).slice(group.theirsFrom, group.theirsTo);
  if (sameNodes(here, there)) return; // both made the same change
  if (!before.length && here.every(isBlank)) return void changes.push({ ...whole, to: whole.from });
  const paired = before.length === here.length && before.length === there.length && before.length > 0;
  if (!paired) return void conflicts.push(overlap(here, there, whole));
  let at = whole.from;
  for (let i = 0; i < before.length; i++) {
    const [b, m, t] = [before[i], here[i], there[i]];
    const place = { from: at, to: at + m.nodeSize, content: [t] };
    at += m.nodeSize;
    if (b.eq(t) || m.eq(t)) continue;
    if (b.eq(m)) changes.push(place);
    else if (!b.sameMarkup(m) || !b.sameMarkup(t) || b.isLeaf) conflicts.push(overlap([m], [t], place));
    else if (b.isTextblock) mergeLine(b, m, t, place, changes, conflicts);
    else compare(b, m, t, place.from + 1, changes, conflicts);
  }
}

// One paragraph changed by both: fine as long as they touched different stretches of it.
function mergeLine(base, mine, theirs, place, changes, conflicts) {
  const ours = stretch(base, mine);
  const others = stretch(base, theirs);
  const apart = ours.to < others.from || others.to < ours.from;
  if (!apart) return void conflicts.push(overlap([mine], [theirs], place));
  const shift = ours.to < others.from ? mine.content.size - base.content.size : 0;
  const at = place.from + 1 + shift;
  const content = theirs.content.cut(others.from, others.end);
  changes.push({ from: at + others.from, to: at + others.to, content });
}

// The stretch of `base` that differs in `other`, widened to whole words, and where it ends in `other`.
function stretch(base, other) {
  const first = base.content.findDiffStart(other.content);
  const last = base.content.findDiffEnd(other.content);
  let { a: to, b: end } = last;
  const lap = Math.max(0, first - Math.min(to, end));
  to += lap;
  end += lap;
  let from = first;
  const words = base.textBetween(0, base.content.size, "\n", "\n");
  while (from > 0 && /\S/.test(words[from - 1])) from--;
  while (to < words.length && /\S/.test(words[to])) (to++, end++);
  return { from, to, end };
}

const isBlank = (node) => node.type.name === "paragraph" && node.content.size === 0;
const kids = (node) => node.content.content;
const sameNodes = (a, b) => a.length === b.length && a.every((node, i) => node.eq(b[i]));
const sizeBefore = (node, index) => kids(node).slice(0, index).reduce((sum, kid) => sum + kid.nodeSize, 0);
const overlap = (here, there, place) => ({ mine: here, theirs: there, from: place.from, to: place.to });

/** The stretches in which `b` differs from `a`: [{from, to, otherFrom, otherTo}], longest common rows kept. */
export function hunks(a, b, same = (x, y) => x.eq(y)) {
  let head = 0;
  while (head < a.length && head < b.length && same(a[head], b[head])) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && same(a[a.length - 1 - tail], b[b.length - 1 - tail])) tail++;
  const [n, m] = [a.length - head - tail, b.length - head - tail];
  const table = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--)
      table[i][j] = same(a[head + i], b[head + j]) ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
  const found = [];
  let [i, j] = [0, 0];
  while (i < n || j < m) {
    const hunk = { from: head + i, otherFrom: head + j };
    while (i < n || j < m) {
      if (i < n && j < m && same(a[head + i], b[head + j])) break;
      if (j >= m || (i < n && table[i + 1][j] >= table[i][j + 1])) i++;
      else j++;
    }
    found.push({ ...hunk, to: head + i, otherTo: head + j });
    while (i < n && j < m && same(a[head + i], b[head + j])) (i++, j++);
  }
  return found;
}

// Hunks of both sides over the same base, those that touch each other put together.
function grouped(ours, others) {
  const marked = [...ours.map((h) => ({ ...h, side: "mine" })), ...others.map((h) => ({ ...h, side: "theirs" }))];
  marked.sort((a, b) => a.from - b.from || a.to - b.to);
  const groups = [];
  for (const hunk of marked) {
    const last = groups.at(-1);
    const touches = last && (hunk.from < last.baseTo || (hunk.from === last.baseTo && insertsAt(hunk, last)));
    if (touches) {
      last.baseTo = Math.max(last.baseTo, hunk.to);
      last.members.push(hunk);
    } else groups.push({ baseFrom: hunk.from, baseTo: hunk.to, members: [hunk] });
  }
  let shift = { mine: 0, theirs: 0 };
  return groups.map((group) => {
    const out = { baseFrom: group.baseFrom, baseTo: group.baseTo, mine: false, theirs: false };
    for (const side of ["mine", "theirs"]) {
      out[side + "From"] = group.baseFrom + shift[side];
      for (const hunk of group.members.filter((member) => member.side === side)) {
        out[side] = true;
        shift[side] += hunk.otherTo - hunk.otherFrom - (hunk.to - hunk.from);
      }
      out[side + "To"] = group.baseTo + shift[side];
    }
    return out;
  });
}

// Two insertions at the same place overlap: nobody can know in which order they belong.
const insertsAt = (hunk, group) => group.members.some((m) => m.side !== hunk.side && m.from === m.to && hunk.from === hunk.to);

/** Merge plain fields: {value, conflict}. Lists are sets: what either added or took away holds. */
export function mergeField(base, mine, theirs) {
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  if (same(mine, theirs) || same(base, theirs)) return { value: mine };
  if (same(base, mine)) return { value: theirs };
  if ([base, mine, theirs].every((list) => Array.isArray(list) && list.every((item) => typeof item === "string"))) {
    const kept = mine.filter((item) => theirs.includes(item) || !base.includes(item));
    return { value: [...kept, ...theirs.filter((item) => !base.includes(item) && !kept.includes(item))] };
  }
  return { value: mine, conflict: true };
}
