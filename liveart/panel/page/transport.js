// The line of time and safety: beat, tempo, tap; panic, blackout, freeze and their keys.

import { find, make, write } from './dom.js';
import { flash, makeNumber } from './controls.js';

export const TEMPO = '/liveart/clock/tempo';
export const GAIN = '/liveart/sound/gain';
const SAFETY = [
  ['/liveart/freeze', 'Freeze', 'space', ' '],
  ['/liveart/blackout', 'Blackout', 'b', 'b'],
  ['/liveart/panic', 'Panic', 'p', 'p'],
];
const BEATS = 4;
const TAP_PAUSE = 2000;   // ms after which tapping begins anew

/** Addresses that stand in the transport line and so in no card. */
export const FIXED = new Set([TEMPO, GAIN, ...SAFETY.map(([address]) => address)]);

export class Transport {
  constructor(values, link) {
    this.values = values;
    this.link = link;
    this.dots = [...find('beats').children];
    this.taps = [];
    this.beat = this.at = null;
    find('tap').addEventListener('pointerdown', () => this.tap());
    find('tap').addEventListener('keydown', (event) => { if (event.key === 'Enter' || event.key === ' ') this.tap(); });
    document.addEventListener('keydown', (event) => this.key(event));
    this.draw();
  }

  /** Make the buttons and the tempo anew for the params that the show has. */
  build(params) {
    this.params = params;
    const present = SAFETY.filter(([address]) => params.has(address));
    find('safety').replaceChildren(...present.map((one) => this.safetyButton(...one)));
    find('tempo').replaceChildren(...(params.has(TEMPO) ? [makeNumber(params.get(TEMPO), this.values)] : []));
    find('tap').hidden = !params.has(TEMPO);
  }

  safetyButton(address, title, key) {
    const isTrigger = this.params.get(address).kind === 'trigger';
    const button = make('button', {
      type: 'button', class: title.toLowerCase(), 'data-address': address, title: this.params.get(address).help,
      'aria-pressed': isTrigger ? null : 'false', 'aria-keyshortcuts': key === 'space' ? 'Space' : key.toUpperCase(),
      onclick: () => this.press(address),
    }, make('span', {}, title), make('kbd', { 'aria-hidden': 'true' }, key));
    this.values.watch(address, (number, isOther) => {
      if (!isTrigger) button.setAttribute('aria-pressed', number ? 'true' : 'false');
      else if (isOther) flash(button);
    });
    return button;
  }

  press(address) {
    if (this.params.get(address).kind !== 'trigger') {
      this.values.put(address, this.values.get(address) ? 0 : 1);
      return;
    }
    this.values.release(address);
    this.link.fire(address);
    flash(document.querySelector(`#safety [data-address="${address}"]`));
  }

  /** Keys of the stage, unless somebody types or has come to a button by keyboard (a click leaves none focused). */
  key(event) {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || !this.params) return;
    if (document.activeElement.matches('[type=text], select, button, summary, [role=radio]')) return;
    const [address] = SAFETY.find((one) => one[3] === event.key.toLowerCase()) || [];
    if (!address || !this.params.has(address)) return;
    event.preventDefault();
    this.press(address);
  }

  /** Take the show's beat; between two of these the page counts on by itself. */
  sync(beat, tempo) {
    const present = this.present();
    if (!Number.isFinite(beat) || !Number.isFinite(tempo)) return;
    // Status comes with the jitter of the line: small differences are taken over slowly, jumps at once.
    const isNear = present !== null && Math.abs(beat - present) < 0.25;
    this.beat = isNear ? present + (beat - present) * 0.2 : beat;
    this.at = performance.now();
    this.tempo = tempo;
  }

  /** Stand still: the line to the show is lost. */
  rest() { this.beat = null; }

  present() {
    return this.beat === null ? null : this.beat + (performance.now() - this.at) / 60000 * this.tempo;
  }

  tap() {
    const now = performance.now();
    if (now - this.taps.at(-1) > TAP_PAUSE) this.taps = [];
    this.taps = [...this.taps, now].slice(-8);
    if (this.taps.length < 3) return;
    const { low, high } = this.params.get(TEMPO);
    const tempo = 60000 * (this.taps.length - 1) / (now - this.taps[0]);
    this.values.put(TEMPO, Math.min(Math.max(Math.round(tempo * 10) / 10, low), high));
  }

  draw() {
    requestAnimationFrame(() => this.draw());
    const beat = this.present();
    if (beat === null) return;
    const whole = Math.floor(beat);
    const place = ((whole % BEATS) + BEATS) % BEATS;
    write(find('place'), `${Math.floor(whole / BEATS) + 1}.${place + 1}`);
    this.dots.forEach((dot, index) => { dot.style.opacity = index === place ? 1 - 0.6 * (beat - whole) : 0.18; });
  }
}
