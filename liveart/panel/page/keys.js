// The computer's keyboard: keys of the stage are the page's own, every other one goes to the show to be learnt.

const NAMES = {
  ' ': 'space', ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right', Enter: 'enter',
  Backspace: 'backspace', Delete: 'delete', Insert: 'insert', Home: 'home', End: 'end', PageUp: 'pageup',
  PageDown: 'pagedown', Escape: 'escape',
};
// What a button that has come to the focus by keyboard does with keys itself. (Faders say so by preventDefault.)
const WIDGETS = 'button, summary, [role=radio], input';
const MOVES = new Set(['space', 'enter', 'up', 'down', 'left', 'right', 'home', 'end', 'pageup', 'pagedown', 'delete',
  'backspace']);

/** The name of a key, as in "n", "space", "f5", "shift 1", "ctrl z"; null for those that are none of ours. */
export function keyName(event) {
  if (event.altKey) return null;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];   // by its place: some layouts need shift for digits
  const plain = NAMES[event.key] || digit
    || (event.key.length === 1 || /^F\d+$/.test(event.key) ? event.key.toLowerCase() : null);
  if (plain === null) return null;
  if (event.ctrlKey || event.metaKey) return plain === 'z' ? 'ctrl z' : null;
  return event.shiftKey && digit ? `shift ${digit}` : plain;
}

/** Whether somebody writes: then keys are letters and nothing else. */
const isTyping = (element) => element.matches('input:not([type=range]), select, textarea, [contenteditable]');

export class Keys {
  constructor(link) {
    this.link = link;
    this.own = new Map();          // name → what it does
    this.held = new Map();         // the key's place → the name that was sent
    this.isBound = () => false;    // whether a key is bound in the show
    this.isWaiting = () => false;  // whether the show waits for a control to learn
    document.addEventListener('keydown', (event) => this.down(event));
    document.addEventListener('keyup', (event) => this.up(event.code));
    window.addEventListener('blur', () => this.letGo());
    document.addEventListener('visibilitychange', () => this.letGo());
  }

  /** Let a key do something on this page. */
  on(name, act) { this.own.set(name, act); }

  down(event) {
    if (event.defaultPrevented || isTyping(document.activeElement)) return;
    const name = keyName(event);
    if (name === null || (MOVES.has(name) && document.activeElement.matches(WIDGETS))) return;
    // What a performer has bound a key to wins; a key that nobody knows keeps what browsers do with it.
    const act = this.isBound(name) ? null : this.own.get(name);
    if (act || this.isBound(name) || this.isWaiting()) event.preventDefault();
    if (event.repeat) return;
    if (act) act();
    else if (!name.includes(' ')) this.send(event.code, name);
  }

  send(code, name) {
    this.held.set(code, name);
    this.link.say({ key: [name, true] });
  }

  up(code) {
    if (!this.held.has(code)) return;
    this.link.say({ key: [this.held.get(code), false] });
    this.held.delete(code);
  }

  /** The page does not hear any more when keys come up. */
  letGo() { for (const code of [...this.held.keys()]) this.up(code); }
}
