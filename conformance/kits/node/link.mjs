// The connection: attempts and their pauses, keep-alive, and the wait for answers (section 2).
//
//   waiting --timer--> connecting --accepted--> open --closed, silent, unanswered--> waiting
//                          |  refused, 30 s -> waiting          1008 -> signed_out
import { frame, readFrame } from './wire.mjs';

const CONNECT_TIMEOUT_MS = 30000;

export class Link {
  // `sync` hears of it: opened(), closed(), frame(name, fields), notice(kind).
  constructor({ config, timers, random, tell, sync }, { url, token }) {
    Object.assign(this, { config, timers, random, tell, sync, url, token });
    this.state = 'waiting';
    this.isOnline = true; // as the platform believes
    this.conn = 0;
    this.attempt = 0;
    this.unanswered = []; // requests without an answer, in order
  }

  // Nothing is tried while there is no network, and everything at once when there is one again.
  hint(isOnline) {
    this.isOnline = isOnline;
    if (this.state === 'waiting') this.connect();
  }

  connect() {
    if (!this.isOnline) return;
    this.state = 'connecting';
    this.conn++;
    this.tell({ effect: 'conn.open', conn: this.conn, url: this.url,
      authorization: `Bearer ${this.token}` }); // DP-CONN-002
    this.timers.set('connect', CONNECT_TIMEOUT_MS, () => this.giveUp());
  }

  accepted(conn) {
    if (conn !== this.conn || this.state !== 'connecting') return;
    this.state = 'open';
    this.timers.clear('connect');
    this.sync.opened();
    this.keepAlive();
  }

  // The connection ended, or never came to be.
  ended(conn, code) {
    if (conn !== this.conn || !['connecting', 'open'].includes(this.state)) return; // DP-CONN-018
    this.forget();
    if (code !== 1008) return this.wait();
    this.state = 'signed_out'; // DP-CONN-006
    this.sync.notice('session_invalid');
  }

  giveUp() { this.stop(); this.wait(); }

  forget() {
    const wasOpen = this.state === 'open';
    this.state = 'waiting';
    this.unanswered = [];
    for (const name of ['connect', 'ping', 'pong', 'answer']) this.timers.clear(name);
    if (wasOpen) this.sync.closed();
  }

  // DP-CONN-008: between half of and the whole of min(first x 2^n, most).
  wait() {
    const whole = Math.min(this.config.reconnect_min_ms * 2 ** Math.min(this.attempt++, 30),
      this.config.reconnect_max_ms);
    const half = Math.ceil(whole / 2);
    this.timers.set('connect', half + this.random.below(whole - half + 1), () => this.connect());
  }

  stop() {
    if (['connecting', 'open'].includes(this.state)) {
      this.tell({ effect: 'conn.close', conn: this.conn, code: 1000 });
    }
    this.forget();
  }

  // Each of `answers` names the frames of which one is due; an error will do for any.
  send(type, payload, ...answers) {
    this.tell({ effect: 'conn.send', conn: this.conn, text: frame(type, payload) });
    const { chat_id: chat, change_id, message_id, id = change_id ?? message_id } = payload ?? {};
    for (const names of answers) this.unanswered.push({ names: [...names, 'error'], chat, id });
    if (answers.length > 0 && !this.timers.has('answer')) this.awaitAnswer();
    this.keepAlive();
  }

  awaitAnswer() { // DP-OUT-004
    this.timers.set('answer', this.config.receipt_timeout_ms, () => this.giveUp());
  }

  keepAlive() { // DP-CONN-013, DP-CONN-014
    this.timers.set('ping', this.config.ping_interval_ms, () => {
      this.send('ping');
      if (this.timers.has('pong')) return;
      this.timers.set('pong', this.config.pong_timeout_ms, () => this.giveUp());
    });
  }

  received(conn, bytes) {
    if (conn !== this.conn || this.state !== 'open') return;
    this.timers.clear('pong');
    const read = readFrame(bytes);
    if (!read) return; // DP-WIRE-002, DP-WIRE-006
    if (!read.fields) return this.sync.notice('protocol_error', null, read.name); // DP-WIRE-008
    this.settle(read.name, read.fields);
    this.sync.frame(read.name, read.fields);
  }

  // Takes the request off the list that this frame answers; without an id, one about its chat.
  settle(name, { chat_id: chat, change_id, message_id, id = change_id ?? message_id }) {
    const isAnswered = (wanted) => wanted.names.includes(name) &&
      (id === undefined ? wanted.chat === chat : wanted.id === id);
    // One error ends everything that was asked under its id: a send and the fate of its draft.
    const endsAll = name === 'error' && id !== undefined;
    const answered = this.unanswered.filter(isAnswered).slice(0, endsAll ? undefined : 1);
    if (answered.length === 0) return;
    this.unanswered = this.unanswered.filter((wanted) => !answered.includes(wanted));
    this.attempt = 0; // DP-CONN-009
    if (this.unanswered.length > 0) this.awaitAnswer();
    else this.timers.clear('answer');
  }
}
