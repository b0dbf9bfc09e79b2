// One cue of the set list: its name, its place, and how it comes, folded to a line until somebody changes it.

import { cueColour, cueName, timing } from './cues.js';
import { choose, make, makeField, makeMenu, refill, write } from './dom.js';

const QUANTA = ['now', 'beat', 'bar', '2 bars', '4 bars'].map((word) => [word, word]);
const CURVES = ['smooth', 'linear', 'in', 'out'].map((word) => [word, word]);

/** The row of a cue; `set` does what its buttons say. A cue that is in no set has place -1. */
export function makeCue({ name, place }, set) {
  let now = { place };
  const isSpare = place < 0;
  const number = make('kbd', { class: 'number' });
  const title = makeField({ class: 'cue-title', 'aria-label': `name of ${name}`, maxlength: 60 }, () => name,
    (typed) => { if (cueName(typed)) set.rename(name, cueName(typed)); });
  const small = (text, label, act) => make('button', {
    type: 'button', class: 'plain', 'aria-label': `${label} ${name}`, title: label, onclick: act,
  }, text);
  const word = (text, act) => make('button', {
    type: 'button', class: 'word', 'aria-label': `${text} ${name}`, onclick: act,
  }, text);
  const settings = makeSettings(name, () => now, set);
  const summary = make('summary', { 'aria-label': `timing of ${name}` });
  const row = make('li', { class: 'cue', 'data-name': name },
    make('div', { class: 'heading' },
      isSpare ? null : make('span', { class: 'handle', title: 'drag to another place' }, '⠿'), number, title,
      small('▶', 'recall', () => set.recall(name)),
      ...(isSpare ? [] : [small('↑', 'earlier', () => set.move(now.place, -1)),
        small('↓', 'later', () => set.move(now.place, 1))])),
    make('details', {}, summary, make('div', { class: 'settings' }, ...settings.map(({ field }) => field),
      word(isSpare ? 'add to the set' : 'once more', () => set.add(name, now.place)),
      isSpare ? null : word('take out', () => set.takeOut(now.place)), word('delete', () => set.remove(name, row)))),
    make('div', { class: 'regret' }, make('span', {}, `${name} is being deleted`),
      make('button', { type: 'button', onclick: () => set.keep(name, row) }, 'Undo')));
  row.style.setProperty('--cue', cueColour(name));
  return {
    element: row,
    show: (cue) => {
      now = cue;
      write(number, String(cue.number));
      refill(title, name);
      write(summary, timing(cue));
      row.classList.toggle('is-at', set.at === name);
      row.classList.toggle('is-pending', set.pending === name);
      settings.forEach((one) => one.show(cue));
    },
  };
}

const labelled = (word, ...parts) => make('label', { class: 'field' }, word && make('span', {}, word), ...parts);

function makeSettings(name, now, set) {
  const beats = (word) => {
    const input = makeField({ inputmode: 'decimal', size: 3, 'aria-label': `${word} of ${name}` },
      () => String(now()[word]), (typed) => {
        const number = Number(typed.replace(',', '.'));
        if (typed.trim() && number >= 0 && Number.isFinite(number)) set.change(name, { [word]: number });
      });
    return { field: labelled(word, input, make('span', { class: 'unit' }, 'beats')),
      show: (cue) => refill(input, String(cue[word])) };
  };
  const menu = (word, text, pairs) => {
    const select = makeMenu(`${word} of ${name}`, pairs, (value) => set.change(name, { [word]: value }));
    return { field: labelled(text, select), show: (cue) => choose(select, cue[word]) };
  };
  const after = beats('after');
  return [beats('morph'), menu('quantum', 'on', QUANTA), menu('curve', '', CURVES),
    makeFollow(name, set, after.field), after];
}

/** The menu of cues that may come by themselves; without one there is nothing to wait for. */
function makeFollow(name, set, after) {
  const select = makeMenu(`follow of ${name}`, [], (value) => set.change(name, { follow: value }));
  let shown = '';
  return {
    field: labelled('then', select),
    show: (cue) => {
      const names = ['', ...set.names.filter((other) => other !== name)];
      if (names.join('\n') !== shown || !select.length) {
        shown = names.join('\n');
        select.replaceChildren(...names.map((other) => make('option', { value: other }, other || 'nothing')));
      }
      choose(select, cue.follow);
      after.hidden = !cue.follow;
    },
  };
}
