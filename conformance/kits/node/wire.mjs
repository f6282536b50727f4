// Frames as a client reads them (protocol section 3): strict JSON, then the fields of known frames.
//
// `readFrame` returns {name, fields}, or null for what a client has to ignore. It never throws.

import { orNull, utf8 } from './payload.mjs';

export const NUMBER_MAX = Number.MAX_SAFE_INTEGER;
const DEPTH_MAX = 8;
const FRAME_BYTES_MAX = 4 * 1024 * 1024;

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+)/gy;

// JSON.parse forgives what DP-WIRE-007 to -011 forbid, so the tokens are looked at first: keys for
// repetition, brackets for depth, and numbers for how they are written. What is no plain whole
// number becomes an empty list, which no field accepts. The syntax is left to JSON.parse.
function parseStrictly(text) {
  const open = []; // a set of keys for each object, null for each list
  const tokens = [];
  for (const [, token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && open.at(-1)) {
      const key = JSON.parse(tokens.at(-1));
      if (open.at(-1).has(key)) return null; // DP-WIRE-007
      open.at(-1).add(key);
    }
    if (open.length > DEPTH_MAX) return null; // DP-WIRE-010
    const isNumber = /^[-0-9]/.test(token);
    tokens.push(isNumber && !(/^[0-9]+$/.test(token) && Number(token) <= NUMBER_MAX) &&
      Number.isFinite(JSON.parse(token)) ? '[]' : token);
    if (token[0] === '"' && /[\ud800-\udfff]/u.test(JSON.parse(token))) return null; // DP-WIRE-009
  }
  JSON.parse(text);
  return JSON.parse(tokens.join(' '));
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
const optional = (check) => (value) => value === undefined || check(value);
const shape = (schema) => (value) => isObject(value) &&
  Object.entries(schema).every(([name, check]) => check(value[name]));

const CONTENT = { encrypted_draft_md: isTextOrNull, encrypted_draft_preview: isTextOrNull,
  encrypted_tombstone: isTextOrNull }; // DP-FRAME-023: omitted is not null
const DETAILS = { chat_id: isChatId, draft_v: isNumber, cleared_draft_v: isNumber,
  messages_v: isNumber, ...CONTENT };

const FRAMES = {
  pong: {},
  draft_update_receipt: { chat_id: isChatId, draft_v: isNumber, success: isTrue,
    superseded: optional(isTrue), change_id: optional(isId) },
  draft_delete_receipt: { chat_id: isChatId, success: isFlag, draft_v: optional(isNumber),
    change_id: optional(isId) },
  draft_conflict: { chat_id: isChatId, draft_v: isNumber, deleted: isFlag, ...CONTENT,
    change_id: optional(isId) },
  chat_draft_updated: { chat_id: isChatId, versions: shape({ draft_v: isNumber }),
    last_edited_overall_timestamp: isNumber,
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
  error: { code: isText, message: isText, chat_id: optional(isChatId), change_id: optional(isId) },
};

export function readFrame(bytes) {
  if (bytes.length > FRAME_BYTES_MAX) return null;
  const whole = orNull(() => parseStrictly(isText(bytes) ? bytes : utf8(bytes)));
  if (!isObject(whole)) return null;
  const enveloped = isText(whole.type); // DP-WIRE-001
  const name = enveloped ? whole.type : whole.event;
  const fields = enveloped ? whole.payload ?? {} : whole;
  if (!isText(name) || !Object.hasOwn(FRAMES, name)) return null; // DP-WIRE-002, DP-WIRE-006
  return { name, fields: shape(FRAMES[name])(fields) ? fields : null };
}

export const frame = (type, payload) => JSON.stringify(payload ? { type, payload } : { type });
