/** The virtual grid of cards: its own scroll box, in which only the rows near the view exist. */

import { readPref } from '../core/prefs.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { t } from '../strings.js';
import { css, html, repeat } from '../vendor/lit.js';
import { cardStyles } from './card-styles.js';
import { cardTemplate, skeleton } from './card.js';
import { layoutOf, moveTo, rowTop, scrollFor, windowOf } from './virtual-window.js';

/**
 * @import {Card} from '../core/types.js'
 * @import {Results} from './results.js'
 * @import {Window} from './virtual-window.js'
 */

const CAPTION = 68;
const ASPECT = 1.25;
const OVERSCAN = 1;
/** Rows fetched beyond those drawn, so that steady scrolling meets no gaps. */
const AHEAD = 2;
const MOST_COLUMNS = 14;
/** Smallest width of a card for each density. */
export const DENSITIES = { small: 124, medium: 160, large: 228 };

/** @typedef {keyof typeof DENSITIES} Density */

/** @returns {Density} */
export function rememberedDensity() {
  const density = readPref('density', 'medium');
  return density in DENSITIES ? /** @type {Density} */ (density) : 'medium';
}

/** @param {Window} one @param {Window} other @returns {boolean} whether both draw the same rows at the same places */
function sameRows(one, other) {
  return one.firstRow === other.firstRow && one.lastRow === other.lastRow && one.shift === other.shift;
}

/** Events: open {index, card}, toggle {card}, favourite {card}. */
export class LmGrid extends LmElement {
  static properties = {
    results: { attribute: false },
    changes: { attribute: false },
    density: {},
    openId: { attribute: false },
  };

  static styles = [
    controls,
    cardStyles,
    css`
      :host { display: block; min-width: 0; min-height: 0; position: relative; }
      .box {
        position: absolute;
        inset: 0;
        overflow-y: scroll;
        overflow-x: hidden;
        overflow-anchor: none;
        contain: strict;
        outline: none;
      }
      .space { position: relative; overflow: hidden; }
      .gridrow {
        position: absolute;
        top: 0;
        display: grid;
        contain: layout style;
      }
      .stale { opacity: 0.55; transition: opacity 0.1s 0.25s; }
    `,
  ];

  #measure = new ResizeObserver(() => this.#resized());
  #frame = 0;
  #asked = 0;
  #entering = false;
  /** A box that is moved on the page loses its place, and says nothing of it. */
  #lostPlace = false;
  #box = { width: 0, height: 0 };

  constructor() {
    super();
    /** @type {Results|null} */
    this.results = null;
    this.changes = '';
    /** @type {Density} */
    this.density = 'medium';
    /** @type {number|null} */
    this.openId = null;
    this.active = -1;
    this.scrolled = 0;
    this.watch(this.session.prompt, this.session.relay);
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#lostPlace = this.hasUpdated;
    this.#findPlace();
  }

  /** @override */
  firstUpdated() {
    this.#measure.observe(/** @type {Element} */ (this.find('.box')));
  }

  get total() {
    return this.results?.cards.total ?? 0;
  }

  get layout() {
    const { width } = this.#box;
    const gap = width < 480 ? 8 : 12;
    const padding = gap;
    const inner = width - 2 * padding;
    const atLeastTwo = Math.max(104, Math.floor((inner - gap) / 2));
    const notTooMany = Math.ceil(inner / MOST_COLUMNS) - gap;
    const minCard = Math.max(notTooMany, Math.min(DENSITIES[this.density], atLeastTwo));
    const total = this.results?.cards.total ?? (this.#box.width > 0 ? 60 : 0);
    return layoutOf({ width, minCard, gap, padding, aspect: ASPECT, caption: CAPTION, total });
  }

  /** The card the keyboard stands on. @returns {Card|undefined} */
  get activeCard() {
    return this.active >= 0 ? this.results?.cards.get(this.active) : undefined;
  }

  /** @override */
  focus() {
    this.find('.box')?.focus({ preventScroll: true });
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
    this.#reveal(index);
    this.requestUpdate();
  }

  /** @param {number} index */
  #reveal(index) {
    const box = this.find('.box');
    if (box) {
      const { layout } = this;
      const row = Math.floor(index / layout.columns);
      box.scrollTop = scrollFor(layout, row, box.scrollTop, this.#box.height);
      this.scrolled = box.scrollTop;
    }
  }

  #resized() {
    const box = this.find('.box');
    if (!box || box.clientWidth === 0) {
      return; // Hidden: keep the last measures.
    }
    this.#findPlace();
    const before = this.layout;
    const inSight = this.#window();
    const firstInSight = Math.round((box.scrollTop / Math.max(1, before.rowHeight)) * before.columns);
    this.#box = { width: box.clientWidth, height: box.clientHeight };
    this.requestUpdate();
    if (before.columns !== this.layout.columns) {
      const active = this.active >= inSight.first && this.active <= inSight.last ? this.active : -1;
      void this.updateComplete.then(() => this.#keepPlace(box, firstInSight, active));
    }
  }

  #findPlace() {
    const box = this.#lostPlace ? this.find('.box') : null;
    if (box && box.clientHeight > 0) { // It has none while it is hidden.
      this.#lostPlace = false;
      box.scrollTop = this.scrolled;
    }
  }

