// Numbers as faders and as text. The curves are those of liveart/core/param.py; a test holds them equal.

export const clamp = (x, low, high) => Math.min(Math.max(x, low), high);

const isWhole = (param) => param.kind !== 'float' && param.kind !== 'rate';

/** The number at fader position 0..1. */
export function fromNorm(param, position) {
  const { low, high, curve } = param;
  const number = curve === 'log' ? low * (high / low) ** position
    : low + (high - low) * (curve === 'square' ? position * position : position);
  return isWhole(param) ? Math.round(number) : number;
}

/** The fader position 0..1 of a number. */
export function toNorm(param, number) {
  const { low, high, curve } = param;
  if (curve === 'log') return clamp(Math.log(number / low) / Math.log(high / low), 0, 1);
  const share = clamp((number - low) / (high - low), 0, 1);
  return curve === 'square' ? Math.sqrt(share) : share;
}

/** How many decimals a hand can feel in the range, and no more. */
function decimals(param, number) {
  if (isWhole(param)) return 0;
  const span = param.curve === 'log' ? Math.abs(number) : param.high - param.low;
  return span > 1000 ? 0 : span > 12 ? 1 : span > 0.2 ? 2 : 4;
}

/** The number as a performer reads it. */
export function show(param, number) {
  const text = number.toFixed(decimals(param, number));
  return Number(text) === 0 ? text.replace('-', '') : text;
}

/** The number that was typed, within the range; null when it is none. */
export function read(param, text) {
  const number = Number(text.trim().replace(',', '.').replace('−', '-'));
  if (!text.trim() || !Number.isFinite(number)) return null;
  return clamp(isWhole(param) ? Math.round(number) : number, param.low, param.high);
}
