/** A rating of one to five stars that can be set. */

import { t } from '../strings.js';
import { css, html } from '../vendor/lit.js';
import { icons } from './icons.js';

export const starsStyles = css`
  .stars { display: inline-flex; color: var(--lm-warn); margin-left: -3px; }
  .stars button { padding: 3px 2px; border-radius: 4px; line-height: 0; }
  .stars button.off { color: var(--lm-line-strong); }
  .stars button:hover, .stars button:has(~ button:hover) { color: var(--lm-warn); }
  .stars:hover button:hover ~ button { color: var(--lm-line-strong); }
`;

/**
 * @param {number|null} value
 * @param {(value: number) => void} rate 0 takes the rating away
 */
export function stars(value, rate) {
  const now = value ?? 0;
  return html`<span class="stars" role="group" aria-label=${t('rating.label')}>
    ${[1, 2, 3, 4, 5].map((n) => html`<button class=${n <= now ? '' : 'off'} aria-pressed=${n === now}
      aria-label=${n === now ? t('rating.clear') : t('rating.set', { n })}
      title=${n === now ? t('rating.clear') : t('rating.set', { n })}
      @click=${() => rate(n === now ? 0 : n)}>${n <= now ? icons.starFull : icons.star}</button>`)}
  </span>`;
}
