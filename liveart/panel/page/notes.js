// Two octaves to play with mouse and fingers: lower on a key is louder, sliding plays the next.

import { make, spoken, write } from './dom.js';

const OCTAVES = 2;
const HIGHEST = 96;                       // the highest note that the keyboard may begin with
const SOFTEST = 0.15;
const BLACK = new Set([1, 3, 6, 8, 10]);
const NAMES = ['C', 'C♯', 'D', 'D♯', 'E', 'F', 'F♯', 'G', 'G♯', 'A', 'A♯', 'B'];

const playing = new Map();   // each keyboard on the page → what ends its notes

/** End every note that is held here. */
function endNotes() {
  for (const stop of playing.values()) stop();
}
window.addEventListener('blur', endNotes);
document.addEventListener('visibilitychange', endNotes);

/** End the notes of keyboards that are on the page no more. */
export function forgetNotes() {
  for (const [plane, stop] of playing) {
    if (plane.isConnected) continue;
    stop();
    playing.delete(plane);
  }
}

/** "C3" of 60: octaves as most sequencers count them. */
export const noteName = (note) => `${NAMES[note % 12]}${Math.floor(note / 12) - 2}`;

/** The on-screen keyboard of a player's notes. */
export function makeNotes(param, link) {
  let base = 48;
  const range = make('span', { class: 'unit' });
  const keys = Array.from({ length: 12 * OCTAVES + 1 }, (_, step) => makeKey(step));
  const plane = make('div', { class: 'keyboard', role: 'group', 'aria-label': `${spoken(param.name)} keyboard` }, ...keys);
  const hand = play(plane, (note, velocity) => link.fire(`${param.address}/${note}`, velocity), () => base);
  const shift = (octaves) => {
    hand.stop();
    base = Math.min(Math.max(base + 12 * octaves, 0), HIGHEST);
    write(range, `${noteName(base)}–${noteName(base + 12 * OCTAVES)}`);
    keys.forEach((key, step) => { key.title = noteName(base + step); });
  };
  const step = (octaves) => make('button', {
    type: 'button', class: 'step', 'aria-label': `octave ${octaves > 0 ? 'up' : 'down'}`, onclick: () => shift(octaves),
  }, octaves > 0 ? '+' : '−');
  shift(0);
  return make('div', { class: 'control piano', 'data-address': param.address, title: param.help },
    make('div', { class: 'heading' }, make('span', { class: 'name' }, spoken(param.name)), range, step(-1), step(1)),
    plane);
}

function makeKey(step) {
  const isBlack = BLACK.has(step % 12);
  const whites = Array.from({ length: step }, (_, below) => below).filter((below) => !BLACK.has(below % 12)).length;
  const key = make('span', { class: isBlack ? 'black' : 'white', 'data-step': step });
  key.style.setProperty('--place', whites);
  return key;
}

/** Let each pointer hold one key; `put(note, velocity)` with 0 ends it. */
function play(plane, put, base) {
  const fingers = new Map();   // pointer → { key, note }
  const end = (id) => {
    const finger = fingers.get(id);
    if (!finger) return;
    fingers.delete(id);
    put(finger.note, 0);
    if (![...fingers.values()].some(({ key }) => key === finger.key)) finger.key.classList.remove('is-down');
  };
  const move = (event) => {
    const key = document.elementFromPoint(event.clientX, event.clientY)?.closest('[data-step]');
    if (!key || !plane.contains(key) || fingers.get(event.pointerId)?.key === key) return;
    end(event.pointerId);
    const { top, height } = key.getBoundingClientRect();
    const velocity = SOFTEST + (1 - SOFTEST) * Math.min(Math.max((event.clientY - top) / height, 0), 1);
    const note = base() + Number(key.dataset.step);
    fingers.set(event.pointerId, { key, note });
    key.classList.add('is-down');
    put(note, velocity);
  };
  plane.addEventListener('pointerdown', (event) => {
    if (event.button) return;
    plane.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, null);
    move(event);
  });
  plane.addEventListener('pointermove', (event) => { if (fingers.has(event.pointerId)) move(event); });
  const stop = () => [...fingers.keys()].forEach(end);
  const leave = ({ pointerId }) => { end(pointerId); fingers.delete(pointerId); };
  for (const kind of ['pointerup', 'pointercancel']) plane.addEventListener(kind, leave);
  playing.set(plane, stop);
  return { stop };
}
