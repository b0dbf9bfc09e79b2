// Listening: the show's sound in this browser, about a tenth of a second behind it.

import { find, write } from './dom.js';
import { socketAddress } from './link.js';

const LEAD = 0.12;   // seconds that scheduled chunks run ahead
const MOST = 0.5;    // seconds beyond which the past is skipped
const RETRY = 1000;  // ms

export class Listening {
  constructor() {
    this.button = find('listen');
    this.volume = find('volume');
    this.rate = 48000;
    this.context = null;
    this.button.addEventListener('click', () => (this.context ? this.stop() : this.start()));
    this.volume.addEventListener('input', () => this.setVolume());
  }

  /** Begin; must be called from a click, since browsers allow sound only then. */
  async start() {
    const context = this.context = makeContext(this.rate);
    this.button.setAttribute('aria-pressed', 'true');
    this.heard = 0;
    this.gain = context.createGain();
    this.gain.connect(context.destination);
    this.setVolume();
    context.resume();
    // Browsers give AudioWorklet to secure pages only (localhost is one; a phone on the venue's network is not).
    this.output = context.audioWorklet ? await workletOutput(context, this.gain) : scheduledOutput(context, this.gain);
    if (context === this.context) this.open();
  }

  stop() {
    const { context, socket } = this;
    this.context = this.socket = this.gain = null;
    this.button.setAttribute('aria-pressed', 'false');
    write(this.button, 'Listen');
    socket?.close();
    context.close();
  }

  setVolume() {
    const share = Number(this.volume.value);   // squared: even steps for the ear
    this.gain?.gain.setTargetAtTime(share * share, this.context.currentTime, 0.02);
  }

  open() {
    const socket = this.socket = new WebSocket(socketAddress('/sound'));
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => {
      if (typeof data === 'string') this.output.rate(JSON.parse(data).rate);
      else this.take(data);
    };
    const again = () => { if (socket === this.socket) this.open(); };
    socket.onclose = () => setTimeout(again, RETRY);
    write(this.button, 'Waiting…');
  }

  take(pcm) {
    this.heard += pcm.byteLength / 4;
    this.output.take(pcm);
    const { fill, missed, peak } = this.output.report;
    Object.assign(this.button.dataset, { heard: this.heard, missed, peak });
    write(this.button, 'Listening');
    this.button.title = `${Math.round(fill * 1000)} ms behind the show, ${missed} gaps`;
  }
}

function makeContext(sampleRate) {
  try {
    return new AudioContext({ sampleRate, latencyHint: 'interactive' });
  } catch {
    return new AudioContext();   // this browser has a rate of its own: the output resamples
  }
}

/** A jitter buffer in the audio thread; see sound-worklet.js. */
async function workletOutput(context, gain) {
  await context.audioWorklet.addModule('/panel/sound-worklet.js');
  const node = new AudioWorkletNode(context, 'liveart-sound', { numberOfInputs: 0, outputChannelCount: [2] });
  node.connect(gain);
  const output = {
    report: { fill: 0, missed: 0, peak: 0 },
    rate: (rate) => node.port.postMessage({ rate }),
    take: (pcm) => node.port.postMessage(pcm, [pcm]),
  };
  node.port.onmessage = ({ data }) => { output.report = data; };
  return output;
}

/** Chunks set one after the other on the context's time line, for pages that may not have a worklet. */
function scheduledOutput(context, gain) {
  let rate = context.sampleRate;
  let next = 0;
  const output = { report: { fill: 0, missed: 0, peak: 0 } };
  output.rate = (wanted) => { rate = wanted; };
  output.take = (pcm) => {
    const samples = new Int16Array(pcm);
    const count = samples.length / 2;
    const late = next < context.currentTime + 0.005;
    if (late) next = context.currentTime + LEAD;
    if (next > context.currentTime + MOST) return;
    const buffer = context.createBuffer(2, count, rate);
    for (const channel of [0, 1]) {
      const side = buffer.getChannelData(channel);
      for (let i = 0; i < count; i++) side[i] = samples[2 * i + channel] / 32768;
    }
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(gain);
    source.start(next);
    next += count / rate;
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) / 32768;
    output.report = { fill: next - context.currentTime, missed: output.report.missed + (late ? 1 : 0), peak };
  };
  return output;
}
