// Reading the server (section 7): reconciling after a connection, broadcasts, deleted chats, and
// what is said about a server that does not keep its word. Sending is in changes.mjs.
import * as crypto from './crypto.mjs';
import { Changes } from './changes.mjs';
import { edited } from './merge.mjs';
import { SET, decode } from './payload.mjs';
import { EMPTY_DATA, NOTHING, meet, withEffective } from './slot.mjs';

const ASKED_MAX = 200, AUDIT_MS = 5 * 60 * 1000, READS_MAX = 4;

export class Sync extends Changes {
  get state() {
    const link = this.client.link?.state ?? 'waiting';
    return { open: this.ready ? 'online' : 'reconciling', waiting: 'offline' }[link] ?? link;
  }

  opened() { // DP-SYNC-011: versions first
    this.client.timers.set('audit', AUDIT_MS, () => this.audit());
    const asked = this.client.all.filter((slot) => slot.hasBusiness);
    for (const slot of asked) slot.asked = true;
    this.askVersions(asked, ['draft_versions_response']);
    this.askListing();
  }

  askListing(token) {
    const versions = Object.fromEntries(this.client.all.filter((slot) => !slot.data.gone)
      .map((slot) => [slot.chatId, slot.data.base.v]));
    this.client.link.send('initial_sync_request',
      { chat_versions: versions, ...(token && { page_token: token }) }, ['initial_sync_response']);
  }

  // Broadcasts may have been lost: looks again at what this connection told about (DP-SYNC-020).
  audit() {
    this.client.timers.set('audit', AUDIT_MS, () => this.audit());
    this.batches = this.batches.filter((each) => !each.isAudit); // an answer that was lost
    const isTold = (slot) => slot.seen > 0 && !slot.data.gone && (slot.known || !slot.asked);
    this.askVersions(this.client.all.filter(isTold)); // DP-SYNC-021: not awaited
  }

  askVersions(slots, ...answers) {
    for (let at = 0; at < slots.length; at += ASKED_MAX) {
      const batch = slots.slice(at, at + ASKED_MAX);
      this.batches.push({ batch, isAudit: answers.length === 0 });
      this.client.link.send('get_draft_versions', { chats: batch.map((slot) => (
        { chat_id: slot.chatId, client_draft_v: slot.data.base.v })) }, ...answers);
    }
  }

  // What is known of a connection does not outlive it.
  closed() {
    const { timers, all } = this.client;
    this.ready = false; // everything that was asked after connecting is answered
    this.listed = false; // the listing came, to its last page
    this.order = []; // chats of the pages before
    this.batches = []; // chat ids of get_draft_versions without an answer
    this.replayed = []; // slots of the replay list without an answer
    for (const name of ['audit', 'listing']) timers.clear(name);
    for (const slot of all) {
      slot.disconnect();
      timers.clear(`retry/${slot.chatId}`);
    }
  }

  reconciled() {
    const waits = (slot) => slot.asked && !slot.known && !slot.blocked && !slot.remote;
    if (this.ready || !this.listed || this.batches.length > 0) return;
    if (this.client.all.some(waits)) return;
    this.ready = true;
    this.replay();
    for (const slot of this.client.all) this.pump(slot);
  }

  frame(name, fields) {
    this[name]?.(fields);
    this.reconciled();
  }

  draft_versions_response({ versions, tombstone_versions: tombstones, hashes,
    unavailable_chat_ids: unavailable }) {
    const { batch, isAudit } = this.batches.shift() ?? { batch: [] };
    for (const slot of batch) {
      const { chatId, data: { base, high } } = slot;
      const v = versions[chatId] || tombstones[chatId] || 0;
      if (isAudit) {
        if (v > slot.seen && !slot.data.inflight) this.fetch(slot, true);
      } else if (versions[chatId] === undefined) { // it means nothing (DP-FRAME-006, -028)
        const wasNeverThere = base.v === 0 && high === 0 && !unavailable.includes(chatId);
        if (wasNeverThere) slot.known = true;
        else this.readLater(slot);
      } else if (v === 0) {
        this.receive(slot, NOTHING);
      } else if (v === base.v && hashes[chatId] === base.hash) { // DP-SYNC-012
        Object.assign(slot, { seen: v, known: true });
      } else {
        this.fetch(slot);
      }
    }
  }

  fetch(slot, known = false) {
    Object.assign(slot, { asked: true, known, blocked: false });
    this.client.link.send('get_chat_details', { chat_id: slot.chatId }, ['chat_details']);
  }

  // Nothing is concluded, and the others go on.
  readLater(slot) {
    Object.assign(slot, { known: false, blocked: true });
    this.retryLater(slot, this.client.config.receipt_timeout_ms);
  }

  // Perhaps it was only spoiled on its way (DP-ALARM-009).
  unreadable(slot) {
    slot.asked = true;
    if (slot.reads < READS_MAX) this.readLater(slot);
  }

  chat_details(fields) {
    const slot = this.client.slot(fields.chat_id);
    this.noteMessages(slot, fields.messages_v > 0);
    const v = fields.draft_v || fields.cleared_draft_v;
    slot.reads++;
    const state = this.stateOf(slot, v, fields);
    if (!state) return this.unreadable(slot);
    slot.seen = Math.max(slot.seen, v);
    this.receive(slot, state);
  }

