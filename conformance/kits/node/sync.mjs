// Synchronising with the server (section 7): reconciling after a connection, changes one at a time per
// slot, broadcasts, and what is said about a server that does not keep its word.
import * as crypto from './crypto.mjs';
import { SET, decode, encode, includes, previewOf, textOf } from './payload.mjs';
import { edited, fits } from './merge.mjs';
import { NOTHING, Slot, agree, meet, unqueue, withdraw } from './slot.mjs';
import { WriteFailed } from './store.mjs';

const RETRYABLE = new Set(['ownership_unknown', 'storage_unavailable', 'persistence_lagging', 'internal',
  'too_many_connections', 'slow_reader']);
const ASKED_MAX = 200, REPLAY_CHARS_MAX = 500000, RETRY_MAX_MS = 30000;

export class Sync {
  constructor(client) {
    this.client = client;
    this.ready = false; // everything that was asked after connecting is answered
    this.listed = false;
    this.batches = []; // chat ids of get_draft_versions without an answer
  }

  get state() {
    const link = this.client.link?.state;
    if (link === 'open') return this.ready ? 'online' : 'reconciling';
    return link === 'connecting' || link === 'signed_out' ? link : 'offline';
  }

  notice(kind, chatId, detail) { this.client.notice(kind, chatId, detail); }
  tooLong(slot) {
    const draft = slot.effective();
    return draft?.operation === SET && !fits(draft, this.client.config.max_draft_chars);
  }

  commit(slot, data) { return this.client.commit(slot, data, { anyway: true }); }

  // --- the connection ---

  opened() { // DP-SYNC-011: versions first
    const slots = [...this.client.slots.values()];
    slots.forEach((slot) => slot.disconnect());
    Object.assign(this, { ready: false, listed: false, batches: [] });
    const asked = slots.filter((slot) => slot.hasBusiness);
    for (let at = 0; at < asked.length; at += ASKED_MAX) {
      const batch = asked.slice(at, at + ASKED_MAX);
      batch.forEach((slot) => { slot.asked = true; });
      this.batches.push(batch);
      this.client.link.send('get_draft_versions', { chats: batch.map((slot) => (
        { chat_id: slot.chatId, client_draft_v: slot.data.base.v })) },
      { names: ['draft_versions_response', 'error'] });
    }
    this.askListing();
  }

  askListing(token) {
    const versions = Object.fromEntries([...this.client.slots.values()]
      .filter((slot) => !slot.data.gone).map((slot) => [slot.chatId, slot.data.base.v]));
    this.client.link.send('initial_sync_request',
      { chat_versions: versions, ...(token && { page_token: token }) },
      { names: ['initial_sync_response', 'error'] });
  }

  closed() {
    this.ready = false;
    for (const slot of this.client.slots.values()) slot.disconnect();
  }

  signedOut() { this.notice('session_invalid'); }

  reconciled() {
    const waits = (slot) => slot.asked && !slot.known && !slot.blocked && !slot.remote;
    if (this.ready || !this.listed || this.batches.length > 0) return;
    if ([...this.client.slots.values()].some(waits)) return;
    this.ready = true;
    this.replay();
    for (const slot of this.client.slots.values()) this.pump(slot);
  }

  frame(name, fields) {
    this[name]?.(fields);
    this.reconciled();
  }

  // --- reading the server's state ---

  draft_versions_response({ versions, tombstone_versions: tombstones, hashes }) {
    for (const slot of this.batches.shift() ?? []) {
      const v = versions[slot.chatId];
      if (v === undefined) { // unavailable, or not answered: it means nothing (DP-FRAME-006, -028)
        slot.asked = false;
        slot.blocked = true;
        continue;
      }
      const current = v || tombstones[slot.chatId] || 0;
      const { base } = slot.data;
      if (current === 0) this.receive(slot, NOTHING);
      else if (current === base.v && hashes[slot.chatId] === base.hash) { // DP-SYNC-012
        slot.seen = current;
        slot.known = true;
      } else this.fetch(slot);
    }
  }

