// A long card in sections: what belongs together stands under one heading that folds away, and is remembered.

import { make, spoken } from './dom.js';

const MANY = 16;   // controls up to which a card needs no sections
const FEW = 3;     // params of one prefix that make a section
const ALWAYS = ['truncation', 'noise'];   // what a hand wants at once, whatever belongs to it

export const DIRECTIONS = 'directions';

/** Which card or section is folded, remembered by this browser, if it may remember anything. */
const folds = {
  key: (name) => `liveart folded ${name}`,
  get(name) { try { return localStorage.getItem(this.key(name)); } catch { return null; } },
  set(name, isFolded) {
    try { localStorage.setItem(this.key(name), isFolded ? '1' : '0'); } catch { /* storage is forbidden here */ }
  },
};

/** Open or fold a <details> as it was left here the last time. */
export function remember(details, name, isOpen) {
  const left = folds.get(name);
  details.open = left === null ? isOpen : left === '0';
  details.addEventListener('toggle', () => folds.set(name, !details.open));
  return details;
}

/**
 * The params of a card as [section name, params] in their order; "" is what stands on top, without a heading.
 * Directions are sliders that have a choice of layers beside them; other sections are params with one prefix, with
 * the one that is called like it.
 */
export function arrange(params) {
  if (params.length <= MANY) return [['', params]];
  const names = new Set(params.map((param) => param.name));
  const belongs = sectionOf(names);
  const sections = new Map([['', []]]);
  for (const param of params) {
    const word = belongs(param.name);
    if (!sections.has(word)) sections.set(word, []);
    sections.get(word).push(param);
  }
  return [...sections];
}

/** The function that says of a name to which section it belongs, "" for none. */
function sectionOf(names) {
  const counts = new Map();
  for (const name of names) {
    const prefix = name.split('_')[0];
    if (prefix !== name) counts.set(prefix, (counts.get(prefix) || 0) + 1);
  }
  return (name) => {
    const slider = name.replace(/_layers$/, '');
    if (names.has(slider) && names.has(`${slider}_layers`)) return DIRECTIONS;
    const prefix = name.split('_')[0];
    if (ALWAYS.includes(name)) return '';
    const hasHead = names.has(prefix) && !ALWAYS.includes(prefix);
    return counts.get(prefix) >= (hasHead ? 1 : FEW) ? prefix : '';
  };
}

/** A section with a heading; a light there tells that something in it is not as it began. */
export function makeSection(card, name, params, controls, values) {
  const moved = new Set();
  const title = spoken(name).replace(/(\D)(\d+)$/, '$1 $2');
  const section = make('details', { class: 'section', 'data-section': name },
    make('summary', {}, make('i', { class: 'moved', 'aria-hidden': 'true' }), make('span', {}, title)), ...controls);
  for (const { address, kind, default: begun } of params) {
    if (kind === 'trigger') continue;
    values.watch(address, (number) => {
      if (Math.abs(number - begun) < 1e-9) moved.delete(address);
      else moved.add(address);
      section.classList.toggle('is-moved', moved.size > 0);
    });
  }
  return remember(section, `${card}/${name}`, name === DIRECTIONS);
}
