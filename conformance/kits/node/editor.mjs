// The composer: what the person typed, what of it is saved, and when the rest will be (6.1).
import { CLEAR, SENT, SET } from './payload.mjs';
import { edited, ended } from './merge.mjs';
import { MESSAGE, ZEROS } from './crypto.mjs';

export class Editor {
  constructor(client) {
    this.client = client;
    this.slot = null;
    this.composerId = null; // id of a new chat that is not published yet (DP-SAVE-013)
    this.isNew = false;
    this.text = '';
    this.saved = '';
    this.focused = false;
  }

  get chatId() { return this.slot ? this.slot.chatId : null; }
  get unsaved() { return this.text !== this.saved; }

  show(text) {
    this.saved = text;
    this.text = text;
    this.client.tell({ effect: 'ui.replaced', chat_id: this.chatId, text });
  }

  switchTo(chatId, isNew) {
    this.save();
    this.client.timers.clear('save');
    this.isNew = isNew;
    this.composerId = null;
    this.slot = chatId === null || isNew ? null : this.client.slot(chatId);
    this.text = this.saved = '';
    if (this.slot) this.show(this.slot.shownText);
  }

  edit(text) {
    text = Buffer.from(text).toString(); // a lone surrogate has no place in UTF-8
    if (!this.slot && !this.isNew) return;
    if (this.isNew && !this.slot) this.composerId ??= this.client.random.uuid();
    if (text === this.text) return;
    this.text = text;
    if (this.unsaved) this.saveLater();
    else this.settled();
  }

  // The program empties the component while it refills it: nobody deleted anything (DP-SAVE-011).
  emptied() { if (this.slot && !this.unsaved) this.show(this.saved); }

  focus() { this.focused = true; }
  blur() { this.focused = false; this.save(); }

  clear() {
    if (!this.slot && !this.composerId) return;
    this.text = '';
    const had = this.saved !== '';
    this.save();
    if (had && !this.unsaved) this.show('');
    this.composerId = null;
  }

  send() {
    const text = this.text;
    if (text === '') return;
    this.save();
    if (this.unsaved || !this.slot) return; // nothing is lost: it is still in the editor
    const { client, slot } = this;
    const queued = [...client.slots.values()].flatMap((each) => each.data.sends);
    if (queued.length >= client.config.queue_changes_max) {
      client.notice('outbox_full', slot.chatId);
      return;
    }
    const tombstone = ended(slot.effective(), SENT, this.nextDot(), slot.nextClock());
    const content = client.sealer.seal(MESSAGE, client.keys.slotId(slot.chatId), 0, ZEROS,
      Buffer.from(text)).toString('base64');
    const { data } = slot;
    const id = client.random.bytes(16).toString('hex');
    const sends = [...data.sends, { id, content, text, tombstone }];
    if (!client.commit(slot, { ...data, local: data.after ?? data.local, after: null, sends,
      clock: slot.nextClock() })) {
      client.notice('not_saved', slot.chatId);
      return;
    }
    if (client.sync.state !== 'online') client.notice('send_queued', slot.chatId);
    this.show('');
    client.sync.pump(slot);
  }

  nextDot() {
    const known = this.slot.effective()?.vector.get(this.client.writer) ?? 0;
    this.slot.sequence = Math.max(this.slot.sequence, known) + 1;
    return [this.client.writer, this.slot.sequence];
  }

  saveLater() {
    this.client.timers.set('save', this.client.config.debounce_ms, () => this.save());
  }

  save() {
    this.client.timers.clear('save');
    if (this.unsaved && !this.saveText()) {
      this.client.notice('not_saved', this.chatId);
      this.saveLater();
      return;
    }
    this.settled();
  }

  // True if the text is durable, or nothing had to be.
  saveText() {
    const { client, text } = this;
    const isFirst = this.slot === null;
    if (isFirst && text === '') return this.saved = text, true;
    if (isFirst) this.slot = client.slot(this.composerId);
    const { slot } = this;
    if (slot.editorText !== text && !this.write(slot, text)) {
      if (isFirst) { // DP-SAVE-008: nobody hears of a chat whose first draft could not be kept
        client.slots.delete(slot.chatId);
        this.slot = null;
      }
      return false;
    }
    this.saved = text;
    if (client.sync.tooLong(slot)) client.notice('not_synced_too_long', slot.chatId);
    return true;
  }

  write(slot, text) {
    const { client } = this;
    const before = slot.effective();
    if (text === '' && before?.operation !== SET) return true;
    const clock = slot.nextClock();
    const draft = text === '' ? ended(before, CLEAR, this.nextDot(), clock)
      : edited(before, text, this.nextDot(), clock);
    const place = slot.data.sends.length > 0 ? { after: draft } : { local: draft };
    client.meetChat(slot.chatId);
    if (!client.commit(slot, { ...slot.data, ...place, clock, refused: false,
      tooLong: false, gone: false })) return false;
    slot.editedOffline = client.sync.state !== 'online';
    return true;
  }

  // Nothing is unsaved: what the server said meanwhile can be taken in, and ours can go out.
  settled() {
    if (this.unsaved) return;
    this.client.timers.clear('save');
    const { slot } = this;
    if (!slot) return;
    this.client.sync.takeRemote(slot);
    this.client.sync.pump(slot);
  }

  // The slot changed underneath.
  refresh(slot) {
    const { editorText, data } = slot;
    if (data.sends.length > 0 && !data.after) return; // the draft stays until the receipt
    if (slot === this.slot && !this.unsaved && editorText !== this.text) this.show(editorText);
  }
}
