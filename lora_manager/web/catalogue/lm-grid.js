/** The virtual list, as cards or as a table: its own scroll box, in which only the rows near the view exist. */

import { cardTools, TOOL_KEYS, toolOf, toolStyles, useTool } from '../ui/card-tools.js';
import { controls } from '../ui/controls.js';
import { define } from '../ui/element.js';
import { t } from '../strings.js';
import { html, nothing, repeat } from '../vendor/lit.js';
import { cardTemplate, skeleton } from './card.js';
import { cardStyles } from './card-styles.js';
import { columnsOf, leastWidth, toldBy, tracks } from './columns.js';
import { gridStyles } from './grid-styles.js';
import { Hover } from './hover.js';
import { isMarkKey, selectionKey, selectTo } from './selecting.js';
import { parseSort, sortByHeading, sortOf } from './sorts.js';
import { heading, skeletonRow, tableRow } from './table.js';
import { tableStyles } from './table-styles.js';
import { CAPTION, layoutFor } from './view.js';
import { VirtualBox } from './virtual-box.js';
import { moveTo, rowTop } from './virtual-window.js';

/**
 * @import {Card} from '../core/types.js'
 * @import {CardView} from './card.js'
 * @import {LmPreview} from './lm-preview.js'
 * @import {Selection} from './selection.js'
 */

/** Rows fetched beyond those drawn, so that steady scrolling meets no gaps. */
const AHEAD = 2;
const ACTIONS = /** @type {Record<string, string>} */ ({ Enter: 'toggle', f: 'favourite', ' ': 'open', i: 'open' });

/** Events: open {index, card}, toggle {card}, favourite {card}, moved {index, card?}, sort {sort}. */
export class LmGrid extends VirtualBox {
  static properties = {
    results: { attribute: false },
    changes: { attribute: false },
    selection: { attribute: false },
    view: {},
    columns: { attribute: false },
    openId: { attribute: false },
  };

  static styles = [controls, toolStyles, cardStyles, gridStyles, tableStyles];

  #asked = 0;
  #entering = false;
  /** Pixels that the table is scrolled sideways. */
  #aside = 0;
  #hover = new Hover(() => this.requestUpdate());
  /** V was pressed: the large picture follows the keyboard. */
  #large = false;

  constructor() {
    super();
    this.changes = '';
    /** @type {Selection|null} */
    this.selection = null;
    /** @type {string[]} */
    this.columns = [];
    /** @type {number|null} */
    this.openId = null;
    this.watch(this.session.prompt, this.session.relay, this.session.library);
  }

  /** @override A large picture waits for its element, and for the small one of its card. */
  firstUpdated() {
    super.firstUpdated();
    void customElements.whenDefined('lm-preview').then(() => this.#showLarge());
    this.renderRoot.addEventListener('load', () => this.#showLarge(), true);
  }

  get total() {
    return this.results?.cards.total ?? 0;
  }

  /** The card the keyboard stands on. @returns {Card|undefined} */
  get activeCard() {
    return this.active >= 0 ? this.results?.cards.get(this.active) : undefined;
  }

  /** Come in from the search box: stand on the first card as soon as the answer to what was typed is there. */
  enter() {
    this.focus();
    this.#entering = true;
    this.requestUpdate();
  }

  /**
   * Whether the cards in sight answer the present question: those of the question before are not to be acted on. While
   * the same question is asked again, because the library changed, they are still what the user means.
   */
  get #settled() {
    return this.results !== null && this.results.state.asked === this.#asked;
  }

  /** @param {number} index */
  activate(index) {
    this.active = index;
    this.reveal(index);
    this.requestUpdate();
  }

  /** @override */
  scrolling() {
    this.#hover.rest();
    this.#aside = this.find('.box')?.scrollLeft ?? 0;
    this.#showMore();
  }

  /** Whether more columns stand to the right of those in sight. */
  #showMore() {
    const { width } = this.box;
    const hidden = leastWidth(columnsOf(this.columns), width) - this.#aside - width;
    this.toggleAttribute('more', this.view === 'table' && width > 0 && hidden > 1);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const isOurs = isMarkKey(event) || this.#selects(event) || event.ctrlKey || event.metaKey || event.altKey;
    if (isOurs || this.#closesLarge(event)) {
      return;
    }
    this.#hover.rest();
    const target = moveTo(this.active, event.key, this.#steps);
    if (target !== null) {
      event.preventDefault();
      this.move(target);
    } else if (this.#settled && this.activeCard) {
      this.#actKey(event, this.activeCard);
    }
  }

  /** @param {KeyboardEvent} event */
  #selects(event) {
    const { selection, results } = this;
    return results !== null && selection !== null && this.#settled && selectionKey(event, this, results, selection);
  }

