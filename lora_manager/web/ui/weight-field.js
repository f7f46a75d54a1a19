/** A weight as a slider with its number beside it. */

import * as format from '../core/format.js';
import { t } from '../strings.js';
import { css, html, live, nothing } from '../vendor/lit.js';

export const weightStyles = css`
  .weight-field { display: flex; align-items: center; gap: 12px; }
  .weight-field input[type='number'] { width: 64px; flex: none; text-align: center; font-weight: 600; }
  .weight-field input.strong { color: var(--lm-warn); border-color: var(--lm-warn); }
`;

const LOW = 0;
const HIGH = 2;
const STRONG = 2;

/**
 * @param {number} value
 * @param {string} label
 * @param {(value: number) => void} change while the slider moves, and when a number was typed
 */
export function weightField(value, label, change) {
  const low = Math.min(LOW, Math.floor(value));
  const high = Math.max(HIGH, Math.ceil(value));
  const strong = Math.abs(value) > STRONG;
  const fill = (100 * (value - low)) / (high - low);
  /** @param {Event} event */
  const take = (event) => {
    const box = /** @type {HTMLInputElement} */ (event.target);
    if (Number.isFinite(box.valueAsNumber)) {
      change(Math.round(box.valueAsNumber * 100) / 100);
    } else {
      box.value = format.weight(value);
    }
  };
  return html`<div class="weight-field">
    <input type="range" min=${low} max=${high} step="0.05" .value=${live(String(value))} style="--fill:${fill}%"
      aria-label=${label} @input=${take}>
    <input type="number" class="field ${strong ? 'strong' : ''}" step="0.05" aria-label=${label}
      title=${strong ? t('weight.strong') : nothing} .value=${format.weight(value)} @change=${take}>
  </div>`;
}
