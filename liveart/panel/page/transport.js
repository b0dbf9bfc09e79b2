// The line of time and safety: beat, tempo, tap; panic, blackout and freeze.

import { find, make, write } from './dom.js';
import { flash, makeNumber } from './controls.js';

export const TEMPO = '/liveart/clock/tempo';
export const TAP = '/liveart/clock/tap';
const BEAT = '/liveart/clock/beat';   // for programs: it has no value to show
export const GAIN = '/liveart/sound/gain';
const SAFETY = [
  ['/liveart/freeze', 'Freeze', 'space'],
  ['/liveart/blackout', 'Blackout', 'b'],
  ['/liveart/panic', 'Panic', 'p'],
];
const BEATS = 4;

/** Addresses that stand in the transport line and so in no card. */
export const FIXED = new Set([TEMPO, TAP, BEAT, GAIN, ...SAFETY.map(([address]) => address)]);

export class Transport {
  constructor(values, link) {
    this.values = values;
    this.link = link;
    this.dots = [...find('beats').children];
    this.beat = this.at = null;
    find('tap').addEventListener('pointerdown', () => this.tap());
    find('tap').addEventListener('keydown', (event) => { if (event.key === 'Enter' || event.key === ' ') this.tap(); });
    find('tap').dataset.address = TAP;
    find('tempo').dataset.address = TEMPO;
    this.draw();
  }

  /** Make the buttons and the tempo anew for the params that the show has. */
  build(params) {
    this.params = params;
    const present = SAFETY.filter(([address]) => params.has(address));
    find('safety').replaceChildren(...present.map((one) => this.safetyButton(...one)));
    find('tempo').replaceChildren(...(params.has(TEMPO) ? [makeNumber(params.get(TEMPO), this.values)] : []));
    find('tap').hidden = !params.has(TAP);
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

  /** What keys do: [key, action] pairs. */
  keys() {
    return SAFETY.map(([address, , key]) => [key, () => { if (this.params?.has(address)) this.press(address); }]);
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

  /** The show reckons the tempo, so that every face taps alike. */
  tap() {
    this.link.fire(TAP);
    flash(find('tap'));
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
