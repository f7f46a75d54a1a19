/**
 * The place on the page as it stands in the address, e.g. "#generate" or "#catalogue/12": a reload keeps it, and Back
 * leads to the place before. Only the shell has one; in a host the address is the host's.
 */

import { isTab } from '../core/elements.js';

/**
 * @import {Tab} from '../core/elements.js'
 */

/**
 * @typedef {object} Place
 * @property {Tab} tab
 * @property {number|null} open the adapter whose details stand open, in the catalogue only
 */

/** @param {string} hash @returns {Place} */
export function placeOf(hash) {
  const [tab, id = ''] = hash.replace(/^#/, '').split('/');
  const known = isTab(tab) ? tab : 'catalogue';
  return { tab: known, open: known === 'catalogue' && /^[1-9]\d*$/.test(id) ? Number(id) : null };
}

/** @param {Place} place */
export function hashOf({ tab, open }) {
  return tab === 'catalogue' && open !== null ? `#${tab}/${open}` : `#${tab}`;
}

export class Address {
  #leaving = false;
  /** @type {Place} */
  #wanted;
  #onPop = () => this.#popped();

  /**
   * @param {(place: Place) => void} moved the user went to another place by Back, Forward or the address
   * @param {Pick<Window, 'history'|'location'|'addEventListener'|'removeEventListener'>} page
   */
  constructor(moved, page = window) {
    this.moved = moved;
    this.page = page;
    this.#wanted = this.place;
  }

  get place() {
    return placeOf(this.page.location.hash);
  }

  start() {
    this.page.addEventListener('popstate', this.#onPop);
  }

  stop() {
    this.page.removeEventListener('popstate', this.#onPop);
  }

  /** Where the page is now. @param {Place} wanted */
  set(wanted) {
    this.#wanted = wanted;
    const { history } = this.page;
    const now = this.place;
    const hash = hashOf(wanted);
    if (this.#leaving || hash === hashOf(now)) {
      return;
    }
    const sameTab = now.tab === wanted.tab;
    if (!sameTab || now.open === null) {
      history.pushState({ over: sameTab }, '', hash); // `over`: Back leads to the same tab without the details.
    } else if (wanted.open !== null) {
      history.replaceState(history.state, '', hash);
    } else if (history.state?.over) {
      this.#leaving = true;
      history.back();
    } else {
      history.replaceState(null, '', hash);
    }
  }

  #popped() {
    if (this.#leaving) {
      this.#leaving = false;
      this.set(this.#wanted); // The user may have gone on while the browser went back.
    } else {
      this.#wanted = this.place;
      this.moved(this.place);
    }
  }
}