  fetch(slot) {
    Object.assign(slot, { asked: true, known: false, blocked: false });
    this.client.link.send('get_chat_details', { chat_id: slot.chatId },
      { names: ['chat_details', 'error'], id: slot.chatId });
  }

  chat_details(fields) {
    const slot = this.client.slot(fields.chat_id);
    this.noteMessages(slot, fields.messages_v > 0);
    const v = fields.draft_v || fields.cleared_draft_v;
    const state = this.stateOf(slot, v, fields);
    if (!state) return;
    slot.seen = Math.max(slot.seen, v);
    this.receive(slot, state);
  }

  initial_sync_response({ chats, deleted_chat_ids: deleted, page_token: token }) {
    for (const details of chats) {
      const slot = this.client.slot(details.chat_id);
      this.client.meetChat(details.chat_id);
      if (slot.asked) this.noteMessages(slot, details.messages_v > 0);
      else this.chat_details(details);
    }
    for (const chatId of deleted) this.chat_deleted({ chat_id: chatId });
    if (token) this.askListing(token);
    else this.listed = true;
    this.client.listChanged();
  }

  noteMessages(slot, messages) {
    if (messages && !slot.data.messages) this.commit(slot, { ...slot.data, messages, acknowledged: true });
  }

  // {v, hash, draft} of what a frame shows, or null if it is refused (DP-ALARM-005, -006).
  stateOf(slot, v, { encrypted_draft_md: text, encrypted_tombstone: tombstone,
    encrypted_draft_preview: preview }) {
    if (!text && !tombstone) return v === 0 ? NOTHING : { ...NOTHING, v };
    const bytes = crypto.decodeBase64(text ?? tombstone);
    if (bytes && text && !crypto.isEnvelope(bytes)) return this.importField(slot, v, bytes);
    const slotId = this.client.keys.slotId(slot.chatId);
    const kind = text ? crypto.DRAFT : crypto.TOMBSTONE;
    const opened = bytes && crypto.open(this.client.keys, { kind, slotId, version: v }, bytes);
    const draft = opened && decode(opened.content);
    if (!draft || (draft.operation === SET) !== (kind === crypto.DRAFT)) return this.refuse(slot);
    const hash = crypto.sha256(bytes);
    const small = preview && crypto.decodeBase64(preview);
    if (preview && !(small && crypto.open(this.client.keys, // DP-ENV-007; the text gives us our own
      { kind: crypto.PREVIEW, slotId, version: v, parent: hash }, small))) {
      this.notice('security_authentication', slot.chatId);
    }
    return { v, hash: hash.toString('hex'), draft, learned: 0 };
  }

  refuse(slot) {
    slot.blocked = true;
    this.notice('security_authentication', slot.chatId);
    return null;
  }

  importField(slot, v, bytes) { // DP-FIELD-002
    if (slot.data.sealed) {
      slot.blocked = true;
      this.notice('security_downgrade', slot.chatId);
      return null;
    }
    const text = crypto.openField(this.client.keys, bytes);
    if (!text) return this.refuse(slot);
    if (!slot.effective() && text.length > 0) {
      const dot = [this.client.writer, ++slot.sequence];
      const clock = slot.nextClock();
      this.commit(slot, { ...slot.data, clock, local: edited(null, text.toString(), dot, clock) });
    }
    return { v, hash: crypto.sha256(bytes).toString('hex'), draft: null, learned: 0 };
  }

  // Takes in a state of the server, or keeps it until the editor is saved (DP-EDIT-001, -002).
  receive(slot, state) {
    const { client } = this;
    if (client.editor.slot === slot && client.editor.unsaved) {
      slot.remote = state;
      return;
    }
    if (state !== NOTHING || slot.data.base.v > 0) {
      client.meetChat(slot.chatId);
      const { data, alarm, kept } = meet(slot, state, { wallMs: client.wall(),
        windowMs: client.config.persistence_window_ms, charsMax: client.config.max_draft_chars });
      if (alarm) this.notice(alarm, slot.chatId);
      this.commit(slot, data);
      if (kept) this.notice('conflict_kept_copy', slot.chatId);
    }
    Object.assign(slot, { known: true, blocked: false });
    client.editor.refresh(slot);
    this.pump(slot);
  }

