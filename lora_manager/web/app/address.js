/**
 * The place on the page as it stands in the address, e.g. "#generate" or "#catalogue/12?q=ink&include=tag:style": a
 * reload keeps it, and Back leads to the place before. Only the shell has one; in a host the address is the host's.
 */

import { isTab } from '../core/elements.js';

/**
 * @import {Tab} from '../core/elements.js'
 */

/**
 * @typedef {object} Place
 * @property {Tab} tab
 * @property {number|null} open the adapter whose details stand open, in the catalogue only
 * @property {string} filters what the catalogue shows, "" for everything; in the catalogue only
 * @property {string} section part of the library, "" for its first; in the library only
 */

/** @param {string} hash @returns {Place} */
export function placeOf(hash) {
  const [, path, filters] = /** @type {string[]} */ (/^#?([^?]*)\??(.*)$/s.exec(hash));
  const [tab, id = ''] = path.split('/');
  const known = isTab(tab) ? tab : 'catalogue';
  const section = known === 'library' && /^[a-z]+$/.test(id) ? id : '';
  return known === 'catalogue'
    ? { tab: known, open: /^[1-9]\d*$/.test(id) ? Number(id) : null, filters, section }
    : { tab: known, open: null, filters: '', section };
}

/** @param {Place} place */
export function hashOf({ tab, open, filters, section }) {
  if (tab === 'catalogue') {
    return `#${tab}${open === null ? '' : `/${open}`}${filters && `?${filters}`}`;
  }
  return tab === 'library' && section ? `#${tab}/${section}` : `#${tab}`;
}

/** @param {string} filters @param {string[]} names @returns {string} without those parts */
function without(filters, names) {
  const parts = new URLSearchParams(filters);
  names.forEach((name) => parts.delete(name));
  return parts.toString();
}

export class Address {
  #leaving = false;
  /** @type {Place} */
  #wanted;
  #onPop = () => this.#popped();

  /**
   * @param {(place: Place) => void} moved the user went to another place by Back, Forward or the address
   * @param {Pick<Window, 'history'|'location'|'addEventListener'|'removeEventListener'>} page
   * @param {() => boolean} uncovered whether something lay over the page, which is closed instead
   */
  constructor(moved, page = window, uncovered = () => false) {
    this.moved = moved;
    this.page = page;
    this.uncovered = uncovered;
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
    const elsewhere = now.tab !== wanted.tab || now.section !== wanted.section;
    if (elsewhere || (now.open === null && wanted.open !== null)) {
      // `over`: Back leads to the same tab without the details.
      history.pushState({ over: !elsewhere }, '', hash);
    } else if (now.open !== null && wanted.open === null && history.state?.over) {
      this.#leaving = true;
      history.back();
    } else {
      this.#change(now, wanted);
    }
  }

  /**
   * In the same tab. Back undoes a change of the filters, and all that was typed at once; an order is no step.
   * @param {Place} now
   * @param {Place} wanted
   */
  #change(now, wanted) {
    const { history } = this.page;
    const hash = hashOf(wanted);
    const [before, after] = [now.filters, wanted.filters].map((filters) => without(filters, ['sort']));
    const typed = before !== after && without(before, ['q']) === without(after, ['q']);
    if (before === after || (typed && history.state?.typed)) {
      history.replaceState(now.open !== null && wanted.open === null ? null : history.state, '', hash);
    } else {
      history.pushState({ typed }, '', hash);
    }
  }

  #popped() {
    if (this.#leaving) {
      this.#leaving = false;
      this.set(this.#wanted); // The user may have gone on while the browser went back.
    } else if (this.uncovered()) {
      this.set(this.#wanted);
    } else {
      this.#wanted = this.place;
      this.moved(this.place);
    }
  }
}
