// Which model a player plays: a button for each, that tells what plays, what is on its way, and what could not come.

import { make, spoken, write } from './dom.js';

const WORDS = { loading: 'is-loading', failed: 'has-failed', playing: 'is-playing' };

/** The control for the choice of a player's models. */
export function makeModels(param, values, lamp) {
  const name = spoken(param.name);
  const buttons = param.choices.map((word, index) => make('button', {
    type: 'button', role: 'radio', 'data-model': word, onclick: () => values.put(param.address, index),
  }, word));
  values.watch(param.address, (number) => buttons.forEach((button, index) => {
    button.setAttribute('aria-checked', index === number ? 'true' : 'false');
  }));
  return make('div', { class: 'control choice models', 'data-address': param.address,
    title: [param.help, param.address].join('\n') },
  lamp, make('span', { class: 'name' }, name), make('span', { class: 'news', role: 'status' }),
  make('span', { class: 'segments', role: 'radiogroup', 'aria-label': name }, ...buttons));
}

/** Show how the models of all players stand: {player: {playing, loading, failed}}, each a short name or "". */
export function showModels(players) {
  for (const [player, state] of Object.entries(players || {})) {
    const card = document.querySelector(`.card[data-group="${CSS.escape(player)}"]`);
    const control = card?.querySelector('.models');
    if (!control) continue;
    write(card.querySelector('.title'), [player, state.playing].filter(Boolean).join(' · '));
    write(control.querySelector('.news'), state.loading ? `loading ${state.loading}…`
      : state.failed ? `${state.failed} can’t be played` : '');
    for (const button of control.querySelectorAll('[data-model]')) {
      for (const [key, word] of Object.entries(WORDS)) {
        button.classList.toggle(word, state[key] === button.dataset.model);
      }
    }
  }
}
