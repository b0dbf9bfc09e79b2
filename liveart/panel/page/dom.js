// Small words for making elements.

export const find = (id) => document.getElementById(id);

/** An element with attributes, listeners (`onclick`) and children; null children are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** "attack_time" as people say it. */
export const spoken = (name) => name.replaceAll('_', ' ');

/** Write text only when it differs, so that the browser lays out nothing in vain. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Keep one element for each item under `place`, by key and in order: the function that is returned takes the items.
 * `create(item)` gives { element, show(item) }. What stays is changed, not made anew: focus and fingers stay on it.
 */
export function keepRows(place, key, create) {
  let known = new Map();
  return (items) => {
    const wanted = new Set(items.map(key));
    // What goes, goes first: what stays then need not be moved, which would take it out of the hand that holds it.
    for (const [name, row] of known) if (!wanted.has(name)) row.element.remove();
    const before = known;
    known = new Map();
    items.forEach((item, index) => {
      const row = before.get(key(item)) || create(item);
      known.set(key(item), row);
      if (place.children[index] !== row.element) place.insertBefore(row.element, place.children[index] || null);
      row.show(item);
    });
  };
}

/** A menu of [value, text] pairs; `pick(value)` is told what a hand chose. */
export function makeMenu(label, pairs, pick) {
  return make('select', { 'aria-label': label, onchange: (event) => pick(event.target.value) },
    ...pairs.map(([value, text]) => make('option', { value }, text)));
}

/** Choose in a menu, unless somebody has it open. */
export function choose(menu, value) {
  if (document.activeElement !== menu && menu.value !== value) menu.value = value;
}

/** A text to type: Enter and leaving it take it, Escape brings `present()` back; see `refill`. */
export function makeField(attributes, present, take) {
  const input = make('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', ...attributes });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') input.value = present();
    if (event.key === 'Escape' || event.key === 'Enter') input.blur();
  });
  input.addEventListener('blur', () => {
    if (input.value !== present()) take(input.value);
    input.value = present();
  });
  return input;
}

/** Show a text in a field, unless somebody types in it. */
export function refill(input, text) {
  if (document.activeElement !== input && input.value !== text) input.value = text;
}
