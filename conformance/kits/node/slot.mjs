// One slot on the device: what it holds, what the server is known to hold, and how the two meet.
//
// Everything in `data` is one sealed row; it is replaced as a whole, never changed in place, so
// that a failed write leaves the old one. The other members live as long as a connection.
import { SET, includes, keyOf, sameVector, textOf } from './payload.mjs';
import { merge } from './merge.mjs';

const AGREED_MAX = 4, OWN_MAX = 8, HASHES_MAX = 8;
const ZERO_HASH = '0'.repeat(64);
export const NOTHING = { v: 0, hash: ZERO_HASH, draft: null };

export const EMPTY_DATA = {
  local: null, // the newest durable draft or tombstone; while a send is queued, what it takes away
  after: null, // what was typed since that send
  base: NOTHING, // the server's newest known state, and when it was learned
  agreed: [], own: [], // bases for a merge: states of the server, own changes that may be there
  hashes: [], // [version, hash] of states seen, to notice another envelope under a known number
  high: 0, fence: 0, clock: 0, sealed: false,
  inflight: null, // {id, kind, v, baseV, baseHash, hash, draft, content}
  sends: [], // {id, content, text, tombstone: the draft that SENT made}
  messages: false, // the chat has messages, so it outlives its draft
  deleting: null, gone: false, tooLong: false,
  strange: null, // the newest bytes of another format, for a program that can read them
};

export class Slot {
  constructor(chatId, data = EMPTY_DATA) {
    this.chatId = chatId;
    this.data = data;
    this.typed = null; // what the person typed and the store does not have
    this.sequence = 0; // of this opening's newest dot in this slot
    this.least = 0; // the next number to propose is at least this (DP-OUT-012)
    this.tooLow = 0; // refusals with version_invalid in a row
    this.conflicts = 0; // in a row, without a receipt
    this.pauseMs = 0; // of retries
    this.editedOffline = true;
    this.disconnect();
  }

  disconnect() {
    this.told ||= this.seen > 0; // an earlier connection told a state
    this.known = false; // the state reply of this connection came
    this.asked = false;
    this.blocked = false; // what the server holds does not open
    this.seen = 0; // last server version on this connection
    this.waiting = null; // newest broadcast while a change is in flight
    this.remote = null; // newest state that waits for the editor to be saved
    this.sent = false; // the change in flight went out on this connection
    this.refused = false; // for this connection: it may have been spoiled on its way
    this.reads = 0; // times the state was fetched without one that opens
  }

  effective(data = this.data) { return data.after ?? data.sends.at(-1)?.tombstone ?? data.local; }
  shown() { return this.data.after ?? this.data.local; }
  get editorText() { return textOf(this.effective()?.lines ?? []); }
  get shownText() { return textOf(this.shown()?.lines ?? []); }
  get hasDraft() { return this.shown()?.operation === SET; }

  // The server has or had something of the slot, so another device may have it.
  get wasThere() { return this.data.base.v + this.data.high + this.data.own.length > 0; }

  // Derived, never stored (DP-SYNC-005).
  get pending() {
    const { base, inflight, sends, after } = this.data;
    const mine = this.effective();
    if (!mine || this.data.gone || (sends.length > 0 && !after)) return false;
    if (base.draft && includes(base.draft.vector, mine.vector)) return false;
    // A draft that never left the device needs no deletion at the server.
    return mine.operation === SET || this.wasThere || inflight !== null;
  }

  get isListed() {
    const { gone, messages, sends } = this.data;
    return !gone && (messages || this.hasDraft || sends.length > 0);
  }

  get hasBusiness() {
    const { base, inflight, sends, deleting, gone } = this.data;
    return !gone && (this.effective() !== null || base.v > 0 || this.told || inflight !== null ||
      sends.length > 0 || deleting !== null);
  }
}

export function withEffective(data, draft) {
  const place = data.sends.length > 0 ? { after: draft } : { local: draft, after: null };
  return { ...data, ...place, clock: Math.max(data.clock, draft.clock) };
}

// How long ago something was learned: by the clock that nobody sets within one opening of the
// store, and by the wall clock across openings, where what lies in the future is young.
const age = (then, instant) => Math.max(0,
  then.boot === instant.boot ? instant.now - then.now : instant.wall - then.wall);