  takeRemote(slot) {
    if (!slot.remote) return;
    const state = slot.remote;
    slot.remote = null;
    this.receive(slot, state);
    this.reconciled();
  }

  // --- broadcasts ---

  chat_draft_updated({ chat_id: chatId, versions, data }) {
    this.broadcast(chatId, versions.draft_v, data);
  }

  draft_deleted(fields) { this.broadcast(fields.chat_id, fields.draft_v, fields); }

  broadcast(chatId, v, content) {
    if (!this.client.slots.has(chatId) && !this.listed) return;
    const slot = this.client.slot(chatId);
    const isKnown = slot.known || slot.remote || (this.listed && !slot.asked && !slot.blocked);
    if (!isKnown || v <= slot.seen || slot.data.gone) return; // DP-SYNC-008, -009
    if (slot.data.inflight && slot.sent) { // DP-SYNC-010
      if (!slot.waiting || slot.waiting.v < v) slot.waiting = { v, content };
      return;
    }
    if (!content.encrypted_draft_md && !content.encrypted_tombstone) { // DP-SYNC-007: a hint
      this.fetch(slot);
      return;
    }
    const state = this.stateOf(slot, v, content);
    if (!state) {
      slot.blocked = false; // what we know already is still true
      return;
    }
    slot.seen = v;
    this.receive(slot, state);
  }

  chat_message_received({ chat_id: chatId }) {
    this.client.meetChat(chatId);
    this.noteMessages(this.client.slot(chatId), true);
  }

  // DP-LIST-005: what the server did not acknowledge goes to the archive.
  chat_deleted({ chat_id: chatId }) {
    const { client } = this;
    const slot = client.slots.get(chatId);
    if (!slot || slot.data.gone) return;
    const texts = slot.data.sends.map((each) => each.text);
    const isOpen = client.editor.slot === slot;
    if (isOpen && client.editor.unsaved) texts.push(client.editor.text);
    else if (slot.pending && slot.editorText !== '') texts.push(slot.editorText);
    try {
      for (const text of texts.filter((each) => each !== '')) client.putAway(chatId, 'chat_deleted', text);
    } catch (wrong) {
      if (wrong instanceof WriteFailed) return;
      throw wrong;
    }
    if (texts.length > 0) this.notice('chat_deleted_kept_text', chatId);
    this.commit(slot, { ...new Slot(chatId).data, gone: true });
    client.timers.clear('save');
    if (isOpen) client.editor.show('');
  }

  deleteChat(chatId) {
    const { client } = this;
    const slot = client.slot(chatId);
    const deleting = slot.hasBusiness || slot.data.messages
      ? client.random.bytes(16).toString('hex') : null;
    if (!client.commit(slot, { ...new Slot(chatId).data, gone: true, deleting })) { // DP-STORE-006
      client.notice('not_saved', chatId);
      return;
    }
    if (client.editor.slot === slot) {
      client.timers.clear('save');
      client.editor.show('');
      client.editor.slot = null;
    }
    this.pump(slot);
  }

  chat_delete_receipt({ chat_id: chatId }) {
    const slot = this.client.slots.get(chatId);
    if (slot?.data.deleting) this.commit(slot, { ...slot.data, deleting: null });
  }

