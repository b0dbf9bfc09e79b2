// A jitter buffer in the audio thread: takes int16 chunks as the network brings them, plays them evenly.
// It reads a little faster or slower (half a percent at most) to keep its fill, so that the show's clock and this
// machine's never drift apart; the same reading resamples when the two have different rates.

const SPAN = 1 << 17;    // frames of the ring: 2.7 s at 48 kHz
const TARGET = 0.08;     // seconds that wait on average
const MOST = 0.4;        // seconds beyond which the past is skipped
const BEND = 0.005;      // how far the speed may bend
const FADE = 256;        // samples of the ramps around a gap
const REPORT = 40;       // blocks between two reports

class Sound extends AudioWorkletProcessor {
  constructor() {
    super();
    this.left = new Float32Array(SPAN);
    this.right = new Float32Array(SPAN);
    this.rate = sampleRate;
    this.written = 0;
    this.place = 0;        // where it reads, in frames, with a fraction
    this.gain = 0;
    this.isPlaying = false;
    this.average = 0;      // the fill, smoothed
    this.blocks = this.missed = this.peak = 0;
    this.port.onmessage = ({ data }) => (data.rate ? this.setRate(data.rate) : this.take(new Int16Array(data)));
  }

  get fill() { return this.written - this.place; }

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
    if (this.fill > MOST * this.rate) this.skip();
  }

  /** Go to the present; the jump is hidden by a ramp. */
  skip() {
    this.place = this.written - TARGET * this.rate;
    this.average = TARGET * this.rate;
    this.gain = 0;
  }

  process(_, [[left, right]]) {
    const target = TARGET * this.rate;
    if (!this.isPlaying && this.fill >= target) {
      this.isPlaying = true;
      this.average = this.fill;
    }
    this.average += (this.fill - this.average) * 0.02;
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
    }
    // Fade out before the last samples are gone, so that a gap makes no click.
    const goal = this.isPlaying && fill > FADE * step + 4 ? 1 : 0;
    this.gain += Math.min(Math.max(goal - this.gain, -1 / FADE), 1 / FADE);
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
