/** Holds back requests to one address that come too fast: SDNext answers only 300 a minute to each. */

import { pause } from './timing.js';

/** So many at once, and so many a second in the long run: 150 in any minute, which leaves room for another page. */
const BURST = 30;
const A_SECOND = 2;
const MOST_ADDRESSES = 200;

export class Pace {
  /** @type {Map<string, {left: number, at: number}>} */
  #turns = new Map();

  /** @param {() => number} [now] milliseconds */
  constructor(now = () => performance.now()) {
    this.now = now;
  }

  /**
   * Wait for the turn to ask. What types or scrolls ends its older questions by their signals: they take no turn.
   * @param {string} path
   * @param {AbortSignal|null} [signal]
   */
  async turn(path, signal = null) {
    const address = path.split('?')[0];
    while (!signal?.aborted) {
      const wait = this.#take(address);
      if (wait <= 0) {
        return;
      }
      await pause(wait, signal);
    }
  }

  /** @param {string} address @returns {number} 0 with a turn, else how long to wait before trying again */
  #take(address) {
    const now = this.now();
    const { left, at } = this.#turns.get(address) ?? { left: BURST, at: now };
    const full = Math.min(BURST, left + ((now - at) / 1000) * A_SECOND);
    if (this.#turns.size > MOST_ADDRESSES) {
      this.#turns.clear(); // Addresses of single things: none of them is asked often.
    }
    this.#turns.set(address, { left: full >= 1 ? full - 1 : full, at: now });
    return full >= 1 ? 0 : ((1 - full) / A_SECOND) * 1000;
  }
}
