// A jitter buffer in the audio thread: takes int16 chunks as the network brings them, plays them evenly.
// It reads a little faster or slower (five cents at most) to keep its fill, so that the show's clock and this
// machine's never drift apart; the same reading resamples when the two have different rates. After a gap it keeps
// more in hand: a good line is heard early, a bad one whole.

const SPAN = 1 << 17;    // frames of the ring: 2.7 s at 48 kHz
const LEAST = 0.06;      // seconds kept in hand at first
const MORE = 0.03;       // seconds added after a gap
const MOST = 0.3;        // seconds that are never exceeded
const BEND = 0.003;      // how far the speed may bend
const FADE = 256;        // samples of the ramps around a gap
const REPORT = 40;       // blocks between two reports

class Sound extends AudioWorkletProcessor {
  constructor() {
    super();
    this.left = new Float32Array(SPAN);
    this.right = new Float32Array(SPAN);
    this.rate = sampleRate;
    this.written = 0;
    this.inHand = LEAST;   // seconds
    this.place = 0;        // where it reads, in frames, with a fraction
    this.gain = 0;
    this.isPlaying = false;
    this.isLeaping = false;  // on its way to the present, fading out first
    this.average = 0;      // the fill, smoothed
    this.blocks = this.missed = this.peak = 0;
    this.port.onmessage = ({ data }) => (data.rate ? this.setRate(data.rate) : this.take(new Int16Array(data)));
  }

  get fill() { return this.written - this.place; }

  get target() { return this.inHand * this.rate; }

  setRate(rate) {
    this.rate = rate;
    this.place = this.written;
    this.isPlaying = false;
  }

  take(pcm) {
    for (let i = 0; i < pcm.length; i += 2) {
      const at = this.written++ & (SPAN - 1);
      this.left[at] = pcm[i] / 32768;
      this.right[at] = pcm[i + 1] / 32768;
    }
    if (this.fill > SPAN / 2) this.leap();   // nobody plays: the browser holds the sound back
    else if (this.fill > 4 * this.target + MORE * this.rate) this.isLeaping = true;
  }

  /** Go to the present. */
  leap() {
    this.place = this.written - this.target;
    this.average = this.target;
    this.isLeaping = false;
  }

  process(_, [[left, right]]) {
    const { target } = this;
    if (!this.isPlaying && this.fill >= target) {
      this.isPlaying = true;
      this.average = this.fill;
    }
    this.average += (this.fill - this.average) * 0.005;
    if (this.isPlaying && this.average > 2 * target + MORE * this.rate) this.isLeaping = true;
    const bend = Math.min(Math.max((this.average - target) / target * BEND, -BEND), BEND);
    const step = this.rate / sampleRate * (1 + bend);
    for (let i = 0; i < left.length; i++) this.play(left, right, i, step);
    if (++this.blocks % REPORT === 0) this.report();
    return true;
  }

  play(left, right, i, step) {
    const fill = this.fill;
    if (this.isPlaying && fill < 4) {
      this.isPlaying = false;
      this.missed++;
      this.inHand = Math.min(this.inHand + MORE, MOST);
    }
    // Fade out before the last samples are gone or left behind, so that no gap makes a click.
    const goal = this.isPlaying && !this.isLeaping && fill > FADE * step + 4 ? 1 : 0;
    this.gain += Math.min(Math.max(goal - this.gain, -1 / FADE), 1 / FADE);
    if (this.isLeaping && this.gain === 0) this.leap();
    if (!this.isPlaying) {
      left[i] = right[i] = 0;
      return;
    }
    left[i] = this.gain * cubic(this.left, this.place);
    right[i] = this.gain * cubic(this.right, this.place);
    this.peak = Math.max(this.peak, Math.abs(left[i]), Math.abs(right[i]));
    this.place += step;
  }

  report() {
    this.port.postMessage({ fill: this.fill / this.rate, missed: this.missed, peak: this.peak });
    this.peak = 0;
  }
}

/** The value between samples: a Catmull-Rom curve through four of them, one sample behind. */
function cubic(samples, place) {
  const whole = Math.floor(place);
  const t = place - whole;
  const a = samples[(whole - 1) & (SPAN - 1)];
  const b = samples[whole & (SPAN - 1)];
  const c = samples[(whole + 1) & (SPAN - 1)];
  const d = samples[(whole + 2) & (SPAN - 1)];
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

registerProcessor('liveart-sound', Sound);
