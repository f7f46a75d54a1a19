/**
 * What the user passed over. A suggestion counts as ignored only when its list stood in sight for five seconds and then
 * one further down was put in: those above it were read and left. What merely went by while typing says nothing.
 */

/** @import {Suggestion} from '../core/types-recommend.js' */

/** Milliseconds. */
const READ = 5000;
/** The nearest above: further up it is less sure that they were looked at, and each is a request. */
const MOST = 8;

export class Sight {
  #list = '';
  #since = 0;
  #sum = 0;
  #isOpen = false;
  /** @type {Set<number>} */
  #told = new Set();

  /** @param {() => number} [now] milliseconds */
  constructor(now = () => performance.now()) {
    this.now = now;
  }

  /** The list in sight. @param {string} session its name */
  show(session) {
    if (session !== this.#list) {
      this.#list = session;
      this.#sum = 0;
      this.#since = this.now();
      this.#told.clear();
    }
  }

  /** @param {boolean} isOpen whether the list can be seen */
  turn(isOpen) {
    if (this.#isOpen && !isOpen) {
      this.#sum += this.now() - this.#since;
    }
    if (!this.#isOpen && isOpen) {
      this.#since = this.now();
    }
    this.#isOpen = isOpen;
  }

  /** How long this list stood in sight, in milliseconds. */
  get stood() {
    return this.#sum + (this.#isOpen ? this.now() - this.#since : 0);
  }

  /**
   * @param {Suggestion[]} items as they stand
   * @param {number} id of the one that is put in
   * @param {(id: number) => boolean} isJudged the user said or did something about it
   * @returns {Suggestion[]} those that were passed over, each told once a list
   */
  passed(items, id, isJudged) {
    const at = items.findIndex((one) => one.id === id);
    if (at < 0 || this.stood < READ) {
      return [];
    }
    const found = items.slice(Math.max(0, at - MOST), at).filter((one) => !isJudged(one.id) && !this.#told.has(one.id));
    found.forEach((one) => this.#told.add(one.id));
    return found;
  }
}
