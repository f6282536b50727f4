// Drive level L2: the client's connections become sockets and its timers real ones.
import { Socket } from './socket.mjs';

export class Wired {
  constructor() {
    this.began = performance.now();
    this.client = null; // the one that is open
    this.socket = null;
    this.timer = null;
  }

  now() { return Math.floor(performance.now() - this.began); }

  drop() { this.socket?.drop(); clearTimeout(this.timer); }

  // Performs what the client just told its host.
  effect({ effect, conn, url, authorization, text, code }) {
    if (effect === 'conn.send') this.socket?.send(text);
    if (effect === 'conn.close') {
      this.socket?.close(code);
      this.socket = null;
    }
    if (effect !== 'conn.open') return;
    this.socket = new Socket(url, authorization.slice('Bearer '.length), (event, ...values) =>
      this.happen(() => this.client.link[event](conn, ...values)));
  }

  // Anything may change which timer of the client is the earliest.
  happen(what) { what(); this.arm(); }

  arm() {
    clearTimeout(this.timer);
    const next = this.client?.timers.next() ?? null;
    if (next === null) return;
    this.timer = setTimeout(() => this.happen(() => this.client.timers.fire()),
      Math.max(next - this.now(), 0));
  }
}
