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

export function join(a, b) {
  const joined = new Map(a);
  for (const [writer, sequence] of b) {
    joined.set(writer, Math.max(joined.get(writer) ?? 0, sequence));
  }
  return joined;
}

export const sameDot = (a, b) => a[0] === b[0] && a[1] === b[1];
export const sameLine = (a, b) => a.text === b.text && sameDot(a.dot, b.dot);
export const textOf = (lines) => lines.map((line) => line.text).join('\n');
export const keyOf = (lines) => JSON.stringify(lines.map(({ text, dot }) => [text, ...dot]));
export const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
export const compareDots = (a, b) => compare(a[0], b[0]) || a[1] - b[1];

// By (clock, writer id, lines); texts by their bytes.
export function compareCopies(a, b) {
  const byLine = a.lines.slice(0, b.lines.length).map(({ text, dot }, at) =>
    Buffer.compare(Buffer.from(text), Buffer.from(b.lines[at].text)) ||
    compareDots(dot, b.lines[at].dot));
  return a.clock - b.clock || compare(a.writer, b.writer) || byLine.find(Boolean) ||
    a.lines.length - b.lines.length;
}

function number(value) {
  const out = [];
  while (value > 0x7f) {
    out.push((value % 128) | 0x80);
    value = Math.floor(value / 128);
  }
  return Buffer.from([...out, value]);
}

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
  get done() { return this.at === this.bytes.length; }

  take(count) {
    demand(count <= this.bytes.length - this.at);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  number(least = 0) {
    let value = 0, scale = 1, count = 0, byte;
    do {
      demand(count++ < 8);
      byte = this.take(1)[0];
      value += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte & 0x80);
    demand((byte > 0 || count === 1) && value >= least && value <= NUMBER_MAX);
    return value;
  }
}

function readAll(bytes, read) {
  const reader = new Reader(bytes);
  const value = read(reader);
  demand(reader.done);
  return value;
}

// One or more until the bytes end; `read` is shown those before.
const readEach = (bytes, read) => readAll(bytes, (reader) => {
  const all = [];
  do all.push(read(reader, all)); while (!reader.done);
  return all;
});

function readLines(bytes, readDot) {
  const reader = new Reader(bytes);
  const dots = [];
  for (let runs = reader.number(1), last = null; runs > 0; runs--) {
    const end = dots.length + reader.number(1), dot = readDot(reader);
    demand((!last || !sameDot(last, dot)) && end <= bytes.length);
    while (dots.length < end) dots.push(dot);
    last = dot;
  }
  const texts = utf8(bytes.subarray(reader.at)).split('\n');
  demand(texts.length === dots.length && !reader.done); // never the empty text
  return texts.map((text, at) => ({ text, dot: dots[at] }));
}

function readCleared(bytes, vector) {
  if (bytes === undefined) return new Map();
  if (bytes.equals(Buffer.from([1]))) return new Map(vector);
  const cleared = readAll(bytes, (reader) => {
    demand(reader.take(1)[0] === 2);
    return new Map([...vector.keys()].map((writer) => [writer, reader.number()])
      .filter(([, sequence]) => sequence > 0));
  });
  demand(cleared.size > 0 && includes(vector, cleared) && !sameVector(vector, cleared));
  return cleared;
}

function decodeStrictly(bytes) {
  const fields = new Map(readEach(bytes, (reader, before) => {
    const head = reader.take(5);
    demand(head[0] > (before.at(-1)?.[0] ?? 0)); // DP-PAY-001
    return [head[0], Buffer.from(reader.take(head.readUInt32LE(1)))];
  }));
  for (let tag = 1; tag <= 5; tag++) demand(fields.has(tag)); // DP-PAY-002
  demand(fields.get(1).equals(Buffer.from([1]))); // DP-PAY-007
  const operation = readAll(fields.get(2), (reader) => reader.take(1)[0]);
  demand([SET, CLEAR, SENT].includes(operation) && fields.has(7) === (operation === SET));
  const vector = new Map(readEach(fields.get(3), (reader, before) => {
    const writer = Buffer.from(reader.take(8)).reverse().toString('hex');
    demand(before.length === 0 || before.at(-1)[0] < writer);
    return [writer, reader.number(1)];
  }));
  const writers = [...vector.keys()];
  const readDot = (reader) => {
    const dot = [writers[reader.number()], reader.number(1)];
    demand(dot[0] !== undefined && covers(vector, dot));
    return dot;
  };
  const draft = {
    operation, vector, dot: readAll(fields.get(4), readDot),
    clock: readAll(fields.get(5), (reader) => reader.number()),
    cleared: readCleared(fields.get(6), vector), copies: [],
    lines: operation === SET ? readLines(fields.get(7), readDot) : [],
    unknown: new Map([...fields].filter(([tag]) => tag > 8)),
  };
  if (fields.has(8)) {
    draft.copies = readEach(fields.get(8), (reader, before) => {
      const clock = reader.number(), writer = writers[reader.number()];
      const copy = { clock, writer, lines: readLines(reader.take(reader.number()), readDot) };
      demand(writer !== undefined);
      demand(before.length === 0 || compareCopies(before.at(-1), copy) < 0);
      return copy;
    });
    demand(operation === SET);
    demand(new Set(draft.copies.map((copy) => keyOf(copy.lines))).size === draft.copies.length);
  }
  for (const line of [...draft.lines, ...draft.copies.flatMap((copy) => copy.lines)]) {
    demand(!covers(draft.cleared, line.dot)); // DP-PAY-005
  }
  return draft;
}

export const decode = (bytes) => orNull(() => decodeStrictly(bytes));

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
