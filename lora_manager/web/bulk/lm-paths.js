/** The dry run: of every file from where to where, or why not; those with a problem first. Virtual, page by page. */

import { previewBulk } from '../core/api-tools.js';
import { debounce } from '../core/timing.js';
import { PageCache } from '../catalogue/page-cache.js';
import { layoutOf, rowTop, windowOf } from '../catalogue/virtual-window.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { errorNotice, noticeStyles } from '../ui/notice.js';
import { t } from '../strings.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';
import { countsOf, renamedOf } from './words.js';
import '../strings/bulk.js';

/**
 * @import {BulkAction, BulkPreview, Chosen} from '../core/types-changes.js'
 * @import {StringName} from '../strings.js'
 */

/** @typedef {BulkPreview['items'][number]} PathItem */

const ROW = 46;
const SHOWN = 7;
const DELAY = 250;
const DOES = /** @type {Record<string, StringName>} */ ({
  rename: 'paths.do_rename', write_back: 'paths.do_write', export_sidecars: 'paths.do_write', delete: 'paths.do_delete',
});

/** Events: counting, counted {total, problems, unchanged, first}. */
export class LmPaths extends LmElement {
  static properties = { selection: { attribute: false }, action: {}, params: { attribute: false } };

  static styles = [
    controls,
    noticeStyles,
    css`
      :host { display: block; }
      .counts { display: flex; flex-wrap: wrap; gap: 2px 16px; min-height: 24px; align-items: center; }
      .counts .warn { display: inline-flex; gap: 6px; align-items: center; }
      .box { position: relative; border: 1px solid var(--lm-line); border-radius: 8px; background: var(--lm-bg); margin-top: 4px; }
      .box.stale { opacity: 0.55; transition: opacity 0.1s 0.3s; }
      .space { position: relative; }
      .path {
        position: absolute;
        top: 0;
        left: 0;
        right: 0;
        height: ${ROW}px;
        padding: 5px 12px;
        display: grid;
        align-content: center;
        border-bottom: 1px solid var(--lm-line);
        font-size: 12px;
        line-height: 17px;
      }
      .path > span { display: flex; gap: 6px; min-width: 0; align-items: center; }
      .path svg { width: 12px; height: 12px; }
      /* The end of a path tells more than its beginning. */
      .end { direction: rtl; text-align: left; }
      .notice { padding: 16px; }
    `,
  ];

  #scrolled = 0;
  #asked = '';
  #askSoon = debounce(() => this.#ask(), DELAY);
  /** @type {PageCache<PathItem>} */
  #rows = new PageCache((offset, limit, signal) => this.#fetch(offset, limit, signal), () => this.requestUpdate());

  constructor() {
    super();
    /** @type {Chosen} */
    this.selection = { ids: [] };
    /** @type {BulkAction} */
    this.action = 'move';
    /** @type {Record<string, any>} */
    this.params = {};
    /** @type {BulkPreview|null} */
    this.counts = null;
    /** Of those read first: how many get another file name. */
    this.renamed = 0;
  }

  /** @param {number} offset @param {number} limit @param {AbortSignal} signal */
  async #fetch(offset, limit, signal) {
    const { session, selection, action, params } = this;
    const page = await previewBulk(session.api, selection, action, params, { offset, limit }, signal);
    this.counts = page;
    if (offset === 0) {
      this.renamed = this.action === 'organise' ? renamedOf(page.items) : 0;
      this.emit('counted', { ...page, first: page.items });
    }
    return page;
  }

  #ask() {
    this.#scrolled = 0;
    this.find('.box')?.scrollTo(0, 0);
    this.#rows.reset();
    this.requestUpdate();
  }

  /** @override */
  willUpdate() {
    const now = JSON.stringify([this.selection, this.action, this.params]);
    if (now !== this.#asked) {
      const isFirst = this.#asked === '';
      this.#asked = now;
      this.emit('counting');
      this.#askSoon();
      if (isFirst) {
        this.#askSoon.flush();
      }
    }
  }

  /** @override */
  render() {
    const { total, error } = this.#rows;
    if (error && !this.#rows.current) {
      return errorNotice(error, () => this.#ask());
    }
    if (total === null || !this.counts) {
      return html`<p class="dim" role="status">${t('paths.reading')}</p>`;
    }
    const { moved, unchanged, problems } = countsOf(this.counts, this.action === 'delete');
    return html`<p class="counts" role="status"><b>${t(DOES[this.action] ?? 'paths.do_move', { n: moved })}</b>
        ${this.renamed > 0 ? html`<span class="warn">${total <= this.counts.items.length ? t('paths.renamed', { n: this.renamed }) : t('paths.renamed_some')}</span>` : nothing}
        ${unchanged > 0 ? html`<span class="dim">${t('paths.unchanged', { n: unchanged })}</span>` : nothing}
        ${problems > 0 ? html`<span class="warn">${icons.warn}${t('paths.problems', { n: problems })}</span>` : nothing}</p>
      ${total > 0 ? this.#list(total) : nothing}`;
  }

  /** @param {number} total */
  #list(total) {
    const height = Math.min(total, SHOWN) * ROW;
    const layout = layoutOf({ width: 1, minCard: 1, gap: 0, padding: 0, aspect: 0, caption: ROW, total });
    const { firstRow, lastRow, shift } = windowOf(layout, total, this.#scrolled, height, 2);
    this.#rows.want(firstRow, lastRow);
    const rows = Array.from({ length: lastRow - firstRow + 1 }, (_, n) => firstRow + n);
    return html`<div class="box scroll ${this.#rows.current ? '' : 'stale'}" style="height:${height}px" role="list" tabindex="0"
      aria-label=${t('paths.label')} aria-busy=${this.#rows.loading} @scroll=${(/** @type {Event & {target: HTMLElement}} */ event) => {
        this.#scrolled = event.target.scrollTop;
        this.requestUpdate();
      }}><div class="space" style="height:${layout.height}px">
      ${repeat(rows, (row) => row, (row) => this.#path(row, rowTop(layout, row) + shift, total))}
    </div></div>`;
  }

  /** @param {number} row @param {number} top @param {number} total */
  #path(row, top, total) {
    const item = this.#rows.get(row);
    return html`<div class="path" role="listitem" aria-posinset=${row + 1} aria-setsize=${total} style="transform:translateY(${top}px)">
      ${item ? html`<span class="dim" title=${item.from || item.name}><span class="end clip"><bdi>${item.from || item.name}</bdi></span></span>
        ${this.#target(item)}` : nothing}</div>`;
  }

  /** @param {PathItem} item */
  #target({ from, to, problem }) {
    if (problem) {
      return html`<span class="warn" title=${problem}>${icons.warn}<span class="clip">${problem}</span></span>`;
    }
    return to && to !== from
      ? html`<span title=${to}>${icons.chevron}<span class="end clip"><bdi>${to}</bdi></span></span>`
      : html`<span class="dim">${t(this.action === 'delete' ? 'paths.trashed' : 'paths.stays')}</span>`;
  }
}

define('lm-paths', LmPaths);
