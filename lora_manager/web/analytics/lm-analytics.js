/** The Analytics tab: what was used, how much, and when. */

import * as format from '../core/format.js';
import { readPref, writePref } from '../core/prefs.js';
import { Latest } from '../core/timing.js';
import { define, MountElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { errorNotice, notice, noticeStyles } from '../ui/notice.js';
import { thumb, thumbStyles } from '../ui/thumb.js';
import { t } from '../strings.js';
import { html, nothing } from '../vendor/lit.js';
import { analyticsStyles } from './analytics-styles.js';
import './lm-chart.js';

/** @import {Analytics} from '../core/types.js' */

const SPANS = [7, 30, 90, 365];

export class LmAnalytics extends MountElement {
  static styles = MountElement.mountStyles(noticeStyles, thumbStyles, analyticsStyles);

  #latest = new Latest();
  #stop = () => {};
  #seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && void this.load());

  constructor() {
    super();
    this.days = SPANS.includes(readPref('analytics.days', 30)) ? readPref('analytics.days', 30) : 30;
    /** @type {Analytics|null} */
    this.data = null;
    /** @type {unknown} */
    this.error = null;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#seen.observe(this); // Read anew each time the tab comes into sight.
    this.#stop();
    this.#stop = this.session.jobs.onFinished(() => this.offsetWidth > 0 && void this.load());
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#seen.disconnect();
    this.#stop();
  }

  async load() {
    try {
      this.data = (await this.#latest.run((signal) => this.session.api.analytics(this.days, signal))) ?? this.data;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    this.requestUpdate();
  }

  /** @param {number} days */
  #span(days) {
    this.days = days;
    writePref('analytics.days', days);
    this.requestUpdate();
    void this.load();
  }

  /** @override */
  render() {
    const { data, error } = this;
    return html`<div class="page scroll"><div class="column">
      <div class="head"><h2 class="grow">${t('analytics.title')}</h2>
        <div class="spans" role="group" aria-label=${t('analytics.span')}>${SPANS.map((days) => html`<button
          class="btn tiny" aria-pressed=${days === this.days} @click=${() => this.#span(days)}>${t('analytics.days', { n: days })}</button>`)}</div>
      </div>
      ${error ? errorNotice(error, () => void this.load()) : nothing}
      ${data ? this.#content(data) : nothing}
    </div></div>`;
  }

  /** @param {Analytics} data */
  #content(data) {
    const { tiles } = data;
    return html`<dl class="tiles">
        ${this.#tile(t('analytics.adapters'), format.count(tiles.adapters))}
        ${this.#tile(t('analytics.used'), format.count(tiles.used), tiles.adapters > 0 ? t('job.percent', { n: format.share(tiles.used, tiles.adapters) }) : '')}
        ${this.#tile(t('analytics.never_used'), format.count(tiles.never_used))}
        ${this.#tile(t('analytics.generations'), format.count(tiles.generations))}
        ${this.#tile(t('analytics.images'), format.count(tiles.images))}
        ${this.#tile(t('analytics.time'), format.duration(tiles.seconds))}
      </dl>
      ${tiles.generations === 0 && tiles.uses === 0 ? notice({
        icon: icons.image,
        title: t('analytics.empty'),
        text: t('analytics.empty_text'),
        actions: html`<button class="btn primary" @click=${() => this.session.go('generate')}>${t('analytics.to_generate')}</button>`,
      }) : this.#charts(data)}`;
  }

  /** @param {string} name @param {string} value @param {string} [note] */
  #tile(name, value, note = '') {
    return html`<div class="tile"><dt>${name}</dt><dd>${value}${note ? html` <small>${note}</small>` : nothing}</dd></div>`;
  }

  /** @param {Analytics} data */
  #charts(data) {
    const mostUsed = Math.max(1, ...data.top.map((item) => item.uses));
    const bases = data.by_base_model.filter((item) => item.adapters > 0 || item.uses > 0).slice(0, 12);
    const mostOfBase = Math.max(1, ...bases.map((item) => item.uses));
    return html`<section class="wide"><h3>${t('analytics.over_time')}</h3><lm-chart .data=${data.over_time}></lm-chart></section>
      <div class="pair">
        <section><h3>${t('analytics.top')}</h3>
          ${data.top.length === 0 ? html`<p class="dim">${t('analytics.no_top')}</p>` : nothing}
          <ol>${data.top.map((item) => html`<li><button class="item" title=${t('recommend.open', { name: item.name })}
            @click=${() => this.session.go('catalogue', { adapter: item.id })}>
            ${thumb(this.session, item)}
            <span class="grow"><span class="clip name">${item.name}</span>
              <span class="meter"><i style="width:${(100 * item.uses) / mostUsed}%"></i></span></span>
            <span class="n">${t('card.uses', { n: item.uses })}<br><span class="dim">${format.weight(item.weight)}</span></span>
          </button></li>`)}</ol></section>
        <section><h3>${t('analytics.by_base')}</h3>
          <ol>${bases.map((item) => html`<li class="item base">
            <span class="grow"><span class="clip name">${item.base_model || t('facet.unknown_base')}</span>
              <span class="meter"><i style="width:${(100 * item.uses) / mostOfBase}%"></i></span></span>
            <span class="n">${t('card.uses', { n: item.uses })}<br><span class="dim">${t('analytics.n_adapters', { n: item.adapters })}</span></span>
          </li>`)}</ol></section>
      </div>`;
  }
}

define('lm-analytics', LmAnalytics);
