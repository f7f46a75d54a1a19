/** The catalogue's present question and its answers: cards page by page, counts beside the filters. */

import { ApiError } from '../core/api.js';
import { Store } from '../core/store.js';
import { debounce, Latest } from '../core/timing.js';
import { PageCache } from './page-cache.js';
import {
  adapterParams, EVERYTHING, facetParams, filtersOf, fromAddress, rememberedFits, sameQuery, toAddress,
} from './query.js';

/**
 * @import {Session} from '../core/session.js'
 * @import {Card, CardPage, Facets} from '../core/types.js'
 * @import {Query} from './query.js'
 */

const SEARCH_DELAY = 120;
const REFRESH_DELAY = 1500;

/**
 * @typedef {object} ResultsState
 * @property {Query} query
 * @property {{message: string, at: number}|null} problem why the search text means nothing, and behind how many
 *   characters of it; the cards are then those of the last question that meant something
 * @property {CardPage['hints']} hints what may have been meant
 * @property {string|null} suggestion a search text that finds something, where this one finds nothing
 * @property {CardPage['fit']} fit
 * @property {number} unfiltered where nothing is found: how many there are without the filters
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
  #unfiltered = new Latest();
  /** What was asked last, what cards and counts are of, and the last question that meant something. */
  #asked = EVERYTHING;
  #held = EVERYTHING;
  #counted = EVERYTHING;
  /** @type {Query|null} */
  #good = null;

  /** @param {Session} session @param {string} [sort] order to begin with */
  constructor(session, sort = '') {
    super({
      query: { ...EVERYTHING, fits: rememberedFits(), sort },
      problem: null, hints: [], suggestion: null, fit: null, unfiltered: 0,
      facets: null, libraryTotal: 0, changes: 0, asked: 0,
    });
    this.session = session;
    /** @type {PageCache<Card>} */
    this.cards = new PageCache(
      (offset, limit, signal) => this.#fetchCards(offset, limit, signal),
      () => this.#changed(),
    );
    session.cards.subscribe(() => this.#follow());
    session.server.subscribe((now, before) => {
      if (now.revision !== before.revision && now.revision !== this.#revision && this.state.asked > 0) {
        this.#refreshSoon();
      }
    });
    session.host.subscribe(({ info }, { info: before }) => {
      if (before && info?.model?.family !== before.model?.family && this.state.asked > 0) {
        this.refresh(); // Other LoRAs fit now.
      }
    });
    session.nav.subscribe(({ filters }, { filters: before }) => {
      if (filters !== before && filters !== toAddress(this.#asked) && this.state.asked > 0) {
        this.ask(this.#addressed(filters));
      }
    });
  }

  /** Ask for the first time. Later calls do nothing. */
  start() {
    if (this.state.asked === 0) {
      this.set({ query: this.#addressed(this.session.nav.state.filters) });
      this.#ask();
    }
  }

  /** @param {string} filters as they stand in the address */
  #addressed(filters) {
    return fromAddress(filters, this.state.query);
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

  /** What the cards in sight answer. */
  get held() {
    return this.#held;
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
    this.#asked = this.state.query;
    this.#held = this.#asked;
    this.set({ asked: this.state.asked + 1 });
    this.session.nav.set({ filters: toAddress(this.#asked) });
    this.cards.reset();
    void this.#askFacets();
  }

  /** @param {number} offset @param {number} limit @param {AbortSignal} signal */
  async #fetchCards(offset, limit, signal) {
    const query = this.#held;
    const page = await this.session.api.adapters({ ...adapterParams(query), offset, limit }, signal);
    this.session.cards.remember(page.items);
    this.#revision = page.revision;
    this.#good = query;
    const { hints = [], suggestion = null, fit = null, library_total: libraryTotal } = page;
    this.set({ libraryTotal, fit, ...(query === this.#asked ? { hints, suggestion, problem: null } : {}) });
    if (page.total === 0 && filtersOf(query).length > 0) {
      void this.#countUnfiltered(query);
    }
    return page;
  }

  /** A text that means nothing yet (it is still being typed): the cards before it stay. */
  #changed() {
    const { error } = this.cards;
    if (error instanceof ApiError && error.code === 'query') {
      const { q } = this.#asked;
      const spaces = q.length - q.trimStart().length;
      this.set({ problem: { message: error.message, at: spaces + (error.at ?? 0) }, hints: [] });
      this.#goOn({ ...this.#asked, q: this.#good?.q ?? '' });
    }
    this.set({ changes: this.state.changes + 1 });
  }

  /** The filters with the last text that meant something. @param {Query} query */
  #goOn(query) {
    if (this.#good && sameQuery(query, this.#good)) {
      this.#held = this.#good;
      this.cards.restore();
      if (this.#counted !== this.#held) {
        void this.#askFacets();
      }
    } else if (!sameQuery(query, this.#held)) {
      this.#held = query;
      this.refresh();
    }
  }

  /** @param {Query} query */
  async #countUnfiltered({ q, fits }) {
    this.set({ unfiltered: 0 });
    try {
      const params = adapterParams({ ...EVERYTHING, q, fits });
      const page = await this.#unfiltered.run((signal) => this.session.api.adapters({ ...params, limit: 1 }, signal));
      this.set(page ? { unfiltered: page.total } : {});
    } catch {
      // Only an offer.
    }
  }

  async #askFacets() {
    try {
      const query = this.#held;
      const params = facetParams(query);
      const facets = await this.#facets.run((signal) => this.session.api.facets(params, signal));
      if (facets) {
        this.#counted = query;
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
