// Time as the client sees it: named timers over whatever clock the host has.

export class Timers {
  constructor(now) {
    this.now = now; // () => milliseconds, monotonic
    this.due = new Map(); // name -> {name, at, run}
  }

  set(name, delayMs, run) { this.due.set(name, { name, at: this.now() + delayMs, run }); }
  clear(name) { this.due.delete(name); }
  has(name) { return this.due.has(name); }

  // In the order of time, then of setting.
  get first() { return [...this.due.values()].sort((a, b) => a.at - b.at)[0]; }
  next() { return this.first?.at ?? null; }

  // Runs what is due now.
  fire() {
    for (let timer = this.first; timer?.at <= this.now(); timer = this.first) {
      this.due.delete(timer.name);
      timer.run();
    }
  }
}
