/**
 * A long list held on the server, of which the pages near the view are kept here.
 *
 * Wherever the view jumps, what it lacks is one request (neighbouring pages are asked for together); a request whose
 * pages have been scrolled past is aborted; a changed question drops all answers to the old one, whose items stay in
 * sight until the first new answer is there.
 */

import { isAbort } from '../core/api.js';

/**
 * @template T
 * @typedef {{total: number, items: T[]}} Answer
 */

/**
 * @template T
 * @typedef {(offset: number, limit: number, signal: AbortSignal) => Promise<Answer<T>>} Fetcher
 */

export const PAGE_SIZE = 40;
/** What the first question asks for, before the view has been measured. */
const FIRST_LOOK = 60;
const MOST_PAGES = 100;
const MOST_PER_REQUEST = 200;
/** While the view keeps moving, requests leave no faster than this: some hosts allow 300 a minute on one path. */
const PAUSE = 200;

/** @template T */
export class PageCache {
  /** @type {Map<number, T[]>} pages by number, the one wanted longest ago first */
  #pages = new Map();
  /** @type {Set<{first: number, last: number, controller: AbortController}>} */
  #running = new Set();
  #wanted = { first: 0, last: PAGE_SIZE - 1 };
  /** Whether what is held answers an earlier question, or an earlier state of the library. */
  #outdated = false;
  #lastAsked = -Infinity;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #later;

  /**
   * @param {Fetcher<T>} fetcher
   * @param {() => void} onChange
   * @param {{pageSize?: number, mostPages?: number, pause?: number}} [limits]
   */
  constructor(fetcher, onChange, { pageSize = PAGE_SIZE, mostPages = MOST_PAGES, pause = PAUSE } = {}) {
    this.fetcher = fetcher;
    this.onChange = onChange;
    this.pageSize = pageSize;
    this.mostPages = mostPages;
    this.pause = pause;
    /** @type {number|null} null until the first answer */
    this.total = null;
    /** @type {unknown} */
    this.error = null;
  }

  get loading() {
    return this.#running.size > 0;
  }

  /** Pages held now. */
  get size() {
    return this.#pages.size;
  }

  /** Whether the items in sight answer the present question. */
  get current() {
    return !this.#outdated && this.total !== null;
  }

  /** @param {number} index @returns {T|undefined} */
  get(index) {
    return this.#pages.get(Math.floor(index / this.pageSize))?.[index % this.pageSize];
  }

  /**
   * Say which cards are in sight; what is missing of them is fetched, what else was under way is dropped.
   * @param {number} first
   * @param {number} last
   */
  want(first, last) {
    const elsewhere = first !== this.#wanted.first || last !== this.#wanted.last;
    this.#wanted = { first, last };
    if (elsewhere && this.error && !this.#outdated) {
      this.error = null;
    }
    if (!this.error) {
      this.#fetchMissing(true); // After an error only when the view moves or the user asks: else it never ends.
    }
  }

  /** Another question: what is held is outdated, the first answer replaces it. As much as was in sight is asked for. */
  reset() {
    const { first, last } = this.#wanted;
    this.#wanted = { first: 0, last: Math.max(FIRST_LOOK, last - first + 1) - 1 };
    this.refresh();
  }

  /** The same question once more, for the part in sight: the library changed. */
  refresh() {
    this.#abort(() => true);
    this.#outdated = true;
    this.error = null;
    this.#fetchMissing();
  }

  /** The question could not be answered, and the one before is asked again: what is held answers it. */
  restore() {
    this.#outdated = this.total === null;
    this.error = null;
  }

  /** After an error. */
  retry() {
    this.error = null;
    this.#fetchMissing();
    this.onChange();
  }

  /**
   * Replace an item that is held.
   * @param {(item: T) => T|null} change null for items that stay as they are
   */
  update(change) {
    let changed = false;
    for (const items of this.#pages.values()) {
      items.forEach((item, index) => {
        const next = change(item);
        if (next !== null) {
          items[index] = next;
          changed = true;
        }
      });
    }
    if (changed) {
      this.onChange();
    }
  }

  /** @param {boolean} [moving] whether the view is what changed */
  #fetchMissing(moving = false) {
    clearTimeout(this.#later);
    const { first, last } = this.#missing();
    this.#abort((run) => run.last < first || run.first > last || last < first);
    if (last < first || [...this.#running].some((run) => run.first <= first && run.last >= last)) {
      return;
    }
    this.#abort(() => true);
    const wait = moving ? this.#lastAsked + this.pause - performance.now() : 0;
    if (wait > 0) {
      this.#later = setTimeout(() => this.#fetchMissing(), wait);
    } else {
      void this.#fetch(first, last);
    }
  }

  /** The stretch of pages, first to last, that the view lacks. */
  #missing() {
    const page = (/** @type {number} */ index) => Math.floor(index / this.pageSize);
    const end = this.total === null || this.#outdated ? this.#wanted.last : Math.min(this.#wanted.last, this.total - 1);
    let first = Infinity;
    let last = -Infinity;
    for (let number = page(this.#wanted.first); number <= page(Math.max(end, 0)) && end >= 0; number += 1) {
      if (this.#outdated || !this.#touch(number)) {
        first = Math.min(first, number);
        last = Math.max(last, number);
      }
    }
    const most = Math.max(1, Math.floor(MOST_PER_REQUEST / this.pageSize));
    return { first, last: Math.min(last, first + most - 1) };
  }

  /** @param {number} number @returns {boolean} whether the page is held; it becomes the most recent */
  #touch(number) {
    const items = this.#pages.get(number);
    if (items) {
      this.#pages.delete(number);
      this.#pages.set(number, items);
    }
    return items !== undefined;
  }

  /** @param {(run: {first: number, last: number}) => boolean} which */
  #abort(which) {
    for (const run of [...this.#running]) {
      if (which(run)) {
        this.#running.delete(run);
        run.controller.abort();
      }
    }
  }

  /** @param {number} first @param {number} last page numbers */
  async #fetch(first, last) {
    const run = { first, last, controller: new AbortController() };
    this.#lastAsked = performance.now();
    this.#running.add(run);
    try {
      const limit = (last - first + 1) * this.pageSize;
      const answer = await this.fetcher(first * this.pageSize, limit, run.controller.signal);
      if (this.#running.delete(run)) {
        this.#store(first, last, answer);
        this.#fetchMissing();
      }
    } catch (error) {
      if (this.#running.delete(run) && !isAbort(error)) {
        this.error = error;
      }
    }
    if (!run.controller.signal.aborted) {
      this.onChange();
    }
  }

  /** @param {number} first @param {number} last @param {Answer<T>} answer */
  #store(first, last, answer) {
    if (this.#outdated || answer.total !== this.total) {
      this.#pages.clear();
      this.#outdated = false;
    }
    this.total = answer.total;
    this.error = null;
    for (let number = first; number <= last; number += 1) {
      const from = (number - first) * this.pageSize;
      this.#pages.set(number, answer.items.slice(from, from + this.pageSize));
    }
    for (const number of this.#pages.keys()) {
      if (this.#pages.size <= this.mostPages) {
        break;
      }
      this.#pages.delete(number);
    }
  }
}
