// A draft-sync client without clock, socket or screen: the host calls its methods, and it answers
// with effects through `tell`. Here: what is durable, and the list of chats.
import * as crypto from './crypto.mjs';
import { Timers } from './clock.mjs';
import { Editor } from './editor.mjs';
import { Link } from './link.mjs';
import { Store } from './store.mjs';
import { Sync } from './sync.mjs';
import { Slot } from './slot.mjs';
import { previewOf, textOf } from './payload.mjs';
import { droppedCopies } from './merge.mjs';

const ARCHIVE_MAX = 1000;

export class Client {
  // `host` has tell(effect), now(), wall(); `options` is what client.open of the adapter brings.
  constructor(host, config, options) {
    Object.assign(this, { config, tell: host.tell, now: host.now });
    this.instant = () => ({ boot: options.boot, now: host.now(), wall: host.wall() });
    this.random = new crypto.Random(Buffer.from(options.entropy, 'hex'));
    this.writer = this.random.bytes(8).toString('hex'); // DP-STORE-002
    const { account_id: id, master_key: master, epoch } = options.account;
    this.keys = new crypto.Keys(Buffer.from(id, 'hex'), Buffer.from(master, 'hex'), epoch);
    this.sealer = new crypto.Sealer(this.keys, this.random, this.writer, options.boot);
    this.timers = new Timers(host.now);
    this.slots = new Map();
    this.previews = new Map(); // in memory only (DP-PREV-003)
    this.store = new Store(options.dir, this, (kind) => this.notice(kind));
    this.load();
    this.editor = new Editor(this);
    this.sync = new Sync(this);
    this.link = new Link(this, options);
    this.link.connect();
  }

  load() {
    const rows = this.store.load();
    this.order = rows.order ?? [];
    this.keptOrder = this.order.join();
    this.archive = rows.archive ?? [];
    for (const name of Object.keys(rows).filter((each) => each.startsWith('slot/'))) {
      const chatId = name.slice(5);
      this.slots.set(chatId, new Slot(chatId, rows[name]));
      this.meetChat(chatId);
    }
    this.shownList = JSON.stringify(this.chats());
  }

  close() {
    for (const slot of [this.editor.slot, ...this.all]) this.editor.save(slot);
    this.link.stop();
  }

  notice(kind, chatId = null, detail = '') {
    this.tell({ effect: 'ui.notice', kind, chat_id: chatId, detail });
  }

  get all() { return [...this.slots.values()]; }

  // Messages and deleted chats are queued up to a bound (DP-STORE-007).
  get isFull() {
    const queued = this.all.flatMap(({ data }) => [...data.sends, data.deleting ?? []].flat());
    return queued.length >= this.config.queue_changes_max;
  }

  slot(chatId) {
    if (!this.slots.has(chatId)) this.slots.set(chatId, new Slot(chatId));
    return this.slots.get(chatId);
  }

  // Makes new data of a slot durable, after what it drops went to the archive. False if that
  // failed; then the slot is as it was, unless `anyway`: what the server can tell again.
  commit(slot, data, { anyway = false } = {}) {
    const before = slot.effective();
    const dropped = droppedCopies(before, slot.effective(data)).map((copy) => textOf(copy.lines));
    const wasShown = slot.shownText;
    const done = this.putAway(slot.chatId, 'copy', dropped) &&
      this.store.write(`slot/${slot.chatId}`, data);
    if (!done && !anyway) return false;
    slot.data = data;
    if (dropped.length > 0) this.notice('copy_archived', slot.chatId);
    if (slot.shownText !== wasShown || slot.effective() !== before) {
      this.previews.delete(slot.chatId); // DP-PREV-004: before it is announced
      this.tell({ effect: 'ui.preview_dropped', chat_id: slot.chatId });
      this.tell({ effect: 'ui.draft', chat_id: slot.chatId });
    }
    this.listChanged();
    return true;
  }

  // Each text of a chat once, the newest thousand (DP-MERGE-028). False if it could not be kept.
  putAway(chatId, reason, texts) {
    const there = this.archive.filter((each) => each.chat_id === chatId).map((each) => each.text);
    const fresh = texts.filter((text) => text !== '' && !there.includes(text));
    if (fresh.length === 0) return true;
    const entries = [...this.archive, ...fresh.map((text) => ({ chat_id: chatId, reason, text }))]
      .slice(-ARCHIVE_MAX);
    const isKept = this.store.write('archive', entries);
    if (isKept) this.archive = entries;
    return isKept;
  }

  meetChat(chatId) {
    if (!this.order.includes(chatId)) this.order.push(chatId);
  }

  setOrder(order) {
    this.order = order;
    if (order.join() === this.keptOrder) return;
    if (this.store.write('order', order)) this.keptOrder = order.join();
  }

  chats() {
    return this.order.map((chatId) => this.slots.get(chatId)).filter((slot) => slot?.isListed)
      .map(({ chatId, hasDraft, data }) =>
        ({ chat_id: chatId, has_draft: hasDraft, draft_only: !data.messages }))
      .sort((a, b) => b.has_draft - a.has_draft); // stable: DP-LIST-001
  }

  listChanged() {
    const list = JSON.stringify(this.chats());
    if (list === this.shownList) return;
    this.shownList = list;
    this.tell({ effect: 'ui.chats' });
  }

  listPreviews() {
    return this.chats().map(({ chat_id: chatId }) => {
      const known = this.previews.get(chatId);
      if (known && known.until > this.now()) return { chat_id: chatId, preview: known.preview };
      const preview = previewOf(this.slot(chatId).shownText) || null;
      this.previews.set(chatId, { preview, until: this.now() + this.config.preview_cache_ms });
      return { chat_id: chatId, preview };
    });
  }
}
