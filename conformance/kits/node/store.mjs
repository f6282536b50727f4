// The local store: sealed rows (kind 4) in files, each row in two that take turns.
//
// A row's odd versions go to one file and the even ones to the other, so that a torn write costs
// nothing (DP-STORE-005). The row `manifest` knows the version of every other, which shows a
// row that was put back or taken away (DP-STORE-004). Files that do not open are renamed and never
// written over (DP-STORE-003).
import * as fs from 'node:fs';
import { join as pathOf } from 'node:path';
import { LOCAL_ROW, ZEROS, open } from './crypto.mjs';
import { fromJson, toJson } from './payload.mjs';

export class Store {
  // `tell(effect)` hears of writes; `complain(kind)` of rows that are not as they should.
  constructor(folder, { keys, sealer, tell }, complain) {
    Object.assign(this, { folder, keys, sealer, tell, complain });
    this.failures = 0; // writes that will fail, for whoever tests what happens then
    this.versions = new Map(); // of each row by its name
    this.files = fs.readdirSync(folder).filter((file) => /^[0-9a-f]{32}\.[01]$/.test(file));
  }

  // All rows as name -> value. What is not as it should be is left out and reported.
  load() {
    const groups = new Map(); // row id -> what its files hold, the newest first
    for (const file of this.files) {
      const rows = [...(groups.get(file.slice(0, 32)) ?? []), this.readFile(file)];
      groups.set(file.slice(0, 32), rows.sort((a, b) => b.version - a.version));
    }
    const newest = [...groups.values()].map(([row]) => row).filter((row) => row.name);
    this.versions = new Map(newest.map(({ name, version }) => [name, version]));
    const promised = newest.find(({ name }) => name === 'manifest')?.value ?? {};
    const names = new Set(['manifest', ...Object.keys(promised), ...this.versions.keys()]);
    const idOf = (name) => this.keys.rowId(name).toString('hex');
    for (const name of names) this.judge(name, promised[name] ?? 0, groups.get(idOf(name)) ?? []);
    const ours = new Set([...names].map(idOf));
    const strange = [...groups.keys()].some((id) => !ours.has(id));
    // DP-STORE-010: one broken file alone is a first write that was torn.
    if (strange && newest.length > 0) this.complain('store_row_damaged');
    else if (strange && this.files.length > 1) this.complain('store_key_lost');
    return Object.fromEntries(newest.map(({ name, value }) => [name, value]));
  }

  // What does not open has no name, and the lowest version.
  readFile(file) {
    const expected = { kind: LOCAL_ROW, slotId: Buffer.from(file.slice(0, 32), 'hex') };
    const opened = open(this.keys, expected, fs.readFileSync(pathOf(this.folder, file)));
    return opened ? { file, version: opened.version, ...fromJson(opened.content) }
      : { file, version: -1 };
  }

  // A broken file beside a row that is up to date is what a crash while writing leaves behind.
  judge(name, least, rows) {
    if (rows[0]?.name && rows[0].version >= least) return;
    const broken = rows.filter((row) => !row.name);
    for (const { file } of broken) this.setAside(file);
    if (broken.length > 0) this.complain('store_row_damaged');
    else if (least > 0) this.complain('store_rolled_back');
  }

  setAside(file) {
    const others = fs.readdirSync(this.folder).filter((each) => each.startsWith(`${file}.damaged`));
    const place = pathOf(this.folder, file);
    fs.renameSync(place, `${place}.damaged${others.length}`);
  }

  // True if it is durable; otherwise the row has its value of before.
  write(name, value) {
    const before = new Map(this.versions);
    try {
      if (this.failures > 0 && this.failures--) throw Object.assign(new Error(), { code: 'EIO' });
      this.writeRow(name, value);
      this.writeRow('manifest', Object.fromEntries([...this.versions]
        .filter(([each]) => each !== 'manifest')));
    } catch (wrong) {
      if (!wrong.code) throw wrong; // not the system's
      this.versions = before;
      this.tell({ effect: 'store.failed' });
      return false;
    }
    this.tell({ effect: 'store.write', rows: 2 });
    return true;
  }

  writeRow(name, value) {
    const id = this.keys.rowId(name);
    const version = (this.versions.get(name) ?? 0) + 1;
    const bytes = this.sealer.seal(LOCAL_ROW, id, version, ZEROS,
      Buffer.from(toJson({ name, value })));
    const file = fs.openSync(pathOf(this.folder, `${id.toString('hex')}.${1 - version % 2}`), 'w');
    try {
      fs.writeSync(file, bytes);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    this.versions.set(name, version);
  }
}
