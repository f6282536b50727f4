#!/usr/bin/env node
// The adapter: one JSON request per line in, one reply per line out (docs/adapter.md).
import { createInterface } from 'node:readline';
import { cpSync, rmSync } from 'node:fs';
import { Client } from './client.mjs';
import { Keys, open } from './crypto.mjs';
import { decode, encode, includes, previewOf, sameVector, textOf } from './payload.mjs';
import { merge } from './merge.mjs';
import { Wired } from './wired.mjs';

class Refusal extends Error {
  constructor(code, message) { super(message); this.code = code; }
}
const demand = (condition, code, message) => { if (!condition) throw new Refusal(code, message); };
const demandField = (request, name, type) =>
  demand(typeof request[name] === type, 'bad_request', `${name}: ${type} expected`);

let config = null, client = null, wired = null, effects = [], nowMs = 0, wallOffset = 0;
const now = () => wired?.now() ?? nowMs;
const tell = (effect) => {
  effects.push(effect);
  wired?.effect(effect);
};
const host = { tell, now, wall: () => now() + wallOffset };

const opened = () => { demand(client, 'bad_state', 'no client is open'); return client; };
const bytes = (text) => Buffer.from(text ?? '', 'base64');
const become = (next) => {
  client = next;
  if (wired) wired.client = next;
};
const drop = () => {
  become(null);
  wired?.drop();
};

function connection({ conn }) {
  demand(Number.isInteger(conn), 'bad_request', 'conn: integer expected');
  demand(conn >= 1 && conn <= opened().link.conn, 'bad_state', 'never opened');
  return conn;
}

const CRYPTO = {
  'keys.derive': ({ master_key, epoch, chat_id }) => {
    const keys = new Keys(Buffer.alloc(16), Buffer.from(master_key, 'hex'), epoch);
    return { slot_id: keys.slotId(chat_id).toString('hex'), key_id: keys.keyId.toString('hex') };
  },
  'envelope.open': ({ account, kind, chat_id, envelope }) => {
    const keys = new Keys(Buffer.from(account.account_id, 'hex'),
      Buffer.from(account.master_key, 'hex'), account.epoch);
    const found = open(keys, { kind, slotId: keys.slotId(chat_id) }, bytes(envelope));
    return found && { version: found.version, parent: found.parent.toString('hex'),
      plaintext: found.content.toString('base64') };
  },
  'preview.of': ({ text }) => ({ preview: previewOf(text) || null }),
  'payload.check': ({ payload }) => {
    const draft = decode(bytes(payload));
    return draft && { text: textOf(draft.lines), operation: draft.operation,
      copies: draft.copies.map((copy) => textOf(copy.lines)) };
  },
  'draft.merge': ({ base, a, b }) => {
    const [from, mine, theirs] = [base && decode(bytes(base)), decode(bytes(a)), decode(bytes(b))];
    if (!mine || !theirs || (base && !from)) return null;
    const result = includes(mine.vector, theirs.vector) && !sameVector(mine.vector, theirs.vector)
      ? mine : includes(theirs.vector, mine.vector) ? theirs
        : merge(from, mine, theirs, config?.max_draft_chars ?? 100000);
    return { payload: encode(result).toString('base64') };
  },
};

const CAPABILITIES = ['core', 'crash', 'snapshot', 'store_fault', 'field_import', 'archive',
  'facts', 'wall', 'suspend', 'wired', 'suite:2',
  ...Object.keys(CRYPTO).map((name) => `crypto:${name}`)];

