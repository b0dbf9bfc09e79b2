// The live picture. The page asks for each frame when it has shown the last: a slow line shows fewer, never later ones.

import { find } from './dom.js';
import { socketAddress } from './link.js';

const STALLED = 4000;   // ms without an answer after which the line is made again
const GLOW_EVERY = 4;   // frames between two glances of the glow behind the picture

export class PictureView {
  constructor() {
    this.canvas = find('picture');
    this.pen = this.canvas.getContext('2d', { alpha: false });
    this.glow = find('glow').getContext('2d', { alpha: false });
    this.shown = 0;
    this.socket = null;
    this.isWanted = false;
    document.addEventListener('visibilitychange', () => this.check());
    setInterval(() => this.check(), 1000);
  }

  /** Show the picture as long as the page has its show. */
  want(isWanted) {
    this.isWanted = isWanted;
    this.check();
  }

  /** Open the line when it is needed; let go of it while nobody sees the page, so that no frame is made in vain. */
  check() {
    const isNeeded = this.isWanted && !document.hidden;
    const isStalled = this.socket && performance.now() - this.asked > STALLED;
    if (this.socket && (!isNeeded || isStalled)) this.close();
    if (isNeeded && !this.socket) this.open();
  }

  open() {
    const socket = this.socket = new WebSocket(socketAddress('/picture'));
    socket.binaryType = 'blob';
    this.asked = performance.now();
    socket.onopen = () => this.ask();
    socket.onclose = () => { if (socket === this.socket) this.socket = null; };
    socket.onmessage = async (event) => {
      const image = await createImageBitmap(event.data);
      this.draw(image);
      image.close();
      if (socket === this.socket) this.ask();
    };
  }

  close() {
    const socket = this.socket;
    this.socket = null;
    socket.close();
  }

  /** Ask for the next frame, no wider than this screen can show. */
  ask() {
    const { clientWidth, clientHeight, width, height } = this.canvas;
    const shown = Math.min(clientWidth, clientHeight * width / height);
    // The glow is seen only beside the picture, or above and below it: where it fills its place none is painted.
    this.glow.canvas.hidden = shown > clientWidth * 0.98 && shown * height / width > clientHeight * 0.98;
    this.asked = performance.now();
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(String(Math.ceil(shown * devicePixelRatio)));
  }

  draw(image) {
    const { canvas } = this;
    if (canvas.width !== image.width || canvas.height !== image.height) {
      canvas.width = image.width;
      canvas.height = image.height;
      document.querySelector('main').style.setProperty('--aspect', image.width / image.height);
    }
    this.pen.drawImage(image, 0, 0);
    if (this.shown++ % GLOW_EVERY === 0 && !this.glow.canvas.hidden) this.glow.drawImage(image, 0, 0, 12, 12);
    canvas.dataset.shown = this.shown;
  }
}
