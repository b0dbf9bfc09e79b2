// A card for each player and path, made from what the show declares.

import { makeControl } from './controls.js';
import { make } from './dom.js';
import { makePad } from './pad.js';

const folded = (name) => `liveart folded ${name}`;

/** Fill `place` with a card for each group; controls in `elsewhere` (addresses) have a place of their own. */
export function buildCards(place, groups, values, link, elsewhere) {
  const scroll = place.scrollTop;
  place.replaceChildren(...groups
    .map((group) => ({ ...group, controls: group.controls.filter((param) => !elsewhere.has(param.address)) }))
    .filter((group) => group.controls.length)
    .map((group) => makeCard(group, values, link)));
  place.scrollTop = scroll;
}

function makeCard(group, values, link) {
  const card = make('details', { class: `card ${group.kind}`, 'data-group': group.name, open: !localStorage.getItem(folded(group.name)) },
    make('summary', {}, make('span', { class: 'title' }, group.title), make('span', { class: 'kind' }, group.kind)),
    ...makeControls(group.controls, values, link));
  card.addEventListener('toggle', () => {
    if (card.open) localStorage.removeItem(folded(group.name));
    else localStorage.setItem(folded(group.name), '1');
  });
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
