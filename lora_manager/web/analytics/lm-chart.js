/** Uses over time, drawn by uPlot in the colours of the theme. */

import * as format from '../core/format.js';
import { assetUrl } from '../core/base.js';
import { define, LmElement } from '../ui/element.js';
import { theme } from '../ui/theme.js';
import { t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';
import uPlot from '../vendor/uplot.js';

/** @import {Analytics} from '../core/types.js' */

const HEIGHT = 208;
/** Counts have no halves. */
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
const FONT = '11px system-ui, sans-serif';

/**
 * @param {Analytics['over_time']} days
 * @returns {[number[], number[], number[]]} seconds, images, uses
 */
export function columns(days) {
  return [
    days.map(({ day }) => Date.parse(`${day}T00:00:00Z`) / 1000),
    days.map(({ images }) => images),
    days.map(({ uses }) => uses),
  ];
}

export class LmChart extends LmElement {
  static properties = { data: { attribute: false } };

  static styles = css`
    :host { display: block; min-width: 0; }
    .plot { height: ${HEIGHT}px; }
    .legend { display: flex; flex-wrap: wrap; gap: 4px 16px; min-height: 20px; color: var(--lm-dim); font-size: 12px; }
    .legend i { display: inline-block; width: 12px; height: 3px; border-radius: 2px; margin-right: 6px; vertical-align: 3px; }
    .legend b { color: var(--lm-text); font-weight: 600; }
  `;

  /** @type {uPlot|null} */
  #plot = null;
  #resize = new ResizeObserver(() => {
    if (this.clientWidth > 0) {
      this.#plot?.setSize({ width: this.clientWidth, height: HEIGHT });
    }
  });
  #stop = () => {};

  constructor() {
    super();
    /** @type {Analytics['over_time']} */
    this.data = [];
    /** @type {number|null} */
    this.at = null;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#resize.observe(this);
    this.#stop();
    this.#stop = theme.subscribe(() => this.#draw());
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#resize.disconnect();
    this.#stop();
  }

  /** @override @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has('data')) {
      this.#draw();
    }
  }

  /** @param {number|null} index day under the pointer */
  #point(index) {
    if (index !== this.at) {
      this.at = index;
      this.requestUpdate();
    }
  }

  #draw() {
    const box = this.find('.plot');
    if (!box || this.clientWidth === 0) {
      return;
    }
    this.#plot?.destroy();
    const style = getComputedStyle(this);
    const colour = (/** @type {string} */ token) => style.getPropertyValue(`--lm-${token}`).trim();
    const axis = {
      stroke: colour('dim'), font: FONT, ticks: { show: false }, grid: { stroke: colour('line'), width: 1 },
    };
    const line = (/** @type {string} */ label, /** @type {string} */ stroke) => ({
      label,
      stroke,
      width: 2,
      points: { show: false },
    });
    this.#plot = new uPlot({
      width: this.clientWidth,
      height: HEIGHT,
      padding: [8, 8, 0, 0],
      scales: { y: { range: (_, low, high) => [Math.min(0, low), Math.max(4, high * 1.1)] } },
      cursor: { y: false, drag: { x: false, y: false } },
      legend: { show: false },
      hooks: { setCursor: [(plot) => this.#point(plot.cursor.idx ?? null)] },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
      axes: [{ ...axis, size: 28, grid: { show: false }, values: dayNames }, { ...axis, size: 40, incrs: WHOLE }],
      series: [
        {},
        { ...line(t('analytics.images'), colour('accent')), fill: `color-mix(in srgb, ${colour('accent')} 14%, transparent)` },
        { ...line(t('analytics.uses'), colour('dim')), dash: [5, 4] },
      ],
    }, columns(this.data), box);
  }

  /** @override */
  render() {
    const day = this.at === null ? undefined : this.data[this.at];
    const entry = (/** @type {string} */ token, /** @type {string} */ name, /** @type {number|undefined} */ n) => html`<span>
      <i style="background:var(--lm-${token})"></i>${name} ${n === undefined ? nothing : html`<b>${format.count(n)}</b>`}</span>`;
    return html`<link rel="stylesheet" href=${assetUrl('vendor/uplot.css')}>
      <div class="legend">${entry('accent', t('analytics.images'), day?.images)}${entry('dim', t('analytics.uses'), day?.uses)}
        ${day ? html`<span>${dayName(Date.parse(day.day) / 1000)}</span>` : nothing}</div>
      <div class="plot"></div>`;
  }
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** @param {number} seconds */
function dayName(seconds) {
  return DAY.format(new Date(seconds * 1000));
}

/** @param {uPlot} _plot @param {number[]} splits */
function dayNames(_plot, splits) {
  return splits.map((seconds) => (seconds % 86_400 === 0 ? dayName(seconds) : ''));
}

define('lm-chart', LmChart);
