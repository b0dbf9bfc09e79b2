// The panel: ties the line to the show to everything on the page.

import { Cards } from './cards.js';
import { makeControl } from './controls.js';
import { Cues } from './cues.js';
import { find, make, write } from './dom.js';
import { closeDrawer } from './drawer.js';
import { Hands } from './hands.js';
import { Health } from './health.js';
import { Keys } from './keys.js';
import { Learning } from './learn.js';
import { Link } from './link.js';
import { showModels } from './models.js';
import { forgetNotes } from './notes.js';
import { PictureView } from './picture.js';
import { SetList } from './setlist.js';
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
const say = (message) => link.say(message);
const learning = new Learning(say, (text) => toast(text, 'mild'));
const hands = new Hands(say);
const cues = new Cues(link, () => transport.present(), () => learning.draw());
const set = new SetList(say, (name) => cues.recall(name));
const keys = new Keys(link);
const cards = new Cards(find('cards'), values, link, FIXED);
const shown = {};   // the hands and cues that the show told last

function hear(message) {
  if (message.layout) build(message.layout);
  if (message.values) values.receive(message.values, Boolean(message.layout));
  if (message.levels) {
    health.meter.isFed = true;
    health.meter.take(message.levels);
  }
  if (message.status) {
    health.show(message.status, link.delay);
    showModels(message.status.models);
    transport.sync(message.status.beat, message.status.tempo);
  }
  if (message.hands) {
    shown.hands = message.hands;
    learning.show(message.hands);
    hands.show(message.hands);
  }
  if (message.cues) {
    shown.cues = message.cues;
    cues.show(message.cues);
    set.show(message.cues);
  }
  for (const verdict of message.verdicts || []) toast(verdict.text, verdict.judgement === 'clipped' ? 'mild' : 'bad');
  if (message.error) refuse(message.error);
  if (message.notice) toast(message.notice, 'mild');
}

/** The show said no: menus and fields go back to what it has. */
function refuse(text) {
  toast(text, 'bad');
  if (shown.hands) hands.show(shown.hands);
  if (shown.cues) set.show(shown.cues);
}

/** Make the controls anew that are new: the show has (or lost) params. */
function build({ groups, sound_rate: rate }) {
  const params = new Map(groups.flatMap((group) => group.controls).map((param) => [param.address, param]));
  const focused = document.activeElement?.closest('[data-address]')?.dataset.address;
  values.clear(cards.meet(groups));
  listening.rate = rate;
  transport.build(params);
  hands.params = params;
  find('gain').replaceChildren(...(params.has(GAIN) ? [makeControl(params.get(GAIN), values, link)] : []));
  cards.draw();
  forgetNotes();
  learning.draw();
  if (focused && document.activeElement === document.body) document.querySelector(`[data-address="${focused}"] :is(.track, button, input)`)?.focus();
}

/** Show whether the line to the show is up; controls rest while it is not. */
function change(isUp) {
  document.body.classList.toggle('is-lost', !isUp);
  write(find('lost').firstElementChild, isUp ? '' : 'Connection lost. Trying again…');
  for (const part of document.querySelectorAll('header, #cues, main, .drawer, footer')) part.inert = !isUp;
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

keys.isWaiting = () => Boolean(learning.waiting);
keys.isBound = (name) => name !== 'escape' && learning.hands.bindings.some(
  (one) => ['keys', ''].includes(one.device) && one.control === `key ${name}`);
for (const [key, act] of [
  ...transport.keys(),
  ['l', () => learning.turn(!learning.isOn)], ['escape', () => learning.cancel() || closeDrawer()],
  ['s', () => cues.ask()], ['n', () => cues.recall('next')], ['right', () => cues.recall('next')],
  ['left', () => cues.recall('previous')], ['u', () => cues.recall('undo')], ['ctrl z', () => cues.recall('undo')],
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((number) => [
    [`${number}`, () => cues.recallNumber(number)], [`shift ${number}`, () => cues.storeNumber(number)]]),
]) keys.on(key, act);

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
