// One slot on the device: what it holds, what the server is known to hold, and how the two meet.
//
// Everything in `data` is one sealed row; it is replaced as a whole, never changed in place, so
// that a failed write leaves the old one. The other members live as long as a connection.
import { SET, decode, encode, includes, keyOf, textOf } from './payload.mjs';
import { merge } from './merge.mjs';

const AGREED_MAX = 4, OWN_MAX = 8, HASHES_MAX = 8;
const ZERO_HASH = '0'.repeat(64);
export const NOTHING = { v: 0, hash: ZERO_HASH, draft: null, learned: 0 };

const EMPTY_DATA = {
  local: null, // the newest durable draft or tombstone; while a send is queued, what it takes away
  after: null, // what was typed since that send
  base: NOTHING, // the server's newest known state
  agreed: [], own: [], // bases for a merge: states of the server, own changes that may be there
  hashes: [], // [version, hash] of states seen, to notice another envelope under a known number
  high: 0, fence: 0, clock: 0, sealed: false,
  inflight: null, // {id, kind, v, baseV, baseHash, text, preview, draft}
  sends: [], // {id, content, text, tombstone: the draft that SENT made}
  messages: false, // the chat has messages, so it outlives its draft
  deleting: null, gone: false, refused: false, tooLong: false,
};

export class Slot {
  constructor(chatId, data = EMPTY_DATA) {
    this.chatId = chatId;
    this.data = data;
    this.sequence = 0; // of this opening's dots in this slot; never goes back (DP-STORE-002)
    this.least = 0; // the next number to propose is at least this (DP-OUT-012)
    this.tooLow = 0; // refusals with version_invalid in a row
    this.conflicts = 0; // in a row, without a receipt
    this.pauseMs = 0; // of retries
    this.editedOffline = true;
    this.disconnect();
  }

  disconnect() {
    this.known = false; // the state reply of this connection came
    this.asked = false;
    this.blocked = false; // what the server holds does not open
    this.seen = 0; // last server version on this connection
    this.waiting = null; // newest broadcast while a change is in flight
    this.remote = null; // newest state that waits for the editor to be saved
    this.sent = false; // the change in flight went out on this connection
    this.reads = 0; // times the state was fetched without one that opens
  }

  effective(data = this.data) { return data.after ?? data.sends.at(-1)?.tombstone ?? data.local; }
  shown() { return this.data.after ?? this.data.local; }
  get editorText() { return textOf(this.effective()?.lines ?? []); }
  get shownText() { return textOf(this.shown()?.lines ?? []); }
  get hasDraft() { return this.shown()?.operation === SET; }

  // Derived, never stored (DP-SYNC-005).
  get pending() {
    const { base, own, inflight, sends, after } = this.data;
    const mine = this.effective();
    if (!mine || this.data.gone || (sends.length > 0 && !after)) return false;
    if (base.draft && includes(base.draft.vector, mine.vector)) return false;
    // A draft that never left the device needs no deletion at the server.
    return mine.operation === SET || base.v > 0 || own.length > 0 || inflight !== null;
  }

  get hasBusiness() {
    const { base, inflight, sends, deleting, gone } = this.data;
    return !gone && (this.effective() !== null || base.v > 0 || inflight !== null ||
      sends.length > 0 || deleting !== null);
  }

  nextClock() { return this.data.clock + 1; }
}

export function withEffective(data, draft) {
  return data.sends.length > 0 ? { ...data, after: draft } : { ...data, local: draft, after: null };
}

// What is wrong with the server's state, seen from the last one known (DP-ALARM-001, -002).
function alarmOf(data, state, wallMs, windowMs) {
  const { base, hashes } = data;
  const forked = hashes.some(([v, hash]) => v === state.v && state.v > 0 && hash !== state.hash);
  const behind = state.v < base.v;
  const lacks = base.draft && (!state.draft || !includes(state.draft.vector, base.draft.vector));
  if (base.v === 0 || !(forked || behind || lacks)) return null;
  const recent = wallMs - base.learned < windowMs && wallMs >= base.learned;
  return recent ? 'server_lost_recent' : forked ? 'security_fork' : 'security_rollback';
}

