// Drafts and their encoding (section 9).
//
// A draft is {operation, vector, dot, clock, cleared, lines, copies, unknown}: vectors are Maps
// from writer id (16 hexadecimal digits, so that they sort as numbers) to sequence; a line is
// {text, dot}; a dot is [writer, sequence]. `decode` answers null for any other spelling.

export const SET = 1, CLEAR = 2, SENT = 3;
const NUMBER_MAX = Number.MAX_SAFE_INTEGER;

// What others wrote is judged as a whole: it is right, or it is nothing.
export const orNull = (read) => {
  try { return read(); } catch { return null; }
};
const demand = (condition) => { if (!condition) throw new Error('malformed'); };
export const utf8 = (bytes) =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

export const covers = (vector, [writer, sequence]) => (vector.get(writer) ?? 0) >= sequence;
export const includes = (a, b) => [...b].every((dot) => covers(a, dot));
export const sameVector = (a, b) => includes(a, b) && includes(b, a);

export const join = (a, b) => new Map([...a, ...[...b].filter((dot) => !covers(a, dot))]);

export const sameDot = (a, b) => a[0] === b[0] && a[1] === b[1];
export const sameLine = (a, b) => a.text === b.text && sameDot(a.dot, b.dot);
export const textOf = (lines) => lines.map((line) => line.text).join('\n');
export const keyOf = (lines) => JSON.stringify(lines.map(({ text, dot }) => [text, ...dot]));
export const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
export const compareDots = (a, b) => compare(a[0], b[0]) || a[1] - b[1];

// The first difference decides. Of a line the save goes before the text, whose order must not show.
const compareLists = (a, b, compareItems) => a.slice(0, b.length)
  .map((item, at) => compareItems(item, b[at])).find(Boolean) || a.length - b.length;
const compareLines = (a, b) => compareDots(a.dot, b.dot) ||
  Buffer.compare(Buffer.from(a.text), Buffer.from(b.text));
export const compareVectors = (a, b) =>
  compareLists([...a].sort(compareDots), [...b].sort(compareDots), compareDots);
export const compareCopies = (a, b) => a.clock - b.clock || compare(a.writer, b.writer) ||
  compareLists(a.lines, b.lines, compareLines);

// Seven bits a byte, the lowest first; all but the last say that more follow.
const number = (value) => Buffer.from(
  value > 0x7f ? [(value % 128) | 0x80, ...number(Math.floor(value / 128))] : [value]);

export function encode(draft) {
  const writers = [...draft.vector.keys()].sort(compare);
  const index = new Map(writers.map((writer, at) => [writer, at]));
  const dot = ([writer, sequence]) => Buffer.concat([number(index.get(writer)), number(sequence)]);
  const lines = (list) => {
    const runs = [];
    for (const line of list) {
      const last = runs.at(-1);
      if (last && sameDot(last.dot, line.dot)) last.count++;
      else runs.push({ count: 1, dot: line.dot });
    }
    return Buffer.concat([number(runs.length),
      ...runs.flatMap((run) => [number(run.count), dot(run.dot)]), Buffer.from(textOf(list))]);
  };
  const copies = draft.copies.flatMap((copy) => {
    const written = lines(copy.lines);
    return [number(copy.clock), number(index.get(copy.writer)), number(written.length), written];
  });
  const cleared = sameVector(draft.cleared, draft.vector) ? [Buffer.from([1])]
    : [Buffer.from([2]), ...writers.map((writer) => number(draft.cleared.get(writer) ?? 0))];
  const fields = [
    [1, Buffer.from([1])],
    [2, Buffer.from([draft.operation])],
    [3, ...writers.flatMap((writer) => [
      Buffer.from(writer, 'hex').reverse(), number(draft.vector.get(writer))])],
    [4, dot(draft.dot)],
    [5, number(draft.clock)],
    ...(draft.cleared.size > 0 ? [[6, ...cleared]] : []),
    ...(draft.operation === SET ? [[7, lines(draft.lines)]] : []),
    ...(copies.length > 0 ? [[8, ...copies]] : []),
    ...[...draft.unknown].sort(([a], [b]) => a - b),
  ];
  return Buffer.concat(fields.flatMap(([tag, ...parts]) => {
    const head = Buffer.alloc(5, tag);
    head.writeUInt32LE(parts.reduce((sum, part) => sum + part.length, 0), 1);
    return [head, ...parts];
  }));
}

