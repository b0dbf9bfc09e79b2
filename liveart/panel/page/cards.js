// A card for each player and path, made from what the show declares.

import { makeControl, makeDirection } from './controls.js';
import { keepRows, make } from './dom.js';
import { makePad } from './pad.js';
import { DIRECTIONS, arrange, makeSection, remember } from './sections.js';

/** The cards of a page. A card whose controls are declared as before stays as it is, under the fingers that hold it. */
export class Cards {
  /** Controls in `elsewhere` (addresses) have a place of their own. */
  constructor(place, values, link, elsewhere) {
    this.elsewhere = elsewhere;
    this.shown = [];
    this.rows = keepRows(place, JSON.stringify, (group) => ({ element: makeCard(group, values, link), show() {} }));
  }

  /** Take what the show declares now; return the addresses whose controls stay. */
  meet(groups) {
    const before = new Set(this.shown.map(JSON.stringify));
    this.shown = groups
      .map((group) => ({ ...group, controls: group.controls.filter(({ address }) => !this.elsewhere.has(address)) }))
      .filter((group) => group.controls.length);
    const staying = this.shown.filter((group) => before.has(JSON.stringify(group)));
    return new Set(staying.flatMap((group) => group.controls.map(({ address }) => address)));
  }

  /** Make the cards that are new. */
  draw() { this.rows(this.shown); }
}

function makeCard(group, values, link) {
  const parts = arrange(group.controls).flatMap(([name, params]) => {
    const controls = (name === DIRECTIONS ? makeDirections : makeControls)(params, values, link);
    return name ? [makeSection(group.name, name, params, controls, values)] : controls;
  });
  const card = make('details', { class: `card ${group.kind}`, 'data-group': group.name },
    make('summary', {}, make('span', { class: 'title' }, group.title), make('span', { class: 'kind' }, group.kind)),
    ...parts);
  return remember(card, group.name, true);
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

/** Each direction in one row with the layers that it moves. */
function makeDirections(params, values) {
  const byName = new Map(params.map((param) => [param.name, param]));
  return params.filter(({ name }) => byName.has(`${name}_layers`))
    .map((param) => makeDirection(param, byName.get(`${param.name}_layers`), values));
}
