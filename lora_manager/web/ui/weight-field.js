/** A weight as a slider with its number beside it, or as the number alone. Weights no LoRA is made for are marked. */

import * as format from '../core/format.js';
import { t } from '../strings.js';
import { css, html, live, nothing } from '../vendor/lit.js';
import { numberInput } from './number-input.js';

/** @import {Session} from '../core/session.js' */

export const weightStyles = css`
  .weight-field { display: flex; align-items: center; gap: 12px; }
  .weight-field .number { width: 64px; flex: none; text-align: center; font-weight: 600; }
  .track { position: relative; flex: 1 1 auto; min-width: 0; display: block; }
  .track input { display: block; position: relative; }
  .band { position: absolute; bottom: -3px; height: 3px; min-width: 3px; border-radius: 2px; background: var(--lm-accent); opacity: 0.6; }
  .number.strong { color: var(--lm-warn); border-color: var(--lm-warn); }
  .number.beyond { color: var(--lm-bad); border-color: var(--lm-bad); box-shadow: inset 0 0 0 1px var(--lm-bad); }
`;

const LOW = 0;
const HIGH = 2;
const STRONG = 2;
const BEYOND = 5;
const STEP = 0.05;

/** @param {number} value @returns {''|'strong'|'beyond'} */
export function judged(value) {
  return Math.abs(value) > BEYOND ? 'beyond' : Math.abs(value) > STRONG ? 'strong' : '';
}

/**
 * @param {Session} session
 * @param {number} value
 * @param {string} label
 * @param {(value: number) => void} change
 * @param {string} [look] classes
 */
export function weightInput(session, value, label, change, look = 'field') {
  const mark = judged(value);
  const take = (/** @type {number} */ typed) => {
    const taken = Math.round(typed * 100) / 100;
    change(taken);
    if (judged(taken) === 'beyond' && taken !== value) {
      const back = { label: t('detail.weight_reset', { weight: format.weight(value) }), run: () => change(value) };
      session.toasts.show(t('weight.beyond_text', { weight: format.weight(taken) }), { action: back, about: label });
    }
    return format.weight(taken);
  };
  return numberInput({
    label, step: STEP, take, text: format.weight(value), look: `${look} ${mark}`, hint: mark && t(`weight.${mark}`),
  });
}

/**
 * @param {Session} session
 * @param {number} value
 * @param {string} label
 * @param {(value: number) => void} change while the slider moves, and when a number was typed
 * @param {{low: number|null, high: number|null}|null} [range] that it works with
 */
export function weightField(session, value, label, change, range = null) {
  const low = Math.max(-BEYOND, Math.min(LOW, Math.floor(value)));
  const high = Math.min(BEYOND, Math.max(HIGH, Math.ceil(value)));
  
  const at = (/** @type {number} */ one) => Math.max(0, Math.min(100, (100 * (one - low)) / (high - low)));
  const band = range && (range.low !== null || range.high !== null)
    ? html`<i class="band" style="left:${at(range.low ?? low)}%;right:${100 - at(range.high ?? high)}%"></i>` : nothing;
  return html`<div class="weight-field"><span class="track">${band}
    <input type="range" min=${low} max=${high} step=${STEP} .value=${live(String(Math.max(low, Math.min(high, value))))}
      style="--fill:${at(value)}%" aria-label=${label}
      @input=${(/** @type {Event & {target: HTMLInputElement}} */ event) => change(Math.round(event.target.valueAsNumber * 100) / 100)}></span>
    ${weightInput(session, value, label, change)}
  </div>`;
}
