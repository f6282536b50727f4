// Changes on their way to the server (section 7.1): one in flight per slot, sealed and durable
// before it is sent, and the answers to it.
import * as crypto from './crypto.mjs';
import { fits, slimmed } from './merge.mjs';
import { SET, encode, includes, previewOf, textOf } from './payload.mjs';
import { agree, unqueue, withdraw, withEffective } from './slot.mjs';

const RETRYABLE = new Set(['ownership_unknown', 'storage_unavailable', 'persistence_lagging',
  'internal', 'too_many_connections', 'slow_reader']);
const REPLAY_CHARS_MAX = 500000, RETRY_MAX_MS = 30000, TOO_LOW_MAX = 12, CONFLICTS_MAX = 3;

// The half of Sync that sends; `receive`, `stateOf`, `fetch`, `broadcast` are the other half's.
export class Changes {
  constructor(client) {
    this.client = client;
    this.ready = false; // everything that was asked after connecting is answered
    this.replayed = []; // slots of the replay list without an answer
  }

  notice(kind, chatId, detail) { this.client.notice(kind, chatId, detail); }
  tooLong(slot) {
    const draft = slot.effective();
    const most = this.client.config.max_draft_chars;
    return draft?.operation === SET &&
      (slot.data.tooLong || !fits(slimmed(draft, most), most)); // DP-ERR-006
  }

  commit(slot, data) { return this.client.commit(slot, data, { anyway: true }); }

  // Sends what a slot has to send, if anything, and if nothing stands in the way.
  pump(slot) {
    const { data } = slot;
    if (!this.ready || this.client.timers.has(`retry/${slot.chatId}`)) return;
    if (data.deleting && !slot.sent) {
      slot.sent = true;
      this.client.link.send('delete_chat', { chat_id: slot.chatId, change_id: data.deleting },
        { names: ['chat_delete_receipt', 'error'], id: data.deleting });
    }
    if (data.gone || slot.blocked || slot.remote || (slot.asked && !slot.known)) return;
    if (data.inflight) {
      if (!slot.sent) this.sendChange(slot);
    } else if (data.sends.length > 0) this.sendMessage(slot, data.sends[0]);
    else if (this.canUpload(slot) && this.prepare(slot)) this.sendChange(slot);
  }

  canUpload(slot) {
    return slot.pending && !slot.data.refused && !slot.data.inflight && !this.tooLong(slot) &&
      !this.client.timers.has(`retry/${slot.chatId}`);
  }

  // Seals a change and makes it durable before it is sent (DP-SAVE-004). False if that failed.
  prepare(slot, kind = 'change', id = null, tombstone = null) {
    const { client } = this;
    const { base, high } = slot.data;
    const whole = tombstone ?? slot.effective();
    const draft = whole.operation === SET ? slimmed(whole, client.config.max_draft_chars) : whole;
    const data = draft === whole ? slot.data : withEffective(slot.data, draft);
    const v = Math.max(high + 1, base.v + 1, slot.least); // DP-OUT-002
    const slotId = client.keys.slotId(slot.chatId);
    const isSet = draft.operation === SET;
    const bytes = client.sealer.seal(isSet ? crypto.DRAFT : crypto.TOMBSTONE, slotId, v,
      Buffer.from(base.hash, 'hex'), encode(draft));
    const hash = crypto.sha256(bytes);
    const preview = isSet ? client.sealer.seal(crypto.PREVIEW, slotId, v, hash,
      Buffer.from(previewOf(textOf(draft.lines)))).toString('base64') : null;
    const inflight = { id: id ?? client.random.bytes(16).toString('hex'), kind, v, baseV: base.v,
      baseHash: base.hash, hash: hash.toString('hex'), text: bytes.toString('base64'), preview,
      draft };
    if (!client.commit(slot, { ...data, inflight })) {
      this.retryLater(slot);
      return false;
    }
    slot.sent = false;
    return true;
  }

