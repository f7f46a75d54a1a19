/** The catalogue's present question and its answers: cards page by page, counts beside the filters. */

import { Store } from '../core/store.js';
import { debounce, Latest } from '../core/timing.js';
import { PageCache } from './page-cache.js';
import { adapterParams, EVERYTHING, facetParams, sameQuery } from './query.js';

/**
 * @import {Session} from '../core/session.js'
 * @import {Card, Facets} from '../core/types.js'
 * @import {Query} from './query.js'
 */

const SEARCH_DELAY = 120;
const REFRESH_DELAY = 1500;

/**
 * @typedef {object} ResultsState
 * @property {Query} query
 * @property {Facets|null} facets
 * @property {number} libraryTotal
 * @property {number} changes counts up whenever the cards held change
 * @property {number} asked counts up with each new question: the view goes back to its top
 */

/** @extends {Store<ResultsState>} */
export class Results extends Store {
  #facets = new Latest();
  #askSoon = debounce(() => this.#ask(), SEARCH_DELAY);
  #refreshDue = false;
  #revision = -1;

  /** @param {Session} session @param {string} [sort] order to begin with */
  constructor(session, sort = '') {
    super({ query: { ...EVERYTHING, sort }, facets: null, libraryTotal: 0, changes: 0, asked: 0 });
    this.session = session;
    /** @type {PageCache<Card>} */
    this.cards = new PageCache(
      (offset, limit, signal) => this.#fetchCards(offset, limit, signal),
      () => this.set({ changes: this.state.changes + 1 }),
    );
    session.cards.subscribe(() => this.#follow());
    session.server.subscribe((now, before) => {
      if (now.revision !== before.revision && now.revision !== this.#revision && this.state.asked > 0) {
        this.#refreshSoon();
      }
    });
  }

  /** Ask for the first time. Later calls do nothing. */
  start() {
    if (this.state.asked === 0) {
      this.#ask();
    }
  }

  /**
   * @param {Partial<Query>} change
   * @param {{typing?: boolean}} [how] typing: wait until the user pauses
   */
  ask(change, { typing = false } = {}) {
    const query = { ...this.state.query, ...change };
    const same = sameQuery(query, this.state.query);
    this.set({ query });
    if (typing && !same) {
      this.#askSoon();
    } else if (!same) {
      this.#askSoon.cancel();
      this.#ask();
    }
  }

  /** Ask now what was typed a moment ago. */
  flush() {
    this.#askSoon.flush();
  }

  /** The same question to a library that changed: places and items in sight stay until the answer is there. */
  refresh() {
    this.cards.refresh();
    void this.#askFacets();
  }

  /** During a scan the library changes all the time: follow it, but not more often than this. */
  #refreshSoon() {
    if (!this.#refreshDue) {
      this.#refreshDue = true;
      setTimeout(() => {
        this.#refreshDue = false;
        this.refresh();
      }, REFRESH_DELAY);
    }
  }

  retry() {
    this.cards.retry();
    void this.#askFacets();
  }

  #ask() {
    this.set({ asked: this.state.asked + 1 });
    this.cards.reset();
    void this.#askFacets();
  }

  /** @param {number} offset @param {number} limit @param {AbortSignal} signal */
  async #fetchCards(offset, limit, signal) {
    const page = await this.session.api.adapters({ ...adapterParams(this.state.query), offset, limit }, signal);
    this.session.cards.remember(page.items);
    this.#revision = page.revision;
    this.set({ libraryTotal: page.library_total });
    return page;
  }

  async #askFacets() {
    try {
      const params = facetParams(this.state.query);
      const facets = await this.#facets.run((signal) => this.session.api.facets(params, signal));
      if (facets) {
        this.set({ facets });
      }
    } catch {
      // The list itself reports a server that does not answer.
    }
  }

  /** Cards edited elsewhere on the page. */
  #follow() {
    this.cards.update((card) => {
      const known = this.session.cards.get(card.id);
      return known && known !== card ? known : null;
    });
  }
}
