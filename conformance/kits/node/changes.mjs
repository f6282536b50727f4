// Changes on their way to the server (section 7.1): one in flight per slot, sealed and durable
// before it is sent, and the answers to it.
import * as crypto from './crypto.mjs';
import { fits, slimmed } from './merge.mjs';
import { SET, encode, includes, previewOf, textOf } from './payload.mjs';
import { agree, unqueue, withdraw, withEffective } from './slot.mjs';

const RETRYABLE = new Set(['ownership_unknown', 'storage_unavailable', 'persistence_lagging',
  'internal', 'too_many_connections', 'slow_reader']);
const REPLAY_CHARS_MAX = 500000, RETRY_MAX_MS = 30000, TOO_LOW_MAX = 12, CONFLICTS_MAX = 3;

// What each kind of change is called, and what is due in answer.
const CALLED = {
  set: ['update_draft', ['draft_update_receipt', 'draft_conflict']],
  end: ['delete_draft', ['draft_delete_receipt', 'draft_conflict']],
  send: ['chat_message_added', ['chat_message_receipt'],
    ['draft_delete_receipt', 'draft_conflict']],
};

// The half of Sync that sends; `receive`, `stateOf`, `fetch`, `broadcast` are the other half's.
export class Changes {
  constructor(client) {
    this.client = client;
    this.closed();
  }

  notice(kind, chatId, detail) { this.client.notice(kind, chatId, detail); }
  commit(slot, data) { return this.client.commit(slot, data, { anyway: true }); }

  tooLong(slot) {
    const draft = slot.effective(), most = this.client.config.max_draft_chars;
    return draft?.operation === SET &&
      (slot.data.tooLong || !fits(slimmed(draft, most), most)); // DP-ERR-006
  }

  // Sends what a slot has to send, if anything, and if nothing stands in the way.
  pump(slot) {
    const { data } = slot;
    if (!this.ready || this.client.timers.has(`retry/${slot.chatId}`)) return;
    if (data.deleting && !slot.sent) {
      slot.sent = true;
      this.client.link.send('delete_chat', { chat_id: slot.chatId, change_id: data.deleting },
        ['chat_delete_receipt']);
    }
    if (data.gone || slot.blocked || slot.remote || (slot.asked && !slot.known)) return;
    if (data.inflight) {
      if (!slot.sent) this.sendChange(slot);
    } else if (data.sends.length > 0) this.sendMessage(slot, data.sends[0]);
    else if (this.canUpload(slot) && this.prepare(slot)) this.sendChange(slot);
  }

  canUpload(slot) {
    return slot.pending && !slot.refused && !slot.data.inflight && !this.tooLong(slot);
  }

  // Seals a change and makes it durable before it is sent (DP-SAVE-004). False if that failed.
  prepare(slot, send = null) {
    const { client } = this;
    const { base, high } = slot.data;
    const whole = send?.tombstone ?? slot.effective();
    const isSet = whole.operation === SET;
    const draft = isSet ? slimmed(whole, client.config.max_draft_chars) : whole;
    const data = draft === whole ? slot.data : withEffective(slot.data, draft);
    const v = Math.max(high + 1, base.v + 1, slot.least); // DP-OUT-002
    const slotId = client.keys.slotId(slot.chatId);
    const bytes = client.sealer.seal(isSet ? crypto.DRAFT : crypto.TOMBSTONE, slotId, v,
      Buffer.from(base.hash, 'hex'), encode(draft));
    const hash = crypto.sha256(bytes), text = bytes.toString('base64');
    const preview = isSet ? client.sealer.seal(crypto.PREVIEW, slotId, v, hash,
      Buffer.from(previewOf(textOf(draft.lines)))).toString('base64') : null;
    const inflight = { id: send?.id ?? client.random.id(),
      kind: send ? 'send' : isSet ? 'set' : 'end', v, baseV: base.v, baseHash: base.hash,
      hash: hash.toString('hex'), draft,
      content: isSet ? { encrypted_draft_md: text, encrypted_draft_preview: preview }
        : { encrypted_content: send?.content, encrypted_tombstone: text } };
    slot.sent = false;
    if (client.commit(slot, { ...data, inflight })) return true;
    this.retryLater(slot);
    return false;
  }

  sendChange(slot) {
    const { id, kind, v, baseV, content } = slot.data.inflight;
    const [name, ...answers] = CALLED[kind];
    slot.sent = true;
    this.client.link.send(name, { chat_id: slot.chatId, base_version: baseV, proposed_v: v,
      [kind === 'send' ? 'message_id' : 'change_id']: id, ...content }, ...answers);
  }

  // A message takes the draft with it where its tombstone may stand, also in place of a draft that
  // the server lost and another device may have, and leaves it otherwise.
  sendMessage(slot, send) {
    const { base } = slot.data;
    if (slot.messageSent === send.id && slot.sent) return;
    const takes = base.draft ? includes(send.tombstone.vector, base.draft.vector) &&
      !includes(base.draft.vector, send.tombstone.vector) : base.v === 0 && slot.wasThere;
    if (takes) return this.prepare(slot, send) && this.sendChange(slot);
    Object.assign(slot, { messageSent: send.id, sent: true });
    this.client.link.send('chat_message_added', { chat_id: slot.chatId, message_id: send.id,
      encrypted_content: send.content, preserve_draft: true }, ['chat_message_receipt']);
  }