  sendChange(slot) {
    const { id, kind, v, baseV, text, preview, draft } = slot.data.inflight;
    slot.sent = true;
    const numbers = { chat_id: slot.chatId, base_version: baseV, proposed_v: v };
    const answers = (...names) => ({ names: [...names, 'draft_conflict', 'error'], id });
    if (kind === 'send') {
      const { content } = slot.data.sends.find((each) => each.id === id);
      this.client.link.send('chat_message_added', { ...numbers, message_id: id,
        encrypted_content: content, encrypted_tombstone: text },
      { names: ['chat_message_receipt', 'error'], id });
      this.client.link.unanswered.push(answers('draft_delete_receipt'));
    } else if (draft.operation === SET) {
      this.client.link.send('update_draft', { ...numbers, encrypted_draft_md: text,
        encrypted_draft_preview: preview, change_id: id }, answers('draft_update_receipt'));
    } else {
      this.client.link.send('delete_draft',
        { ...numbers, change_id: id, encrypted_tombstone: text }, answers('draft_delete_receipt'));
    }
  }

  // A message takes the draft with it where its tombstone may stand, and leaves it otherwise.
  sendMessage(slot, { id, content, tombstone }) {
    const { base } = slot.data;
    if (slot.messageSent === id && slot.sent) return;
    const takes = base.v > 0 && base.draft && includes(tombstone.vector, base.draft.vector) &&
      !includes(base.draft.vector, tombstone.vector);
    if (takes) {
      if (this.prepare(slot, 'send', id, tombstone)) this.sendChange(slot);
      return;
    }
    Object.assign(slot, { messageSent: id, sent: true });
    this.client.link.send('chat_message_added', { chat_id: slot.chatId, message_id: id,
      encrypted_content: content, preserve_draft: true },
    { names: ['chat_message_receipt', 'error'], id });
  }

  // What was edited offline goes in one list (DP-OUT-010, DP-OUT-011).
  replay() {
    const changes = [];
    let chars = 0;
    for (const slot of this.client.slots.values()) {
      const wanted = slot.editedOffline && slot.known && !slot.blocked && !slot.remote &&
        slot.data.sends.length === 0 && this.canUpload(slot);
      if (!wanted || changes.length >= this.client.config.replay_changes_max ||
          chars > REPLAY_CHARS_MAX || !this.prepare(slot)) continue;
      const { id, v, baseV, text, preview, draft } = slot.data.inflight;
      slot.sent = true;
      this.replayed.push(slot);
      chars += text.length;
      changes.push({ change_id: id, chat_id: slot.chatId, version_before_edit: baseV, proposed_v: v,
        ...(draft.operation === SET
          ? { type: 'draft', value: text, encrypted_draft_preview: preview }
          : { type: 'delete_draft', value: null, encrypted_tombstone: text }) });
    }
    if (changes.length > 0) {
      this.client.link.send('sync_offline_changes', { changes },
        { names: ['offline_sync_complete', 'error'] });
    }
  }

  find(id) {
    return [...this.client.slots.values()].find(({ data: { inflight, deleting, sends } }) =>
      id !== undefined && [inflight?.id, deleting, ...sends.map((each) => each.id)].includes(id));
  }

  draft_update_receipt({ change_id: id, draft_v: v, superseded: s }) { this.receipt(id, v, !s); }
  draft_delete_receipt({ change_id: id, draft_v: v, success }) { this.receipt(id, v, success); }

  offline_sync_complete({ results }) {
    for (const { change_id: id, outcome, draft_v: v } of results) {
      if (outcome !== 'error') this.receipt(id, v, ['stored', 'repeated'].includes(outcome));
    }
    this.replayed = [];
  }

  receipt(id, v, success) {
    const slot = this.find(id);
    const { inflight } = slot?.data ?? {};
    if (!inflight || inflight.id !== id) return;
    slot.editedOffline = false;
    if (!success || v !== inflight.v) { // DP-OUT-003
      if (success) this.notice('protocol_error', slot.chatId, 'another version was acknowledged');
      const data = withdraw(slot.data);
      this.commit(slot, inflight.kind === 'send' ? unqueue(data, id) : data);
      this.fetch(slot);
      return;
    }
    this.commit(slot, agree(slot.data, inflight.hash, this.client.wall()));
    Object.assign(slot, { seen: Math.max(slot.seen, v), pauseMs: 0, least: 0, tooLow: 0,
      conflicts: 0, sent: false });
    this.goOn(slot);
  }

