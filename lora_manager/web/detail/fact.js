/** One line of a table to read: a name, a value, where it comes from. */

import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { html, nothing } from '../vendor/lit.js';
import { sourceName } from './sources.js';

export { sourceName };

/** @param {string} source */
export function sourceChip(source) {
  const name = sourceName(source);
  return name ? html`<span class="source">${name}</span>` : nothing;
}

/** @param {string} name @param {unknown} value @param {unknown} [extra] */
export function fact(name, value, extra = nothing) {
  return value ? html`<dt>${name}</dt><dd>${value}${extra}</dd>` : nothing;
}

/** @param {string} name of what is copied @param {() => void} copy */
export function copyButton(name, copy) {
  const label = `${t('detail.copy')}: ${name}`;
  return html`<button class="btn quiet tiny icon" aria-label=${label} title=${label} @click=${copy}>${icons.copy}</button>`;
}
