// Hands: controllers, and what each of their controls moves; the drawer in which bindings are changed.

import { choose, find, keepRows, make, makeField, makeMenu, refill, write } from './dom.js';
import { makeDrawer } from './drawer.js';
import { controlName, targetName } from './learn.js';
import { read, show, toNorm, fromNorm } from './scale.js';

const TAKEOVERS = ['auto', 'jump', 'pickup', 'scale', 'parallel', 'catch'].map((word) => [word, word]);
// An endless knob, by the numbers that it sends as it turns up and down.
const ENCODERS = [['', 'no'], ['twos', '1 / 127'], ['offset', '65 / 63'], ['sign', '1 / 65']];
const ACTIONS = ['auto', 'set', 'toggle', 'trigger', 'hold'].map((word) => [word, word]);
const RANGED = new Set(['float', 'int', 'rate']);
const CLOCKS = { running: 'well', waiting: 'waits', lost: 'lost', stopped: '' };

const isButton = ({ control }) => /^(note |key |program|song)/.test(control);

export class Hands {
  constructor(say) {
    this.say = say;
    this.params = new Map();
    this.showPorts = keepRows(find('ports'), (port) => port.name, makePort);
    this.showBindings = keepRows(find('bindings'), (one) => one.key, (one) => this.makeBinding(one));
    find('undo-bind').addEventListener('click', () => say({ undo_bind: true }));
    makeDrawer('hands');
  }

  show({ bindings, ports, clock, can_undo: canUndo }) {
    const counts = new Map();   // one control may move one address twice
    this.showBindings(bindings.map((one) => {
      const name = [one.device, one.channel, one.control, one.address].join('|');
      counts.set(name, (counts.get(name) || 0) + 1);
      return { ...one, key: `${name}|${counts.get(name)}` };
    }));
    this.showPorts(ports);
    find('unbound').hidden = bindings.length > 0;
    find('undo-bind').disabled = canUndo === false;
    find('no-ports').hidden = ports.length > 0;
    const lamp = find('open-hands').querySelector('.lamp');
    lamp.className = `lamp ${!ports.length ? '' : ports.every((port) => port.is_connected) ? 'well' : 'waits'}`;
    this.showClock(clock);
  }

  showClock({ follow, state, peers, tempo }) {
    const { children: [lamp, text] } = find('followed');
    lamp.className = `lamp ${CLOCKS[state] ?? ''}`;
    const others = follow === 'link' ? ` · ${peers} ${peers === 1 ? 'peer' : 'peers'}` : '';
    write(text, follow === 'internal' ? `the show's own clock · ${(tempo ?? 0).toFixed(1)} bpm`
      : `follows ${follow === 'midi' ? 'MIDI clock' : 'Link'} · ${state} · ${(tempo ?? 0).toFixed(1)} bpm${others}`);
  }

  makeBinding(first) {
    let now = first;
    const param = () => this.params.get(now.address);
    const bind = (changes) => this.say({ bind: [now.index, changes] });
    const tag = make('span', { class: 'bound' });
    const device = make('span', { class: 'device' });
    const target = make('b');
    const bar = make('span', { class: 'reach', 'aria-hidden': 'true' }, make('i'), make('s'), make('u'));
    const ends = ['low', 'high'].map((end) => makeEnd(end, () => now, param, bind));
    const menus = [['takeover', TAKEOVERS], ['encoder', ENCODERS], ['action', ACTIONS]].map(([word, pairs]) => {
      const menu = makeMenu(`${word} of ${controlName(first)}`, pairs, (value) => bind({ [word]: value }));
      return { word, menu, field: make('label', { class: 'field' }, make('span', {}, word), menu) };
    });
    const row = make('li', { class: 'binding', 'data-binding': first.key },
      make('div', { class: 'heading' }, tag, device, target, bar, make('button', {
        type: 'button', class: 'plain', title: 'take it away', 'aria-label': `unbind ${controlName(first)}`,
        onclick: () => this.say({ unbind: now.index }),
      }, '✕')),
      make('div', { class: 'settings' }, ...ends.map(({ field }) => field), ...menus.map(({ field }) => field)));
    return {
      element: row,
      show: (binding) => {
        now = binding;
        write(tag, binding.control);
        write(device, [binding.device, binding.channel && `ch ${binding.channel}`].filter(Boolean).join(' · '));
        write(target, targetName(binding.address));
        target.title = binding.address;
        tag.classList.toggle('is-free', !binding.is_caught && binding.hand !== null);
        showReach(bar, binding, param());
        ends.forEach((end) => end.show());
        for (const { word, menu, field } of menus) {
          field.hidden = isHidden(word, binding, param());
          choose(menu, binding[word]);
        }
      },
    };
  }
}

/** Settings that make no difference for this control and target are not shown. */
function isHidden(word, binding, param) {
  if (param?.kind === 'notes' || binding.control === 'notes') return true;
  if (word === 'action') return !isButton(binding) && (!param || RANGED.has(param.kind));
  return isButton(binding) || param?.kind === 'trigger' || !param;
}

/** One end of the range, in the units of what it moves. */
function makeEnd(end, now, param, bind) {
  const unit = make('span', { class: 'unit' });
  const text = () => (RANGED.has(param()?.kind) ? show(param(), fromNorm(param(), now()[end])) : '');
  const input = makeField({ inputmode: 'decimal', size: 6, 'aria-label': `${end} of ${controlName(now())}` }, text,
    (typed) => {
      const number = read(param(), typed);
      if (number !== null) bind({ [end]: toNorm(param(), number) });
    });
  const field = make('label', { class: 'field' }, make('span', {}, end), input, unit);
  return {
    field,
    show: () => {
      field.hidden = !RANGED.has(param()?.kind);
      write(unit, param()?.unit || '');
      refill(input, text());
    },
  };
}

/** The range as a bar, with the value (line) and the hand (ghost) on it. */
function showReach(bar, { low, high, value, hand, is_caught: isCaught }, param) {
  bar.hidden = !RANGED.has(param?.kind) && param?.kind !== 'choice';
  if (bar.hidden) return;
  const [range, mark, ghost] = bar.children;
  range.style.left = `${Math.min(low, high) * 100}%`;
  range.style.width = `${Math.abs(high - low) * 100}%`;
  mark.hidden = value === null;
  mark.style.left = `${value * 100}%`;
  ghost.hidden = hand === null || isCaught;
  ghost.style.left = `${hand * 100}%`;
}

function makePort(first) {
  const lamp = make('i');
  const about = make('span', { class: 'about' });
  const last = make('span', { class: 'last' });
  return {
    element: make('li', {}, lamp, make('b', {}, first.name), about, last),
    show: ({ input, output, is_connected: isConnected, received, last: text }) => {
      lamp.className = `lamp ${isConnected ? 'well' : 'waits'}`;
      const ports = [...new Set([input, output].filter(Boolean))].join(' ↔ ');
      write(about, isConnected ? ports : ['not there', ports && `looks for “${ports}”`].filter(Boolean).join(': '));
      write(last, text ? `${text} · ${received}` : '');
    },
  };
}
