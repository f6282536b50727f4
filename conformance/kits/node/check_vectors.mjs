#!/usr/bin/env node
// Checks test vectors with this kit's own keys, envelopes, payloads, merge and frames.
//
//   node check_vectors.mjs FOLDER
//
// Reads every *.json of the folder (conformance/vectors/README.md describes the format) and prints
// per group what passed, what failed and what does not apply: suite 1 and passwords, which Node 18
// cannot compute, and the server's side. Exit 1 if a vector gave another result or nothing was
// checked.
import { createHmac } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join as pathOf } from 'node:path';
import * as crypto from './crypto.mjs';
import { edited, ended, merge } from './merge.mjs';
import { CLEAR, SENT, decode, encode, includes, previewOf, textOf } from './payload.mjs';
import { Slot, meet } from './slot.mjs';
import { Sync } from './sync.mjs';
import { isChatId, readFrame } from './wire.mjs';

class Refused extends Error {
  constructor(output = {}) { super('refused'); this.output = output; }
}
class NotApplicable extends Error {}
const demand = (value) => { if (!value) throw new Refused(); return value; };
const onlySuite2 = (suite) => { if (suite === 1) throw new NotApplicable(); };
const hexed = (text) => Buffer.from(text, 'hex');

// Keys whose epoch key is given, as for the wrap key, which plays the part of one.
function keysOf(account, epoch) {
  const keyId = createHmac('sha512', epoch).update('ds1/kid\0').digest().subarray(0, 16);
  return Object.assign(Object.create(crypto.Keys.prototype), { accountId: account, epoch, keyId });
}

const draftOf = (text) => (text ? demand(decode(hexed(text))) : null);
const copiesOf = (draft) => draft.copies.map((copy) => textOf(copy.lines));
const vectorOf = (vector) => [...vector].sort(([a], [b]) => (a < b ? -1 : 1));
const payloadOf = (draft) => encode(draft).toString('hex');

// A device that only reads: each state is taken as the answer of a new connection.
function shownTo(given) {
  onlySuite2(given.suite);
  const keys = new crypto.Keys(hexed(given.account_id), hexed(given.master_key), given.epoch);
  const slot = new Slot(given.chat_id);
  let heard = [];
  const commit = (_, data) => { slot.data = data; };
  const sync = Object.assign(Object.create(Sync.prototype),
    { client: { keys, commit }, notice: (kind) => heard.push(kind) });
  const said = given.steps.map((step) => {
    heard = [];
    slot.disconnect();
    const state = sync.stateOf(slot, step.version, step);
    if (state) {
      const instant = { boot: 1, now: step.at_ms, wall: step.at_ms };
      const { persistence_window_ms } = given;
      const { data, alarm } = meet(slot, state, { persistence_window_ms, max_draft_chars: 100_000 },
        instant);
      slot.data = data;
      if (alarm) heard.push(alarm);
    }
    return heard.length > 0 ? heard.join('+') : null;
  });
  const draft = slot.effective();
  const output = { said, text: slot.editorText, copies: draft ? copiesOf(draft) : [] };
  if (said.at(-1) !== null) throw new Refused(output);
  return output;
}

