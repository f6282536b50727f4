// The local store: sealed rows (kind 4) in files, each row in two that take turns.
//
// A row's next value goes to the file that does not hold its present one, so that a torn write
// costs nothing (DP-STORE-005). The row `manifest` knows the version of every other, which shows a
// row that was put back or taken away (DP-STORE-004). Files that do not open are renamed and never
// written over (DP-STORE-003).
import * as fs from 'node:fs';
import { join as pathOf } from 'node:path';
import { LOCAL_ROW, ZEROS, open } from './crypto.mjs';
import { fromJson, toJson } from './payload.mjs';

export class WriteFailed extends Error {}

export class Store {
  // `tell(effect)` hears of writes; `complain(kind, detail)` of rows that are not as they should.
  constructor(folder, keys, sealer, tell, complain) {
    Object.assign(this, { folder, keys, sealer, tell, complain });
    this.failures = 0; // writes that will fail, for whoever tests what happens then
    this.rows = new Map(); // name -> {version, turn}
    this.files = fs.readdirSync(folder).filter((file) => /^[0-9a-f]{32}\.[01]$/.test(file));
  }

  // All rows as name -> value. What is not as it should be is left out and reported.
  load() {
    const groups = new Map(); // row id -> what its files hold
    for (const file of this.files) {
      const id = file.slice(0, 32);
      groups.set(id, [...(groups.get(id) ?? []), this.readFile(file)]);
    }
    const found = new Map();
    for (const [id, rows] of groups) {
      const whole = rows.filter((row) => row.name).sort((a, b) => b.version - a.version);
      if (whole.length > 0) found.set(id, whole[0]);
    }
    const manifestId = this.keys.rowId('manifest').toString('hex');
    const promised = found.get(manifestId)?.value ?? {};
    const ours = new Map(Object.keys(promised).map(
      (name) => [this.keys.rowId(name).toString('hex'), name]));
    for (const [id, row] of found) {
      this.rows.set(row.name, { version: row.version, turn: row.turn });
      ours.set(id, row.name);
    }
    for (const [id, name] of ours.set(manifestId, 'manifest')) {
      this.judge(name, promised[name] ?? 0, found.get(id), groups.get(id) ?? []);
    }
    const strange = [...groups.keys()].some((id) => !ours.has(id));
    // DP-STORE-010: one broken file alone is a first write that was torn.
    if (strange && found.size > 0) this.complain('store_row_damaged', '');
    else if (strange && this.files.length > 1) this.complain('store_key_lost', '');
    return Object.fromEntries([...found.values()].map(({ name, value }) => [name, value]));
  }

  readFile(file) {
    const [id, turn] = [Buffer.from(file.slice(0, 32), 'hex'), Number(file[33])];
    const opened = open(this.keys, { kind: LOCAL_ROW, slotId: id },
      fs.readFileSync(pathOf(this.folder, file)));
    if (!opened) return { file };
    const { name, value } = fromJson(opened.content);
    return { file, turn, version: opened.version, name, value };
  }

  // A broken file beside a row that is up to date is what a crash while writing leaves behind.
  judge(name, least, best, rows) {
    const broken = rows.filter((row) => !row.name);
    if (best && best.version >= least) return;
    if (broken.length > 0) {
      this.complain('store_row_damaged', '');
      for (const { file } of broken) this.setAside(file);
    } else if (least > 0) this.complain('store_rolled_back', '');
  }

  setAside(file) {
    const others = fs.readdirSync(this.folder).filter((each) => each.startsWith(`${file}.damaged`));
    const place = pathOf(this.folder, file);
    fs.renameSync(place, `${place}.damaged${others.length}`);
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
    const bytes = this.sealer.seal(LOCAL_ROW, id, version + 1, ZEROS,
      Buffer.from(toJson({ name, value })));
    const file = fs.openSync(pathOf(this.folder, `${id.toString('hex')}.${1 - turn}`), 'w');
    try {
      fs.writeSync(file, bytes);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    this.rows.set(name, { version: version + 1, turn: 1 - turn });
  }
}
