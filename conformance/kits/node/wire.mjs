// Frames as a client reads them (protocol section 3): strict JSON, then the fields of known frames.
//
// `readFrame` returns {name, fields}, or null for what a client has to ignore. It never throws.

export const NUMBER_MAX = Number.MAX_SAFE_INTEGER;
const DEPTH_MAX = 8;
const FRAME_BYTES_MAX = 16 * 1024 * 1024;

class Malformed extends Error {}

// A recursive reader, because JSON.parse forgives what DP-WIRE-007 to -011 forbid: the same key
// twice, depth, lone surrogates, and it hides how a number was written.
class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  whole() {
    const value = this.value(1);
    this.space();
    if (this.at !== this.text.length) throw new Malformed();
    return value;
  }

  space() {
    while (/[ \t\n\r]/.test(this.text[this.at] ?? 'x')) this.at++;
  }

  take(expected) {
    this.space();
    if (this.text[this.at] !== expected) throw new Malformed();
    this.at++;
  }

  next() {
    this.space();
    return this.text[this.at];
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) throw new Malformed();
    this.at = pattern.lastIndex;
    return found[0];
  }

  value(level) {
    switch (this.next()) {
      case '{': return this.object(level);
      case '[': return this.array(level);
      case '"': return this.string();
      case 't': return this.match(/true/y) && true;
      case 'f': return this.match(/false/y) && false;
      case 'n': return this.match(/null/y) && null;
      default: return this.number();
    }
  }

  // A number that is no plain whole one becomes NaN: no version and no count (DP-WIRE-011).
  number() {
    const written = this.match(/-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y);
    const value = Number(written);
    return /^[0-9]+$/.test(written) && value <= NUMBER_MAX ? value : NaN;
  }

  string() {
    // eslint-disable-next-line no-control-regex
    const written = this.match(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y);
    const value = JSON.parse(written);
    if (/[\ud800-\udfff]/u.test(value)) throw new Malformed(); // DP-WIRE-009: a lone surrogate
    return value;
  }

  array(level) {
    if (level > DEPTH_MAX) throw new Malformed();
    const items = [];
    this.take('[');
    if (this.next() === ']') return this.take(']'), items;
    for (;;) {
      items.push(this.value(level + 1));
      if (this.next() === ']') return this.take(']'), items;
      this.take(',');
    }
  }

  object(level) {
    if (level > DEPTH_MAX) throw new Malformed();
    const fields = Object.create(null);
    this.take('{');
    if (this.next() === '}') return this.take('}'), fields;
    for (;;) {
      this.space();
      const key = this.string();
      if (key in fields) throw new Malformed(); // DP-WIRE-007
      this.take(':');
      fields[key] = this.value(level + 1);
      if (this.next() === '}') return this.take('}'), fields;
      this.take(',');
    }
  }
}

const isNumber = (value) => Number.isSafeInteger(value) && value >= 0;
const isText = (value) => typeof value === 'string';
const isTextOrNull = (value) => value === null || isText(value);
const isTrue = (value) => value === true;
const isFlag = (value) => typeof value === 'boolean';
const isId = (value) => isText(value) && /^[A-Za-z0-9_-]{1,64}$/.test(value);
export const isChatId = (value) => isText(value) &&
  /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(value);
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (check) => (value) => Array.isArray(value) && value.every(check);
const isMap = (check) => (value) => isObject(value) &&
  Object.entries(value).every(([key, each]) => isChatId(key) && check(each));
const optional = (check) => Object.assign((value) => value === undefined || check(value), {});
const shape = (schema) => (value) => isObject(value) &&
  Object.entries(schema).every(([name, check]) => check(value[name]));

const DETAILS = { // DP-FRAME-023: omitted is not null
  chat_id: isChatId, draft_v: isNumber, cleared_draft_v: isNumber, messages_v: isNumber,
  encrypted_draft_md: isTextOrNull, encrypted_draft_preview: isTextOrNull,
  encrypted_tombstone: isTextOrNull,
};

const FRAMES = {
  pong: {},
  draft_update_receipt: { chat_id: isChatId, draft_v: isNumber, success: isTrue,
    superseded: optional(isTrue), change_id: optional(isId) },
  draft_delete_receipt: { chat_id: isChatId, success: isFlag, draft_v: optional(isNumber),
    change_id: optional(isId) },
  draft_conflict: { chat_id: isChatId, draft_v: isNumber, deleted: isFlag,
    encrypted_draft_md: isTextOrNull, encrypted_draft_preview: isTextOrNull,
    encrypted_tombstone: isTextOrNull, change_id: optional(isId) },
  chat_draft_updated: { chat_id: isChatId, versions: shape({ draft_v: isNumber }),
    data: shape({ encrypted_draft_md: isText, encrypted_draft_preview: isTextOrNull }) },
  draft_deleted: { chat_id: isChatId, draft_v: isNumber,
    encrypted_tombstone: optional(isTextOrNull) },
  draft_versions_response: { versions: isMap(isNumber), tombstone_versions: isMap(isNumber),
    hashes: isMap((value) => isText(value) && /^[0-9a-f]{64}$/.test(value)),
    unavailable_chat_ids: isList(isChatId) },
  chat_details: DETAILS,
  initial_sync_response: { chats: isList(shape(DETAILS)), authoritative: isFlag,
    deleted_chat_ids: isList(isChatId), page_token: optional(isId) },
  offline_sync_complete: { processed: isNumber, conflicts: isNumber, errors: isNumber,
    results: isList(shape({ change_id: isId, outcome: isText, draft_v: isNumber })) },
  chat_message_receipt: { chat_id: isChatId, message_id: isId, success: isFlag },
  chat_message_received: { chat_id: isChatId, message_id: isId, encrypted_content: isText },
  chat_deleted: { chat_id: isChatId },
  chat_delete_receipt: { chat_id: isChatId, success: isFlag, change_id: optional(isId) },
  error: { code: isText, chat_id: optional(isChatId), change_id: optional(isId) },
};

export function readFrame(bytes) {
  try {
    if (bytes.length > FRAME_BYTES_MAX) return null;
    const text = typeof bytes === 'string' ? bytes
      : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const whole = new Reader(text).whole();
    if (!isObject(whole)) return null;
    const enveloped = isText(whole.type); // DP-WIRE-001
    const name = enveloped ? whole.type : whole.event;
    const fields = enveloped ? whole.payload ?? {} : whole;
    if (!isText(name) || !Object.hasOwn(FRAMES, name)) return null; // DP-WIRE-002, DP-WIRE-006
    return shape(FRAMES[name])(fields) ? { name, fields } : { name, fields: null };
  } catch {
    return null;
  }
}

export const frame = (type, payload) => JSON.stringify(payload ? { type, payload } : { type });
