/**
 * A host serves this page before the catalogue behind it is open, and while nobody is logged in: until then every
 * request waits, and asks again.
 */

import { Store } from './store.js';

/** @import {ApiError} from './api.js' */

/** How long to wait before asking again. Only the first ends by itself: for the others the user has to do something. */
const DELAYS = { starting: 1000, unavailable: 10_000, login: 5000 };
const STATUSES = [401, 503];

/** @typedef {keyof typeof DELAYS} Obstacle */

/** @param {ApiError} error @returns {boolean} whether it says that nothing can be answered yet */
export function isOpening({ status, code }) {
  return STATUSES.includes(status) && Object.hasOwn(DELAYS, code);
}

/** @extends {Store<{obstacle: Obstacle|null, detail: string}>} */
export class Opening extends Store {
  /** @type {Promise<void>|null} */
  #turn = null;
  #end = () => {};

  constructor() {
    super({ obstacle: null, detail: '' });
  }

  /**
   * Wait for the next turn to ask; all who wait get the same.
   * @param {ApiError} error what the server said
   */
  wait(error) {
    const obstacle = /** @type {Obstacle} */ (error.code);
    this.set({ obstacle, detail: error.message });
    this.#turn ??= new Promise((done) => {
      const timer = setTimeout(() => this.#end(), DELAYS[obstacle]);
      this.#end = () => {
        clearTimeout(timer);
        this.#turn = null;
        done();
      };
    });
    return this.#turn;
  }

  /** Ask again now. */
  hurry() {
    this.#end();
  }

  /** Something was answered: the catalogue is open. */
  done() {
    this.set({ obstacle: null, detail: '' });
  }
}