const CHECKS = {
  keys({ master_key: master, epoch, chat_id: chatId }) {
    demand(isChatId(chatId) && epoch >= 1 && epoch <= 1024);
    const keys = new crypto.Keys(Buffer.alloc(16), hexed(master), epoch);
    const slotId = keys.slotId(chatId);
    return Object.fromEntries(Object.entries({ k_index: keys.index, k_epoch: keys.epoch,
      k_field: keys.field, key_id: keys.keyId, slot_id: slotId, k_slot: keys.slotKey(slotId) })
      .map(([name, bytes]) => [name, bytes.toString('hex')]));
  },
  row_id({ master_key: master, row_name: name }) {
    const keys = new crypto.Keys(Buffer.alloc(16), hexed(master), 1);
    return { row_id: keys.rowId(name).toString('hex') };
  },
  seal(given) { // and opens again
    onlySuite2(given.suite);
    const keys = keysOf(hexed(given.account_id), hexed(given.key));
    const content = hexed(given.content), slotId = hexed(given.slot_id);
    demand(crypto.paddedLength(given.kind, content.length));
    const sealer = new crypto.Sealer(keys, { bytes: () => hexed(given.random) }, given.writer,
      given.boot);
    sealer.count = given.sequence - 1;
    const sealed = sealer.seal(given.kind, slotId, given.version, hexed(given.parent), content);
    const opened = demand(crypto.open(keys,
      { kind: given.kind, slotId, version: given.version }, sealed));
    if (!opened.content.equals(content)) throw new Error('opens as something else');
    return { nonce: sealed.toString('hex', 80, 104), envelope: sealed.toString('hex') };
  },
  open(given) {
    const envelope = hexed(given.envelope);
    onlySuite2(envelope[4]);
    const expected = { kind: given.kind, slotId: hexed(given.slot_id), version: given.version,
      parent: given.parent && hexed(given.parent) };
    const keys = keysOf(hexed(given.account_id), hexed(given.key));
    return { content: demand(crypto.open(keys, expected, envelope)).content.toString('hex') };
  },
  padding({ kind, content_bytes: bytes }) {
    return { padded: demand(crypto.paddedLength(kind, bytes)) };
  },
  unpadding({ kind, padded }) {
    return { content: demand(crypto.unpad(kind, hexed(padded))).toString('hex') };
  },
  base64({ text }) { return { bytes: demand(crypto.decodeBase64(text)).toString('hex') }; },
  field({ master_key: master, sealed }) {
    const keys = new crypto.Keys(Buffer.alloc(16), hexed(master), 1);
    return { content: demand(crypto.openField(keys, demand(crypto.decodeBase64(sealed))))
      .toString('hex') };
  },
  payload({ payload }) {
    const draft = demand(decode(hexed(payload)));
    return { operation: draft.operation, vector: vectorOf(draft.vector), dot: draft.dot,
      clock: draft.clock, cleared: vectorOf(draft.cleared), text: textOf(draft.lines),
      copies: copiesOf(draft), unknown_tags: [...draft.unknown.keys()].sort((a, b) => a - b),
      payload: payloadOf(draft) };
  },
  preview({ text }) { return { preview: previewOf(text) }; },
  merge({ base, a, b, max_draft_chars: charsMax }) {
    const [old, one, other] = [base, a, b].map(draftOf);
    const draft = merge(old, one, other, charsMax);
    const output = { payload: payloadOf(draft), operation: draft.operation,
      text: textOf(draft.lines), copies: copiesOf(draft) };
    const swapped = payloadOf(merge(old, other, one, charsMax));
    if (swapped !== output.payload) throw new Error('not commutative');
    return output;
  },
  edit({ before, edit, text, dot, clock }) {
    const known = draftOf(before);
    return { payload: payloadOf(edit === 'save' ? edited(known, text, dot, clock)
      : ended(known, edit === 'clear' ? CLEAR : SENT, dot, clock)) };
  },
  order({ local, remote }) {
    const [mine, theirs] = [local, remote].map((each) => draftOf(each).vector);
    if (includes(theirs, mine)) return { verdict: 'adopt' };
    return { verdict: includes(mine, theirs) ? 'keep' : 'merge' };
  },
  frame_at_client({ text, text_hex: bytes }) {
    const frame = demand(readFrame(bytes === undefined ? text : hexed(bytes)));
    demand(frame.fields);
    return { type: frame.name };
  },
  sequence: shownTo,
};

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// Null if the vector holds, else what happened instead.
function wrongWith(check, given, test) {
  let got, isRefused = false;
  try {
    got = check(given);
  } catch (error) {
    if (error instanceof NotApplicable) throw error;
    if (!(error instanceof Refused)) return `failed: ${error.stack}`;
    [got, isRefused] = [error.output, true];
  }
  if (isRefused !== (test.result === 'invalid')) return isRefused ? 'refused' : 'accepted';
  for (const [name, wanted] of Object.entries(test.expected ?? {})) {
    if (!same(got[name], wanted)) return `${name} is ${JSON.stringify(got[name])}`;
  }
  return null;
}

function checkGroup(file, group) {
  const counts = { passed: 0, failed: 0, 'not applicable': 0 };
  for (const test of group.tests) {
    const check = CHECKS[group.type];
    let outcome = 'not applicable';
    try {
      if (check && !test.flags.includes('earlier_epoch')) { // this kit has the current epoch only
        const wrong = wrongWith(check, { ...group.common, ...test.input }, test);
        outcome = wrong ? 'failed' : 'passed';
        if (wrong) console.log(`${file} ${group.type} ${test.tcId}: ${wrong} (${test.comment})`);
      }
    } catch (error) {
      if (!(error instanceof NotApplicable)) throw error;
    }
    counts[outcome]++;
  }
  return counts;
}

const shown = (counts) =>
  Object.entries(counts).map(([name, count]) => `${count} ${name}`).join(', ');

function main(folder) {
  const total = { passed: 0, failed: 0, 'not applicable': 0 };
  const names = readdirSync(folder).filter((name) => name.endsWith('.json') &&
    !name.endsWith('.schema.json')).sort();
  for (const name of names) {
    const whole = JSON.parse(readFileSync(pathOf(folder, name), 'utf8'));
    if (whole.format !== 'draftproof-vectors/1') {
      console.log(`${name}: another format`);
      total.failed++;
      continue;
    }
    for (const group of whole.testGroups) {
      const counts = checkGroup(name, group);
      for (const outcome of Object.keys(total)) total[outcome] += counts[outcome];
      console.log(`${name} ${group.type}: ${shown(counts)}`);
    }
  }
  console.log(`total: ${shown(total)}`);
  return total.passed > 0 && total.failed === 0 ? 0 : 1;
}

process.exitCode = process.argv.length === 3 ? main(process.argv[2]) : 2;
