// Learning: touch a control on the page, wiggle one in the hand, and they belong together. Shows on each control what
// moves it, and where a hand stands that has yet to catch the value.

import { find, make, spoken, write } from './dom.js';

const GUARDED = ['pointerdown', 'mousedown', 'click', 'dblclick'];
const ANSWER = 1000;   // ms in which the show should say that it waits

export class Learning {
  /** `say(message)` goes to the show, `tell(text)` to the performer. */
  constructor(say, tell) {
    this.say = say;
    this.tell = tell;
    this.isOn = false;
    this.hands = { learning: '', bindings: [] };
    this.asked = '';              // what was touched here, until the show says that it waits
    this.marks = new WeakMap();   // element → its tag and ghost
    for (const kind of GUARDED) document.addEventListener(kind, (event) => this.guard(event), true);
    document.addEventListener('keydown', (event) => this.press(event), true);
    find('learn').addEventListener('click', () => this.turn(!this.isOn));
    find('learn-end').addEventListener('click', () => this.cancel());
    this.draw();
  }

  /** Begin or end choosing controls; what waits when it ends does not wait any more. */
  turn(isOn) {
    this.isOn = isOn;
    if (!isOn && this.waiting) this.ask(null);
    this.draw();
  }

  /** The address that waits for a control, or "". */
  get waiting() { return this.asked || this.hands.learning; }

  ask(address) {
    this.asked = address || '';
    this.say({ learn: address });
    clearTimeout(this.answer);
    this.answer = setTimeout(() => { this.asked = ''; this.draw(); }, ANSWER);   // the show may have said no
    this.draw();
  }

  /** Stop waiting, or else stop learning; false when there was nothing to stop. */
  cancel() {
    if (this.waiting) this.ask(null);
    else if (this.isOn) this.turn(false);
    else return false;
    return true;
  }

  /** In learning, a touch chooses a control and does not move it. */
  guard(event) {
    const target = this.isOn && event.target.closest?.('[data-address]');
    if (!target) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.type === 'click') this.choose(target.dataset.address);
  }

  press(event) {
    const target = this.isOn && ['Enter', ' '].includes(event.key) && event.target.closest?.('[data-address]');
    if (!target) return;
    event.preventDefault();
    event.stopPropagation();
    this.choose(target.dataset.address);
  }

  choose(address) { this.ask(this.waiting === address ? null : address); }

  /** Take what the show says of hands. */
  show(hands) {
    const { hands: was, waiting } = this;
    this.hands = hands;
    const bound = waiting && !hands.learning && hands.bindings.find((one) => one.address === waiting
      && !was.bindings.some((other) => ['address', 'device', 'control', 'channel'].every((key) => one[key] === other[key])));
    if (bound || hands.learning === waiting) this.asked = '';
    if (bound) this.tell(`${controlName(bound)} moves ${targetName(bound.address)}`);
    this.draw();
  }

  /** Bring every control on the page up to date; also after controls or cues have come or gone. */
  draw() {
    const { waiting, hands: { bindings } } = this;
    const byAddress = groupBy(bindings);
    document.body.classList.toggle('is-learning', this.isOn);
    find('learn').setAttribute('aria-pressed', this.isOn ? 'true' : 'false');
    for (const element of document.querySelectorAll('[data-address]')) {
      const { address } = element.dataset;
      this.mark(element, byAddress.get(address) || [], address === waiting);
    }
    find('learning').hidden = !this.isOn && !waiting;
    write(find('learning-what'), waiting ? `${targetName(waiting)}: wiggle a knob, hit a pad, press a key`
      : 'Touch a control on this page.');
    write(find('learn-end'), waiting ? 'Cancel' : 'Done');
  }

  mark(element, bindings, isWaiting) {
    if (!bindings.length && !isWaiting && !this.marks.has(element)) return;
    if (!this.marks.has(element)) this.marks.set(element, makeMark(element));
    const { tag, ghost } = this.marks.get(element);
    const free = bindings.find((one) => !one.is_caught && one.hand !== null && one.value !== null);
    const way = free ? (free.hand < free.value ? ' ▸' : ' ◂') : '';
    element.classList.toggle('is-waiting', isWaiting);
    tag.hidden = !bindings.length && !isWaiting;
    tag.classList.toggle('is-free', Boolean(free));
    write(tag, isWaiting ? 'wiggle…' : bindings.length ? bindings[0].control
      + (bindings.length > 1 ? ` +${bindings.length - 1}` : '') + way : '');
    tag.title = bindings.map(controlName).join(', ') + (free ? '\nturn it on to the value, then it takes over' : '');
    if (!ghost) return;
    ghost.hidden = !free;
    if (free) ghost.style.setProperty('--hand', free.hand);
  }
}

/** "nano · cc 21"; "key m", whose name says where it is. */
export const controlName = ({ device, control }) => (
  ['', 'keys', 'osc'].includes(device) ? control : `${device} · ${control}`);

/** "paint hue" of /liveart/paint/hue. */
export const targetName = (address) => spoken(address.replace('/liveart/', '').replaceAll('/', ' '));

function makeMark(element) {
  const tag = make('span', { class: 'bound' });
  const name = element.querySelector('.name');
  if (name) name.after(tag);
  else element.append(tag);
  const track = element.querySelector('.track');
  const ghost = track && make('span', { class: 'ghost' });
  if (ghost) track.append(ghost);
  return { tag, ghost };
}

function groupBy(bindings) {
  const groups = new Map();
  for (const one of bindings) groups.set(one.address, [...groups.get(one.address) || [], one]);
  return groups;
}
