/** The Catalogue tab: search, filters, the grid of cards, the details of one, and the adapters in the prompt. */

import { sentence, toggleFavourite, toggleInPrompt } from '../core/actions.js';
import { readPref, writePref } from '../core/prefs.js';
import { debounce } from '../core/timing.js';
import { define, MountElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { noticeStyles } from '../ui/notice.js';
import { progressText } from '../ui/progress.js';
import { t } from '../strings.js';
import { html, nothing } from '../vendor/lit.js';
import { catalogueStyles } from './catalogue-styles.js';
import { emptyCatalogue } from './empty.js';
import { rememberColumns, rememberedColumns } from './columns.js';
import { placeButton, placePicker, placeStyles, relayPicker } from '../strip/place-picker.js';
import { afresh } from './query.js';
import { Results } from './results.js';
import { Selection } from './selection.js';
import { tabKey } from './selecting.js';
import { rememberedSort, rememberSort } from './sorts.js';
import { rememberedView, rememberView } from './view.js';
import './lm-active-filters.js';
import './lm-grid.js';
import './lm-search.js';
import './lm-toolbar.js';

/**
 * @import {Card} from '../core/types.js'
 * @import {LmGrid} from './lm-grid.js'
 * @import {LmSearch} from './lm-search.js'
 * @import {View} from './view.js'
 */

const WIDE = 760;
/** As in lm-toolbar's styles. */
const NARROW = 560;
const FOLLOW_DELAY = 140;
const LEAST_MESSAGE = 240;

export class LmCatalogue extends MountElement {
  static styles = MountElement.mountStyles(noticeStyles, placeStyles, catalogueStyles);

  #followSoon = debounce((/** @type {number} */ id) => this.#open(id), FOLLOW_DELAY);
  #wish = 0;
  #detailComes = false;
  #laterComes = false;
  #selectionComes = false;

  constructor() {
    super();
    this.results = new Results(this.session, rememberedSort());
    this.selection = new Selection();
    this.view = rememberedView();
    this.columns = rememberedColumns();
    this.facetsOpen = readPref('facets.open', true);
    this.drawerOpen = false;
    this.following = false;
    const { nav, jobs, prompt, library, relay } = this.session;
    this.watch(this.results, this.selection, nav, jobs, prompt, library, relay);
    this.results.subscribe(() => this.#followSelection());
    this.addEventListener('keydown', (event) => this.shortcut(event));
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.results.start();
  }

  /** After the first cards, or whatever is there in their place. */
  #bringLater() {
    const { total, error } = this.results.cards;
    if (!this.#laterComes && (total !== null || error)) {
      this.#laterComes = true;
      requestAnimationFrame(() => setTimeout(() => this.session.need(import('./later.js')).catch(() => {})));
    }
  }

  /** The details come when somebody is about to open them. */
  #prepareDetail() {
    if (!this.#detailComes) {
      this.#detailComes = true;
      this.session.need(import('../detail/lm-detail.js')).catch(() => {
        this.#detailComes = false;
      });
    }
  }

  /** What is selected stays so, whatever the list shows. */
  #followSelection() {
    const { held, cards } = this.results;
    this.selection.follow(held, cards.current ? cards.total : null);
  }

  /** Its bar comes when something is selected. */
  #prepareSelection() {
    if (!this.#selectionComes) {
      this.#selectionComes = true;
      this.session.need(import('./lm-selection.js')).catch(() => {
        this.#selectionComes = false;
      });
    }
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
    const typing = target.matches?.('input, textarea, select, [contenteditable]') ?? false;
    const search = /** @type {LmSearch} */ (this.find('lm-search'));
    if (typing || event.defaultPrevented) {
      return;
    }
    if (/^[/?]$/.test(event.key) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      void (event.key === '/' ? search.select() : search.turnKeys(/** @type {HTMLElement} */ (target)));
    } else if (event.key === 'Escape' && this.#closable) {
      event.preventDefault();
      this.#close();
    } else {
      tabKey(event, this.results, this.selection);
    }
  }

  /** @override */
  willUpdate() {
    if (this.selection.on) {
      this.#prepareSelection();
    }
    if (this.openId !== null) {
      this.#prepareDetail();
    }
    const { wish } = this.session.nav.state;
    if (wish && wish.tab === 'catalogue' && wish.at !== this.#wish) {
      this.#wish = wish.at;
      if (wish.query !== null) {
        this.results.ask(afresh(this.results.state.query, { q: wish.query }));
      }
    }
  }

  /** @param {number|null} id */
  #open(id) {
    this.session.nav.set({ open: id });
  }

  get #closable() {
    return this.drawerOpen || this.openId !== null || this.selection.on;
  }

  /** What was opened last goes first. */
  #close() {
    if (this.drawerOpen) {
      this.drawerOpen = false;
    } else if (this.openId === null) {
      this.selection.clear();
    } else {
      this.session.nav.set({ open: null });
    }
    this.requestUpdate();
    this.grid?.focus();
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
    rememberSort(sort);
    this.results.ask({ sort });
  }

  /** @param {View} view */
  #show(view) {
    this.view = view;
    rememberView(view);
    this.requestUpdate();
  }

  /** @param {string[]} columns */
  #choose(columns) {
    this.columns = columns;
    rememberColumns(columns);
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
            <div class="sheet"><h3 class="grow">${t('facet.label')}</h3><button class="btn quiet icon"
              aria-label=${t('facet.close')} title=${t('facet.close')} @click=${() => this.#close()}>${icons.close}</button></div>
            <lm-facets .results=${results} .state=${results.state}></lm-facets>
            <div class="sheet foot"><button class="btn primary grow"
              @click=${() => this.#close()}>${t('facet.show', { n: results.cards.total ?? 0 })}</button></div>
          </nav>
          <div class="middle ${results.state.problem ? 'stale' : ''}" @pointerover=${() => this.#prepareDetail()} @focusin=${() => this.#prepareDetail()}>
            <lm-grid .results=${results} .changes=${this.#version()} .view=${this.view} .columns=${this.columns}
              .selection=${this.selection} .openId=${this.openId} ?hidden=${empty !== null}
              @open=${(/** @type {CustomEvent<{card: Card}>} */ event) => this.#openOrClose(event.detail.card.id)}
              @moved=${(/** @type {CustomEvent<{card?: Card}>} */ event) => this.#moved(event.detail.card)}
              @toggle=${(/** @type {CustomEvent<{card: Card}>} */ event) => toggleInPrompt(session, event.detail.card)}
              @favourite=${(/** @type {CustomEvent<{card: Card}>} */ event) => toggleFavourite(session, event.detail.card)}
              @sort=${(/** @type {CustomEvent<{sort: string}>} */ event) => this.#sort(event.detail.sort)}
            ></lm-grid>
            ${empty ? html`<div class="nothing scroll">${empty}</div>` : nothing}
          </div>
          ${this.openId === null ? nothing : html`<lm-detail class="detail" .adapterId=${this.openId}
            @close=${() => this.#close()}
            @tag=${(/** @type {CustomEvent<{tag: string}>} */ event) => results.ask(afresh(results.state.query, { include: [`tag:${event.detail.tag}`] }))}
          ></lm-detail>`}
        </div>
        ${this.#shelf()}
      </div>`;
  }

  /** Differs whenever the grid has something new to draw. */
  #version() {
    const { changes, asked } = this.results.state;
    return `${changes} ${asked} ${this.selection.state.changes}`;
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
    this.#bringLater();
    const card = this.following ? this.grid?.activeCard : undefined;
    if (card) {
      this.following = false;
      this.#followSoon(card.id);
    }
  }

  #bar() {
    return html`<div class="top">
      <button class="btn icon" aria-label=${t('facet.turn')} title=${t('facet.turn')}
        aria-expanded=${this.offsetWidth < WIDE ? this.drawerOpen : this.facetsOpen}
        @click=${() => this.#turnFacets()}>${icons.filter}</button>
      <lm-search .results=${this.results} .state=${this.results.state} @cards=${() => this.grid?.enter()}></lm-search>
      <lm-toolbar .query=${this.results.state.query} .narrow=${this.offsetWidth <= NARROW} .view=${this.view} .columns=${this.columns}
        .selecting=${this.selection.state.mode}
        @sort=${(/** @type {CustomEvent<{sort: string}>} */ event) => this.#sort(event.detail.sort)}
        @view=${(/** @type {CustomEvent<{view: View}>} */ event) => this.#show(event.detail.view)}
        @columns=${(/** @type {CustomEvent<{columns: string[]}>} */ event) => this.#choose(event.detail.columns)}
        @selecting=${(/** @type {CustomEvent<{mode: boolean}>} */ event) => this.selection.turn(event.detail.mode)}></lm-toolbar>
    </div>`;
  }

  #chips() {
    const { results, session } = this;
    const scan = session.jobs.active('scan');
    const broken = results.cards.error && results.cards.current; // Else the notice in the middle says it.
    return html`<div class="chips">
      <lm-active-filters .results=${results} .state=${results.state}></lm-active-filters>
      ${scan ? html`<span class="dim">${t('chip.scanning', { progress: progressText(scan) })}</span>` : nothing}
      ${broken ? html`<span class="bad">${sentence(results.cards.error)}</span>
        <button class="btn tiny" @click=${() => results.retry()}>${t('error.retry')}</button>` : nothing}
    </div>`;
  }

  #shelf() {
    const { on, closed } = this.session.relay.state;
    if (this.selection.on || (this.#selectionComes && this.session.jobs.active('bulk'))) {
      const { changes, reading, wish } = this.selection.state;
      return html`<div class="shelf" aria-label=${t('select.label')}><lm-selection class="grow" .selection=${this.selection}
        .results=${this.results} .changes=${[changes, reading, wish, this.results.cards.total]} @cleared=${() => this.grid?.focus()}></lm-selection>${placePicker(this.session)}</div>`;
    }
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