const OPERATIONS = {
  hello: () => ({ protocol: 1, implementation: 'draft-sync-node', version: '1.0',
    capabilities: CAPABILITIES, unsupported_options: [] }),
  'case.begin': (request) => {
    demand(typeof request.config === 'object', 'bad_request', 'config: object expected');
    demand(['L2', 'L3'].includes(request.level), 'unsupported', 'level');
    drop();
    wired = request.level === 'L2' ? new Wired() : null;
    [config, nowMs, wallOffset] = [request.config, 0, request.wall_ms ?? 0];
  },
  'case.end': drop,
  bye: drop,

  'client.open': (request) => {
    demand(config && !client, 'bad_state', config ? 'a client is open' : 'no case');
    for (const name of ['dir', 'entropy', 'url', 'token']) demandField(request, name, 'string');
    become(new Client(host, config, request));
  },
  'client.close': () => { opened().close(); drop(); },
  'client.crash': () => { opened(); drop(); },

  'ui.switch': (request) => opened().editor.switchTo(request.chat_id ?? null, request.new === true),
  'ui.edit': (request) => {
    demandField(request, 'text', 'string');
    opened().editor.edit(request.text);
  },
  'ui.set_text': () => opened().editor.emptied(),
  'ui.focus': () => opened().editor.focus(),
  'ui.blur': () => opened().editor.blur(),
  'ui.clear': () => opened().editor.clear(),
  'ui.send': () => opened().editor.send(),
  'ui.delete_chat': ({ chat_id }) => opened().sync.deleteChat(chat_id),
  'ui.list': () => ({ previews: opened().listPreviews() }),
  'app.visibility': ({ visible }) => { if (visible === false) opened().editor.save(); },
  'net.hint': ({ online }) => opened().link.hint(online === true),

  'conn.accept': (request) => opened().link.accepted(connection(request)),
  'conn.refuse': (request) => opened().link.ended(connection(request), 1006),
  'conn.closed': (request) => opened().link.ended(connection(request), request.code),
  'conn.frame': (request) => opened().link.received(connection(request),
    request.text ?? bytes(request.base64)),

  'clock.advance': ({ to_ms: to }) => {
    const next = client?.timers.next() ?? null;
    const isPossible = to >= nowMs && (next === null || to <= next);
    demand(!wired && Number.isInteger(to) && isPossible, 'bad_request',
      'not between now and the next timer');
    nowMs = to;
    client?.timers.fire();
  },
  'clock.wall': ({ wall_ms: wall }) => { wallOffset = wall - now(); },
  'clock.suspend': ({ for_ms: span }) => { wallOffset += span; },

  'store.fault': ({ mode, count }) => {
    demand(['none', 'fail_next', 'full'].includes(mode), 'unsupported', 'no such fault here');
    opened().store.failures = mode === 'none' ? 0 : mode === 'full' ? Infinity : count;
  },
  'store.snapshot': ({ dir, to }) => copy(dir, to),
  'store.restore': ({ dir, from }) => {
    rmSync(dir, { recursive: true, force: true });
    copy(from, dir);
  },

  'state.get': () => ({ state: stateOf(opened()) }),
  'crypto.run': ({ name, input }) => {
    demand(CRYPTO[name], 'unsupported', name);
    const output = CRYPTO[name](input);
    return output ? { output } : { refused: true };
  },
};

function stateOf({ editor, slots, sync, archive }) {
  const current = editor.chatId && editor.slot;
  const drafts = [...slots.keys()].sort().map((chatId) => slots.get(chatId))
    .filter((slot) => slot.shown() && !slot.data.gone && (slot.hasDraft || slot.pending));
  return {
    current_chat: editor.chatId, editor_text: editor.text, focused: editor.focused,
    draft_version: current?.data.base.v ?? 0, unsaved: typeof editor.slot?.typed === 'string',
    unsynced: current ? current.pending || current.data.sends.length > 0 : false,
    too_long: current ? sync.tooLong(current) : false,
    last_saved_text: editor.chatId === null ? null : editor.saved,
    connection: sync.state, chats: client.chats(), archive,
    drafts: drafts.map((slot) => ({ chat_id: slot.chatId, text: slot.shownText,
      version: slot.data.base.v, copies: slot.shown().copies.map((each) => textOf(each.lines)),
      pending: slot.pending, payload: encode(slot.shown()).toString('base64'),
      base_hash: slot.data.base.hash, high_water: slot.data.high, fence: slot.data.fence })),
  };
}

function copy(from, to) {
  demand(!client, 'bad_state', 'a client is open');
  cpSync(from, to, { recursive: true });
}

function perform(request) {
  try {
    demand(Object.hasOwn(OPERATIONS, request.op), 'unsupported', String(request.op));
    return { ok: true, ...OPERATIONS[request.op](request) };
  } catch (wrong) {
    const known = wrong instanceof Refusal;
    if (!known) process.stderr.write(`${wrong.stack}\n`);
    const [code, message] = known ? [wrong.code, wrong.message] : ['internal', wrong.name];
    return { error: { code, message } };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const reply = perform(request);
  process.stdout.write(`${JSON.stringify({ id: request.id, ...reply, effects, now_ms: now(),
    next_timer_ms: client?.timers.next() ?? null })}\n`);
  effects = [];
  wired?.arm();
  if (request.op === 'bye') break;
}
process.exit(0);
