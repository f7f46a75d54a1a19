/** Above the grid: how many there are, what they are narrowed by, and what the loaded model hides. */

import * as format from '../core/format.js';
import { writePref } from '../core/prefs.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';
import { afresh, countOf, filtersOf } from './query.js';

/**
 * @import {Results, ResultsState} from './results.js'
 * @import {Filter, Query} from './query.js'
 */

/**
 * Show only what fits the loaded model, or all.
 * @param {Results} results
 * @param {boolean} fits
 * @param {Partial<Query>} [query] what else is asked for
 */
export function askFits(results, fits, query = {}) {
  writePref('fits', fits);
  results.ask({ ...query, fits });
}

export class LmActiveFilters extends LmElement {
  static properties = { results: { attribute: false }, state: { attribute: false } };

  static styles = [
    controls,
    css`
      :host { display: contents; }
      .count { flex: none; color: var(--lm-dim); min-height: 20px; margin-right: 4px; }
      .chip { flex: 0 1 auto; min-width: 72px; }
      .btn, .fit { flex: none; }
      .count.stale { opacity: 0.55; }
      .count b { color: var(--lm-text); font-weight: 600; }
      .chip { max-width: 240px; }
      .chip:hover { box-shadow: inset 0 0 0 1px var(--lm-line-strong); }
      .chip svg { width: 10px; height: 10px; opacity: 0.7; }
      .chip.out { color: var(--lm-dim); }
      .chip .n { flex: none; opacity: 0.75; }
      @media (pointer: coarse) { .chip { flex-shrink: 0; min-height: 30px; border-radius: 15px; } .fit button { min-height: 30px; } }
      .fit { color: var(--lm-dim); font-size: 12px; }
      .fit button { color: var(--lm-accent-text); }
      .fit button:hover { text-decoration: underline; text-underline-offset: 2px; }
    `,
  ];

  constructor() {
    super();
    /** @type {Results|null} */
    this.results = null;
    /** @type {ResultsState|null} */
    this.state = null;
  }

  /** @override */
  render() {
    const { results, state } = this;
    if (!results || !state) {
      return nothing;
    }
    const { query, libraryTotal } = state;
    const { total } = results.cards;
    const filters = filtersOf(query);
    return html`
      <span class="count ${state.problem ? 'stale' : ''}" role="status">${total === null ? nothing : html`<b>${format.count(total)}</b>
        ${total === libraryTotal ? t('count.loras', { n: total }) : t('count.of', { n: libraryTotal })}`}</span>
      ${repeat(filters, ({ key }) => key, (filter) => this.#chip(filter, results, state))}
      ${filters.length > 1 ? html`<button class="btn quiet tiny"
        @click=${() => results.ask(afresh(query, { q: query.q }))}>${t('chip.clear')}</button>` : nothing}
      ${this.#fit(results, state)}`;
  }

  /** @param {Filter} filter @param {Results} results @param {ResultsState} state */
  #chip({ key, text, title, out, without }, results, { facets }) {
    const count = out ? null : countOf(facets, key);
    return html`<button class="chip ${out ? 'out' : 'on'}" title=${title} aria-label=${title}
      @click=${() => results.ask(without)}>${out ? icons.minus : nothing}<span class="clip">${text}</span>${count === null ? nothing : html`<span class="n">${format.count(count)}</span>`}
      ${icons.close}</button>`;
  }

  /** What is hidden is said, and a click shows it. @param {Results} results @param {ResultsState} state */
  #fit(results, { fit, query }) {
    if (!fit || fit.hidden === 0) {
      return nothing;
    }
    const values = { n: fit.hidden, model: fit.label };
    return query.fits
      ? html`<span class="fit">${t('fit.hidden', values)} · <button
          @click=${() => askFits(results, false)}>${t('fit.show')}</button></span>`
      : html`<span class="fit"><button @click=${() => askFits(results, true)}>${t('fit.hide', values)}</button></span>`;
  }
}

define('lm-active-filters', LmActiveFilters);
