// A WebSocket client (RFC 6455) on a plain TCP socket: what Node 18 does not bring along.
//
//   new Socket(url, token, { opened, text, closed })
// `text` is given bytes, so that the reader of frames can judge their UTF-8. `closed` is called
// once, with the code of the close, or 1006 without one. Masks come from the system: they hide
// nothing, and are no part of what a client is judged by.
import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;
const MORE = { 126: 2, 127: 8 }; // bytes in which the length follows its short form
const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;

export class Socket {
  constructor(url, token, events) {
    this.events = events;
    this.code = 1006;
    this.received = Buffer.alloc(0);
    this.parts = [];
    const key = randomBytes(16).toString('base64');
    this.accept = createHash('sha1').update(key + GUID).digest('base64');
    this.asked = request(url.replace(/^ws:/, 'http:'), { agent: false, headers: {
      Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': key, 'Sec-WebSocket-Protocol': 'draft-sync.v1',
      Authorization: `Bearer ${token}` } });
    this.asked.on('upgrade', (response, stream, head) => this.upgraded(response, stream, head));
    this.asked.on('response', (response) => { response.resume(); this.end(); });
    this.asked.on('error', () => this.end());
    this.asked.end();
  }

  upgraded(response, stream, head) {
    if (response.headers['sec-websocket-accept'] !== this.accept) return stream.destroy();
    this.stream = stream;
    stream.setNoDelay(true);
    stream.on('data', (bytes) => this.take(bytes));
    stream.on('error', () => {});
    stream.on('close', () => this.end());
    stream.on('end', () => stream.end());
    this.events.opened();
    if (head.length > 0) this.take(head);
  }

  end() {
    if (this.ended) return;
    this.ended = true;
    this.events.closed(this.code);
  }

  // No word to the peer, and none to the owner.
  drop() {
    this.ended = true;
    (this.stream ?? this.asked).destroy();
  }

  send(text) { this.write(TEXT, Buffer.from(text)); }

  close(code) {
    this.ended = true;
    if (!this.stream) return this.drop();
    this.write(CLOSE, Buffer.from([code >> 8, code & 255]));
    this.stream.end();
  }

  write(opcode, payload) {
    if (!this.stream || this.stream.destroyed) return;
    const { length } = payload;
    const short = length < 126 ? length : length < 65536 ? 126 : 127;
    const head = Buffer.alloc(2 + (MORE[short] ?? 0));
    head.writeUInt16BE((128 | opcode) << 8 | 128 | short);
    if (short === 126) head.writeUInt16BE(length, 2);
    if (short === 127) head.writeUIntBE(length, 4, 6);
    const mask = randomBytes(4);
    const masked = payload.map((byte, at) => byte ^ mask[at & 3]);
    this.stream.write(Buffer.concat([head, mask, masked]));
  }

  take(bytes) {
    this.received = Buffer.concat([this.received, bytes]);
    for (let frame; !this.ended && (frame = this.next());) this.handle(frame);
  }

  // One frame off the front of what was received; null if it is not all there.
  next() {
    const { received } = this;
    const short = received[1] & 127;
    const at = 2 + (MORE[short] ?? 0);
    if (received.length < at) return null;
    const length = short < 126 ? short
      : short === 126 ? received.readUInt16BE(2) : received.readUIntBE(4, 6);
    if (length > MESSAGE_BYTES_MAX) { this.drop(); this.events.closed(1009); return null; }
    if (received.length < at + length) return null;
    this.received = received.subarray(at + length);
    return { last: received[0] >= 128, opcode: received[0] & 15,
      payload: received.subarray(at, at + length) };
  }

  handle({ last, opcode, payload }) {
    if (opcode === PING) return this.write(PONG, payload);
    if (opcode === CLOSE) {
      this.code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.write(CLOSE, payload.subarray(0, 2));
      this.stream.end();
      return;
    }
    if (![CONTINUATION, TEXT, BINARY].includes(opcode)) return;
    this.parts.push(Buffer.from(payload));
    if (!last) return;
    const message = Buffer.concat(this.parts);
    this.parts = [];
    this.events.text(message);
  }
}
