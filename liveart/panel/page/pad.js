// An XY pad: two params of one group under one finger, over the grid of whole numbers (the seeds of a grid path).

import { make, spoken } from './dom.js';
import { makeNumber } from './controls.js';
import { follow } from './gesture.js';
import { clamp, fromNorm, toNorm } from './scale.js';

/** The pad for params `x` and `y`, with both as numbers beneath. */
export function makePad(x, y, values) {
  const dot = make('span', { class: 'dot' });
  const light = make('i', { class: 'led', 'aria-hidden': 'true' });
  const names = `${spoken(x.name)} and ${spoken(y.name)}`;
  const plane = make('div', {
    class: 'plane', role: 'application', tabindex: 0, 'aria-roledescription': 'XY pad',
    'aria-label': `${names}; arrow keys move`,
    title: [x.help, y.help, x.address, y.address].filter(Boolean).join('\n'),
  }, ...gridLines(x, 'column'), ...gridLines(y, 'row'), light, dot);
  for (const param of [x, y]) values.lamp(param.address, light);
  values.watch(x.address, (number) => plane.style.setProperty('--x', toNorm(x, number)));
  values.watch(y.address, (number) => plane.style.setProperty('--y', toNorm(y, number)));
  travel(plane, x, y, values);
  const numbers = [x, y].map((param) => make('span', { class: 'axis', 'data-address': param.address },
    make('span', { class: 'name' }, spoken(param.name)), makeNumber(param, values)));
  return make('div', { class: 'control pad' },
    plane, make('div', { class: 'axes' }, ...numbers));
}

function gridLines(param, way) {
  if (param.high - param.low > 24 || param.high - param.low < 1.5) return [];
  const lines = [];
  for (let whole = Math.ceil(param.low) ; whole <= param.high; whole++) {
    const line = make('span', { class: `line ${way}${whole === 0 ? ' zero' : ''}`, 'aria-hidden': 'true' });
    line.style.setProperty('--at', toNorm(param, whole));
    lines.push(line);
  }
  return lines;
}

function travel(plane, x, y, values) {
  const both = (what) => () => { for (const param of [x, y]) values[what](param.address); };
  const put = (across, up) => {
    values.put(x.address, fromNorm(x, clamp(across, 0, 1)));
    values.put(y.address, fromNorm(y, clamp(up, 0, 1)));
  };
  const place = () => [x, y].map((param) => toNorm(param, values.get(param.address)));
  const home = [x, y].map((param) => toNorm(param, param.default));
  follow(plane, {
    put, place, reset: () => put(...home), grab: both('grab'), release: both('release'),
    jumps: (event) => !event.shiftKey,
  });
  plane.addEventListener('keydown', (event) => {
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!way && event.key !== 'Home') return;
    event.preventDefault();
    const [across, up] = event.key === 'Home' ? home : place();
    const step = event.shiftKey ? 0.001 : 0.01;
    put(across + (way ? way[0] * step : 0), up + (way ? way[1] * step : 0));
  });
}
