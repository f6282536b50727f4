// Keys and envelopes (section 8), suite 2 only: AES-256-GCM, HMAC and SHA-256 of node:crypto.
//
// Opening answers null for every reason alike (DP-ENV-010).
import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual }
  from 'node:crypto';
import { orNull } from './payload.mjs';

export const DRAFT = 1, PREVIEW = 2, WRAPPED_KEY = 3, LOCAL_ROW = 4, TOMBSTONE = 5, MESSAGE = 6;
const AES_GCM = 2, HEADER = 136, TAG = 16;
export const ZEROS = Buffer.alloc(32);

const label = (text) => Buffer.from(text, 'latin1');
const mac = (key, ...parts) =>
  parts.reduce((hmac, part) => hmac.update(part), createHmac('sha512', key)).digest();
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

const u32 = (value) => u64(value).subarray(0, 4);
const u64 = (value) => Buffer.from(new BigUint64Array([BigInt(value)]).buffer);

// Bytes from a seed, for everything that must be random: reproducible for whoever gave the seed.
export class Random {
  constructor(seed) { this.seed = seed; this.count = 0; }

  bytes(length) {
    const parts = [];
    for (let have = 0; have < length; have += 64) parts.push(mac(this.seed, u64(this.count++)));
    return Buffer.concat(parts).subarray(0, length);
  }

  // A whole number from 0 to bound - 1; the bias of 2^48 against bounds below 2^20 is nothing.
  below(bound) { return this.bytes(6).readUIntLE(0, 6) % bound; }

  id() { return this.bytes(16).toString('hex'); }

  uuid() {
    const raw = Buffer.from(this.bytes(16));
    raw[6] = (raw[6] & 0x0f) | 0x40;
    raw[8] = (raw[8] & 0x3f) | 0x80;
    return raw.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
}

export function decodeBase64(text) {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null; // DP-WIRE-018: one spelling only
}

export function paddedLength(kind, content) {
  const needed = content + 1;
  if (kind === PREVIEW || kind === WRAPPED_KEY) return needed <= 512 ? 512 : null;
  const buckets = kind === TOMBSTONE ? [4096, 8192] : [512, 1024, 2048, 4096, 8192];
  if (needed <= 8192) return buckets.find((bucket) => needed <= bucket);
  const exponent = Math.floor(Math.log2(needed));
  const step = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1);
  return Math.ceil(needed / step) * step;
}

export const sealedChars = (kind, content) =>
  Math.ceil((HEADER + paddedLength(kind, content) + TAG) / 3) * 4;

export function unpad(kind, padded) {
  const end = padded.findLastIndex((byte) => byte !== 0);
  return padded[end] === 0x80 && paddedLength(kind, end) === padded.length
    ? padded.subarray(0, end) : null;
}

export class Keys {
  constructor(accountId, master, epoch) {
    this.accountId = accountId;
    this.index = mac(master, label('ds1/index\0')).subarray(0, 32);
    this.epoch = mac(master, label('ds1/epoch\0'), u32(epoch)).subarray(0, 32);
    this.field = mac(master, label('ds1/field\0')).subarray(0, 32);
    this.keyId = mac(this.epoch, label('ds1/kid\0')).subarray(0, 16);
  }

  slotId(chatId) { return mac(this.index, label('ds1/sid\0'), label(chatId)).subarray(0, 16); }
  rowId(name) { return mac(this.index, label('ds1/row\0'), Buffer.from(name)).subarray(0, 16); }
  slotKey(slotId) { return mac(this.epoch, label('ds1/slot'), slotId).subarray(0, 32); }

  // Message key and commitment; the AAD is account and header bytes 0 to 79.
  messageKeys(slotId, nonce, associated) {
    const aad = Buffer.concat([label('draftsync/v1\0\0\0\0'), this.accountId, associated]);
    const okm = mac(this.slotKey(slotId), label('ds1/msg\0'), nonce, aad);
    return { aad, key: okm.subarray(0, 32), commitment: okm.subarray(32, 64) };
  }
}

