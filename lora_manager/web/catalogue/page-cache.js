/**
 * A long list held on the server, of which the pages near the view are kept here.
 *
 * Wherever the view jumps, what it lacks is one request, of neighbouring pages together; where it moves on steadily,
 * what it will need is asked for before; a request whose pages have been scrolled past is aborted; a changed question
 * drops all answers to the old one, whose items stay in sight until the first new answer is there.
 */

import { isAbort } from '../core/api.js';
import { Motion } from './motion.js';

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
const PAUSE = 120;

/** @template T */
export class PageCache {
  /** @type {Map<number, T[]>} pages by number, the one wanted longest ago first */
  #pages = new Map();
  /** @type {Set<{first: number, last: number, controller: AbortController}>} */
  #running = new Set();
  #wanted = { first: 0, last: PAGE_SIZE - 1 };
  #motion = new Motion();
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
    this.#motion.to(first, performance.now());
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
    const seen = this.#pagesOf(this.#wanted.first, this.#wanted.last);
    const soon = this.#soon();
    const upwards = this.#motion.reach < 0;
    const needed = upwards ? [...soon, ...seen] : [...seen, ...soon];
    this.#abort(({ first, last }) => !needed.some((page) => page >= first && page <= last));
    const lacks = (/** @type {number} */ page) => this.#lacks(page);
    const urgent = seen.some(lacks);
    const start = needed.filter(lacks).at(upwards ? -1 : 0);
    if (start === undefined || (!urgent && this.loading)) {
      return;
    }
    const wait = moving || !urgent ? this.#lastAsked + this.pause - performance.now() : 0;
    if (wait > 0) {
      this.#later = setTimeout(() => this.#fetchMissing(), wait);
    } else {
      void this.#fetch(...this.#stretch(start, needed));
    }
  }

  /** @param {number} page @returns {boolean} whether it is neither held nor under way */
  #lacks(page) {
    const held = this.#touch(page) && !this.#outdated;
    return !held && ![...this.#running].some(({ first, last }) => page >= first && page <= last);
  }

  /** @param {number} first @param {number} last places in the list @returns {number[]} numbers of their pages */
  #pagesOf(first, last) {
    const end = this.total === null || this.#outdated ? last : Math.min(last, this.total - 1);
    const from = Math.floor(Math.max(0, first) / this.pageSize);
    const length = end < 0 ? 0 : Math.max(0, Math.floor(end / this.pageSize) - from + 1);
    return Array.from({ length }, (_, n) => from + n);
  }

  /** Pages that are not in sight yet, and will be if the view goes on like this. */
  #soon() {
    const { reach } = this.#motion;
    const { first, last } = this.#wanted;
    if (reach === 0 || this.#outdated || this.total === null) {
      return [];
    }
    const seen = this.#pagesOf(first, last);
    const pages = reach > 0 ? this.#pagesOf(last + 1, last + reach) : this.#pagesOf(first + reach, first - 1);
    return pages.filter((page) => !seen.includes(page));
  }

  /**
   * The pages to ask for together, from this one on the way of the view: a fast one takes as many as it can get.
   * @param {number} start
   * @param {number[]} needed
   * @returns {[number, number]} first and last
   */
  #stretch(start, needed) {
    const most = Math.max(1, Math.min(Math.floor(MOST_PER_REQUEST / this.pageSize), Math.ceil(this.mostPages / 2)));
    const { reach } = this.#motion;
    const step = reach < 0 ? -1 : 1;
    const wanted = Math.abs(reach) > 2 * this.pageSize ? this.#pagesOf(0, (this.total ?? 0) - 1) : needed;
    let end = start;
    while (Math.abs(end - start) + 1 < most && wanted.includes(end + step) && this.#lacks(end + step)) {
      end += step;
    }
    return [Math.min(start, end), Math.max(start, end)];
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
