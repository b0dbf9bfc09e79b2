// Drawers: what is arranged before the show and rarely on it lies over the cards; the picture stays in sight.

import { find } from './dom.js';

let open = null;

/** Let a button open the drawer of a name, and its own cross close it; `changed(isOpen)` is told. */
export function makeDrawer(name, changed = () => {}) {
  const drawer = find(name);
  const button = find(`open-${name}`);
  const set = (isOpen) => {
    if (isOpen) closeDrawer();
    drawer.hidden = !isOpen;
    button.setAttribute('aria-expanded', isOpen ? 'true' : 'false');
    open = isOpen ? set : open === set ? null : open;
    changed(isOpen);
  };
  button.addEventListener('click', () => set(drawer.hidden));
  drawer.querySelector('.close').addEventListener('click', () => set(false));
  set(false);
}

/** Close the drawer that is open; false when none is. */
export function closeDrawer() {
  const close = open;
  close?.(false);
  return close !== null;
}
