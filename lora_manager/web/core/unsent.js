/** Notes that were typed while the server was away: kept, and sent when it is back. */

import { ApiError } from './api.js';
import { Store } from './store.js';

/**
 * @import {Api} from './api.js'
 * @import {Cards} from './cards.js'
 */

/** Whether the server, or what stands before it, was not there. @param {unknown} error */
function isAway(error) {
  return error instanceof ApiError && (error.status === 0 || (error.status >= 502 && error.status <= 504));
}

/**
 * `refused` is the adapter whose notes the server would not take at the last attempt.
 * @extends {Store<{notes: ReadonlyMap<number, string>, refused: number|null}>}
 */
export class Unsent extends Store {
  #sending = false;

  /**
   * @param {Api} api
   * @param {Cards} cards
   */
  constructor(api, cards) {
    super({ notes: new Map(), refused: null });
    this.api = api;
    this.cards = cards;
  }

  /** @param {number|null} id @returns {string|undefined} */
  get(id) {
    return id === null ? undefined : this.state.notes.get(id);
  }

  /**
   * Saving failed: worth another try when nobody answered.
   * @param {number} id
   * @param {string} notes
   * @param {unknown} error
   */
  keep(id, notes, error) {
    if (isAway(error)) {
      this.set({ notes: new Map(this.state.notes).set(id, notes) });
    }
  }

  /** They are saved, or newer ones are. @param {number} id */
  drop(id) {
    if (this.state.notes.has(id)) {
      const notes = new Map(this.state.notes);
      notes.delete(id);
      this.set({ notes });
    }
  }

  /** The server answers again. */
  async send() {
    if (this.#sending) {
      return;
    }
    this.#sending = true;
    for (const [id, notes] of this.state.notes) {
      try {
        const detail = await this.api.editAdapter(id, { notes });
        this.cards.changed(detail);
        this.set({ refused: null });
      } catch (error) {
        if (isAway(error)) {
          break; // away again: the next time
        }
        this.set({ refused: id });
      }
      if (this.get(id) === notes) {
        this.drop(id);
      }
    }
    this.#sending = false;
  }
}
