/** Searches with their filters and order, kept by name on the server. */

import { Store } from '../core/store.js';
import { EVERYTHING, SEVERAL } from './query.js';

/**
 * @import {Api} from '../core/api.js'
 * @import {SavedFilter} from '../core/types.js'
 * @import {Query} from './query.js'
 */

/** @param {Query} query @returns {SavedFilter['query']} */
export function toSaved({ q, include, exclude, any, fits, sort }) {
  return { q: q.trim(), include, exclude, all: SEVERAL.filter((field) => !any.includes(field)), any, sort, fits };
}

/** @param {Partial<SavedFilter['query']>} saved @returns {Query} */
export function fromSaved({ q, include, exclude, any, fits, sort }) {
  return {
    ...EVERYTHING, q: q ?? '', include: include ?? [], exclude: exclude ?? [], any: any ?? [],
    fits: fits === true, sort: sort ?? '',
  };
}

/** @param {Query} one @param {Query} other @returns {boolean} whether they find the same, in whatever order */
export function sameFilters(one, other) {
  const text = (/** @type {Query} */ { q, include, exclude, any }) =>
    JSON.stringify([q.trim(), [...include].sort(), [...exclude].sort(), [...any].sort()]);
  return text(one) === text(other);
}

/** @extends {Store<{items: SavedFilter[]}>} */
export class SavedFilters extends Store {
  /** @type {Promise<void>|null} */
  #asked = null;

  /** @param {Pick<Api, 'savedFilters'|'saveFilter'|'deleteFilter'>} api */
  constructor(api) {
    super({ items: [] });
    this.api = api;
  }

  /** Read them, once. */
  load() {
    this.#asked ??= this.api.savedFilters().then(({ items }) => this.set({ items }), () => {
      this.#asked = null;
    });
    return this.#asked;
  }

  /** @param {string} name @returns {SavedFilter|undefined} */
  named(name) {
    return this.state.items.find((item) => item.name === name.trim());
  }

  /**
   * @param {string} name the same once more: replaced
   * @param {SavedFilter['query']} query
   * @param {SavedFilter|null} [before] what gets this name instead of its own
   */
  async save(name, query, before = null) {
    const saved = await this.api.saveFilter(name.trim(), query);
    if (before && before.name !== saved.name) {
      await this.api.deleteFilter(before.id);
    }
    const gone = [saved.id, before?.id];
    const others = this.state.items.filter((item) => !gone.includes(item.id) && item.name !== saved.name);
    this.set({ items: [...others, saved].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true })) });
  }

  /** @param {SavedFilter} item */
  async remove({ id }) {
    await this.api.deleteFilter(id);
    this.set({ items: this.state.items.filter((item) => item.id !== id) });
  }
}