class Reader {
  constructor(bytes) { this.bytes = bytes; this.at = 0; }
  get rest() { return this.bytes.subarray(this.at); }

  take(count) {
    demand(count <= this.rest.length);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  number(least = 0) {
    let value = 0, scale = 1, byte;
    do {
      byte = this.take(1)[0];
      value += (byte & 0x7f) * scale;
      scale *= 128;
      demand(value <= NUMBER_MAX);
    } while (byte & 0x80);
    demand(value >= least);
    return value;
  }

  // What `read` finds again and again until the bytes end.
  each(read) {
    const all = [];
    while (this.rest.length > 0) all.push(read(this));
    return all;
  }
}

function readLines(reader, readDot) {
  const dots = [];
  for (let runs = reader.number(); runs > 0; runs--) {
    const end = dots.length + reader.number(), dot = readDot(reader);
    demand(end <= reader.bytes.length);
    while (dots.length < end) dots.push(dot);
  }
  const texts = utf8(reader.rest).split('\n');
  demand(texts.length === dots.length && reader.rest.length > 0); // never the empty text
  return texts.map((text, at) => ({ text, dot: dots[at] }));
}

function readCleared(reader, vector) {
  if (reader.take(1)[0] === 1) return new Map(vector);
  const cleared = [...vector.keys()].map((writer) => [writer, reader.number()]);
  return new Map(cleared.filter(([, sequence]) => sequence > 0));
}

function readDraft(bytes) {
  const fields = new Map(new Reader(bytes).each((reader) => {
    const head = reader.take(5);
    return [head[0], reader.take(head.readUInt32LE(1))];
  }));
  const field = (tag) => new Reader(fields.get(tag));
  const operation = field(2).number();
  const vector = new Map(field(3).each((reader) =>
    [Buffer.from(reader.take(8)).reverse().toString('hex'), reader.number(1)]));
  const writers = [...vector.keys()];
  const readDot = (reader) => {
    const dot = [writers[reader.number()], reader.number(1)];
    demand(covers(vector, dot));
    return dot;
  };
  const readCopy = (reader) => {
    const clock = reader.number(), writer = writers[reader.number()];
    return { clock, writer, lines: readLines(new Reader(reader.take(reader.number())), readDot) };
  };
  return {
    operation, vector, dot: readDot(field(4)), clock: field(5).number(),
    cleared: fields.has(6) ? readCleared(field(6), vector) : new Map(),
    lines: operation === SET ? readLines(field(7), readDot) : [],
    copies: fields.has(8) ? field(8).each(readCopy) : [],
    unknown: new Map([...fields].filter(([tag]) => tag > 8)),
  };
}

// One spelling of each draft: what `encode` would not write is refused (DP-PAY-001, -002, -007).
export const decode = (bytes) => orNull(() => {
  const draft = readDraft(bytes);
  const { operation, vector, cleared, lines, copies } = draft;
  demand(encode(draft).equals(bytes) && includes(vector, cleared));
  demand(operation === SET || ([CLEAR, SENT].includes(operation) && copies.length === 0));
  demand(copies.every((copy, at) => at === 0 || compareCopies(copies[at - 1], copy) < 0));
  demand(new Set(copies.map((copy) => keyOf(copy.lines))).size === copies.length);
  const shown = [...lines, ...copies.flatMap((copy) => copy.lines)];
  demand(!shown.some((line) => covers(cleared, line.dot))); // DP-PAY-005
  return draft;
});

// Whatever holds drafts, as JSON and back.
export const toJson = (value) => JSON.stringify(value, (_, each) =>
  each?.vector ? { payload: encode(each).toString('base64') } : each);
export const fromJson = (text) => JSON.parse(text, (_, each) =>
  each?.payload ? decode(Buffer.from(each.payload, 'base64')) : each);

export function previewOf(text) {
  const collapsed = text.replace(/[\p{Cc}\p{Zs}\p{Zl}\p{Zp}]+/gu, ' ').replace(/^ | $/g, '');
  if (/^[ \u200b\u2060\ufeff]*$/u.test(collapsed)) return '';
  const points = [...collapsed];
  return points.length <= 100 ? collapsed : `${points.slice(0, 100).join('')}\u2026`;
}
