// A WebSocket client (RFC 6455) on a plain TCP socket: what Node 18 does not bring along.
//
//   new Socket(url, token, tell)     tell('accepted'), tell('received', bytes), tell('ended', code)
// `received` is given bytes, so that the reader of frames can judge their UTF-8. `ended` is told
// once, with the code of the close, or 1006 without one. Masks come from the system: they hide
// nothing, and are no part of what a client is judged by.
import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 1, CLOSE = 8, PING = 9, PONG = 10; // the others are binary, or go on with a message
const MORE = { 126: 2, 127: 8 }; // bytes in which the length follows its short form
const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);

export class Socket {
  constructor(url, token, tell) {
    Object.assign(this, { tell, stream: null, unread: NOTHING, message: NOTHING, isOver: false });
    const key = randomBytes(16).toString('base64');
    this.accept = createHash('sha1').update(key + GUID).digest('base64');
    this.asked = request(url.replace(/^ws:/, 'http:'), { agent: false, headers: {
      Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': key, 'Sec-WebSocket-Protocol': 'draft-sync.v1',
      Authorization: `Bearer ${token}` } });
    this.asked.on('upgrade', (response, stream, head) => this.upgraded(response, stream, head));
    this.asked.on('response', (response) => { response.resume(); this.end(1006); });
    this.asked.on('error', () => this.end(1006));
    this.asked.end();
  }

  upgraded(response, stream, head) {
    this.stream = stream.setNoDelay(true);
    stream.on('data', (bytes) => this.take(bytes)).on('error', () => {});
    stream.on('end', () => stream.end()).on('close', () => this.end(1006));
    if (response.headers['sec-websocket-accept'] !== this.accept) return stream.destroy();
    this.tell('accepted');
    this.take(head);
  }

  end(code) {
    if (this.isOver) return;
    this.isOver = true;
    this.tell('ended', code);
  }

  // No word to the peer, and none to the owner.
  drop() {
    this.isOver = true;
    (this.stream ?? this.asked).destroy();
  }

  send(text) { this.write(TEXT, Buffer.from(text)); }

  // A last word to the peer, and none to the owner.
  close(code) {
    if (!this.stream) return this.drop();
    this.isOver = true;
    this.hangUp(Buffer.from([code >> 8, code & 255]));
  }

  hangUp(code) { this.write(CLOSE, code); this.stream.end(); }

  write(opcode, payload) {
    if (!this.stream || this.stream.destroyed) return;
    const { length } = payload;
    const short = length < 126 ? length : length < 65536 ? 126 : 127;
    const head = Buffer.alloc(2 + (MORE[short] ?? 0));
    head.writeUInt16BE((128 | opcode) << 8 | 128 | short);
    if (short === 126) head.writeUInt16BE(length, 2);
    if (short === 127) head.writeUIntBE(length, 4, 6);
    const mask = randomBytes(4);
    this.stream.write(Buffer.concat([head, mask, payload.map((byte, at) => byte ^ mask[at & 3])]));
  }

  // The frames off the front of what was received; what is not all there waits for the rest.
  take(bytes) {
    this.unread = Buffer.concat([this.unread, bytes]);
    while (!this.isOver && this.unread.length >= 2) {
      const [first, second] = this.unread;
      const short = second & 127;
      const at = 2 + (MORE[short] ?? 0);
      if (this.unread.length < at) return;
      const length = short < 126 ? short
        : short === 126 ? this.unread.readUInt16BE(2) : this.unread.readUIntBE(4, 6);
      if (length > MESSAGE_BYTES_MAX) { this.end(1009); return this.drop(); }
      if (this.unread.length < at + length) return;
      const payload = this.unread.subarray(at, at + length);
      this.unread = this.unread.subarray(at + length);
      this.handle(first >= 128, first & 15, payload);
    }
  }

  handle(isLast, opcode, payload) {
    if (opcode === PING) return this.write(PONG, payload);
    if (opcode === CLOSE) {
      this.hangUp(payload.subarray(0, 2));
      return this.end(payload.length >= 2 ? payload.readUInt16BE(0) : 1005);
    }
    if (opcode === PONG) return;
    this.message = Buffer.concat([this.message, payload]);
    if (!isLast) return;
    const { message } = this;
    this.message = NOTHING;
    this.tell('received', message);
  }
}
