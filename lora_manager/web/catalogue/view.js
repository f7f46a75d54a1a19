/** How the list is shown: cards of one of three sizes, or a table of chosen columns. Remembered in this browser. */

import { readPref, writePref } from '../core/prefs.js';
import { layoutOf } from './virtual-window.js';

/** @import {Layout} from './virtual-window.js' */

/** Smallest width of a card for each size. */
export const DENSITIES = { small: 124, medium: 160, large: 228 };
/** What stands below a card's picture: its name and its words in two lines, its weight and uses in one. */
export const CAPTION = 68;
const ASPECT = 1.25;
const MOST_COLUMNS = 14;
export const ROW = 40;
export const HEAD = 32;

/** @typedef {keyof typeof DENSITIES} Density */
/** @typedef {Density|'table'} View */

export const VIEWS = /** @type {View[]} */ ([...Object.keys(DENSITIES), 'table']);

/** @returns {View} */
export function rememberedView() {
  const view = readPref('view', readPref('density', 'medium'));
  return /** @type {string[]} */ (VIEWS).includes(view) ? /** @type {View} */ (view) : 'medium';
}

/** @param {View} view */
export function rememberView(view) {
  writePref('view', view);
}

/**
 * @param {View} view
 * @param {number} width of the box that scrolls
 * @param {number} total
 * @returns {Layout}
 */
export function layoutFor(view, width, total) {
  if (view === 'table') {
    return layoutOf({ width, minCard: Infinity, gap: 0, padding: 0, aspect: 0, caption: ROW, total });
  }
  const gap = width < 480 ? 8 : 12;
  const inner = width - 2 * gap;
  const atLeastTwo = Math.max(104, Math.floor((inner - gap) / 2));
  const notTooMany = Math.ceil(inner / MOST_COLUMNS) - gap;
  const minCard = Math.max(notTooMany, Math.min(DENSITIES[view], atLeastTwo));
  return layoutOf({ width, minCard, gap, padding: gap, aspect: ASPECT, caption: CAPTION, total });
}
