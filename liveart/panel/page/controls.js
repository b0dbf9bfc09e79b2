// One control for each declared param: the declaration alone decides how it looks and feels.

import { make, spoken } from './dom.js';
import { follow } from './gesture.js';
import { makeModels } from './models.js';
import { makeNotes } from './notes.js';
import { clamp, fromNorm, read, show, toNorm } from './scale.js';

const REST = 0.012;        // a speed this near to 0 (in fader travel) stands still
const FEW = 26;            // letters that fit on a row of buttons

/** The control for a param: an element that shows the value and lets the hand change it. */
export function makeControl(param, values, link) {
  if (param.kind === 'trigger') return trigger(param, values, link);
  if (param.kind === 'bool') return toggle(param, values);
  if (param.models) return makeModels(param, values, lamp(param, values));
  if (param.kind === 'choice') return choice(param, values);
  if (param.kind === 'notes') return makeNotes(param, link);
  return fader(param, values);
}

const told = (param) => [param.help, param.address].filter(Boolean).join('\n');

function lamp(param, values) {
  const light = make('i', { class: 'led', 'aria-hidden': 'true' });
  values.lamp(param.address, light);
  return light;
}

function fader(param, values) {
  const name = spoken(param.name);
  const bar = make('span', { class: 'fill' });
  const slider = make('div', {
    class: 'track', role: 'slider', tabindex: 0, 'aria-label': name, 'aria-valuemin': param.low,
    'aria-valuemax': param.high, title: `${told(param)}\ndouble-click: default · shift: fine`,
  }, bar, make('span', { class: 'mark' }), lamp(param, values), make('span', { class: 'name' }, name));
  slider.style.setProperty('--default', toNorm(param, param.default));
  const row = make('div', { class: `control fader ${param.kind}`, 'data-address': param.address },
    param.picture ? makeThumb(param) : null, slider, ...extras(param, values), makeNumber(param, values));
  // A range that goes both ways fills from its middle, so that direction is seen at a glance.
  const origin = param.low < 0 && param.high > 0 && !param.unit.includes('dB') ? toNorm(param, 0) : 0;
  values.watch(param.address, (number) => {
    const at = toNorm(param, number);
    slider.style.setProperty('--at', at);
    bar.style.left = `${Math.min(at, origin) * 100}%`;
    bar.style.width = `${Math.abs(at - origin) * 100}%`;
    slider.setAttribute('aria-valuenow', number);
    slider.setAttribute('aria-valuetext', `${show(param, number)} ${param.unit}`);
  });
  slide(slider, param, values);
  return row;
}

/** A slider of a direction in latent space, with the layers that it moves in the same row. */
export function makeDirection(param, layers, values) {
  const row = fader(param, values);
  row.classList.add('direction');
  row.append(make('span', { class: 'layers', 'data-address': layers.address, title: told(layers) },
    menu(layers, values, spoken(layers.name))));
  return row;
}

/** What moving a param does, as a small picture of before and after; larger while it is pointed at or tapped. */
function makeThumb(param) {
  const about = `${spoken(param.name)}: before and after`;
  const thumb = make('button', {
    type: 'button', class: 'thumb', tabindex: -1, 'aria-label': about, title: about,
    onclick: () => thumb.classList.toggle('is-large'),
  }, make('img', { src: `/picture${param.address}`, alt: '', loading: 'lazy', draggable: 'false',
    onerror: () => thumb.remove() }));
  thumb.addEventListener('pointerleave', () => thumb.classList.remove('is-large'));
  return thumb;
}

/** A rate can be stopped, a whole number stepped. */
function extras(param, values) {
  const step = (sign) => make('button', {
    type: 'button', class: 'step', tabindex: -1, 'aria-label': `${spoken(param.name)} ${sign > 0 ? 'up' : 'down'}`,
    onclick: () => values.put(param.address, clamp(values.get(param.address) + sign, param.low, param.high)),
  }, sign > 0 ? '+' : '−');
  if (param.kind === 'int') return [step(-1), step(1)];
  if (param.kind !== 'rate' || param.low > 0 || param.high < 0) return [];
  let last = param.default;
  const stop = make('button', {
    type: 'button', class: 'step', tabindex: -1, 'aria-label': `stop ${spoken(param.name)}`, title: 'stop and go on',
    onclick: () => {
      const now = values.get(param.address);
      if (now !== 0) last = now;
      values.put(param.address, now === 0 ? last : 0);
    },
  });
  values.watch(param.address, (number) => stop.classList.toggle('is-stopped', number === 0));
  return [stop];
}

