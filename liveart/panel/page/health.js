// How the show does: figures, sound meter, the last control, and what is wrong now.

import { find, make, write } from './dom.js';

const FLOOR = -60;        // dB at the left end of the meter
const FALL = 24;          // dB a second
const HOLD = 1500;        // ms that a peak stays marked
const FRESH = 8000;       // ms that a counter stays bright after it grew
const LEVELS = ['full', '1/2', '1/4', '1/8'];

const dash = (number, text) => (Number.isFinite(number) ? text(number) : '–');
const counted = (number) => (number >= 1e6 ? `${(number / 1e6).toFixed(1)}M`
  : number >= 1e4 ? `${(number / 1e3).toFixed(0)}k` : `${number}`);
const clock = (seconds) => [seconds / 3600, seconds / 60 % 60, seconds % 60]
  .map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
const sum = (sizes) => Object.values(sizes).reduce((total, size) => total + size, 0);

const latency = ({ p50, p99 }) => dash(p50, () => `${p50.toFixed(0)}/${dash(p99, (n) => n.toFixed(0))} ms`);

// Of each figure: its name, what it tells, its text, and whether it is a counter of faults.
const VITALS = [
  ['fps', 'frames a second', (s) => dash(s.fps, (n) => n.toFixed(1))],
  ['latency', 'from a control to the frame that shows it: half of them, 99 of 100',
    (s) => latency(s.control_to_frame_ms || {})],
  ['late', 'frames that came too late', (s) => dash(s.late_frames, counted), (s) => s.late_frames],
  ['underruns', 'gaps in the sound', (s) => dash(s.xruns, counted), (s) => s.xruns],
];
const DETAILS = [
  ['made in', 'time to make one frame', (s) => dash(s.gen_ms, (n) => `${n.toFixed(1)} ms`)],
  ['inner size', 'lowered by itself when the machine is too slow',
    (s) => LEVELS[s.level] ?? '–', (s) => s.level],
  ['sound headroom', 'share of a block’s time that is left',
    (s) => dash(s.audio_headroom, (n) => (n < 0 ? 'none' : `${(n * 100).toFixed(0)} %`))],
  ['sound rate', 'samples a second', (s) => dash(s.sound_rate, (n) => `${n / 1000} kHz`)],
  ['sound delay', 'buffer, device and the slowest model',
    (s) => dash(s.sound_delay_ms, (n) => `${n.toFixed(0)} ms`)],
  ['mutes', 'sounds that had to be silenced', (s) => dash(s.mutes, counted), (s) => s.mutes],
  ['osc', 'messages received', (s) => dash(s.osc_received, counted)],
  ['refused', 'messages refused', (s) => dash(s.osc_refused, counted), (s) => s.osc_refused],
  ['restarts', 'workers that died and were started again', (s) => dash(s.restarts, counted), (s) => s.restarts],
  ['memory', 'of all processes', (s) => dash(sum(s.rss_mb || {}), (n) => `${n.toFixed(0)} MB`)],
  ['up', 'since the show began', (s) => dash(s.uptime, clock)],
  ['device', 'where the models run', (s) => s.device ?? '–'],
  ['osc port', 'send your /liveart/… here', (s) => s.osc_port ?? '–'],
  ['version', '', (s) => s.version ?? '–'],
];

export class Health {
  constructor() {
    this.rows = [...VITALS.map((one) => makeRow(find('vitals'), ...one)),
      ...DETAILS.map((one) => makeRow(find('details'), ...one))];
    this.meter = new Meter(find('meter'));
    this.troubles = '';
  }

  /** Show a status; `delay` is the line's time there and back in ms. */
  show(status, delay) {
    for (const row of this.rows) row(status);
    write(find('patch'), status.patch ?? '');
    document.title = status.patch ? `liveart · ${status.patch}` : 'liveart';
    write(find('last'), status.last || 'no control received yet');
    find('lost').title = dash(delay, (n) => `line: ${n.toFixed(0)} ms`);
    this.showTroubles(status.troubles || []);
    this.showTags(status);
    const record = find('record');
    record.setAttribute('aria-pressed', status.recording ? 'true' : 'false');
    write(record, status.recording ? 'Recording' : 'Record');
    if (status.levels && !this.meter.isFed) this.meter.take(status.levels);
  }

  showTroubles(troubles) {
    const key = JSON.stringify(troubles);
    if (key === this.troubles) return;
    this.troubles = key;
    const items = troubles.map(({ text, count }) => make('li', {},
      make('span', {}, text), count > 1 ? make('b', {}, `×${count}`) : null));
    find('troubles').replaceChildren(...(items.length ? items : [make('li', { class: 'well' }, 'all is well')]));
  }

  showTags(status) {
    const size = status.level > 0 && `inner size ${LEVELS[status.level] ?? 'low'}`;
    const tags = [size, status.recording && 'recording'].filter(Boolean);
    const key = tags.join('·');
    if (find('tags').dataset.key === key) return;
    find('tags').dataset.key = key;
    find('tags').replaceChildren(...tags.map((tag) => make('span', {}, tag)));
  }
}

function makeRow(place, name, about, text, count) {
  const value = make('dd');
  const row = make('div', { title: about }, make('dt', {}, name), value);
  place.append(row);
  let last = null;
  let grew = -Infinity;
  return (status) => {
    write(value, String(text(status)));
    if (!count) return;
    const now = count(status) ?? 0;
    if (last !== null && now > last) grew = performance.now();
    last = now;
    row.classList.toggle('some', now > 0);
    row.classList.toggle('fresh', performance.now() - grew < FRESH);
  };
}

/** Two bars with a slow fall and a held peak. */
class Meter {
  constructor(element) {
    this.element = element;
    this.bars = [...element.children].map(({ children: [fill, mark] }) => (
      { fill, mark, level: FLOOR, peak: FLOOR, at: 0 }));
    this.isFed = false;
    this.time = performance.now();
    this.draw();
  }

  /** Take [left, right] in dB; null stands for silence. */
  take(levels) {
    this.bars.forEach((bar, index) => {
      const level = Math.max(levels[index] ?? FLOOR, FLOOR);
      bar.level = Math.max(bar.level, level);
      if (level >= bar.peak) Object.assign(bar, { peak: level, at: performance.now() });
    });
    this.element.title = `peak ${this.bars.map((bar) => bar.peak.toFixed(0)).join(' / ')} dB`;
  }

  draw() {
    requestAnimationFrame(() => this.draw());
    const now = performance.now();
    const fall = FALL * (now - this.time) / 1000;
    this.time = now;
    for (const bar of this.bars) {
      bar.level = Math.max(bar.level - fall, FLOOR);
      if (now - bar.at > HOLD) bar.peak = Math.max(bar.peak - fall, FLOOR);
      bar.fill.style.transform = `scaleX(${1 - (bar.level - FLOOR) / -FLOOR})`;
      bar.mark.style.transform = `translateX(${Math.min((bar.peak - FLOOR) / -FLOOR, 1) * 100}%)`;
      bar.mark.classList.toggle('over', bar.peak > -0.3);
    }
  }
}