  // --- changes (7.1) ---

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
    return slot.pending && !slot.data.refused && !slot.data.inflight && !this.tooLong(slot);
  }

  // Seals a change and makes it durable before it is sent (DP-SAVE-004). False if that failed.
  prepare(slot, kind = 'change', id = null, draft = slot.effective()) {
    const { client, chatId } = { client: this.client, chatId: slot.chatId };
    const { base, high } = slot.data;
    const v = Math.max(high, base.v) + 1 + slot.jump; // DP-OUT-002
    const slotId = client.keys.slotId(chatId);
    const isSet = draft.operation === SET;
    const bytes = client.sealer.seal(isSet ? crypto.DRAFT : crypto.TOMBSTONE, slotId, v,
      Buffer.from(base.hash, 'hex'), encode(draft));
    const hash = crypto.sha256(bytes);
    const preview = isSet ? client.sealer.seal(crypto.PREVIEW, slotId, v, hash,
      Buffer.from(previewOf(textOf(draft.lines)))).toString('base64') : null;
    const inflight = { id: id ?? client.random.bytes(16).toString('hex'), kind, v, baseV: base.v,
      baseHash: base.hash, hash: hash.toString('hex'), text: bytes.toString('base64'), preview, draft };
    if (!client.commit(slot, { ...slot.data, inflight })) {
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
      this.client.link.send('delete_draft', { ...numbers, change_id: id, encrypted_tombstone: text },
        answers('draft_delete_receipt'));
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
      chars += text.length;
      changes.push({ change_id: id, chat_id: slot.chatId, version_before_edit: baseV, proposed_v: v,
        ...(draft.operation === SET ? { type: 'draft', value: text, encrypted_draft_preview: preview }
          : { type: 'delete_draft', value: null, encrypted_tombstone: text }) });
    }
    if (changes.length > 0) {
      this.client.link.send('sync_offline_changes', { changes },
        { names: ['offline_sync_complete', 'error'] });
    }
  }

  // --- answers ---

  find(id) {
    return [...this.client.slots.values()].find(({ data }) => id !== undefined &&
      (data.inflight?.id === id || data.deleting === id || data.sends.some((each) => each.id === id)));
  }

  draft_update_receipt(fields) { this.receipt(fields.change_id, fields.draft_v, !fields.superseded); }
  draft_delete_receipt(fields) { this.receipt(fields.change_id, fields.draft_v, fields.success); }

  offline_sync_complete({ results }) {
    for (const { change_id: id, outcome, draft_v: v } of results) {
      this.receipt(id, v, ['stored', 'repeated'].includes(outcome));
    }
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
    Object.assign(slot, { seen: Math.max(slot.seen, v), pauseMs: 0, jump: 0, sent: false });
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
    const same = fields.draft_v === inflight.baseV;
    const data = withdraw(slot.data);
    slot.data = inflight.kind === 'send' ? unqueue(data, inflight.id) : data;
    const state = this.stateOf(slot, fields.draft_v, fields);
    if (!state) {
      this.commit(slot, slot.data);
      return;
    }
    slot.seen = Math.max(slot.seen, fields.draft_v);
    if (same) this.retryLater(slot); // it contradicts itself: do not ask again at once
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
      return;
    }
    slot.editedOffline = false;
    if (code === 'chat_deleted') this.chat_deleted({ chat_id: slot.chatId });
    else if (RETRYABLE.has(code)) this.retryLater(slot);
    else if (id === undefined) slot.blocked = true;
    else if (code === 'version_invalid' || code === 'replay_refused') {
      if (!slot.data.inflight) return;
      if (code === 'version_invalid') slot.jump = Math.min(slot.jump * 16 + 16, 2 ** 31);
      this.commit(slot, withdraw(slot.data));
      if (code === 'version_invalid') this.pump(slot);
      else this.fetch(slot);
    } else this.refused(slot, id);
  }

  // DP-ERR-005: shown as not synced, and its text kept.
  refused(slot, id) {
    const sent = slot.data.sends.find((each) => each.id === id);
    if (sent && slot.data.after) {
      try {
        this.client.putAway(slot.chatId, 'refused', sent.text);
      } catch (wrong) {
        if (!(wrong instanceof WriteFailed)) throw wrong;
        return;
      }
    }
    slot.sent = false;
    this.commit(slot, { ...slot.data, inflight: null, refused: !sent, deleting: null,
      sends: slot.data.sends.filter((each) => each.id !== id) });
    this.notice('not_synced_refused', slot.chatId);
    this.client.editor.refresh(slot);
  }
}