/** Let pointer and keys move a slider: a mouse goes where it points, a finger moves it from where it stands. */
function slide(slider, param, values) {
  const { address } = param;
  const put = (position) => {
    const isNear = param.kind === 'rate' && Math.abs(position - toNorm(param, 0)) < REST;
    values.put(address, isNear ? 0 : fromNorm(param, clamp(position, 0, 1)));
  };
  follow(slider, {
    put, place: () => [toNorm(param, values.get(address)), 0], reset: () => values.put(address, param.default),
    grab: () => values.grab(address), release: () => values.release(address),
    jumps: (event) => event.pointerType !== 'touch' && !event.shiftKey,
  });
  slider.addEventListener('keydown', (event) => {
    const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (way) values.put(address, stepped(param, values.get(address), way * (event.shiftKey ? 0.1 : 1)));
    else if (event.key === 'Home') values.put(address, param.low);
    else if (event.key === 'End') values.put(address, param.high);
    else if (event.key === 'Delete' || event.key === 'Backspace') values.put(address, param.default);
    else return;
    event.preventDefault();
  });
}

/** The number some keystrokes away: hundredths of the travel, or whole steps. */
function stepped(param, number, steps) {
  if (param.kind === 'int') {
    const whole = Math.sign(steps) * Math.max(Math.abs(Math.round(steps)), 1);
    return clamp(number + whole, param.low, param.high);
  }
  return fromNorm(param, clamp(toNorm(param, number) + steps / 100, 0, 1));
}

/** A number to type, with its unit; Enter takes it, Escape does not, arrows step. */
export function makeNumber(param, values) {
  const { address } = param;
  const name = spoken(param.name);
  const input = make('input', {
    type: 'text', inputmode: 'decimal', size: 6, 'aria-label': `${name} as a number`, autocomplete: 'off',
  });
  const present = () => { input.value = show(param, values.get(address) ?? param.default); };
  const take = () => {
    const number = read(param, input.value);
    if (number !== null && input.value !== show(param, values.get(address))) values.put(address, number);
    present();
  };
  input.addEventListener('focus', () => input.select());
  input.addEventListener('blur', take);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') present();
    if (event.key === 'Escape' || event.key === 'Enter') input.blur();
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    values.put(address, stepped(param, values.get(address), way * (event.shiftKey ? 10 : 1)));
    present();
    input.select();
  });
  values.watch(address, () => { if (document.activeElement !== input) present(); });
  return make('label', { class: 'number', title: told(param) },
    input, param.unit ? make('span', { class: 'unit' }, param.unit) : null);
}

function toggle(param, values) {
  const button = make('button', {
    type: 'button', class: 'control toggle', role: 'switch', 'data-address': param.address, title: told(param),
    onclick: () => values.put(param.address, values.get(param.address) ? 0 : 1),
  }, lamp(param, values), make('span', { class: 'name' }, spoken(param.name)), make('span', { class: 'switch' }));
  values.watch(param.address, (number) => button.setAttribute('aria-checked', number ? 'true' : 'false'));
  return button;
}

function trigger(param, values, link) {
  const button = make('button', {
    type: 'button', class: 'control trigger', 'data-address': param.address, title: told(param),
    onclick: () => { values.release(param.address); link.fire(param.address); flash(button); },
  }, lamp(param, values), make('span', { class: 'name' }, spoken(param.name)), make('span', { class: 'ring' }));
  values.watch(param.address, (_, isOther) => { if (isOther) flash(button); });
  return button;
}

/** Show for a moment that something was fired. */
export function flash(element) {
  element.animate([{ filter: 'brightness(2.2)' }, { filter: 'none' }], { duration: 350, easing: 'ease-out' });
}

function choice(param, values) {
  const name = spoken(param.name);
  const isFew = param.choices.length <= 5 && param.choices.join('').length <= FEW;
  const options = isFew ? segments(param, values, name) : menu(param, values, name);
  const kind = `control choice ${isFew ? 'few' : 'many'}`;
  return make('div', { class: kind, 'data-address': param.address, title: told(param) },
    lamp(param, values), make('span', { class: 'name' }, name), options);
}

function segments(param, values, name) {
  const buttons = param.choices.map((word, index) => make('button', {
    type: 'button', role: 'radio', onclick: () => values.put(param.address, index),
  }, word));
  values.watch(param.address, (number) => buttons.forEach((button, index) => {
    button.setAttribute('aria-checked', index === number ? 'true' : 'false');
  }));
  return make('span', { class: 'segments', role: 'radiogroup', 'aria-label': name }, ...buttons);
}

function menu(param, values, name) {
  const select = make('select', { 'aria-label': name, onchange: () => values.put(param.address, select.selectedIndex) },
    ...param.choices.map((word) => make('option', {}, word)));
  values.watch(param.address, (number) => { select.selectedIndex = number; });
  return select;
}