  // What was edited offline goes in one list (DP-OUT-010, DP-OUT-011).
  replay() {
    const changes = [];
    let chars = 0;
    const wanted = this.client.all.filter((slot) => slot.editedOffline && slot.known &&
      !slot.blocked && !slot.remote && slot.data.sends.length === 0 && this.canUpload(slot));
    for (const slot of wanted.slice(0, this.client.config.replay_changes_max)) {
      if (chars > REPLAY_CHARS_MAX || !this.prepare(slot)) continue;
      const { id, kind, v, baseV, content: { encrypted_draft_md: value = null, ...content } } =
        slot.data.inflight;
      slot.sent = true;
      this.replayed.push(slot);
      changes.push({ change_id: id, chat_id: slot.chatId, version_before_edit: baseV, proposed_v: v,
        type: kind === 'set' ? 'draft' : 'delete_draft', value, ...content });
      chars += JSON.stringify(changes.at(-1)).length;
    }
    if (changes.length === 0) return;
    this.client.link.send('sync_offline_changes', { changes }, ['offline_sync_complete']);
  }

  // The slot of a change; an answer without an id is about what its chat has in flight.
  find({ chat_id: chatId, change_id, message_id, id = change_id ?? message_id }) {
    if (id === undefined) return this.client.slots.get(chatId);
    return this.client.all.find(({ data: { inflight, deleting, sends } }) =>
      [inflight?.id, deleting, ...sends.map((each) => each.id)].includes(id));
  }

  draft_update_receipt(fields) { this.receipt(fields, !fields.superseded); }
  draft_delete_receipt(fields) { this.receipt(fields, fields.success); }

  offline_sync_complete({ results }) {
    for (const each of results.filter(({ outcome }) => outcome !== 'error')) {
      this.receipt(each, ['stored', 'repeated'].includes(each.outcome));
    }
    this.replayed = [];
  }

  // The slot whose change in flight these fields answer.
  answered(fields) {
    const slot = this.find(fields);
    const { inflight } = slot?.data ?? {};
    if (!inflight || !slot.sent || (fields.change_id ?? inflight.id) !== inflight.id) return null;
    slot.editedOffline = false;
    return slot;
  }

  // A message that went with the change was stored whatever became of the change.
  withdraw({ data }) { return unqueue(withdraw(data), data.inflight.id); }

  receipt(fields, success) {
    const slot = this.answered(fields);
    if (!slot) return;
    const { v } = slot.data.inflight;
    if (!success || fields.draft_v !== v) { // DP-OUT-003
      if (success) this.notice('protocol_error', slot.chatId, 'another version was acknowledged');
      this.commit(slot, this.withdraw(slot));
      return this.fetch(slot);
    }
    this.commit(slot, agree(slot.data, this.client.instant()));
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
    const slot = this.answered(fields);
    if (!slot) return;
    const v = fields.draft_v;
    slot.sent = false;
    slot.waiting = slot.waiting?.v > v ? slot.waiting : null;
    slot.data = this.withdraw(slot);
    const state = this.stateOf(slot, v, fields);
    if (!state) {
      this.commit(slot, slot.data);
      return this.unreadable(slot);
    }
    slot.seen = Math.max(slot.seen, v);
    if (++slot.conflicts > CONFLICTS_MAX) this.retryLater(slot); // DP-OUT-013
    this.receive(slot, state);
    this.goOn(slot);
  }

  chat_message_receipt({ message_id }) {
    const slot = this.find({ message_id });
    if (!slot) return;
    if (slot.data.inflight?.id === message_id) return this.noteMessages(slot, true); // not all yet
    slot.sent = false;
    this.commit(slot, unqueue(slot.data, message_id));
    this.goOn(slot);
  }

  retryLater(slot, pauseMs) { // DP-ERR-004
    Object.assign(slot, { sent: false, messageSent: null });
    if (!pauseMs) slot.pauseMs = Math.min(Math.max(1000, slot.pauseMs * 2), RETRY_MAX_MS);
    this.client.timers.set(`retry/${slot.chatId}`, pauseMs ?? slot.pauseMs, () =>
      (slot.asked && !slot.known ? this.fetch(slot) : this.pump(slot)));
  }

  error(fields) {
    const { code, change_id: id } = fields;
    const slot = this.find(fields);
    if (!slot) {
      if (!this.ready && this.client.link.state === 'open') this.client.link.giveUp();
      for (const each of this.replayed.splice(0)) { // the list was refused as a whole: one by one
        each.editedOffline = false;
        this.retryLater(each);
      }
      return;
    }
    slot.editedOffline = false;
    const { inflight } = slot.data;
    if (code === 'chat_deleted') this.chat_deleted({ chat_id: slot.chatId });
    else if (RETRYABLE.has(code)) this.retryLater(slot);
    else if (id === undefined) slot.blocked = true;
    else if (code === 'version_invalid' && inflight && ++slot.tooLow < TOO_LOW_MAX) {
      slot.least = inflight.v + Math.min(8 ** (slot.tooLow - 1), 2 ** 31); // DP-OUT-012
      this.commit(slot, withdraw(slot.data));
      this.pump(slot);
    } else if (code === 'replay_refused' && inflight) {
      this.commit(slot, withdraw(slot.data));
      this.fetch(slot);
    } else this.refused(slot, id, code);
  }

  // DP-ERR-005: shown as not synced, and its text kept.
  refused(slot, id, code) {
    const again = id === slot.data.deleting && code !== 'chat_forbidden'; // DP-OUT-014: later
    const sent = slot.data.sends.find((each) => each.id === id);
    const isDraft = !slot.data.after && slot.data.sends.at(-1) === sent; // again, without the send
    if (sent && !isDraft && !this.client.putAway(slot.chatId, 'refused', [sent.text])) return;
    Object.assign(slot, { sent: again, refused: !sent });
    this.commit(slot, { ...slot.data, inflight: null, deleting: again ? id : null,
      tooLong: code === 'draft_too_long', sends: slot.data.sends.filter((each) => each !== sent) });
    this.notice('not_synced_refused', slot.chatId);
    this.client.editor.refresh(slot);
    this.pump(slot);
  }
}
