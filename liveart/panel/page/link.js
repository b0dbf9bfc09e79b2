// The line to the show: control messages both ways, made again by itself whenever it breaks.

const SPACING = 12;        // ms between two messages of values; the first of a move goes at once
const SILENCE = 3000;      // ms without a word after which the line counts as dead
const WAITS = [250, 500, 1000, 2000];

export const socketAddress = (path) => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`;

export class Link {
  /** `hear(message)` takes every message; `change(isUp)` is told when the line comes and goes. */
  constructor(hear, change) {
    this.hear = hear;
    this.change = change;
    this.waiting = new Map();   // address → newest number
    this.triggers = [];         // every one counts, none is merged
    this.timer = null;
    this.tries = 0;
    this.delay = null;          // ms there and back
    this.open();
    setInterval(() => this.check(), 1000);
  }

  open() {
    const socket = this.socket = new WebSocket(socketAddress('/ws'));
    this.heard = performance.now();
    socket.onopen = () => { this.tries = 0; this.change(true); };
    socket.onmessage = (event) => {
      this.heard = performance.now();
      const message = JSON.parse(event.data);
      if (message.pong !== undefined) this.delay = performance.now() - message.pong;
      this.hear(message);
    };
    socket.onclose = () => { if (socket === this.socket) this.lose(); };
  }

  lose() {
    this.socket.onclose = null;
    this.socket.close();
    this.waiting.clear();
    this.triggers = [];
    this.delay = null;
    this.change(false);
    setTimeout(() => this.open(), WAITS[Math.min(this.tries++, WAITS.length - 1)]);
    this.heard = Infinity;   // no second loss while waiting
  }

  check() {
    if (performance.now() - this.heard > SILENCE) this.lose();
    else this.say({ ping: performance.now() });
  }

  get isUp() { return this.socket.readyState === WebSocket.OPEN; }

  say(message) { if (this.isUp) this.socket.send(JSON.stringify(message)); }

  /** Send a value; of several within a moment the newest goes. */
  put(address, value) { this.waiting.set(address, value); this.plan(); }

  /** Send a trigger or a note: each goes, and in its order. */
  fire(address, value = 1) { this.triggers.push([address, value]); this.plan(); }

  plan() {
    if (this.timer !== null) return;
    this.flush();
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.waiting.size || this.triggers.length) this.plan();
    }, SPACING);
  }

  flush() {
    if (!this.isUp || this.socket.bufferedAmount > 65536) return;   // a slow line: the newest values go when it clears
    const put = [...this.triggers.splice(0, 100), ...[...this.waiting].slice(0, 100)];
    for (const [address] of put) this.waiting.delete(address);
    if (put.length) this.say({ put });
  }
}
