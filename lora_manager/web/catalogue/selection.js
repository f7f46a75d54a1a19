/** The LoRAs selected in the list. They stay so while one searches on: several searches can fill one selection. */

import { Store } from '../core/store.js';
import { adapterParams } from './query.js';

/**
 * @import {Card} from '../core/types.js'
 * @import {Results} from './results.js'
 */

/** More than these are put into no prompt at once. */
export const MOST = 200;

/**
 * `mode`: a click selects instead of opening; `changes` counts up.
 * @extends {Store<{mode: boolean, changes: number}>}
 */
export class Selection extends Store {
  /** @type {Map<number, Card>} */
  #cards = new Map();
  /** Place in the list from which Shift selects. */
  anchor = -1;

  constructor() {
    super({ mode: false, changes: 0 });
  }

  get size() {
    return this.#cards.size;
  }

  /** In the order they were selected. */
  get cards() {
    return [...this.#cards.values()];
  }

  /** Whether there is anything to show of it. */
  get on() {
    return this.size > 0 || this.state.mode;
  }

  /** @param {number} id */
  has(id) {
    return this.#cards.has(id);
  }

  /** @param {Card} card @param {number} index its place in the list */
  toggle(card, index) {
    this.anchor = index;
    if (!this.#cards.delete(card.id)) {
      this.add([card]);
      return;
    }
    this.#changed();
  }

  /** @param {Card[]} cards @returns {boolean} whether there was room for all */
  add(cards) {
    const fresh = cards.filter((card) => !this.has(card.id));
    const room = Math.max(0, MOST - this.size);
    fresh.slice(0, room).forEach((card) => this.#cards.set(card.id, card));
    this.#changed();
    return fresh.length <= room;
  }

  clear() {
    this.#cards.clear();
    this.anchor = -1;
    this.set({ mode: false, changes: this.state.changes + 1 });
  }

  /** @param {boolean} mode */
  turn(mode) {
    if (mode) {
      this.set({ mode });
    } else {
      this.clear();
    }
  }

  #changed() {
    this.set({ changes: this.state.changes + 1 });
  }
}

/**
 * The cards of a stretch of the list, those that are not held asked for: in one request.
 * @param {Results} results
 * @param {number} first
 * @param {number} last
 * @returns {Promise<Card[]>}
 */
export async function stretch(results, first, last) {
  const end = Math.min(last, first + MOST - 1);
  const held = Array.from({ length: end - first + 1 }, (_, n) => results.cards.get(first + n));
  if (held.every((card) => card !== undefined)) {
    return /** @type {Card[]} */ (held);
  }
  const query = { ...adapterParams(results.state.query), offset: first, limit: end - first + 1 };
  const { items } = await results.session.api.adapters(query);
  results.session.cards.remember(items);
  return items;
}
