// The set list: the cues in the order of the set, each as often as it is wanted, with their timing; and the cues that
// are in no set. The drawer in which they are arranged.

import { find, keepRows, write } from './dom.js';
import { makeCue } from './cuerow.js';
import { makeDrawer } from './drawer.js';
import { makeSortable } from './sort.js';

const REGRET = 5000;   // ms in which a deletion can be taken back
const ANSWER = 500;    // ms in which the show should have done what was asked

export class SetList {
  /** `say(message)` goes to the show; `recall(name)` plays a cue. */
  constructor(say, recall) {
    this.say = say;
    this.recall = recall;
    this.list = this.names = this.rows = [];
    this.leaving = new Map();   // name → the timer that deletes it
    const create = (cue) => makeCue(cue, this);
    this.showRows = keepRows(find('rows'), (cue) => cue.key, create);
    this.showSpare = keepRows(find('spare'), (cue) => cue.name, create);
    this.sorting = makeSortable(find('rows'), (names) => {
      if (names) this.order(names);
      else this.showRows(this.rows);
    });
    makeDrawer('set');
  }

  show(now) {
    const { cues, list, file, at, pending } = this.now = now;
    const known = new Map(cues.map((cue) => [cue.name, cue]));
    const counts = new Map();   // a cue may come more than once in a set
    Object.assign(this, { list, at, pending, names: cues.map((cue) => cue.name) });
    this.rows = list.map((name, place) => {
      counts.set(name, (counts.get(name) || 0) + 1);
      return { ...known.get(name), place, key: `${name} ${counts.get(name)}` };
    });
    const spare = cues.filter((cue) => !counts.has(cue.name));
    write(find('set-file'), file || '');
    find('no-cues').hidden = cues.length > 0;
    find('spare-title').hidden = !spare.length;
    for (const [name, timer] of this.leaving) if (!known.has(name)) clearTimeout(timer);
    if (!this.sorting.isBusy) this.showRows(this.rows);
    this.showSpare(spare.map((cue) => ({ ...cue, place: -1 })));
  }

  /** Ask for another order, and show it already: the next touch starts from it. */
  order(names) {
    this.show({ ...this.now, list: names });
    this.say({ cue: { order: names } });
  }

  change(name, changes) { this.say({ cue: { set: name, ...changes } }); }

  rename(name, text) { this.say({ cue: { rename: [name, text] } }); }

  /** Move the cue at a place of the set earlier or later. */
  move(place, by) {
    if (place + by < 0 || place + by >= this.list.length) return;
    const names = [...this.list];
    names.splice(place + by, 0, ...names.splice(place, 1));
    this.order(names);
  }

  /** Put a cue into the set behind a place, or at its end. */
  add(name, place) {
    const names = [...this.list];
    names.splice(place < 0 ? names.length : place + 1, 0, name);
    this.order(names);
  }

  takeOut(place) { this.order(this.list.filter((_, other) => other !== place)); }

  /** Delete in a moment: until then one touch takes it back. */
  remove(name, row) {
    row.classList.add('is-leaving');
    this.leaving.set(name, setTimeout(() => {
      this.leaving.delete(name);
      this.say({ cue: { delete: name } });
      setTimeout(() => row.classList.remove('is-leaving'), ANSWER);   // it is here still, if the show said no
    }, REGRET));
  }

  keep(name, row) {
    clearTimeout(this.leaving.get(name));
    this.leaving.delete(name);
    row.classList.remove('is-leaving');
  }
}