  goOn(slot) {
    this.client.editor.refresh(slot);
    const { waiting } = slot;
    slot.waiting = null;
    if (waiting) this.broadcast(slot.chatId, waiting.v, waiting.content);
    this.pump(slot);
  }

  draft_conflict(fields) {
    const slot = this.client.slot(fields.chat_id);
    const { inflight } = slot.data;
    if (!inflight || inflight.id !== fields.change_id) return;
    slot.editedOffline = false;
    slot.sent = false;
    slot.waiting = slot.waiting && slot.waiting.v > fields.draft_v ? slot.waiting : null;
    const data = withdraw(slot.data);
    slot.data = inflight.kind === 'send' ? unqueue(data, inflight.id) : data;
    const state = this.stateOf(slot, fields.draft_v, fields);
    if (!state) {
      this.commit(slot, slot.data);
      return;
    }
    slot.seen = Math.max(slot.seen, fields.draft_v);
    if (++slot.conflicts > CONFLICTS_MAX) this.retryLater(slot); // DP-OUT-013
    this.receive(slot, state);
    this.goOn(slot);
  }

  chat_message_receipt({ message_id: id }) {
    const slot = this.find(id);
    if (!slot || slot.data.inflight?.id === id) { // the fate of the draft comes next
      if (slot) this.noteMessages(slot, true);
      return;
    }
    slot.sent = false;
    this.commit(slot, unqueue(slot.data, id));
    this.goOn(slot);
  }

  retryLater(slot) { // DP-ERR-004
    slot.sent = false;
    slot.messageSent = null;
    slot.pauseMs = Math.min(Math.max(1000, slot.pauseMs * 2), RETRY_MAX_MS);
    this.client.timers.set(`retry/${slot.chatId}`, slot.pauseMs, () => {
      if (slot.asked && !slot.known && this.client.link.state === 'open') this.fetch(slot);
      else this.pump(slot);
    });
  }

  error({ code, chat_id: chatId, change_id: id }) {
    const slot = this.find(id) ?? (id === undefined ? this.client.slots.get(chatId) : undefined);
    if (!slot) {
      if (!this.ready && this.client.link.state === 'open') this.client.link.giveUp();
      for (const each of this.replayed.splice(0)) { // the list was refused as a whole: one by one
        each.editedOffline = false;
        this.retryLater(each);
      }
      return;
    }
    slot.editedOffline = false;
    if (code === 'chat_deleted') this.chat_deleted({ chat_id: slot.chatId });
    else if (RETRYABLE.has(code)) this.retryLater(slot);
    else if (id === undefined) slot.blocked = true;
    else if (code === 'version_invalid' || code === 'replay_refused') {
      if (!slot.data.inflight) return;
      if (code === 'version_invalid' && ++slot.tooLow >= TOO_LOW_MAX) {
        this.refused(slot, id);
        return;
      }
      const jump = Math.min(8 ** (slot.tooLow - 1), 2 ** 31);
      if (code === 'version_invalid') slot.least = slot.data.inflight.v + jump; // DP-OUT-012
      this.commit(slot, withdraw(slot.data));
      if (code === 'version_invalid') this.pump(slot);
      else this.fetch(slot);
    } else this.refused(slot, id, code === 'draft_too_long');
  }

  // DP-ERR-005: shown as not synced, and its text kept.
  refused(slot, id, tooLong = false) {
    const sent = slot.data.sends.find((each) => each.id === id);
    if (sent && slot.data.after &&
        !this.client.putAway(slot.chatId, 'refused', [sent.text])) return;
    slot.sent = false;
    this.commit(slot, { ...slot.data, inflight: null, refused: !sent, deleting: null, tooLong,
      sends: slot.data.sends.filter((each) => each.id !== id) });
    this.notice('not_synced_refused', slot.chatId);
    this.client.editor.refresh(slot);
  }
}
