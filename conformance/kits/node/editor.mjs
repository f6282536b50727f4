// The composer: what the person typed, what of it is saved, and when the rest will be (6.1).
//
// What is typed and not saved belongs to its slot, so that it outlives a switch to another chat
// when the store refuses it.
import { CLEAR, SENT, SET } from './payload.mjs';
import { edited, ended } from './merge.mjs';
import { MESSAGE, ZEROS } from './crypto.mjs';
import { Slot, withEffective } from './slot.mjs';

export class Editor {
  constructor(client) {
    this.client = client;
    this.slot = null; // of a new composer it is not among the client's until it is saved
    this.saved = '';
    this.focused = false;
  }

  get text() { return this.slot?.typed ?? this.saved; }
  get chatId() { return this.isPublished(this.slot) ? this.slot.chatId : null; }
  isPublished(slot) { return slot !== null && this.client.slots.has(slot.chatId); }

  show(text) {
    this.saved = text;
    this.client.tell({ effect: 'ui.replaced', chat_id: this.chatId, text: this.text });
  }

  switchTo(chatId, isNew) {
    this.save();
    const { client } = this;
    const id = isNew ? client.random.uuid() : chatId; // DP-SAVE-013
    this.slot = isNew ? new Slot(id) : id && client.slot(id);
    this.saved = '';
    if (this.chatId) this.show(this.slot.editorText);
  }

  edit(text) {
    const { slot } = this;
    text = Buffer.from(text).toString(); // a lone surrogate has no place in UTF-8
    if (!slot || text === this.text) return;
    slot.typed = text === this.saved ? null : text;
    if (slot.typed === null) this.save();
    else this.saveLater(slot);
  }

  // The program empties the component while it refills it: nobody deleted anything (DP-SAVE-011).
  emptied() { if (this.chatId && this.slot.typed === null) this.show(this.saved); }

  focus() { this.focused = true; }
  blur() { this.focused = false; this.save(); }

  clear() {
    const { slot, saved } = this;
    if (!slot) return;
    slot.typed = saved === '' ? null : '';
    this.save();
    if (saved !== '' && slot.typed === null) this.show('');
  }

  send() {
    const { client, slot, text } = this;
    if (text === '' || !this.keep(slot)) return; // nothing is lost: it is still in the editor
    if (client.isFull) return client.notice('outbox_full', slot.chatId);
    const { data } = slot;
    const tombstone = ended(slot.effective(), SENT, ...this.stamp(slot));
    const content = client.sealer.seal(MESSAGE, client.keys.slotId(slot.chatId), 0, ZEROS,
      Buffer.from(text)).toString('base64');
    const sends = [...data.sends, { id: client.random.id(), content, text, tombstone }];
    const isKept = client.commit(slot,
      { ...data, local: slot.shown(), after: null, sends, clock: tombstone.clock });
    if (!isKept) return client.notice('not_saved', slot.chatId);
    if (client.sync.state !== 'online') client.notice('send_queued', slot.chatId);
    this.show('');
    this.settled(slot);
  }

  // Dot and clock of the next draft: of this opening in this slot, never going back (DP-STORE-002).
  stamp(slot) {
    const { writer } = this.client;
    slot.sequence = Math.max(slot.sequence, slot.effective()?.vector.get(writer) ?? 0) + 1;
    return [[writer, slot.sequence], slot.data.clock + 1];
  }

  saveLater(slot) {
    const { timers, config } = this.client;
    timers.set(`save/${slot.chatId}`, config.debounce_ms, () => this.save(slot));
  }

  save(slot = this.slot) {
    if (slot && this.keep(slot)) this.settled(slot);
  }

  // True if what was typed is durable. If not it is tried again, and said once.
  keep(slot) {
    this.client.timers.clear(`save/${slot.chatId}`);
    const isKept = slot.typed === null || this.saveText(slot, slot.typed);
    if (!isKept && !slot.isRefused) {
      this.client.notice('not_saved', this.isPublished(slot) ? slot.chatId : null);
    }
    if (!isKept) this.saveLater(slot);
    slot.isRefused = !isKept;
    return isKept;
  }

  saveText(slot, text) {
    const { client } = this;
    const isFirst = !this.isPublished(slot);
    if (!isFirst || text !== '') {
      client.slots.set(slot.chatId, slot);
      if (slot.editorText !== text && !this.write(slot, text)) {
        if (isFirst) client.slots.delete(slot.chatId); // DP-SAVE-008: nobody hears of the chat
        return false;
      }
      if (client.sync.tooLong(slot)) client.notice('not_synced_too_long', slot.chatId);
    }
    slot.typed = null;
    if (slot === this.slot) this.saved = text;
    return true;
  }

  write(slot, text) {
    const { client } = this;
    const before = slot.effective();
    if (text === '' && before?.operation !== SET) return true;
    const draft = text === '' ? ended(before, CLEAR, ...this.stamp(slot))
      : edited(before, text, ...this.stamp(slot));
    client.meetChat(slot.chatId);
    const data = { ...withEffective(slot.data, draft), tooLong: false, gone: false };
    if (!client.commit(slot, data)) return false;
    Object.assign(slot, { refused: false, editedOffline: client.sync.state !== 'online' });
    return true;
  }

  // Nothing is unsaved: what the server said meanwhile can be taken in, and ours can go out.
  settled(slot) {
    if (!this.isPublished(slot)) return;
    this.client.sync.takeRemote(slot);
    this.client.sync.pump(slot);
  }

  // The slot changed underneath.
  refresh(slot) {
    if (slot.data.sends.length > 0 && !slot.data.after) return; // the draft stays until the receipt
    const text = slot.editorText;
    if (slot === this.slot && slot.typed === null && text !== this.saved) this.show(text);
  }

  // The chat is gone, with what was typed into it.
  close(slot) {
    this.client.timers.clear(`save/${slot.chatId}`);
    slot.typed = null;
    if (this.slot !== slot) return;
    this.show('');
    this.slot = null;
  }
}
