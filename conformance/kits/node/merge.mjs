// How drafts come into being: by a save, by a clear or send, and by joining two (section 10).
import { CLEAR, SET, compareCopies, compareDots, compareVectors, covers, encode, join, keyOf,
  sameDot, sameLine, textOf } from './payload.mjs';
import { DRAFT, sealedChars } from './crypto.mjs';

const COPIES_MAX = 8, COPY_BYTES_MAX = 16 * 1024;

// Pairs of positions of equal lines (DP-MERGE-021); a merge compares dots too, a save does not.
export function matches(base, side, same) {
  let start = 0, end = 0;
  const least = Math.min(base.length, side.length);
  while (start < least && same(base[start], side[start])) start++;
  while (end < least - start && same(base.at(-1 - end), side.at(-1 - end))) end++;
  const rows = base.length - start - end, columns = side.length - start - end;
  const common = Array.from({ length: rows + 1 }, () => new Uint32Array(columns + 1));
  const equal = (i, j) => same(base[start + i], side[start + j]);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      common[i][j] = equal(i, j) ? common[i + 1][j + 1] + 1
        : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const pairs = Array.from({ length: start }, (_, at) => [at, at]);
  const isTooMuch = rows + columns - 2 * common[0][0] > 512; // then none of it is the same
  for (let i = isTooMuch ? rows : 0, j = 0; i < rows && j < columns;) {
    if (equal(i, j)) pairs.push([start + i++, start + j++]);
    else if (common[i + 1][j] > common[i][j + 1]) i++;
    else j++;
  }
  for (let each = end; each > 0; each--) pairs.push([base.length - each, side.length - each]);
  return pairs;
}

// What lies between those pairs.
function hunks(base, side) {
  const pairs = [...matches(base, side, sameLine), [base.length, side.length]];
  return pairs.map(([to, end], at) => {
    const [last, lastOfSide] = pairs[at - 1] ?? [-1, -1];
    return { from: last + 1, to, lines: side.slice(lastOfSide + 1, end) };
  }).filter(({ from, to, lines }) => to > from || lines.length > 0);
}

const sameTexts = (a, b) => a.length === b.length && textOf(a) === textOf(b);

// Equal texts, each line with the dot of the side that knew the other's (DP-MERGE-022).
function laterDots(mine, myVector, theirs, theirVector) {
  return mine.map(({ text, dot }, at) => {
    const other = theirs[at].dot;
    const here = covers(myVector, other), there = covers(theirVector, dot);
    const mineIsLater = here !== there ? here : compareDots(dot, other) >= 0;
    return { text, dot: mineIsLater ? dot : other };
  });
}

// diff3, or null where changes touch (DP-MERGE-006).
function joinLines(base, winner, loser, mine, theirs) {
  const ours = hunks(base, mine), changes = [...ours];
  for (const hunk of hunks(base, theirs)) {
    const twin = ours.find((other) => other.from === hunk.from && other.to === hunk.to &&
      sameTexts(other.lines, hunk.lines));
    const isTouched = ours.some((other) => hunk.from <= other.to && other.from <= hunk.to);
    if (twin) twin.lines = laterDots(twin.lines, winner.vector, hunk.lines, loser.vector);
    else if (isTouched) return null;
    else changes.push(hunk);
  }
  const result = [];
  let at = 0;
  for (const hunk of changes.sort((a, b) => a.from - b.from)) {
    result.push(...base.slice(at, hunk.from), ...hunk.lines);
    at = hunk.to;
  }
  return [...result, ...base.slice(at)];
}

// DP-MERGE-003, DP-MERGE-024.
function without(lines, cleared) {
  const left = lines.filter((line) => !covers(cleared, line.dot));
  return left.length === lines.length || left.some((line) => line.text !== '') ? left : [];
}

const isWithin = (lines, others) => {
  const keys = new Set(others.map((line) => keyOf([line])));
  return lines.every((line) => keys.has(keyOf([line])));
};

// Each once, as its newest author has it.
function unionOfCopies(cleared, ...sides) {
  const copies = sides.flat().map((copy) => ({ ...copy, lines: without(copy.lines, cleared) }))
    .filter((copy) => textOf(copy.lines) !== '').sort(compareCopies);
  const newest = new Map(copies.map((copy) => [keyOf(copy.lines), copy]));
  return copies.filter((copy) => newest.get(keyOf(copy.lines)) === copy);
}

