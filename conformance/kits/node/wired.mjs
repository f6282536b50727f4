// Drive level L2: the client's connections become sockets and its timers real ones.
import { Socket } from './socket.mjs';

export class Wired {
  constructor() {
    this.began = performance.now();
    this.socket = null;
    this.timer = null;
  }

  now() { return Math.floor(performance.now() - this.began); }

  drop() {
    this.socket?.drop();
    this.socket = null;
    clearTimeout(this.timer);
  }

  // Performs what the client just told its host.
  effect(effect, client) {
    if (effect.effect === 'conn.send') this.socket?.send(effect.text);
    if (effect.effect === 'conn.close') {
      this.socket?.close(effect.code);
      this.socket = null;
    }
    if (effect.effect !== 'conn.open') return;
    const { conn } = effect;
    const act = (what) => (...values) => {
      if (this.client !== client()) return;
      what(client().link, ...values);
      this.arm();
    };
    this.socket = new Socket(effect.url, effect.authorization.slice('Bearer '.length), {
      opened: act((link) => link.accepted(conn)),
      text: act((link, bytes) => link.received(conn, bytes)),
      closed: act((link, code) => link.ended(conn, code)),
    });
  }

  // The earliest timer of the client, and what else it has to do when that is over.
  arm() {
    clearTimeout(this.timer);
    const next = this.client?.timers.next() ?? null;
    if (next === null) return;
    this.timer = setTimeout(() => {
      this.client.timers.fire();
      this.arm();
    }, Math.max(next - this.now(), 0));
  }
}