  /** @param {KeyboardEvent} event */
  #closesLarge(event) {
    const closes = event.key === 'Escape' && (this.#large || this.#hover.large >= 0);
    if (closes) {
      event.preventDefault();
      this.#large = false;
      this.#hover.rest();
      this.requestUpdate();
    }
    return closes;
  }

  get #steps() {
    const { columns, rowHeight } = this.layout;
    return { columns, total: this.total, page: Math.max(1, Math.floor(this.height / rowHeight)) };
  }

  /** Where a key leads to, null for one that leads nowhere. @param {string} key */
  stepTo(key) {
    return moveTo(this.active, key, this.#steps);
  }

  /** The user goes to another card. @param {number} index */
  move(index) {
    this.activate(index);
    this.emit('moved', { index, card: this.results?.cards.get(index) });
  }

  /** @param {KeyboardEvent} event @param {Card} card */
  #actKey(event, card) {
    const action = ACTIONS[event.key];
    const tool = TOOL_KEYS[event.key];
    if (event.key === 'v') {
      this.#large = !this.#large;
      this.requestUpdate();
    } else if (tool) {
      void useTool(this.session, card, tool);
    } else if (action) {
      this.emit(action, { card, index: this.active });
    } else {
      return;
    }
    event.preventDefault();
  }

  /** @param {Event} event @returns {number} the card that it is about, -1 for none */
  #indexOf(event) {
    return Number(/** @type {Element} */ (event.target).closest('[data-index]')?.getAttribute('data-index') ?? -1);
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const index = this.#indexOf(event);
    const card = this.results?.cards.get(index);
    if (!card || !this.#settled) {
      return;
    }
    const button = /** @type {Element} */ (event.target).closest('button')?.dataset.do;
    const tool = toolOf(event);
    this.active = index;
    this.#hover.rest();
    this.requestUpdate();
    if (tool) {
      void useTool(this.session, card, tool);
    } else if ((button && button !== 'select') || !this.#picks(event, index, card)) {
      this.emit(button === 'insert' ? 'toggle' : (button ?? 'open'), { card, index });
    }
  }

  /** @param {MouseEvent} event @param {number} index @param {Card} card */
  #picks(event, index, card) {
    const { results, selection } = this;
    return results !== null && selection !== null && selectTo(event, index, card, results, selection);
  }

  /** @param {PointerEvent} event */
  #onPointer(event) {
    if (event.pointerType !== 'touch') {
      const target = /** @type {Element} */ (event.target);
      const aims = target.closest('[data-large]') !== null && target.closest('button') === null;
      this.#hover.over(this.#indexOf(event), aims);
    }
  }

  /** @override @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    const before = /** @type {import('./view.js').View|undefined} */ (changed.get('view'));
    if (before) {
      this.#viewed(before);
    }
    const asked = this.results?.state.asked ?? 0;
    if (asked !== this.#asked && this.results?.cards.current) {
      this.#asked = asked;
      this.active = -1;
      this.#hover.rest();
      this.toTop();
    }
    if (this.#entering && this.#settled) {
      this.#entering = false;
      this.active = this.active < 0 && this.total > 0 ? 0 : this.active;
    }
  }

  /** @param {import('./view.js').View} before */
  #viewed(before) {
    this.#hover.rest();
    if (this.box.width > 0) {
      this.keepingPlace(() => {}, layoutFor(before, this.box.width, this.total));
    }
  }

  /** @override */
  updated() {
    if (this.box.width > 0 && this.results) {
      const { first, last } = this.window();
      if (last >= first) {
        const ahead = AHEAD * this.layout.columns;
        this.results.cards.want(Math.max(0, first - ahead), last + ahead);
      }
    }
    this.#showLarge();
    this.#showMore();
  }

  #showLarge() {
    const index = this.#hover.large >= 0 ? this.#hover.large : this.#large ? this.active : -1;
    const card = this.results?.cards.get(index);
    const around = card ? this.find(`#cell-${index}`) : null;
    const preview = /** @type {LmPreview|null} */ (this.find('lm-preview'));
    if (card && around) {
      preview?.show?.(card, around);
    } else {
      preview?.hide?.();
    }
  }

  /** @override */
  render() {
    const { layout, results, columns } = this;
    const isTable = this.view === 'table';
    const { firstRow, lastRow, shift } = this.window();
    const rows = Array.from({ length: lastRow - firstRow + 1 }, (_, n) => firstRow + n);
    const stale = results?.cards.total !== null && !this.#settled;
    const activeDrawn = this.active >= firstRow * layout.columns && this.active < (lastRow + 1) * layout.columns;
    const draw = (/** @type {number} */ row, /** @type {number} */ top) => (
      isTable ? this.#cell(row, top) : this.#row(row, top));
    return html`<div class="box scroll ${this.view}" role="grid" tabindex="0" aria-label=${t('grid.label')}
        aria-rowcount=${layout.rows + Number(isTable)} aria-colcount=${isTable ? columns.length + 3 : layout.columns}
        aria-busy=${results?.cards.loading ?? false} aria-multiselectable="true"
        aria-activedescendant=${activeDrawn ? `cell-${this.active}` : ''} style=${this.#measures}
        @scroll=${this.onScroll} @keydown=${this.#onKey} @click=${this.#onClick}
        @pointerover=${this.#onPointer} @pointermove=${() => this.#hover.moved()} @pointerleave=${() => this.#hover.leave()}>
      ${isTable ? heading(columnsOf(columns), this.#order, (order) => this.#sort(order)) : nothing}
      <div class="space ${stale ? 'stale' : ''}" style="height:${layout.height}px" role="presentation">
        <div class="ghost" style="height:${Math.max(0, layout.height - layout.rowHeight - 2 * layout.padding)}px"></div>
        ${repeat(rows, (row) => row, (row) => draw(row, rowTop(layout, row) + shift))}
      </div>
    </div><lm-preview></lm-preview>`;
  }

  get #gap() {
    const { rowHeight, pictureHeight } = this.layout;
    return this.view === 'table' ? 0 : rowHeight - pictureHeight - CAPTION;
  }

  get #order() {
    return this.results ? sortOf(this.results.state.query) : '';
  }

  /** What the cards tell because the list is ordered by it. */
  get #by() {
    return toldBy(parseSort(this.#order).order);
  }

  /** What the styles have to know. */
  get #measures() {
    const { pictureHeight, rowHeight, cardWidth, padding } = this.layout;
    const columns = columnsOf(this.columns);
    const { width } = this.box;
    return `--picture:${pictureHeight}px;--row:${rowHeight}px;--gap:${this.#gap}px;--cell:${cardWidth}px;`
      + `--pad:${padding}px;--tracks:${tracks(columns, width)};--least:${leastWidth(columns, width)}px`;
  }

  /** @param {import('./sorts.js').Order} order */
  #sort(order) {
    this.emit('sort', { sort: sortByHeading(this.#order, order) });
  }

  /** @param {number} row @param {number} top */
  #row(row, top) {
    const { columns, rowHeight, padding } = this.layout;
    const gap = this.#gap;
    const style = `transform:translateY(${top}px);left:${padding}px;right:${padding}px;height:${rowHeight - gap}px;`
      + `gap:${gap}px;grid-template-columns:repeat(${columns},minmax(0,1fr))`;
    const start = row * columns;
    const end = Math.min(start + columns, this.results?.cards.total ?? start + columns);
    const cells = Array.from({ length: end - start }, (_, n) => this.#cell(start + n));
    return html`<div class="gridrow" role="row" aria-rowindex=${row + 1} style=${style}>${cells}</div>`;
  }

  /** @param {number} index @param {number} [top] of a row of the table */
  #cell(index, top = 0) {
    const isTable = this.view === 'table';
    const card = this.results?.cards.get(index);
    if (!card) {
      return isTable ? skeletonRow(index, top) : skeleton;
    }
    const view = this.#viewOf(card, index);
    return isTable ? tableRow(view, columnsOf(this.columns), top) : cardTemplate(view);
  }

  /** @param {Card} card @param {number} index @returns {CardView} */
  #viewOf(card, index) {
    const { tools } = this.#hover;
    const width = this.view === 'table' ? 0 : this.layout.cardWidth * Math.min(2, devicePixelRatio);
    const size = width > 300 ? 512 : 256;
    return {
      card,
      index,
      active: index === this.active,
      open: card.id === this.openId,
      chosen: this.selection?.has(card.id) ?? false,
      picking: (this.selection?.size ?? 0) > 0,
      inPrompt: this.session.inPrompt(card.id)?.weight ?? null,
      picture: card.preview ? this.session.api.thumbnailUrl(card, size) : '',
      by: this.#by,
      tools: index === (tools < 0 ? this.active : tools) ? cardTools(this.session, card) : nothing,
    };
  }
}

define('lm-grid', LmGrid);
