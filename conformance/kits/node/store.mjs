// The local store: sealed rows (kind 4) in files, each row in two that take turns.
//
// A row's next value goes to the file that does not hold its present one, so that a torn write costs
// nothing (DP-STORE-005). The row `manifest` knows the version of every other, which shows a row that
// was put back or taken away (DP-STORE-004). Files that do not open are renamed and never written over
// (DP-STORE-003).
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, writeSync }
  from 'node:fs';
import { join as pathOf } from 'node:path';
import { LOCAL_ROW, ZEROS, open } from './crypto.mjs';

export class WriteFailed extends Error {}

export class Store {
  // `tell(effect)` hears of writes; `complain(kind, detail)` of rows that are not as they should be.
  constructor(folder, keys, sealer, tell, complain) {
    Object.assign(this, { folder, keys, sealer, tell, complain });
    this.failures = 0; // writes that will fail, for whoever tests what happens then
    this.rows = new Map(); // name -> {version, file}
    this.files = readdirSync(folder).filter((file) => /^[0-9a-f]{32}\.[01]$/.test(file));
  }

  // All rows as name -> value. Damaged ones are left out and reported.
  load() {
    const manifest = this.read('manifest', 0)?.value ?? {};
    const found = {};
    for (const [name, version] of Object.entries(manifest)) {
      const row = this.read(name, version);
      if (row) found[name] = row.value;
    }
    this.reportStrangers();
    return found;
  }

  reportStrangers() {
    const known = new Set([...this.rows.keys()].map((name) => this.keys.rowId(name).toString('hex')));
    const strange = this.files.filter((file) => !known.has(file.slice(0, 32)) &&
      existsSync(pathOf(this.folder, file)));
    if (strange.length === 0) return;
    // A row that was written just before its first entry in the manifest is not strange: it has no
    // counterpart and opens under its own name, which the row itself repeats.
    const openRows = strange.map((file) => this.readStranger(file)).filter((row) => row);
    if (openRows.length === 0 && this.rows.size === 0) this.complain('store_key_lost', '');
    else if (openRows.length < strange.length) this.complain('store_row_damaged', '');
  }

  readStranger(file) {
    const bytes = readFileSync(pathOf(this.folder, file));
    const opened = open(this.keys, { kind: LOCAL_ROW, slotId: Buffer.from(file.slice(0, 32), 'hex') }, bytes);
    if (!opened) this.setAside(file);
    return opened;
  }

  // The newest value of a row that opens, or null; `least` is what the manifest promises.
  read(name, least) {
    const id = this.keys.rowId(name);
    let best = null, broken = 0;
    for (const turn of [0, 1]) {
      const file = `${id.toString('hex')}.${turn}`;
      if (!this.files.includes(file)) continue;
      const opened = open(this.keys, { kind: LOCAL_ROW, slotId: id },
        readFileSync(pathOf(this.folder, file)));
      if (!opened) {
        broken++;
        this.setAside(file);
      } else if (!best || opened.version > best.version) {
        best = { version: opened.version, turn, value: JSON.parse(opened.content) };
      }
    }
    if (best) this.rows.set(name, { version: best.version, turn: best.turn });
    // A broken file beside a row that is up to date is what a crash while writing leaves behind.
    if (broken > 0 && (!best || best.version < least || (name === 'manifest' && !best))) {
      this.complain('store_row_damaged', name.split('/')[0]);
    } else if (least > 0 && (!best || best.version < least)) {
      this.complain('store_rolled_back', name.split('/')[0]);
    }
    return best;
  }

  setAside(file) {
    for (let count = 0; ; count++) {
      const aside = pathOf(this.folder, `${file}.damaged${count}`);
      if (existsSync(aside)) continue;
      renameSync(pathOf(this.folder, file), aside);
      return;
    }
  }

  // Durable when it returns. Throws WriteFailed, and then the row has its value of before.
  write(name, value) {
    const before = this.rows.get(name);
    if (this.failures > 0) {
      this.failures--;
      this.tell({ effect: 'store.failed' });
      throw new WriteFailed();
    }
    try {
      this.writeRow(name, value);
      const versions = {};
      for (const [each, row] of this.rows) if (each !== 'manifest') versions[each] = row.version;
      this.writeRow('manifest', versions);
    } catch (wrong) {
      if (before) this.rows.set(name, before);
      this.tell({ effect: 'store.failed' });
      throw new WriteFailed(wrong.code);
    }
    this.tell({ effect: 'store.write', rows: 2 });
  }

  writeRow(name, value) {
    const id = this.keys.rowId(name);
    const { version = 0, turn = 1 } = this.rows.get(name) ?? {};
    const bytes = this.sealer.seal(LOCAL_ROW, id, version + 1, ZEROS, Buffer.from(JSON.stringify(value)));
    const file = openSync(pathOf(this.folder, `${id.toString('hex')}.${1 - turn}`), 'w');
    try {
      writeSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    this.rows.set(name, { version: version + 1, turn: 1 - turn });
  }
}
