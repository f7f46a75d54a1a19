/** Beside the search box: the order of the list, selecting several, and how the list is shown. */

import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';
import { COLUMNS, columnsAtFirst, withColumn } from './columns.js';
import { hasDirection, ORDERS, parseSort, sortBy, sortOf, turnedRound } from './sorts.js';
import { VIEWS } from './view.js';

/**
 * @import {Order} from './sorts.js'
 * @import {View} from './view.js'
 */

const VIEW_ICONS = { small: icons.small, medium: icons.grid, large: icons.large, table: icons.table };

/** Events: sort {sort}, view {view}, columns {columns}, selecting {mode}. */
export class LmToolbar extends LmElement {
  static properties = {
    query: { attribute: false },
    narrow: { type: Boolean },
    view: {},
    columns: { attribute: false },
    selecting: { type: Boolean },
  };

  static styles = [
    controls,
    css`
      :host { display: flex; gap: 8px; flex: none; position: relative; }
      .order { display: flex; }
      .order .field { width: 124px; border-radius: 8px 0 0 8px; }
      .order .btn { border-radius: 0 8px 8px 0; margin-left: -1px; }
      .order.alone .field { border-radius: 8px; }
      .order .field:focus { position: relative; z-index: 1; }
      .btn.selecting[aria-pressed='true']:not(:disabled) { background: var(--lm-accent); color: var(--lm-accent-ink); border-color: transparent; }
      .panel {
        position: absolute;
        top: 40px;
        right: 0;
        z-index: 6;
        width: 304px;
        max-width: calc(100cqw - 16px);
        max-height: min(480px, calc(var(--lm-height, 100vh) - 140px));
        padding: 12px;
        border: 1px solid var(--lm-line);
        border-radius: 10px;
        background: var(--lm-panel);
        box-shadow: 0 12px 32px rgb(0 0 0 / 0.3);
      }
      .panel h3 { margin-bottom: 8px; }
      .panel section + section { margin-top: 16px; }
      .panel .narrow { display: none; }
      .btn.view.both { width: 48px; gap: 2px; }
      .views { display: grid; grid-template-columns: repeat(4, 1fr); gap: 4px; }
      .views .btn { flex-direction: column; gap: 2px; min-height: 48px; padding: 6px 0; font-size: 12px; }
      .views .btn[aria-checked='true'] { border-color: var(--lm-accent); box-shadow: inset 0 0 0 1px var(--lm-accent); color: var(--lm-text); }
      .columns { display: grid; grid-template-columns: 1fr 1fr; gap: 2px 12px; }
      .columns label { display: flex; align-items: center; gap: 8px; min-height: 26px; cursor: pointer; }
      .columns + .btn { margin-top: 8px; }
      @media (pointer: coarse) { .columns label { min-height: 36px; } }
      @container (max-width: 560px) {
        :host > .order { display: none; }
        .panel .narrow { display: block; margin-bottom: 16px; }
        .panel .order .select { flex: 1; }
        .panel .order .field { width: 100%; }
      }
    `,
  ];

  #outside = (/** @type {PointerEvent} */ event) => {
    if (!event.composedPath().includes(this)) {
      this.#turn(false);
    }
  };

  constructor() {
    super();
    this.query = { sort: '', q: '' };
    this.narrow = false;
    /** @type {View} */
    this.view = 'medium';
    /** @type {string[]} */
    this.columns = [];
    this.selecting = false;
    this.open = false;
    this.addEventListener('keydown', (event) => this.#key(event));
    this.addEventListener('focusout', (event) => {
      if (event.relatedTarget && event.relatedTarget !== this) {
        this.#turn(false);
      }
    });
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#turn(false);
  }

  /** @param {boolean} open */
  #turn(open) {
    this.open = open;
    document[open ? 'addEventListener' : 'removeEventListener']('pointerdown', /** @type {any} */ (this.#outside), true);
    this.requestUpdate();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === 'Escape' && this.open) {
      event.preventDefault();
      this.#turn(false);
      this.find('.view')?.focus();
    }
  }

  /** @override */
  render() {
    const label = t(this.narrow ? 'view.and_order' : 'view.label');
    return html`
      ${this.#order()}
      <button class="btn icon selecting" aria-pressed=${this.selecting} aria-label=${t('select.turn')} title=${t('select.turn')}
        @click=${() => this.emit('selecting', { mode: !this.selecting })}>${icons.select}</button>
      <button class="btn icon view ${this.narrow ? 'both' : ''}" aria-label=${label} title=${label} aria-expanded=${this.open}
        @click=${() => this.#turn(!this.open)}>${VIEW_ICONS[this.view]}${this.narrow ? icons.sort : nothing}</button>
      ${this.open ? this.#panel(label) : nothing}`;
  }

  #order() {
    const sort = sortOf(this.query);
    const { order, down } = parseSort(sort);
    const isSearch = this.query.q.trim() !== '';
    const by = (/** @type {Order} */ one) => this.emit('sort', { sort: sortBy(one) });
    return html`<div class="order ${order === 'relevance' ? 'alone' : ''}">
      <span class="select"><select class="field" aria-label=${t('sort.label')} title=${t('sort.label')}
        @change=${(/** @type {Event & {target: HTMLSelectElement}} */ event) => by(/** @type {Order} */ (event.target.value))}>
        ${ORDERS.map((one) => html`<option value=${one} ?hidden=${one === 'relevance' && !isSearch}
          ?disabled=${one === 'relevance' && !isSearch} .selected=${one === order}>${t(`sort.${one}`)}</option>`)}
      </select></span>
      ${hasDirection(order) ? html`<button class="btn icon" aria-label=${t(down ? 'sort.down' : 'sort.up')} title=${t(down ? 'sort.down' : 'sort.up')}
        @click=${() => this.emit('sort', { sort: turnedRound(sort) })}>${down ? icons.down : icons.up}</button>` : nothing}
      ${order === 'random' ? html`<button class="btn icon" aria-label=${t('sort.reroll')} title=${t('sort.reroll')}
        @click=${() => by('random')}>${icons.dice}</button>` : nothing}
    </div>`;
  }

  /** @param {string} label */
  #panel(label) {
    return html`<div class="panel scroll" role="dialog" aria-label=${label}>
      <div class="narrow"><h3>${t('sort.label')}</h3>${this.#order()}</div>
      <section>${this.narrow ? html`<h3>${t('view.label')}</h3>` : nothing}<div class="views" role="radiogroup" aria-label=${t('view.label')}>${VIEWS.map((view) => html`<button class="btn" role="radio"
        aria-checked=${view === this.view} @click=${() => this.emit('view', { view })}>${VIEW_ICONS[view]}${t(`view.${view}`)}</button>`)}</div></section>
      ${this.view === 'table' ? this.#columns() : nothing}
    </div>`;
  }

  #columns() {
    const choose = (/** @type {string[]} */ columns) => this.emit('columns', { columns });
    return html`<section><h3>${t('view.columns')}</h3>
      <div class="columns">${COLUMNS.map(({ id, title }) => html`<label><input type="checkbox" .checked=${this.columns.includes(id)}
        @change=${() => choose(withColumn(this.columns, id))}>${t(title)}</label>`)}</div>
      <button class="btn tiny" @click=${() => choose(columnsAtFirst())}>${t('view.columns_reset')}</button></section>`;
  }
}

define('lm-toolbar', LmToolbar);
