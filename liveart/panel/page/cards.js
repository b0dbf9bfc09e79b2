// A card for each player and path, made from what the show declares.

import { makeControl } from './controls.js';
import { make } from './dom.js';
import { makePad } from './pad.js';

/** Which cards are folded, remembered by this browser, if it may remember anything. */
const folds = {
  key: (name) => `liveart folded ${name}`,
  has(name) { try { return localStorage.getItem(this.key(name)) !== null; } catch { return false; } },
  set(name, isFolded) {
    try {
      if (isFolded) localStorage.setItem(this.key(name), '1');
      else localStorage.removeItem(this.key(name));
    } catch { /* storage is forbidden here: the card is open again next time */ }
  },
};

/** Fill `place` with a card for each group; controls in `elsewhere` (addresses) have a place of their own. */
export function buildCards(place, groups, values, link, elsewhere) {
  place.replaceChildren(...groups
    .map((group) => ({ ...group, controls: group.controls.filter((param) => !elsewhere.has(param.address)) }))
    .filter((group) => group.controls.length)
    .map((group) => makeCard(group, values, link)));
}

function makeCard(group, values, link) {
  const card = make('details', { class: `card ${group.kind}`, 'data-group': group.name, open: !folds.has(group.name) },
    make('summary', {}, make('span', { class: 'title' }, group.title), make('span', { class: 'kind' }, group.kind)),
    ...makeControls(group.controls, values, link));
  card.addEventListener('toggle', () => folds.set(group.name, !card.open));
  return card;
}

/** The controls in their order; a param for the x of a pad and the next one for its y become one pad. */
function makeControls(params, values, link) {
  const rest = [...params];
  const controls = [];
  while (rest.length) {
    const param = rest.shift();
    const other = param.pad && rest.findIndex((one) => one.pad && one.pad !== param.pad);
    if (param.pad && other >= 0) {
      const [partner] = rest.splice(other, 1);
      controls.push(param.pad === 'x' ? makePad(param, partner, values) : makePad(partner, param, values));
    } else {
      controls.push(makeControl(param, values, link));
    }
  }
  return controls;
}