// The newest state that both sides know (DP-MERGE-001).
function baseOf(data, a, b) {
  const candidates = [...data.own, ...data.agreed].filter((draft) =>
    includes(a.vector, draft.vector) && includes(b.vector, draft.vector));
  return candidates.reduce((best, draft) =>
    !best || includes(draft.vector, best.vector) ? draft : best, null);
}

// Takes an authenticated state {v, hash, draft} of the server; without a draft nothing is there.
// Returns the new data and what is to be said: {data, alarm, kept}.
export function meet(slot, state, { wallMs, windowMs, charsMax }) {
  let data = { ...slot.data };
  const alarm = alarmOf(data, state, wallMs, windowMs);
  const unchanged = state.v === data.base.v && state.hash === data.base.hash;
  const mine = slot.effective();
  data.base = { ...state, learned: unchanged ? data.base.learned : wallMs };
  let kept = false;
  if (state.draft) {
    data.high = Math.max(data.high, state.v); // DP-SYNC-006: it was authenticated
    if (state.draft.operation !== SET) data.fence = Math.max(data.fence, state.v);
    data.sealed = true;
    data.clock = Math.max(data.clock, state.draft.clock);
    if (!unchanged) data.agreed = [...data.agreed, state.draft].slice(-AGREED_MAX);
    data.hashes = [...data.hashes.filter(([v]) => v !== state.v), [state.v, state.hash]]
      .slice(-HASHES_MAX);
    if (!mine || includes(state.draft.vector, mine.vector)) { // DP-SYNC-002
      data = withEffective(data, state.draft);
    } else if (!includes(mine.vector, state.draft.vector)) { // DP-SYNC-004
      const merged = merge(baseOf(data, mine, state.draft), mine, state.draft, charsMax);
      const before = [...mine.copies, ...state.draft.copies].map((copy) => keyOf(copy.lines));
      kept = merged.copies.some((copy) => !before.includes(keyOf(copy.lines)));
      data = withEffective(data, merged);
    } // DP-SYNC-003: otherwise the local draft stays, and is pending over the new base
  }
  const { inflight, base } = data;
  if (inflight) {
    const covered = base.draft && includes(base.draft.vector, inflight.draft.vector);
    if (covered) data.inflight = null;
    else if (base.v !== inflight.baseV || base.hash !== inflight.baseHash) {
      data = withdraw(data); // DP-OUT-005: another base needs another change
    }
  }
  return { data, alarm, kept };
}

// The change in flight is given up, but the server may have it (DP-MERGE-002).
export function withdraw(data) {
  return { ...data, inflight: null, own: [...data.own, data.inflight.draft].slice(-OWN_MAX) };
}

// The server has the change in flight.
export function agree(data, hash, wallMs) {
  const { draft, v, kind, id } = data.inflight;
  const next = { ...data, inflight: null, sealed: true, refused: false,
    base: { v, hash, draft, learned: wallMs }, high: Math.max(data.high, v),
    fence: draft.operation === SET ? data.fence : Math.max(data.fence, v),
    agreed: [...data.agreed, draft].slice(-AGREED_MAX),
    hashes: [...data.hashes.filter(([each]) => each !== v), [v, hash]].slice(-HASHES_MAX),
    own: data.own.filter((each) => !includes(draft.vector, each.vector)) };
  return kind === 'send' ? unqueue(next, id) : next;
}

// The message is stored: what it took away is gone from the device too.
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

const pack = (draft) => draft && encode(draft).toString('base64');
const unpack = (text) => text && decode(Buffer.from(text, 'base64'));

export function toRow(data) {
  return { ...data, local: pack(data.local), after: pack(data.after),
    agreed: data.agreed.map(pack), own: data.own.map(pack),
    base: { ...data.base, draft: pack(data.base.draft) },
    inflight: data.inflight && { ...data.inflight, draft: pack(data.inflight.draft) },
    sends: data.sends.map((each) => ({ ...each, tombstone: pack(each.tombstone) })) };
}

export function fromRow(row) {
  return { ...EMPTY_DATA, ...row, local: unpack(row.local), after: unpack(row.after),
    agreed: row.agreed.map(unpack), own: row.own.map(unpack),
    base: { ...row.base, draft: unpack(row.base.draft) },
    inflight: row.inflight && { ...row.inflight, draft: unpack(row.inflight.draft) },
    sends: row.sends.map((each) => ({ ...each, tombstone: unpack(each.tombstone) })) };
}