// What is wrong with the server's state, seen from the last one known (DP-ALARM-001, -002).
function alarmOf(data, state, config, instant) {
  const { base, hashes } = data;
  const forked = hashes.some(([v, hash]) => v === state.v && state.v > 0 && hash !== state.hash);
  const behind = state.v < base.v;
  const lacks = base.draft && (!state.draft || !includes(state.draft.vector, base.draft.vector));
  if (base.v === 0 || !(forked || behind || lacks)) return null;
  if (age(base.learned, instant) < config.persistence_window_ms) return 'server_lost_recent';
  return forked ? 'security_fork' : 'security_rollback';
}

// A state of the server that was authenticated (DP-SYNC-006, DP-MERGE-002).
function withKnown(data, { v, hash, draft }) {
  return { ...data, sealed: true, high: Math.max(data.high, v),
    fence: draft.operation === SET ? data.fence : Math.max(data.fence, v),
    agreed: [...data.agreed.filter((each) => !sameVector(each.vector, draft.vector)), draft]
      .slice(-AGREED_MAX),
    hashes: [...data.hashes.filter(([each]) => each !== v), [v, hash]].slice(-HASHES_MAX) };
}

// The newest state that both sides know (DP-MERGE-001).
function baseOf(data, a, b) {
  const mayBeThere = data.inflight ? [data.inflight.draft] : [];
  return [...data.own, ...data.agreed, ...mayBeThere].filter((draft) =>
    includes(a.vector, draft.vector) && includes(b.vector, draft.vector)).reduce((best, draft) =>
    !best || includes(draft.vector, best.vector) ? draft : best, null);
}

// Takes an authenticated state {v, hash, draft} of the server; without a draft nothing is there.
// Returns the new data and what is to be said: {data, alarm, kept}.
export function meet(slot, state, config, instant) {
  let data = { ...slot.data };
  const alarm = alarmOf(data, state, config, instant);
  const unchanged = state.v === data.base.v && state.hash === data.base.hash;
  const mine = slot.effective();
  if (!unchanged) data.base = { ...state, learned: instant };
  let kept = false;
  if (state.draft) {
    data = withKnown(data, state);
    data.clock = Math.max(data.clock, state.draft.clock);
    if (!mine || includes(state.draft.vector, mine.vector)) { // DP-SYNC-002
      data = withEffective(data, state.draft);
    } else if (!includes(mine.vector, state.draft.vector)) { // DP-SYNC-004
      const base = baseOf(data, mine, state.draft);
      const merged = merge(base, mine, state.draft, config.max_draft_chars);
      const before = [...mine.copies, ...state.draft.copies].map((copy) => keyOf(copy.lines));
      kept = merged.copies.some((copy) => !before.includes(keyOf(copy.lines)));
      data = withEffective(data, merged);
    } // DP-SYNC-003: otherwise the local draft stays, and is pending over the new base
  }
  const { inflight, base } = data;
  const isCovered = inflight && base.draft && includes(base.draft.vector, inflight.draft.vector);
  const isAtBase = base.v === inflight?.baseV && base.hash === inflight.baseHash;
  if (isCovered) data.inflight = null;
  else if (inflight && !isAtBase) data = withdraw(data); // DP-OUT-005: another needs another change
  return { data, alarm, kept };
}

// The change in flight is given up, but the server may have it (DP-MERGE-002).
export function withdraw(data) {
  return { ...data, inflight: null, own: [...data.own, data.inflight.draft].slice(-OWN_MAX) };
}

// The server has the change in flight.
export function agree(data, instant) {
  const { draft, v, hash, id } = data.inflight;
  const base = { v, hash, draft, learned: instant };
  const own = data.own.filter((each) => !includes(draft.vector, each.vector));
  return unqueue({ ...withKnown(data, base), base, own, inflight: null }, id);
}

// If the id is a message's, it is stored: what it took away is gone from the device too.
export function unqueue(data, id) {
  const sent = data.sends.find((each) => each.id === id);
  if (!sent) return data;
  const sends = data.sends.filter((each) => each.id !== id);
  if (sends.length > 0) return { ...data, sends, messages: true };
  const { base } = data;
  const left = data.after ?? (base.draft && includes(base.draft.vector, sent.tombstone.vector)
    ? base.draft : sent.tombstone);
  return { ...data, sends, messages: true, local: left, after: null };
}
