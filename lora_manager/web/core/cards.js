/** Cards by id, so that the prompt's chips can show pictures without asking for what some list already brought. */

import { Store } from './store.js';

/**
 * @import {Api} from './api.js'
 * @import {Card} from './types.js'
 */

const MOST = 2000;

/** @extends {Store<{changes: number}>} */
export class Cards extends Store {
  /** @type {Map<number, Card>} */
  #known = new Map();
  /** @type {Set<number>} */
  #asked = new Set();

  /** @param {Api} api */
  constructor(api) {
    super({ changes: 0 });
    this.api = api;
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

  /**
   * @param {number|null} id
   * @returns {Card|undefined} undefined at first for a card not seen yet; listeners hear when it came
   */
  get(id) {
    if (id === null) {
      return undefined;
    }
    const card = this.#known.get(id);
    if (!card && !this.#asked.has(id)) {
      this.#asked.add(id);
      void this.#fetch(id);
    }
    return card;
  }

  /** Something about an adapter changed here: lists that show it follow. @param {Card} card */
  changed(card) {
    this.remember([card]);
    this.set({ changes: this.state.changes + 1 });
  }

  /** @param {number} id @returns {Card|undefined} without asking the server */
  peek(id) {
    return this.#known.get(id);
  }

  /** @param {number} id */
  async #fetch(id) {
    try {
      this.changed(await this.api.adapter(id));
    } catch {
      // Gone, or no server: the chip shows its placeholder.
    } finally {
      setTimeout(() => this.#asked.delete(id), 10_000);
    }
  }
}