  /**
   * Another number of columns: the same cards stay in sight, above all the one the user is at.
   * @param {HTMLElement} box
   * @param {number} first
   * @param {number} active -1 for none
   */
  #keepPlace(box, first, active) {
    const { layout } = this;
    const { height } = this.#box;
    const scrolled = box.scrollTop > 0 ? scrollFor(layout, Math.floor(first / layout.columns), 0, height, 'start') : 0;
    const row = Math.floor(active / layout.columns);
    box.scrollTop = active < 0 ? scrolled : scrollFor(layout, row, scrolled, height);
  }

  #onScroll() {
    if (!this.#frame) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        const box = this.find('.box');
        if (box && box.clientHeight > 0) {
          const before = this.#window();
          this.scrolled = box.scrollTop;
          if (!sameRows(before, this.#window())) {
            this.requestUpdate();
          }
        }
      });
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const { columns, rowHeight } = this.layout;
    const page = Math.max(1, Math.floor(this.#box.height / rowHeight));
    const target = moveTo(this.active, event.key, { columns, total: this.total, page });
    if (target !== null) {
      event.preventDefault();
      this.activate(target);
      this.emit('moved', { index: target, card: this.results?.cards.get(target) });
      return;
    }
    const card = this.#settled ? this.activeCard : undefined;
    const action = { Enter: 'toggle', f: 'favourite', ' ': 'open', i: 'open' }[event.key];
    if (card && action) {
      event.preventDefault();
      this.emit(action, { card, index: this.active });
    }
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const target = /** @type {Element} */ (event.target);
    const index = Number(target.closest('.card')?.getAttribute('data-index') ?? -1);
    const card = this.results?.cards.get(index);
    if (!card || !this.#settled) {
      return;
    }
    const button = target.closest('button')?.dataset.do;
    this.active = index;
    this.requestUpdate();
    this.emit(button === 'insert' ? 'toggle' : (button ?? 'open'), { card, index });
  }

  /** @override */
  willUpdate() {
    const asked = this.results?.state.asked ?? 0;
    if (asked !== this.#asked && this.results?.cards.current) {
      this.#asked = asked;
      this.active = -1;
      this.scrolled = 0;
      const box = this.find('.box');
      if (box) {
        box.scrollTop = 0;
      }
    }
    if (this.#entering && this.#settled) {
      this.#entering = false;
      this.active = this.active < 0 && this.total > 0 ? 0 : this.active;
    }
  }

  /** @override */
  updated() {
    if (this.#box.width > 0 && this.results) {
      const { first, last } = this.#window();
      if (last >= first) {
        const ahead = AHEAD * this.layout.columns;
        this.results.cards.want(Math.max(0, first - ahead), last + ahead);
      }
    }
  }

  #window() {
    const { layout } = this;
    return windowOf(layout, layout.rows * layout.columns, this.scrolled, this.#box.height, OVERSCAN);
  }

  /** @override */
  render() {
    const { layout, results } = this;
    const { firstRow, lastRow, shift } = this.#window();
    const rows = Array.from({ length: lastRow - firstRow + 1 }, (_, n) => firstRow + n);
    const stale = results?.cards.total !== null && !this.#settled;
    const activeDrawn = this.active >= firstRow * layout.columns && this.active < (lastRow + 1) * layout.columns;
    return html`<div class="box scroll" role="grid" tabindex="0" aria-label=${t('grid.label')}
        aria-rowcount=${layout.rows} aria-colcount=${layout.columns} aria-busy=${results?.cards.loading ?? false}
        aria-activedescendant=${activeDrawn ? `cell-${this.active}` : ''}
        @scroll=${this.#onScroll} @keydown=${this.#onKey} @click=${this.#onClick}>
      <div class="space ${stale ? 'stale' : ''}" style="height:${layout.height}px;--picture:${layout.pictureHeight}px"
        role="presentation">
        ${repeat(rows, (row) => row, (row) => this.#row(row, rowTop(layout, row) + shift))}
      </div>
    </div>`;
  }

  /** @param {number} row @param {number} top */
  #row(row, top) {
    const { columns, cardWidth, rowHeight, padding } = this.layout;
    const gap = rowHeight - this.layout.pictureHeight - CAPTION;
    const style = `transform:translateY(${top}px);left:${padding}px;right:${padding}px;height:${rowHeight - gap}px;`
      + `gap:${gap}px;grid-template-columns:repeat(${columns},minmax(0,1fr))`;
    const start = row * columns;
    const end = Math.min(start + columns, this.results?.cards.total ?? start + columns);
    const cells = Array.from({ length: end - start }, (_, n) => this.#cell(start + n, cardWidth));
    return html`<div class="gridrow" role="row" aria-rowindex=${row + 1} style=${style}>${cells}</div>`;
  }

  /** @param {number} index @param {number} width */
  #cell(index, width) {
    const card = this.results?.cards.get(index);
    if (!card) {
      return skeleton;
    }
    const size = width * Math.min(2, devicePixelRatio) > 300 ? 512 : 256;
    return cardTemplate({
      card,
      index,
      active: index === this.active,
      open: card.id === this.openId,
      inPrompt: this.session.inPrompt(card.id)?.weight ?? null,
      picture: card.preview ? this.session.api.thumbnailUrl(card, size) : '',
    });
  }
}

define('lm-grid', LmGrid);