  initial_sync_response({ chats, authoritative, deleted_chat_ids: deleted, page_token: token }) {
    for (const details of chats) {
      const slot = this.client.slot(details.chat_id);
      this.client.meetChat(details.chat_id);
      if (slot.asked) this.noteMessages(slot, details.messages_v > 0);
      else this.chat_details(details);
    }
    for (const chatId of deleted) this.chat_deleted({ chat_id: chatId });
    this.order.push(...chats.map((each) => each.chat_id));
    if (token) this.askListing(token);
    else this.listingEnded(authoritative);
    this.client.listChanged();
  }

  listingEnded(authoritative) {
    const { client } = this;
    this.listed = true;
    client.setOrder([...new Set([...this.order, ...client.order])]); // DP-LIST-006
    this.order = [];
    if (authoritative) return;
    client.timers.set('listing', client.config.receipt_timeout_ms, () => this.askListing());
  }

  noteMessages(slot, messages) {
    if (messages && !slot.data.messages) this.commit(slot, { ...slot.data, messages });
  }

  // {v, hash, draft} of what a frame shows, or null if it is refused (DP-ALARM-005, -006).
  stateOf(slot, v, { encrypted_draft_md: text, encrypted_tombstone: tombstone,
    encrypted_draft_preview: preview }) {
    if (!text && !tombstone) return v === 0 ? NOTHING : { ...NOTHING, v };
    const bytes = crypto.decodeBase64(text ?? tombstone);
    if (bytes && text && !crypto.isEnvelope(bytes)) return this.importField(slot, v, bytes);
    const { keys } = this.client, slotId = keys.slotId(slot.chatId);
    const kind = text ? crypto.DRAFT : crypto.TOMBSTONE;
    const opened = crypto.open(keys, { kind, slotId, version: v }, bytes);
    const draft = opened && decode(opened.content);
    const hash = bytes && crypto.sha256(bytes);
    if (!draft || (draft.operation === SET) !== (kind === crypto.DRAFT)) {
      this.refuse(slot);
      const isStrange = opened || (bytes && !crypto.isOurs(keys, bytes)); // DP-ENV-003, DP-PAY-007
      if (isStrange) this.commit(slot, { ...slot.data, strange: text ?? tombstone });
      // DP-ALARM-009: what stays spoiled holds nothing, and is replaced by who has a draft.
      const isSpoiled = bytes && !opened && (!isStrange || v === slot.data.base.v);
      if (!isSpoiled || slot.reads < READS_MAX) return null;
      return { ...NOTHING, v, hash: hash.toString('hex') };
    }
    slot.reads = 0;
    slot.data = { ...slot.data, sealed: true }; // even if the editor has to be saved first
    const expected = { kind: crypto.PREVIEW, slotId, version: v, parent: hash };
    if (preview && !crypto.open(keys, expected, crypto.decodeBase64(preview))) {
      this.notice('security_authentication', slot.chatId); // DP-ENV-007; the text gives us our own
    }
    return { v, hash: hash.toString('hex'), draft };
  }

  refuse(slot, kind = 'security_authentication') {
    slot.blocked = true;
    this.notice(kind, slot.chatId);
    return null;
  }

  importField(slot, v, bytes) { // DP-FIELD-002
    const text = crypto.openField(this.client.keys, bytes);
    if (!text) return this.refuse(slot);
    if (slot.data.sealed) return this.refuse(slot, 'security_downgrade'); // DP-ALARM-006
    if (!slot.effective() && text.length > 0) {
      const draft = edited(null, text.toString(), ...this.client.editor.stamp(slot));
      this.commit(slot, withEffective(slot.data, draft));
    }
    return { v, hash: crypto.sha256(bytes).toString('hex'), draft: null };
  }

  // Takes in a state of the server, or keeps it until the editor is saved (DP-EDIT-001, -002).
  receive(slot, state) {
    const { client } = this;
    if (slot.typed !== null) {
      slot.remote = state;
      return;
    }
    if (state !== NOTHING || slot.data.base.v > 0) {
      client.meetChat(slot.chatId);
      const { data, alarm, kept } = meet(slot, state, client.config, client.instant());
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
    const isHint = !content.encrypted_draft_md && !content.encrypted_tombstone; // DP-SYNC-007
    const state = isHint ? null : this.stateOf(slot, v, content);
    if (!state) return this.fetch(slot); // or it was spoiled only on its way here
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
    const texts = [...slot.data.sends.map((each) => each.text),
      slot.typed ?? (slot.pending ? slot.editorText : '')].filter((text) => text !== '');
    if (!client.putAway(chatId, 'chat_deleted', texts)) return;
    if (texts.length > 0) this.notice('chat_deleted_kept_text', chatId);
    this.commit(slot, { ...EMPTY_DATA, gone: true });
    client.editor.close(slot);
  }

  deleteChat(chatId) {
    const { client } = this;
    const slot = client.slot(chatId);
    const deleting = slot.hasBusiness || slot.data.messages ? client.random.id() : null;
    if (deleting && client.isFull) return client.notice('outbox_full', chatId);
    const isKept = client.commit(slot, { ...EMPTY_DATA, gone: true, deleting }); // DP-STORE-006
    if (!isKept) return client.notice('not_saved', chatId);
    slot.sent = false;
    client.editor.close(slot);
    this.pump(slot);
  }

  chat_delete_receipt({ chat_id: chatId }) {
    const slot = this.client.slots.get(chatId);
    if (slot?.data.deleting) this.commit(slot, { ...slot.data, deleting: null });
  }
}
