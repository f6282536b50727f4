// Time as the client sees it: named timers over whatever clock the host has.

export class Timers {
  constructor(now) {
    this.now = now; // () => milliseconds, monotonic
    this.due = new Map(); // name -> {at, run}
  }

  set(name, delayMs, run) { this.due.set(name, { at: this.now() + delayMs, run }); }
  clear(name) { this.due.delete(name); }
  has(name) { return this.due.has(name); }

  next() {
    return this.due.size === 0 ? null : Math.min(...[...this.due.values()].map(({ at }) => at));
  }

  // Runs what is due now, in the order of time, then of setting.
  fire() {
    while (this.next() !== null && this.next() <= this.now()) {
      const [name, { run }] = [...this.due].find(([, { at }]) => at === this.next());
      this.due.delete(name);
      run();
    }
  }
}
