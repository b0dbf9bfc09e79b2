// The panel: ties the line to the show to everything on the page.

import { buildCards } from './cards.js';
import { makeControl } from './controls.js';
import { find, make, write } from './dom.js';
import { Health } from './health.js';
import { Link } from './link.js';
import { PictureView } from './picture.js';
import { Listening } from './sound.js';
import { FIXED, GAIN, Transport } from './transport.js';
import { Values } from './values.js';

const TOAST = 6000;   // ms
const MOST_TOASTS = 4;

const values = new Values((address, number) => link.put(address, number));
const picture = new PictureView();
const listening = new Listening();
const health = new Health();
const link = new Link(hear, change);
const transport = new Transport(values, link);

function hear(message) {
  if (message.layout) build(message.layout);
  if (message.values) values.receive(message.values, Boolean(message.layout));
  if (message.levels) {
    health.meter.isFed = true;
    health.meter.take(message.levels);
  }
  if (message.status) {
    health.show(message.status, link.delay);
    transport.sync(message.status.beat, message.status.tempo);
  }
  for (const verdict of message.verdicts || []) toast(verdict.text, verdict.judgement === 'clipped' ? 'mild' : 'bad');
  if (message.error) toast(message.error, 'bad');
  if (message.notice) toast(message.notice, 'mild');
}

/** Make every control anew: the show has (or lost) params. */
function build({ groups, sound_rate: rate }) {
  const params = new Map(groups.flatMap((group) => group.controls).map((param) => [param.address, param]));
  const focused = document.activeElement?.closest('[data-address]')?.dataset.address;
  values.clear();
  listening.rate = rate;
  transport.build(params);
  find('gain').replaceChildren(...(params.has(GAIN) ? [makeControl(params.get(GAIN), values, link)] : []));
  buildCards(find('cards'), groups, values, link, FIXED);
  if (focused) document.querySelector(`[data-address="${focused}"] :is(.track, button, input)`)?.focus();
}

/** Show whether the line to the show is up; controls rest while it is not. */
function change(isUp) {
  document.body.classList.toggle('is-lost', !isUp);
  write(find('lost').firstElementChild, isUp ? '' : 'Connection lost. Trying again…');
  for (const part of document.querySelectorAll('header, main, footer')) part.inert = !isUp;
  health.meter.isFed = false;
  picture.want(isUp);
  if (!isUp) transport.rest();
}

/** Say something for a few seconds; the same thing said again stays instead of piling up. */
function toast(text, kind) {
  const place = find('toasts');
  const known = [...place.children].find((one) => one.textContent === text);
  known?.remove();
  const note = make('p', { class: kind, onclick: () => note.remove() }, text);
  place.append(note);
  while (place.children.length > MOST_TOASTS) place.firstElementChild.remove();
  setTimeout(() => note.remove(), TOAST);
}

// After a click the keys belong to the stage again: space must freeze, not press the last button once more.
document.addEventListener('click', (event) => { if (event.detail) event.target.closest('button, summary')?.blur(); });
document.addEventListener('change', (event) => { if (event.target.matches('select')) event.target.blur(); });
find('record').addEventListener('click', (event) => {
  link.say({ record: event.currentTarget.getAttribute('aria-pressed') !== 'true' });
});
find('fullscreen').addEventListener('click', () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else find('screen').requestFullscreen?.();
});
