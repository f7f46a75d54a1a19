/** The Catalogue tab: search, filters, the grid of cards, the details of one, and the adapters in the prompt. */

import * as format from '../core/format.js';
import { sentence, toggleFavourite, toggleInPrompt } from '../core/actions.js';
import { readPref, writePref } from '../core/prefs.js';
import { debounce } from '../core/timing.js';
import { define, MountElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { noticeStyles } from '../ui/notice.js';
import { progressText } from '../ui/progress.js';
import { t } from '../strings.js';
import { html, live, nothing, repeat } from '../vendor/lit.js';
import { catalogueStyles } from './catalogue-styles.js';
import { emptyCatalogue } from './empty.js';
import { DENSITIES, rememberedDensity } from './lm-grid.js';
import { placeButton, placePicker, placeStyles, relayPicker } from '../strip/place-picker.js';
import { EVERYTHING, filtersOf, rememberedSort, SORTS } from './query.js';
import { Results } from './results.js';
import './lm-facets.js';
import '../strip/lm-strip.js';

/**
 * @import {Card} from '../core/types.js'
 * @import {LmGrid, Density} from './lm-grid.js'
 */

const WIDE = 760;
const FOLLOW_DELAY = 140;
const LEAST_MESSAGE = 240;

export class LmCatalogue extends MountElement {
  static styles = MountElement.mountStyles(noticeStyles, placeStyles, catalogueStyles);

  #followSoon = debounce((/** @type {number} */ id) => this.#open(id), FOLLOW_DELAY);
  #wish = 0;

  constructor() {
    super();
    this.results = new Results(this.session, rememberedSort());
    /** @type {Density} */
    this.density = rememberedDensity();
    this.facetsOpen = readPref('facets.open', true);
    this.drawerOpen = false;
    this.following = false;
    const { nav, jobs, prompt, library, relay } = this.session;
    this.watch(this.results, nav, jobs, prompt, library, relay);
    this.addEventListener('keydown', (event) => this.shortcut(event));
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.results.start();
  }

  /** @override The details come when the grid stands: nobody opens them before. */
  firstUpdated() {
    this.session.need(import('../detail/lm-detail.js')).catch(() => {});
  }

  /** The adapter whose details are shown. The shell follows it in the address. */
  get openId() {
    return this.session.nav.state.open;
  }

  get grid() {
    return /** @type {LmGrid|null} */ (this.find('lm-grid'));
  }

  /** @override Beside the details, where there is room. */
  get messageArea() {
    const { left, right, bottom } = /** @type {Element} */ (this.find('.middle')).getBoundingClientRect();
    const detail = this.find('.detail')?.getBoundingClientRect().left ?? right;
    return { left, right: detail - left > LEAST_MESSAGE ? Math.min(right, detail) : right, bottom };
  }

  /** Keys that hold anywhere in the tab; the grid has its own. @param {KeyboardEvent} event */
  shortcut(event) {
    const target = /** @type {Element} */ (event.composedPath()[0]);
    const typing = target.matches?.('input, textarea, select') ?? false;
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      /** @type {HTMLInputElement} */ (this.find('.search input')).select();
    } else if (event.key === 'Escape' && !typing && (this.drawerOpen || this.openId !== null)) {
      event.preventDefault();
      this.#close();
    }
  }

  /** @override */
  willUpdate() {
    const { wish } = this.session.nav.state;
    if (wish && wish.tab === 'catalogue' && wish.at !== this.#wish) {
      this.#wish = wish.at;
      if (wish.query !== null) {
        this.results.ask({ ...EVERYTHING, sort: this.results.state.query.sort, q: wish.query });
      }
    }
  }

  /** @param {number|null} id */
  #open(id) {
    this.session.nav.set({ open: id });
  }

  #close() {
    if (this.drawerOpen) {
      this.drawerOpen = false;
    } else {
      this.session.nav.set({ open: null });
    }
    this.requestUpdate();
    this.grid?.focus();
  }

  /** @param {KeyboardEvent & {target: HTMLInputElement}} event */
  #searchKey(event) {
    if (event.key === 'Escape') {
      event.preventDefault();
      if (event.target.value === '') {
        this.grid?.focus();
      }
      this.results.ask({ q: '' });
    } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault();
      this.results.flush();
      this.grid?.enter();
    }
  }

  #turnFacets() {
    if (this.offsetWidth < WIDE) {
      this.drawerOpen = !this.drawerOpen;
      this.session.nav.set({ open: null }); // They would lie over the filters.
    } else {
      this.facetsOpen = !this.facetsOpen;
      writePref('facets.open', this.facetsOpen);
    }
    this.requestUpdate();
  }

  /** @param {string} sort */
  #sort(sort) {
    writePref('sort', sort);
    this.results.ask({ sort });
  }

  #nextDensity() {
    const all = /** @type {Density[]} */ (Object.keys(DENSITIES));
    this.density = all[(all.indexOf(this.density) + 1) % all.length];
    writePref('density', this.density);
    this.requestUpdate();
  }

  /** @override */
  render() {
    const { results, session } = this;
    const empty = emptyCatalogue(session, results);
    const docked = this.facetsOpen ? 'facets-open' : '';
    return html`
      <div class="page ${docked} ${this.drawerOpen ? 'drawer-open' : ''} ${this.openId === null ? '' : 'detail-open'}">
        ${this.#bar()}
        ${this.#chips()}
        <div class="body">
          <div class="veil" @click=${() => this.#close()}></div>
          <nav class="facets scroll shade" aria-label=${t('facet.label')}>
            <lm-facets .results=${results} .query=${results.state.query} .facets=${results.state.facets}></lm-facets>
          </nav>
          <div class="middle">
            <lm-grid .results=${results} .changes=${this.#version()} .density=${this.density} .openId=${this.openId}
              ?hidden=${empty !== null}
              @open=${(/** @type {CustomEvent<{card: Card}>} */ event) => this.#openOrClose(event.detail.card.id)}
              @moved=${(/** @type {CustomEvent<{card?: Card}>} */ event) => this.#moved(event.detail.card)}
              @toggle=${(/** @type {CustomEvent<{card: Card}>} */ event) => toggleInPrompt(session, event.detail.card)}
              @favourite=${(/** @type {CustomEvent<{card: Card}>} */ event) => toggleFavourite(session, event.detail.card)}
            ></lm-grid>
            ${empty ? html`<div class="nothing scroll">${empty}</div>` : nothing}
          </div>
          ${this.openId === null ? nothing : html`<lm-detail class="detail" .adapterId=${this.openId}
            @close=${() => this.#close()}
            @tag=${(/** @type {CustomEvent<{tag: string}>} */ event) => results.ask({ ...EVERYTHING, sort: results.state.query.sort, tags: [event.detail.tag] })}
          ></lm-detail>`}
        </div>
        ${this.#shelf()}
      </div>`;
  }

  /** Differs whenever the grid has something new to draw. */
  #version() {
    const { changes, asked } = this.results.state;
    return `${changes} ${asked}`;
  }

  /** @param {number} id */
  #openOrClose(id) {
    this.#open(id === this.openId ? null : id);
  }

  /** @param {Card|undefined} card with details open, they follow the keyboard */
  #moved(card) {
    this.following = this.openId !== null && !card;
    if (card && this.openId !== null) {
      this.#followSoon(card.id);
    }
  }

  /** @override The keyboard went where the cards had not come yet: the details follow when they have. */
  updated() {
    const card = this.following ? this.grid?.activeCard : undefined;
    if (card) {
      this.following = false;
      this.#followSoon(card.id);
    }
  }

  #bar() {
    const { query } = this.results.state;
    return html`<div class="top">
      <button class="btn icon" aria-label=${t('facet.turn')} title=${t('facet.turn')}
        aria-expanded=${this.offsetWidth < WIDE ? this.drawerOpen : this.facetsOpen}
        @click=${() => this.#turnFacets()}>${icons.filter}</button>
      <label class="search">
        ${icons.search}
        <input type="text" role="searchbox" .value=${live(query.q)} placeholder=${t('search.placeholder')}
          aria-label=${t('search.label')} title=${t('search.keys')} spellcheck="false" autocomplete="off"
          @input=${(/** @type {Event & {target: HTMLInputElement}} */ event) => this.results.ask({ q: event.target.value }, { typing: true })}
          @keydown=${this.#searchKey}>
        ${query.q ? html`<button class="btn quiet tiny icon" aria-label=${t('search.clear')} title=${t('search.clear')}
          @click=${() => this.results.ask({ q: '' })}>${icons.close}</button>` : html`<kbd>/</kbd>`}
      </label>
      <span class="select sort"><select class="field" aria-label=${t('sort.label')} title=${t('sort.label')}
        @change=${(/** @type {Event & {target: HTMLSelectElement}} */ event) => this.#sort(event.target.value)}>
        ${SORTS.map((sort) => html`<option value=${sort} ?selected=${sort === query.sort}>${
          sort === '' ? t(query.q.trim() ? 'sort.relevance' : 'sort.default') : t(`sort.${sort}`)}</option>`)}
      </select></span>
      <button class="btn icon density" aria-label=${t('density.label')} title=${t(`density.${this.density}`)}
        @click=${() => this.#nextDensity()}>${icons.grid}</button>
    </div>`;
  }

  #chips() {
    const { results, session } = this;
    const { total } = results.cards;
    const { query, libraryTotal } = results.state;
    const scan = session.jobs.active('scan');
    const filters = filtersOf(query);
    const broken = results.cards.error && results.cards.current; // Else the notice in the middle says it.
    return html`<div class="chips">
      <span class="count" role="status">${total === null ? nothing : html`<b>${format.count(total)}</b>
        ${total === libraryTotal ? t('count.loras', { n: total }) : t('count.of', { n: libraryTotal })}`}</span>
      ${repeat(filters, (filter) => filter.key, (filter) => html`<button class="chip on" title=${t('chip.drop', { name: filter.label })}
        @click=${() => results.ask(filter.without)}><span class="clip">${filter.label}</span>${icons.close}</button>`)}
      ${filters.length > 1 ? html`<button class="btn quiet tiny"
        @click=${() => results.ask({ ...EVERYTHING, q: query.q, sort: query.sort })}>${t('chip.clear')}</button>` : nothing}
      ${scan ? html`<span class="dim">${t('chip.scanning', { progress: progressText(scan) })}</span>` : nothing}
      ${broken ? html`<span class="bad">${sentence(results.cards.error)}</span>
        <button class="btn tiny" @click=${() => results.retry()}>${t('error.retry')}</button>` : nothing}
    </div>`;
  }

  #shelf() {
    const { on, closed } = this.session.relay.state;
    return html`<div class="shelf" aria-label=${t('strip.label')}>
      ${placePicker(this.session)}${relayPicker(this.session)}
      ${on ? html`<span class="grow small dim why" role="status" title=${closed}>${closed}</span>`
        : html`<lm-strip row class="grow"></lm-strip>`}
      ${this.session.prompt.state.place ? placeButton(this.session) : nothing}
      ${this.session.prompt.state.place || on ? nothing : html`<button class="btn tiny"
        @click=${() => this.session.go('generate')}>${t('strip.to_generate')}</button>`}
    </div>`;
  }
}

define('lm-catalogue', LmCatalogue);
