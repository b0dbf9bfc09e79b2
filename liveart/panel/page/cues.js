// Cues: the strip of them under the top line. Which is on, which comes next, which waits for its beat, and how far the
// morph has come; one touch or key recalls, steps, undoes and stores.

import { find, keepRows, make, write } from './dom.js';

const CUE = '/liveart/cue';
const NONE = { cues: [], list: [], at: '', next: '', pending: '', launch: null, share: null, can_undo: false };

/** A colour of its own for every name, the same on every page. */
export function cueColour(name) {
  let hash = 7;
  for (const letter of name) hash = (hash * 31 + letter.codePointAt(0)) % 3600;
  return `hsl(${hash / 10} 62% 66%)`;
}

/** A name as the show takes it: it must fit into an address. */
export const cueName = (text) => text.trim().replace(/\s+/g, '-');

const WHEN = { now: '', beat: 'on the beat', bar: 'on the bar', '2 bars': 'every 2 bars', '4 bars': 'every 4 bars' };

/** How a cue comes, in a few words. */
export function timing({ morph, quantum, curve, follow, after }) {
  const way = morph ? `morph ${morph}${curve === 'smooth' ? '' : ` ${curve}`}` : 'cut';
  return [way, WHEN[quantum], follow && `then ${follow} after ${after}`].filter(Boolean).join(' · ');
}

export class Cues {
  /** `present()` gives the beat now, or null; `changed()` is called when buttons have come or gone. */
  constructor(link, present, changed) {
    this.link = link;
    this.present = present;
    this.now = NONE;
    this.names = '';
    this.changed = changed;
    this.showChips = keepRows(find('chips'), (cue) => cue.name, (cue) => this.makeChip(cue));
    for (const word of ['previous', 'next', 'undo']) {
      const button = find(`cue-${word}`);
      button.dataset.address = `${CUE}/${word}`;
      button.addEventListener('click', () => this.recall(word));
    }
    this.field = find('cue-name');
    find('cue-store').dataset.address = `${CUE}/store`;
    find('cue-store').addEventListener('click', () => this.ask());
    find('naming').addEventListener('submit', (event) => {
      event.preventDefault();
      this.store(cueName(this.field.value));
    });
    // Else a touch on it would take the focus, and so end the asking, before it is a click.
    find('store-now').addEventListener('pointerdown', (event) => event.preventDefault());
    this.field.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.ask(false); });
    this.field.addEventListener('input', () => this.warn());
    find('naming').addEventListener('focusout', ({ relatedTarget }) => {
      if (!find('naming').contains(relatedTarget)) this.ask(false);
    });
    this.draw();
  }

  show(now) {
    this.now = now;
    this.showChips(now.cues);
    find('cues').classList.toggle('is-empty', !now.cues.length);
    // Dimmed, not disabled: what can do nothing now can be learnt all the same.
    find('cue-undo').classList.toggle('is-idle', !now.can_undo);
    for (const word of ['next', 'previous']) find(`cue-${word}`).classList.toggle('is-idle', !now.cues.length);
    write(find('at'), now.at || (now.cues.length ? 'no cue yet' : 'no cues'));
    find('standing').style.setProperty('--cue', now.at ? cueColour(now.at) : 'var(--line)');
    find('standing').style.setProperty('--share', now.share ?? 0);
    this.write();
    const seen = now.pending || now.at;
    if (seen !== this.seen) this.bringIntoView(seen);
    this.seen = seen;
    const names = JSON.stringify(now.cues.map((cue) => cue.name));
    if (names !== this.names) this.changed();
    this.names = names;
  }

  makeChip({ name }) {
    const number = make('kbd', { 'aria-hidden': 'true' });
    const chip = make('button', {
      type: 'button', class: 'chip', 'data-address': `${CUE}/${name}`, onclick: () => this.recall(name),
    }, number, make('span', { class: 'name' }, name));
    chip.style.setProperty('--cue', cueColour(name));
    return {
      element: chip,
      show: (cue) => {
        const { at, next, pending } = this.now;
        write(number, String(cue.number));
        chip.classList.toggle('is-at', at === name);
        chip.classList.toggle('is-next', next === name && pending !== name);
        chip.classList.toggle('is-pending', pending === name);
        chip.setAttribute('aria-current', at === name ? 'true' : 'false');
        chip.title = `${cue.number}  ${name}\n${timing(cue)}`;
      },
    };
  }

  /** Keep the chip that matters in sight, without moving the page. */
  bringIntoView(name) {
    const chip = name && [...find('chips').children].find((one) => one.dataset.address === `${CUE}/${name}`);
    const { scrollLeft, clientWidth } = find('chips');
    if (!chip || (chip.offsetLeft >= scrollLeft && chip.offsetLeft + chip.offsetWidth <= scrollLeft + clientWidth)) return;
    find('chips').scrollTo({ left: chip.offsetLeft - (clientWidth - chip.offsetWidth) / 2, behavior: 'smooth' });
  }

  recall(word) { this.link.fire(`${CUE}/${word}`); }

  /** Recall the cue of a number, from 1. */
  recallNumber(number) {
    const cue = this.now.cues.find((one) => one.number === number);
    if (cue) this.recall(cue.name);
  }

  /** Store what stands now into the cue of a number; into a new one when there is none. */
  storeNumber(number) { this.store(this.now.cues.find((one) => one.number === number)?.name || ''); }

  store(name) {
    this.link.say({ cue: { store: name } });
    this.ask(false);
  }

  /** Ask for a name to store under, or stop asking. */
  ask(isAsking = true) {
    if (find('naming').hidden === !isAsking) return;
    find('naming').hidden = !isAsking;
    this.field.value = '';
    this.warn();
    if (isAsking) this.field.focus();
    else this.field.blur();
  }

  warn() {
    const isKnown = this.now.cues.some((cue) => cue.name === cueName(this.field.value));
    write(find('store-now'), isKnown ? 'Replace' : 'Store');
    find('store-now').classList.toggle('replaces', isKnown);
  }

  /** What comes: the countdown to the launch, the morph, or the next cue. */
  write() {
    const { pending, launch, share, next } = this.now;
    const beat = this.present();
    const left = launch === null || beat === null ? null : launch - beat;
    find('standing').classList.toggle('is-pending', Boolean(pending));
    find('standing').classList.toggle('is-morphing', share !== null);
    const count = left === null ? '' : left > 0 ? ` in ${Math.ceil(left)}` : ' now';
    write(find('coming'), pending ? `${pending}${count}` : share !== null ? `morph ${Math.round(share * 100)} %`
      : next ? `next ${next}` : '');
  }

  /** Blink on the beat while a cue waits. */
  draw() {
    requestAnimationFrame(() => this.draw());
    if (!this.now.pending) return;
    const beat = this.present() ?? 0;
    find('cues').style.setProperty('--pulse', 1 - 0.75 * (beat - Math.floor(beat)));
    this.write();
  }
}
