/** Cards by id, as some list last brought them or the user last changed them: every part shows the same. */

import { Store } from './store.js';

/** @import {Card} from './types.js' */

const MOST = 2000;

/** @extends {Store<{changes: number}>} */
export class Cards extends Store {
  /** @type {Map<number, Card>} */
  #known = new Map();

  constructor() {
    super({ changes: 0 });
  }

  /** @param {Card[]} cards */
  remember(cards) {
    for (const card of cards) {
      this.#known.delete(card.id);
      this.#known.set(card.id, card);
    }
    for (const id of this.#known.keys()) {
      if (this.#known.size <= MOST) {
        break;
      }
      this.#known.delete(id);
    }
  }

  /** Something about an adapter changed here: lists that show it follow. @param {Card} card */
  changed(card) {
    this.remember([card]);
    this.set({ changes: this.state.changes + 1 });
  }

  /** @param {number|null} id @returns {Card|undefined} */
  get(id) {
    return id === null ? undefined : this.#known.get(id);
  }
}
