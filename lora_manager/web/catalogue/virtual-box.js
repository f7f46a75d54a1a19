/** A scroll box in which only the rows near the view exist, and which keeps its place whatever happens to it. */

import { LmElement } from '../ui/element.js';
import { HEAD, layoutFor } from './view.js';
import { scrollFor, windowOf } from './virtual-window.js';

/**
 * @import {Results} from './results.js'
 * @import {View} from './view.js'
 * @import {Window} from './virtual-window.js'
 */

const OVERSCAN = 1;
const FIRST_LOOK = 60;

/** @param {Window} one @param {Window} other @returns {boolean} whether both draw the same rows at the same places */
function sameRows(one, other) {
  return one.firstRow === other.firstRow && one.lastRow === other.lastRow && one.shift === other.shift;
}

/** The element that scrolls has the class "box". */
export class VirtualBox extends LmElement {
  #measure = new ResizeObserver(() => this.#resized());
  #frame = 0;
  /** A box that is moved on the page loses its place, and says nothing of it. */
  #lostPlace = false;

  constructor() {
    super();
    /** @type {Results|null} */
    this.results = null;
    /** @type {View} */
    this.view = 'medium';
    /** Place in the list of the card the keyboard stands on, -1 for none. */
    this.active = -1;
    this.scrolled = 0;
    this.box = { width: 0, height: 0 };
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

  /** @override */
  focus() {
    this.find('.box')?.focus({ preventScroll: true });
  }

  get layout() {
    const total = this.results?.cards.total ?? (this.box.width > 0 ? FIRST_LOOK : 0);
    return layoutFor(this.view, this.box.width, total);
  }

  /** Height of the part in which rows are seen. */
  get height() {
    return Math.max(0, this.box.height - (this.view === 'table' ? HEAD : 0));
  }

  /** The rows to draw. */
  window(layout = this.layout) {
    return windowOf(layout, layout.rows * layout.columns, this.scrolled, this.height, OVERSCAN);
  }

  /** Scroll as far as needed for this card to be in sight. @param {number} index */
  reveal(index) {
    const { layout } = this;
    this.#scrollTo((box) => scrollFor(layout, Math.floor(index / layout.columns), box.scrollTop, this.height));
  }

  toTop() {
    this.#scrollTo(() => 0);
  }

  /** @param {(box: HTMLElement) => number} place */
  #scrollTo(place) {
    const box = this.find('.box');
    if (box) {
      box.scrollTop = place(box);
    }
    this.scrolled = box?.scrollTop ?? 0;
  }

  #resized() {
    const box = this.find('.box');
    if (!box || box.clientWidth === 0) {
      return; // Hidden: keep the last measures.
    }
    this.#findPlace();
    this.keepingPlace(() => {
      this.box = { width: box.clientWidth, height: box.clientHeight };
    });
  }

  /**
   * Do what may change the number of columns, and keep the same cards in sight, above all the one the user is at.
   * @param {() => void} change
   */
  keepingPlace(change, before = this.layout) {
    const inSight = this.window(before);
    const first = Math.round((this.scrolled / Math.max(1, before.rowHeight)) * before.columns);
    change();
    this.requestUpdate();
    if (before.columns !== this.layout.columns || before.rowHeight !== this.layout.rowHeight) {
      const active = this.active >= inSight.first && this.active <= inSight.last ? this.active : -1;
      void this.updateComplete.then(() => this.#scrollTo(() => this.#placeOf(first, active)));
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
   * @param {number} first
   * @param {number} active -1 for none
   */
  #placeOf(first, active) {
    const { layout, height } = this;
    const row = (/** @type {number} */ index) => Math.floor(index / layout.columns);
    const scrolled = this.scrolled > 0 ? scrollFor(layout, row(first), 0, height, 'start') : 0;
    return active < 0 ? scrolled : scrollFor(layout, row(active), scrolled, height);
  }

  /** The user scrolls. */
  scrolling() {}

  onScroll() {
    this.scrolling();
    if (!this.#frame) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        const box = this.find('.box');
        if (box && box.clientHeight > 0) {
          const before = this.window();
          this.scrolled = box.scrollTop;
          if (!sameRows(before, this.window())) {
            this.requestUpdate();
          }
        }
      });
    }
  }
}
