// The values as this page knows them. Between this hand and all other hands it keeps the peace: while a control
// is held here, and a moment after, what comes from the show is remembered but not shown.

const GRACE = 150;   // ms after the last move of this hand
const LIT = 350;     // ms that a control's light stays on when another hand moves it

export class Values {
  /** `send(address, number)` carries a value to the show. */
  constructor(send) {
    this.send = send;
    this.numbers = new Map();
    this.watchers = new Map();   // address → functions (number, isOther)
    this.held = new Map();       // address → time until which this hand has it; Infinity while it drags
    this.later = new Map();      // address → number that came meanwhile
    this.lamps = new Map();      // address → elements that light up when another hand moves it
    this.lights = new Map();     // address → time at which they go out
    setInterval(() => this.settle(performance.now()), 50);
  }

  get(address) { return this.numbers.get(address); }

  /** Call `watcher(number, isOther)` now and whenever the value changes. */
  watch(address, watcher) {
    if (!this.watchers.has(address)) this.watchers.set(address, []);
    this.watchers.get(address).push(watcher);
    if (this.numbers.has(address)) watcher(this.numbers.get(address), false);
  }

  /** Light `element` (class is-lit) while another hand moves the value. */
  lamp(address, element) {
    if (!this.lamps.has(address)) this.lamps.set(address, []);
    this.lamps.get(address).push(element);
  }

  light(address, isLit) {
    for (const element of this.lamps.get(address) || []) element.classList.toggle('is-lit', isLit);
  }

  /** Forget all watchers and holds but those of the addresses that stay: the other controls are built anew. */
  clear(staying) {
    for (const map of [this.numbers, this.watchers, this.held, this.later, this.lamps, this.lights]) {
      for (const address of map.keys()) if (!staying.has(address)) map.delete(address);
    }
  }

  /** Begin to move a value by hand. */
  grab(address) { this.held.set(address, Infinity); }

  /** Let go of it. */
  release(address) { this.held.set(address, performance.now() + GRACE); }

  /** Move a value by hand. */
  put(address, number) {
    if (this.held.get(address) !== Infinity) this.release(address);
    this.apply(address, number, false);
    this.send(address, number);
  }

  /** Take values from the show; `isFirst` when they are the state found, not a change. */
  receive(values, isFirst = false) {
    const now = performance.now();
    for (const [address, number] of Object.entries(values)) {
      if (this.held.get(address) > now) this.later.set(address, number);
      else this.apply(address, number, !isFirst);
    }
  }

  apply(address, number, isOther) {
    if (this.numbers.get(address) === number) return;
    this.numbers.set(address, number);
    if (isOther) {
      if (!this.lights.has(address)) this.light(address, true);
      this.lights.set(address, performance.now() + LIT);
    }
    for (const watcher of this.watchers.get(address) || []) watcher(number, isOther);
  }

  /** Show what came while a control was held, once its grace is over; put out old lights. */
  settle(now) {
    for (const [address, until] of this.held) {
      if (until > now) continue;
      this.held.delete(address);
      if (this.later.has(address)) this.apply(address, this.later.get(address), false);
      this.later.delete(address);
    }
    for (const [address, until] of this.lights) {
      if (until > now) continue;
      this.lights.delete(address);
      this.light(address, false);
    }
  }
}
