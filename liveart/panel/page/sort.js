// Rows that are dragged by their handle to another place.

/** `sorted(names)` is told the new order when the hand lets go, or null for none. `isBusy` while it holds a row. */
export function makeSortable(place, sorted) {
  const state = { isBusy: false };
  let row = null;
  const names = () => [...place.children].map((one) => one.dataset.name);
  place.addEventListener('pointerdown', (event) => {
    if (event.button || row || !event.target.closest('.handle')) return;
    row = event.target.closest('[data-name]');
    row.classList.add('is-held');
    place.setPointerCapture(event.pointerId);
    Object.assign(state, { isBusy: true, id: event.pointerId, before: names().join('\n') });
    event.preventDefault();
  });
  place.addEventListener('pointermove', (event) => {
    if (event.pointerId !== state.id || !row) return;
    // The row goes before the first one whose middle lies below the hand.
    const next = [...place.children].find((one) => {
      const { top, height } = one.getBoundingClientRect();
      return one !== row && event.clientY < top + height / 2;
    }) || null;
    if (row.nextElementSibling !== next) place.insertBefore(row, next);
  });
  const end = (event) => {
    if (event.pointerId !== state.id || !row) return;
    row.classList.remove('is-held');
    row = null;
    Object.assign(state, { isBusy: false, id: null });
    sorted(event.type === 'pointerup' && names().join('\n') !== state.before ? names() : null);
  };
  place.addEventListener('pointerup', end);
  place.addEventListener('pointercancel', end);
  return state;
}
