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
