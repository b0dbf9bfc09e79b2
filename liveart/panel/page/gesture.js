// How a pointer moves something: drag, shift for fine, twice for the default. Faders and pads share it.

const DOUBLE = 350;   // ms between the two clicks that bring the default back
const STILL = 3;      // pixels that a click may wander
const FINE = 0.1;

/**
 * Let a pointer move what `element` stands for, in shares of its box: [0, 0] bottom left, [1, 1] top right.
 * hand: place() → [across, up]; put(across, up); grab(); release(); reset(); jumps(event): whether it goes
 * where the pointer lands, or starts from where it stands.
 */
export function follow(element, hand) {
  let start = null;
  let clicked = -Infinity;
  const pointed = (event) => {
    const box = element.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
  };
  const begin = (event) => ({ pointed: pointed(event), at: hand.place(), isFine: event.shiftKey });

  element.addEventListener('pointerdown', (event) => {
    if (event.button || start) return;
    element.setPointerCapture(event.pointerId);
    hand.grab();
    if (hand.jumps(event)) hand.put(...pointed(event));
    start = { id: event.pointerId, x: event.clientX, y: event.clientY, moved: false, ...begin(event) };
  });
  element.addEventListener('pointermove', (event) => {
    if (start?.id !== event.pointerId) return;
    if (event.shiftKey !== start.isFine) Object.assign(start, begin(event));
    start.moved ||= Math.hypot(event.clientX - start.x, event.clientY - start.y) > STILL;
    if (!start.moved) return;
    const scale = start.isFine ? FINE : 1;
    hand.put(...pointed(event).map((now, axis) => start.at[axis] + (now - start.pointed[axis]) * scale));
  });
  const end = (event) => {
    if (start?.id !== event.pointerId) return;
    const isClick = event.type === 'pointerup' && !start.moved;
    const isDouble = isClick && event.timeStamp - clicked < DOUBLE;
    clicked = isClick && !isDouble ? event.timeStamp : -Infinity;
    start = null;
    hand.release();
    if (isDouble) hand.reset();
  };
  element.addEventListener('pointerup', end);
  element.addEventListener('pointercancel', end);
}
