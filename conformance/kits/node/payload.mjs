// Drafts and their encoding (section 9).
//
// A draft is {operation, vector, dot, clock, cleared, lines, copies, unknown}: vectors are Maps
// from writer id (16 hexadecimal digits, so that they sort as numbers) to sequence; a line is
// {text, dot}; a dot is [writer, sequence]. `decode` answers null for any other spelling.

export const SET = 1, CLEAR = 2, SENT = 3;
const NUMBER_MAX = Number.MAX_SAFE_INTEGER;

class Malformed extends Error {}
const demand = (condition) => { if (!condition) throw new Malformed(); };

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
  const first = a.clock - b.clock || compare(a.writer, b.writer);
  if (first) return first;
  for (let at = 0; at < Math.min(a.lines.length, b.lines.length); at++) {
    const [one, other] = [a.lines[at], b.lines[at]];
    const found = Buffer.compare(Buffer.from(one.text), Buffer.from(other.text)) ||
      compareDots(one.dot, other.dot);
    if (found) return found;
  }
  return a.lines.length - b.lines.length;
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
  const fields = new Map(draft.unknown);
  fields.set(1, Buffer.from([1]));
  fields.set(2, Buffer.from([draft.operation]));
  fields.set(3, Buffer.concat(writers.flatMap((writer) => [
    Buffer.from(writer, 'hex').reverse(), number(draft.vector.get(writer))])));
  fields.set(4, dot(draft.dot));
  fields.set(5, number(draft.clock));
  if (sameVector(draft.cleared, draft.vector)) fields.set(6, Buffer.from([1]));
  else if (draft.cleared.size > 0) {
    fields.set(6, Buffer.concat([Buffer.from([2]),
      ...writers.map((writer) => number(draft.cleared.get(writer) ?? 0))]));
  }
  if (draft.operation === SET) {
    fields.set(7, lines(draft.lines));
    if (draft.copies.length > 0) {
      fields.set(8, Buffer.concat(draft.copies.flatMap((copy) => {
        const written = lines(copy.lines);
        const head = [copy.clock, index.get(copy.writer), written.length];
        return [...head.map(number), written];
      })));
    }
  }
  return Buffer.concat([...fields].sort(([a], [b]) => a - b).flatMap(([tag, value]) => {
    const head = Buffer.alloc(5);
    head[0] = tag;
    head.writeUInt32LE(value.length, 1);
    return [head, value];
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

function readLines(bytes, readDot) {
  const reader = new Reader(bytes);
  const dots = [];
  let last = null;
  for (let runs = reader.number(1); runs > 0; runs--) {
    const count = reader.number(1);
    const dot = readDot(reader);
    demand((!last || !sameDot(last, dot)) && dots.length + count <= bytes.length);
    for (let each = 0; each < count; each++) dots.push(dot);
    last = dot;
  }
  const texts = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    .decode(bytes.subarray(reader.at)).split('\n');
  demand(texts.length === dots.length && reader.at < bytes.length); // never the empty text
  return texts.map((text, at) => ({ text, dot: dots[at] }));
}

function readFields(bytes) {
  const reader = new Reader(bytes);
  const fields = new Map();
  for (let last = 0; !reader.done;) {
    const head = reader.take(5);
    demand(head[0] > last); // DP-PAY-001
    last = head[0];
    fields.set(last, Buffer.from(reader.take(head.readUInt32LE(1))));
  }
  for (let tag = 1; tag <= 5; tag++) demand(fields.has(tag)); // DP-PAY-002
  return fields;
}

function readAll(bytes, read) {
  const reader = new Reader(bytes);
  const value = read(reader);
  demand(reader.done);
  return value;
}

function readCleared(bytes, vector, writers) {
  if (bytes === undefined) return new Map();
  if (bytes.equals(Buffer.from([1]))) return new Map(vector);
  const sequences = readAll(bytes, (reader) => {
    demand(reader.take(1)[0] === 2);
    return writers.map(() => reader.number());
  });
  const cleared = new Map(writers.map((writer, at) => [writer, sequences[at]])
    .filter(([, sequence]) => sequence > 0));
  demand(cleared.size > 0 && includes(vector, cleared) && !sameVector(vector, cleared));
  return cleared;
}

function decodeStrictly(bytes) {
  const fields = readFields(bytes);
  demand(fields.get(1).equals(Buffer.from([1]))); // DP-PAY-007
  const operation = fields.get(2).length === 1 ? fields.get(2)[0] : 0;
  demand([SET, CLEAR, SENT].includes(operation) && fields.has(7) === (operation === SET));
  const vector = readAll(fields.get(3), (reader) => {
    const entries = [];
    while (!reader.done) {
      const writer = Buffer.from(reader.take(8)).reverse().toString('hex');
      demand(entries.length === 0 || entries.at(-1)[0] < writer);
      entries.push([writer, reader.number(1)]);
    }
    demand(entries.length > 0);
    return new Map(entries);
  });
  const writers = [...vector.keys()];
  const readDot = (reader) => {
    const dot = [writers[reader.number()], reader.number(1)];
    demand(dot[0] !== undefined && covers(vector, dot));
    return dot;
  };
  const draft = {
    operation, vector, dot: readAll(fields.get(4), readDot),
    clock: readAll(fields.get(5), (reader) => reader.number()),
    cleared: readCleared(fields.get(6), vector, writers), lines: [], copies: [],
    unknown: new Map([...fields].filter(([tag]) => tag > 8)),
  };
  if (operation === SET) draft.lines = readLines(fields.get(7), readDot);
  if (fields.has(8)) {
    demand(operation === SET && fields.get(8).length > 0);
    readAll(fields.get(8), (reader) => {
      while (!reader.done) {
        const clock = reader.number();
        const writer = writers[reader.number()];
        demand(writer !== undefined);
        const lines = readLines(reader.take(reader.number()), readDot);
        draft.copies.push({ clock, writer, lines });
      }
    });
    draft.copies.forEach((copy, at) =>
      demand(at === 0 || compareCopies(draft.copies[at - 1], copy) < 0));
    demand(new Set(draft.copies.map((copy) => keyOf(copy.lines))).size === draft.copies.length);
  }
  for (const line of [...draft.lines, ...draft.copies.flatMap((copy) => copy.lines)]) {
    demand(!covers(draft.cleared, line.dot)); // DP-PAY-005
  }
  return draft;
}

export function decode(bytes) {
  try {
    return decodeStrictly(bytes);
  } catch {
    return null;
  }
}

export function previewOf(text) {
  const collapsed = text.replace(/[\p{Cc}\p{Zs}\p{Zl}\p{Zp}]+/gu, ' ').replace(/^ | $/g, '');
  if (/^[ \u200b\u2060\ufeff]*$/u.test(collapsed)) return '';
  const points = [...collapsed];
  return points.length <= 100 ? collapsed : `${points.slice(0, 100).join('')}\u2026`;
}