// An empty text gives way to the newest copy; with neither it is a tombstone (DP-MERGE-014, -015).
function finish(draft, copies) {
  if (textOf(draft.lines) === '') {
    if (copies.length === 0) return { ...draft, operation: CLEAR, lines: [] };
    draft = { ...draft, lines: copies.at(-1).lines };
    copies = copies.slice(0, -1);
  }
  const kept = [];
  let size = 0;
  for (const copy of copies.filter((each) => !isWithin(each.lines, draft.lines)).reverse()) {
    const bytes = copy.lines.reduce((sum, line) => sum + Buffer.byteLength(line.text) + 1, 0);
    if (kept.length < COPIES_MAX && size + bytes <= COPY_BYTES_MAX) { // DP-MERGE-026
      size += bytes;
      kept.unshift(copy);
    }
  }
  return { ...draft, copies: kept };
}

const sameBytes = (a, b) => a === b || (a && b && a.equals(b));

// What one side alone changed is as that side has it; otherwise the winner is asked first.
function mergeUnknown(base, winner, loser) {
  const tags = new Set([...winner.unknown.keys(), ...loser.unknown.keys()]);
  return new Map([...tags].map((tag) => {
    const [before, mine, theirs] = [base, winner, loser].map((each) => each?.unknown.get(tag));
    return [tag, base && sameBytes(mine, before) ? theirs
      : base && sameBytes(theirs, before) ? mine : mine ?? theirs];
  }).filter(([, value]) => value));
}

export const fits = (draft, charsMax) =>
  sealedChars(DRAFT, encode(draft).length) <= charsMax;

// Copies give way to the text, oldest first, if that is enough (DP-MERGE-011, DP-MERGE-027).
export function slimmed(draft, charsMax) {
  if (fits(draft, charsMax)) return draft;
  return draft.copies.map((_, at) => ({ ...draft, copies: draft.copies.slice(at + 1) }))
    .find((slim) => fits(slim, charsMax)) ?? draft;
}

// The join of two drafts of which neither covers the other; `base` may be null.
export function merge(base, a, b, charsMax) {
  const order = a.clock - b.clock || compareDots(a.dot, b.dot) || a.operation - b.operation ||
    compareVectors(a.vector, b.vector) || compareVectors(a.cleared, b.cleared);
  const [winner, loser] = order >= 0 ? [a, b] : [b, a];
  const cleared = join(a.cleared, b.cleared);
  const mine = without(winner.lines, cleared), theirs = without(loser.lines, cleared);
  let copies = unionOfCopies(cleared, winner.copies, loser.copies);
  const result = (lines, kept) => finish({
    operation: SET, vector: join(a.vector, b.vector), dot: winner.dot, clock: winner.clock, cleared,
    lines, copies: [], unknown: mergeUnknown(base, winner, loser) }, kept);
  let joined = null;
  if (mine.length === 0) joined = theirs; // DP-MERGE-004
  else if (theirs.length === 0) joined = mine;
  else if (sameTexts(mine, theirs)) joined = laterDots(mine, winner.vector, theirs, loser.vector);
  else if (base) joined = joinLines(without(base.lines, cleared), winner, loser, mine, theirs);
  if (joined) {
    const draft = result(joined, copies);
    if (draft.operation !== SET || fits(draft, charsMax)) return draft;
  }
  if (!isWithin(theirs, mine)) { // DP-MERGE-007
    copies = unionOfCopies(new Map(), copies,
      [{ clock: loser.clock, writer: loser.dot[0], lines: theirs }]);
  }
  return slimmed(result(mine, copies), charsMax);
}

const EMPTY = { vector: new Map(), cleared: new Map(), lines: [], copies: [], unknown: new Map() };
const advanced = (previous, dot) => new Map(previous.vector).set(dot[0], dot[1]);

// The draft after a person changed the text: lines that stay keep their dots (DP-MERGE-016).
export function edited(previous, text, dot, clock) {
  previous ??= EMPTY;
  const lines = text.split('\n').map((each) => ({ text: each, dot }));
  for (const [old, now] of matches(previous.lines, lines, (a, b) => a.text === b.text)) {
    lines[now] = previous.lines[old];
  }
  return { ...previous, operation: SET, vector: advanced(previous, dot), dot, clock, lines };
}

// The tombstone of a clear or send, which takes everything known with it (DP-MERGE-017).
export function ended(previous, operation, dot, clock) {
  previous ??= EMPTY;
  const vector = advanced(previous, dot);
  const nothing = { cleared: new Map(vector), lines: [], copies: [] };
  return { ...previous, operation, vector, dot, clock, ...nothing };
}

// Copies that `after` does not hold any more, and that have to go to the archive (DP-MERGE-010).
export function droppedCopies(before, after) {
  const kept = new Set((after?.copies ?? []).map((copy) => keyOf(copy.lines)));
  return (before?.copies ?? []).filter((copy) => !kept.has(keyOf(copy.lines)) &&
    !isWithin(copy.lines, after?.lines ?? []));
}
