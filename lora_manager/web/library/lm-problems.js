/** Files and records that could not be read: which, why, and what to do. Virtual, like every list of the page. */

import * as format from '../core/format.js';
import { copyText } from '../core/actions.js';
import { Latest } from '../core/timing.js';
import { layoutOf, rowTop, windowOf } from '../catalogue/virtual-window.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { errorNotice, noticeStyles } from '../ui/notice.js';
import { isString, t } from '../strings.js';
import '../strings/library.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';

/**
 * @import {Layout} from '../catalogue/virtual-window.js'
 * @import {Problem} from '../core/types.js'
 */

/** Height of a row without its message, of a line of the message, and how wide a letter of it is at the most. */
const ROW = 36;
const LINE = 16;
const LETTER = 6.5;
const BESIDE = 72;
const PAGE = 200;
const MOST = 5000;
const TALLEST = 420;

/** @param {string} kind @returns {string} as people say it */
function kindName(kind) {
  const name = `problem.${kind}`;
  if (isString(name)) {
    return t(name);
  }
  const text = kind.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export class LmProblems extends LmElement {
  static properties = { total: { attribute: false } };

  static styles = [
    controls,
    noticeStyles,
    css`
      :host { display: block; }
      .kinds { display: flex; flex-wrap: wrap; gap: 4px; margin: 8px 0; }
      .kinds .chip { min-height: 26px; }
      .box { position: relative; margin: 0 -16px -16px; border-top: 1px solid var(--lm-line); }
      .space { position: relative; }
      .problem {
        position: absolute;
        left: 0;
        right: 0;
        top: 0;
        padding: 8px 8px 8px 16px;
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-content: start;
        gap: 0 8px;
        border-bottom: 1px solid var(--lm-line);
        overflow: hidden;
      }
      .path { direction: rtl; text-align: left; }
      .message {
        grid-row: 2;
        font-size: 12px;
        line-height: ${LINE}px;
        color: var(--lm-dim);
        overflow-wrap: anywhere;
      }
      .kind { color: var(--lm-warn); }
      .copy { grid-row: 1 / 3; grid-column: 2; align-self: center; }
    `,
  ];

  #latest = new Latest();
  #measure = new ResizeObserver(() => this.requestUpdate());
  #scrolled = 0;

  constructor() {
    super();
    this.total = 0;
    /** @type {Problem[]|null} */
    this.items = null;
    /** @type {unknown} */
    this.error = null;
    this.kind = '';
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#measure.observe(this);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#measure.disconnect();
  }

  /** High enough for the longest message: what is to be done stands at its end. @param {Problem[]} items */
  #rowHeight(items) {
    const letters = Math.max(20, (this.offsetWidth - BESIDE) / LETTER);
    const longest = Math.max(...items.map(({ kind, message }) => kindName(kind).length + message.length + 3));
    return ROW + LINE * Math.max(1, Math.ceil(longest / letters));
  }

  /** @override @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('total') && this.total > 0) {
      void this.#load();
    }
  }

  async #load() {
    try {
      const items = await this.#latest.run((signal) => this.#all(signal));
      this.items = items ?? this.items;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    this.requestUpdate();
  }

  /** @param {AbortSignal} signal */
  async #all(signal) {
    /** @type {Problem[]} */
    const items = [];
    for (let total = 1; items.length < Math.min(total, MOST);) {
      const page = await this.session.api.problems({ limit: PAGE, offset: items.length }, signal);
      total = page.items.length === 0 ? 0 : page.total;
      items.push(...page.items);
    }
    return items;
  }

  /** @override */
  render() {
    const items = this.total > 0 ? (this.items ?? []) : [];
    const shown = this.kind ? items.filter((item) => item.kind === this.kind) : items;
    return html`<h2>${t('library.problems')} <span class="dim" style="font-weight:400">${format.count(this.total)}</span></h2>
      ${this.total === 0 ? html`<p class="dim">${t('library.no_problems')}</p>` : nothing}
      ${this.error ? errorNotice(this.error, () => void this.#load()) : nothing}
      ${this.#kinds(items)}
      ${shown.length > 0 ? this.#list(shown) : nothing}`;
  }

  /** @param {Problem[]} items */
  #kinds(items) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    items.forEach(({ kind }) => counts.set(kind, (counts.get(kind) ?? 0) + 1));
    if (counts.size < 2) {
      return nothing;
    }
    const turn = (/** @type {string} */ kind) => {
      this.kind = kind === this.kind ? '' : kind;
      this.#scrolled = 0;
      this.find('.box')?.scrollTo(0, 0);
      this.requestUpdate();
    };
    return html`<div class="kinds" role="group" aria-label=${t('library.kinds')}>${[...counts].map(([kind, n]) => html`
      <button class="chip ${kind === this.kind ? 'on' : ''}" aria-pressed=${kind === this.kind} @click=${() => turn(kind)}>
        ${kindName(kind)} <span class="dim">${format.count(n)}</span></button>`)}</div>`;
  }

  /** @param {Problem[]} items */
  #list(items) {
    const caption = this.#rowHeight(items);
    const height = Math.min(items.length * caption, Math.max(TALLEST, caption));
    const layout = layoutOf({ width: 1, minCard: 1, gap: 0, padding: 0, aspect: 0, caption, total: items.length });
    const { firstRow, lastRow, shift } = windowOf(layout, items.length, this.#scrolled, height, 2);
    const rows = Array.from({ length: lastRow - firstRow + 1 }, (_, n) => firstRow + n);
    return html`<div class="box scroll" style="height:${height}px" role="list" tabindex="0" aria-label=${t('library.problems')}
      @scroll=${(/** @type {Event & {target: HTMLElement}} */ event) => {
        this.#scrolled = event.target.scrollTop;
        this.requestUpdate();
      }}><div class="space" style="height:${layout.height}px">
      ${repeat(rows, (row) => items[row].id, (row) => this.#problem(items[row], rowTop(layout, row) + shift, row, layout))}
    </div></div>`;
  }

  /** @param {Problem} problem @param {number} top @param {number} row @param {Layout} layout */
  #problem(problem, top, row, layout) {
    return html`<div class="problem" role="listitem" aria-posinset=${row + 1} aria-setsize=${layout.rows}
      style=${`transform:translateY(${top}px);height:${layout.rowHeight}px`}>
      <span class="path clip" title=${problem.path}><bdi>${problem.path}</bdi></span>
      <span class="message" title=${problem.message}><span class="kind">${kindName(problem.kind)}</span> · ${problem.message}</span>
      <button class="btn quiet tiny icon copy" aria-label=${t('library.copy_path')} title=${t('library.copy_path')}
        @click=${() => copyText(this.session, problem.path, t('detail.copied'))}>${icons.copy}</button>
    </div>`;
  }
}

define('lm-problems', LmProblems);
