/**
 * The LoRAs selected in the list. They stay so while one searches on: several searches can fill one selection. A long
 * list is selected whole as "all that match this search, but these": that names 10,000 as easily as ten.
 */

import { Store } from '../core/store.js';
import { adapterParams, chosenBy, sameSet } from './query.js';

/**
 * @import {Card} from '../core/types.js'
 * @import {Chosen} from '../core/types-changes.js'
 * @import {Query} from './query.js'
 * @import {Results} from './results.js'
 */

/** More than these are put into no prompt at once. */
export const MOST = 200;
/** So many are asked for at once. */
export const PAGE = 200;

/** @typedef {{query: Query, total: number, except: Set<number>}} All */

/**
 * `mode`: a click selects instead of opening; `changes` counts up; `reading`: how many of a stretch have come so far,
 * null while none is asked for; `wish`: what a key asks to be done with it.
 * @extends {Store<{mode: boolean, changes: number, reading: number|null, wish: {what: string}|null}>}
 */
export class Selection extends Store {
  /** @type {Map<number, Card|null>} the card of each as far as it can be put into a prompt */
  #picked = new Map();
  /** @type {Map<number, Query|null>} in which search each of them was picked */
  #from = new Map();
  /** @type {Query|null} what the list shows */
  #shown = null;
  /** @type {All|null} */
  #all = null;
  /** Whether the list shows what the whole selection was made of. */
  #here = false;
  /** Place in the list from which Shift selects. */
  anchor = -1;
  /** Counts up whenever it is cleared: what is still being read for it then comes too late. */
  rounds = 0;

  constructor() {
    super({ mode: false, changes: 0, reading: null, wish: null });
  }

  get size() {
    return this.#all ? Math.max(0, this.#all.total - this.#all.except.size) : this.#picked.size;
  }

  /** Those picked one by one, in that order, as far as their cards are held. */
  get cards() {
    return [...this.#picked.values()].filter((card) => card !== null);
  }

  /** Whether there is anything to show of it. */
  get on() {
    return this.size > 0 || this.state.mode;
  }

  /** Everything that matches a search, but some. */
  get all() {
    return this.#all;
  }

  /** Whether it is all of a search that the list does not show now. */
  get elsewhere() {
    return this.#all !== null && !this.#here;
  }

  /**
   * How many of those picked one by one are not in what the list shows, as far as that is known.
   * @param {(id: number) => boolean} isThere whether it is among the cards that are held
   * @param {boolean} isWhole whether all that the list shows is held; else those count that another search found
   */
  outside(isThere, isWhole) {
    /** @type {Map<Query|null, boolean>} */
    const here = new Map();
    const isOfThis = (/** @type {Query|null} */ query) => {
      const known = here.get(query) ?? (!query || !this.#shown || sameSet(query, this.#shown));
      here.set(query, known);
      return known;
    };
    return [...this.#from].filter(([id, query]) => !isThere(id) && (isWhole || !isOfThis(query))).length;
  }

  /** As the server is told of it. @returns {Chosen} */
  get chosen() {
    const all = this.#all;
    return all ? { filters: chosenBy(all.query), except: [...all.except] } : { ids: [...this.#picked.keys()] };
  }

  /** Of another search it is not known which cards belong to it. @param {number} id */
  has(id) {
    return this.#all ? this.#here && !this.#all.except.has(id) : this.#picked.has(id);
  }

  /** @param {Card} card @param {number} index its place in the list */
  toggle(card, index) {
    this.anchor = index;
    if (this.has(card.id)) {
      this.#drop(card.id);
    } else {
      this.add([card]);
    }
  }

  /** @param {number} id */
  #drop(id) {
    this.#picked.delete(id);
    this.#from.delete(id);
    this.#all?.except.add(id);
    this.#changed();
  }

  /** @param {Card[]} cards @param {Query|null} [query] what found them */
  add(cards, query = this.#shown) {
    for (const card of cards) {
      if (this.#all) {
        this.#all.except.delete(card.id);
      } else if (!this.#picked.has(card.id)) {
        this.#picked.set(card.id, this.#picked.size < MOST ? card : null);
        this.#from.set(card.id, query);
      }
    }
    this.#changed();
  }

  /** All that match. @param {Query} query @param {number} total */
  takeAll(query, total) {
    this.#picked.clear();
    this.#from.clear();
    this.#all = { query, total, except: new Set() };
    this.#here = true;
    this.#changed();
  }

  /** From now on one by one. @param {Card[]} cards those that it was of */
  spell(cards) {
    const query = this.#all?.query;
    this.#all = null;
    this.add(cards, query);
  }

  /**
   * The list shows something else, or the library changed under it.
   * @param {Query} query what the cards in sight answer
   * @param {number|null} total null while that is not known
   */
  follow(query, total) {
    this.#shown = query;
    if (this.#all) {
      const here = sameSet(query, this.#all.query);
      const now = here && total !== null ? total : this.#all.total;
      if (here !== this.#here || now !== this.#all.total) {
        this.#here = here;
        this.#all.total = now;
        this.#changed();
      }
    }
  }

  clear() {
    this.#picked.clear();
    this.#from.clear();
    this.#all = null;
    this.anchor = -1;
    this.rounds += 1;
    this.set({ mode: false, changes: this.state.changes + 1, reading: null });
  }

  /** @param {boolean} mode */
  turn(mode) {
    if (mode) {
      this.set({ mode });
    } else {
      this.clear();
    }
  }

  /** Have something done with it. @param {string} what */
  wish(what) {
    this.set({ wish: { what } });
  }

  #changed() {
    this.set({ changes: this.state.changes + 1 });
  }
}

/**
 * The cards of a stretch of the list: those that are held, else asked for, so many at once.
 * @param {Results} results
 * @param {Query} query
 * @param {number} first
 * @param {number} last
 * @param {(done: number) => void} [tell] how many have come, where they come in several answers
 * @returns {Promise<Card[]>}
 */
export async function stretch(results, query, first, last, tell = () => {}) {
  const held = Array.from({ length: last - first + 1 }, (_, n) => results.cards.get(first + n));
  if (sameSet(query, results.held) && held.every((card) => card !== undefined)) {
    return /** @type {Card[]} */ (held);
  }
  const { api, cards: known } = results.session;
  /** @type {Card[]} */
  const cards = [];
  for (let offset = first; offset <= last; offset += PAGE) {
    const { items } = await api.adapters({ ...adapterParams(query), offset, limit: Math.min(PAGE, last - offset + 1) });
    known.remember(items);
    cards.push(...items);
    tell(cards.length);
    if (items.length === 0) {
      break; // The library became smaller meanwhile.
    }
  }
  return cards;
}