// Bytes 0 to 79 of an envelope; N and commitment follow.
const headOf = (keys, kind, slotId, version, parent) => Buffer.concat([label('DSE1'),
  Buffer.from([AES_GCM, kind, 0, 0]), keys.keyId, slotId, u64(version), parent]);

// Seals with a fresh N each time (DP-ENV-001): drawn, and bound to writer, count and boot.
export class Sealer {
  constructor(keys, random, writer, boot) {
    Object.assign(this, { keys, random, writer, boot, count: 0 });
  }

  seal(kind, slotId, version, parent, content) {
    const nonce = mac(this.keys.slotKey(slotId), label('ds1/nonce'), this.random.bytes(24),
      u64(`0x${this.writer}`), u64(++this.count), u64(this.boot)).subarray(0, 24);
    const associated = headOf(this.keys, kind, slotId, version, parent);
    const { aad, key, commitment } = this.keys.messageKeys(slotId, nonce, associated);
    const padded = Buffer.alloc(paddedLength(kind, content.length));
    content.copy(padded);
    padded[content.length] = 0x80;
    const cipher = createCipheriv('aes-256-gcm', key, nonce.subarray(0, 12)).setAAD(aad);
    return Buffer.concat([associated, nonce, commitment, cipher.update(padded), cipher.final(),
      cipher.getAuthTag()]);
  }
}

// Sealed by this account under this suite: whoever cannot open it, nobody else can.
export const isOurs = (keys, bytes) => bytes.length >= HEADER + TAG && isEnvelope(bytes) &&
  bytes[4] === AES_GCM && bytes[5] >= DRAFT && bytes[5] <= MESSAGE && bytes.readUInt16LE(6) === 0 &&
  bytes.subarray(8, 24).equals(keys.keyId);

export const isEnvelope = (bytes) => bytes.subarray(0, 4).equals(label('DSE1'));

// {version, parent, content}, or null. Version and parent are compared if the caller knows them;
// `bytes` may be null, as of a text that was no base64.
export function open(keys, { kind, slotId, version, parent }, bytes) {
  if (!bytes || bytes.length < HEADER + TAG) return null;
  version ??= Number(bytes.readBigUInt64LE(40));
  parent ??= bytes.subarray(48, 80);
  const associated = headOf(keys, kind, slotId, version, parent);
  const isChained = [DRAFT, PREVIEW, TOMBSTONE].includes(kind); // DP-ENV-013
  if (!associated.equals(bytes.subarray(0, 80)) || version > Number.MAX_SAFE_INTEGER ||
      (!isChained && !parent.equals(ZEROS)) ||
      (kind === MESSAGE ? version > 0 : version < 1 && kind !== LOCAL_ROW) ||
      (kind === WRAPPED_KEY && !slotId.equals(ZEROS.subarray(0, 16)))) return null;
  const nonce = bytes.subarray(80, 104);
  const { aad, key, commitment } = keys.messageKeys(slotId, nonce, associated);
  if (!timingSafeEqual(commitment, bytes.subarray(104, HEADER))) return null; // DP-ENV-004
  const padded = decrypt(key, nonce.subarray(0, 12), bytes.subarray(HEADER), aad);
  const content = padded && unpad(kind, padded);
  return content && { version, parent, content };
}

const decrypt = (key, iv, body, aad) => orNull(() => {
  const cipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(aad);
  cipher.setAuthTag(body.subarray(body.length - TAG));
  return Buffer.concat([cipher.update(body.subarray(0, -TAG)), cipher.final()]);
});

// Ciphertext of the `field` dialect (section 12), to be imported once (DP-FIELD-002).
export const openField = (keys, bytes) => bytes.length < 12 + TAG ? null
  : decrypt(keys.field, bytes.subarray(0, 12), bytes.subarray(12), Buffer.alloc(0));
